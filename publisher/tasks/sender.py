"""Examines the domain that mails are from, as those see it who receive them: SPF, DKIM, DMARC, names, TLS, bounces."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

from publisher.config import Settings
from publisher.config.settings import Smtp, is_aligned
from publisher.deliver import address, dkim, return_path
from publisher.deliver.address import ascii_host
from publisher.deliver.domain import dmarc, hosts, spf
from publisher.deliver.domain.asking import Judgment, Resolver, Verdict, judged
from publisher.deliver.domain.keys import ABOUT as KEYS
from publisher.errors import ConfigError
from publisher.tasks import keys


def examine(
    settings: Settings, resolver: Resolver, own: Callable[[], Sequence[str]] = hosts.own_addresses
) -> Iterator[Judgment]:
    """Judge the domain of `delivery.from` and that of return paths; `own` gives the addresses of this machine.

    Raises:
        ConfigError: when one of them is no address.
    """
    author = address.configured("delivery.from", settings.delivery.sender)[1].domain.lower()
    back = return_path.base(settings.delivery.return_path).domain
    servers = settings.delivery.servers
    senders = cache(lambda server: hosts.senders(server, (author, back), resolver, own))
    signing = [ascii_host(one.domain).lower() for one in settings.delivery.dkim if is_aligned(author, one.domain)]
    for about, check in (
        (spf.ABOUT, lambda: _each(servers, lambda server: spf.check(back, senders(server), resolver))),
        (KEYS, lambda: _keys(settings, author, resolver)),
        (dmarc.ABOUT, partial(dmarc.check, author, resolver)),
        (dmarc.ALIGNMENT, partial(dmarc.check_alignment, author, back, signing, resolver)),
        (hosts.NAMES, lambda: _each(servers, lambda server: hosts.check_names(senders(server), resolver))),
        (hosts.TLS, partial(_each, servers, hosts.check_tls)),
        (hosts.EXCHANGE, partial(hosts.check_exchange, back, resolver)),
    ):
        yield from judged(about, check)


def _each(servers: Sequence[Smtp], check: Callable[[Smtp], Iterator[Judgment]]) -> Iterator[Judgment]:
    """Judge one server after the other; what is said of several is said once."""
    yield from dict.fromkeys(judgment for server in servers for judgment in check(server))


def _keys(settings: Settings, author: str, resolver: Resolver) -> Iterator[Judgment]:
    try:
        dkim.signers(settings, author)
        found = keys.configured(settings, resolver)
    except ConfigError as error:
        yield Judgment(KEYS, Verdict.WRONG, str(error))
        return
    for key in found:
        if key.judgment:
            yield key.judgment
        if not is_aligned(author, key.domain):
            words = (
                f"the key of {key.domain} signs nothing, since mails are from {author}; take it out of delivery.dkim"
            )
            yield Judgment(KEYS, Verdict.REMARK, words)
