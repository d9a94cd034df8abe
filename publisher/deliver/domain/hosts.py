"""The mail servers: that of return paths, which takes bounces, and the one that our mails leave by.

A server is our own when its name is of the newsroom's organization, or when it is this machine or one beside it;
then its addresses must have names. A service's addresses are the service's affair.
"""

import ipaddress
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence

from publisher.config.settings import Smtp
from publisher.deliver.address import ascii_host
from publisher.deliver.domain import dmarc
from publisher.deliver.domain.asking import Judgment, Resolver, Verdict, literal
from publisher.deliver.domain.spf import Senders
from publisher.fetch import is_public

NAMES, TLS, EXCHANGE = "ptr", "tls", "mx"
_LONGEST_SECONDS = 20.0
_FAR = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses of nobody, to find out by which address this machine would leave."""


def senders(smtp: Smtp, domains: Sequence[str], resolver: Resolver, own: Callable[[], Sequence[str]]) -> Senders:
    """Find out where mails leave from; `domains` are the newsroom's, `own` gives the addresses of this machine."""
    host = ascii_host(smtp.host).lower().rstrip(".")
    address = literal(host)
    found = [address] if address else [] if host == "localhost" else list(resolver.addresses(host))
    if host == "localhost" or (found and all(ipaddress.ip_address(one).is_loopback for one in found)):
        return Senders(host, tuple(filter(is_public, own())), is_own=True)
    public = tuple(filter(is_public, found))
    if address or not public or _is_ours(host, domains, resolver):
        return Senders(host, public, is_own=True)
    return Senders(host, (), is_own=False)


def _is_ours(host: str, domains: Sequence[str], resolver: Resolver) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains) or any(
        dmarc.is_aligned("r", domain, host, resolver) for domain in domains
    )


def own_addresses() -> tuple[str, ...]:
    """Give the addresses by which this machine reaches others. Nothing is sent."""
    found = []
    for family, far in _FAR.items():
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as wire:
                wire.connect((far, 9))
                found.append(str(wire.getsockname()[0]))
        except OSError:  # It has no such addresses.
            continue
    return tuple(found)


def check_names(senders: Senders, resolver: Resolver) -> Iterator[Judgment]:
    """Judge whether the addresses that mails leave from have names, and the names those addresses (PTR both ways)."""
    if not senders.is_own:
        words = f"{senders.host} is a service's, so which addresses it sends from, and their names, are its affair"
        yield Judgment(NAMES, Verdict.REMARK, words)
    elif not senders.addresses:
        words = (
            f"the public address that {senders.host} sends from is not known here; let `host ADDRESS` show that it has "
            "a name, and that its name has the address"
        )
        yield Judgment(NAMES, Verdict.REMARK, words)
    else:
        yield from (_named(address, resolver) for address in senders.addresses)


def _named(address: str, resolver: Resolver) -> Judgment:
    names = resolver.names(address)
    remedy = "have who rents you the address enter the name of your mail server"
    if not names:
        return Judgment(NAMES, Verdict.WRONG, f"{address} has no name in DNS (PTR), and receivers refuse it; {remedy}")
    asked = ipaddress.ip_address(address)
    for name in names[:10]:
        if any(ipaddress.ip_address(one) == asked for one in resolver.addresses(name)):
            return Judgment(NAMES, Verdict.GOOD, f"{address} is {name}, and {name} is {address}")
    words = f"{address} has the name {names[0]} (PTR), which has not that address; give it the address, or {remedy}"
    return Judgment(NAMES, Verdict.WRONG, words)


def check_exchange(domain: str, resolver: Resolver) -> Iterator[Judgment]:
    """Judge whether the domain of return paths takes mail, so that bounces arrive (RFC 5321 §5.1, RFC 7505)."""
    found = resolver.exchanges(domain)
    if found == (".",):
        words = f"{domain} says that it takes no mail (a null MX), so bounces are lost and receivers refuse its mails"
        yield Judgment(EXCHANGE, Verdict.WRONG, f"{words}; publish its mail server, or change delivery.return_path")
    elif not found and not resolver.addresses(domain):
        words = f"{domain} has no mail server (MX) and no address, so bounces are lost and receivers refuse its mails"
        yield Judgment(EXCHANGE, Verdict.WRONG, f"{words}; publish an MX record, or change delivery.return_path")
    elif not found:
        words = f"{domain} names no mail server, so bounces go to its own address; publish an MX record to say where"
        yield Judgment(EXCHANGE, Verdict.REMARK, words)
    else:
        without = [host for host in found[:10] if not resolver.addresses(host)]
        for host in without:
            words = f"{host}, a mail server of {domain}, has no address; correct the MX record"
            yield Judgment(EXCHANGE, Verdict.WRONG, words)
        if not without:
            yield Judgment(EXCHANGE, Verdict.GOOD, f"mail to {domain} goes to {', '.join(found)}")


def check_tls(smtp: Smtp) -> Iterator[Judgment]:
    """Judge whether the server that takes our mails speaks TLS, with a certificate that is trusted."""
    server = f"{smtp.host}:{smtp.port}"
    if smtp.security == "none":
        words = f'mails go to {server} in the clear; write security = "starttls", unless the server is this machine'
        yield Judgment(TLS, Verdict.REMARK, words)
        return
    try:
        offers = _secured(smtp)
    except ssl.SSLCertVerificationError as error:
        words = f"the certificate of {server} is not trusted ({error.verify_message})"
        remedy = "mend it, or name the server in delivery.smtp.host as its certificate does"
        yield Judgment(TLS, Verdict.WRONG, f"{words}; {remedy}")
    except ssl.SSLError as error:
        words = f"{server} does not speak TLS ({error.reason or error}); check delivery.smtp.port and security"
        yield Judgment(TLS, Verdict.WRONG, words)
    except (smtplib.SMTPException, OSError) as error:
        words = f"{server} cannot be reached ({error}); try again later, or check delivery.smtp"
        yield Judgment(TLS, Verdict.CANNOT_TELL, words)
    else:
        good = f"{server} speaks TLS, and its certificate is trusted"
        words = good if offers else f"{server} does not offer STARTTLS; check delivery.smtp.port and security"
        yield Judgment(TLS, Verdict.GOOD if offers else Verdict.WRONG, words)


def _secured(smtp: Smtp) -> bool:
    """Open a connection as configured, and tell whether it could be secured."""
    host, context = ascii_host(smtp.host), ssl.create_default_context()
    seconds = min(smtp.timeout_seconds, _LONGEST_SECONDS)
    if smtp.security == "tls":
        with smtplib.SMTP_SSL(host, smtp.port, timeout=seconds, context=context):
            return True
    with smtplib.SMTP(host, smtp.port, timeout=seconds) as client:
        client.ehlo()
        if not client.has_extn("starttls"):
            return False
        client.starttls(context=context)
        return True
