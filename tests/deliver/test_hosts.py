"""The server that our mails leave by, and that which takes bounces: addresses, names, TLS."""

import ssl
from pathlib import Path

import pytest

from publisher.config.settings import Smtp
from publisher.deliver.domain import hosts
from publisher.deliver.domain.asking import Judgment, Verdict
from publisher.deliver.domain.spf import Senders
from tests.deliver.far_end import FarEnd, far_end
from tests.deliver.mailbox import mailbox
from tests.deliver.zones import Zones

DOMAIN = "example.org"
GOOD, REMARK, WRONG, CANNOT_TELL = Verdict.GOOD, Verdict.REMARK, Verdict.WRONG, Verdict.CANNOT_TELL


def senders(zone: Zones, host: str, *own: str) -> tuple[tuple[str, ...], bool]:
    found = hosts.senders(Smtp(host=host), ("news.example.org", DOMAIN), zone.resolver, lambda: own)
    return found.addresses, found.is_own


def test_a_server_of_our_own_domain_sends_from_its_addresses(zone: Zones) -> None:
    zone.has("mail.example.org", "A", "11.22.33.44", "10.0.0.1")

    assert senders(zone, "mail.example.org") == (("11.22.33.44",), True)


def test_a_server_of_another_organization_is_a_service(zone: Zones) -> None:
    zone.has("smtp.example.net", "A", "11.22.33.44")

    assert senders(zone, "smtp.example.net") == ((), False)


def test_a_server_on_this_machine_sends_from_the_addresses_of_it(zone: Zones) -> None:
    zone.has("here.example.net", "A", "127.0.0.1")

    for host in ("localhost", "127.0.0.1", "here.example.net"):
        assert senders(zone, host, "11.22.33.44", "192.168.0.2") == (("11.22.33.44",), True)


def test_of_a_server_in_a_private_network_the_addresses_are_not_known(zone: Zones) -> None:
    zone.has("mail.office.example.net", "A", "10.0.0.7")

    for host in ("mail.office.example.net", "10.0.0.7", "postfix"):
        assert senders(zone, host, "11.22.33.44") == ((), True)


def names(zone: Zones, sending: Senders) -> Judgment:
    (found,) = hosts.check_names(sending, zone.resolver)
    return found


def test_an_address_has_a_name_that_has_the_address(zone: Zones) -> None:
    own = Senders("mail.example.org", ("11.22.33.44",), is_own=True)
    assert "11.22.33.44 has no name in DNS (PTR)" in names(zone, own).words

    zone.has("44.33.22.11.in-addr.arpa", "PTR", "mail.example.org.")
    assert "mail.example.org (PTR), which has not that address" in names(zone, own).words

    zone.has("mail.example.org", "A", "11.22.33.44")
    assert names(zone, own).verdict is GOOD


def test_names_of_a_service_and_of_unknown_addresses_are_left_to_others(zone: Zones) -> None:
    for is_own, said in ((True, "is not known here"), (False, "is a service's")):
        found = names(zone, Senders("relay", (), is_own=is_own))
        assert (found.verdict, said in found.words) == (REMARK, True)


def test_bounces_need_a_server_that_takes_them(zone: Zones) -> None:
    def _judged() -> tuple[Verdict, str]:
        (found,) = hosts.check_exchange(DOMAIN, zone.resolver)
        return found.verdict, found.words

    assert _judged()[0] is WRONG
    zone.has(DOMAIN, "A", "11.1.1.1")
    assert _judged() == (
        REMARK,
        "example.org names no mail server, so bounces go to its own address; publish an MX record to say where",
    )
    zone.has(DOMAIN, "MX", "10 mail.example.org.")
    assert _judged() == (WRONG, "mail.example.org, a mail server of example.org, has no address; correct the MX record")
    zone.has("mail.example.org", "AAAA", "2a00:9::1")
    assert _judged() == (GOOD, "mail to example.org goes to mail.example.org")
    zone.has(DOMAIN, "MX", "0 .")
    assert "takes no mail (a null MX)" in _judged()[1]


def judged_tls(settings: Smtp) -> tuple[Verdict, str]:
    (found,) = hosts.check_tls(settings)
    return found.verdict, found.words


@pytest.mark.needs("openssl")
def test_a_trusted_certificate_is_good(trusted: Path, tls: ssl.SSLContext) -> None:
    with mailbox(tls) as box:
        assert judged_tls(box.settings(security="starttls"))[0] is GOOD
    with far_end(tls) as secure:
        assert judged_tls(secure.settings.model_copy(update={"security": "tls"}))[0] is GOOD


@pytest.mark.needs("openssl")
def test_a_certificate_that_is_not_trusted_is_told(tls: ssl.SSLContext) -> None:
    with mailbox(tls) as box:
        verdict, words = judged_tls(box.settings(security="starttls"))

    assert (verdict, "is not trusted" in words) == (WRONG, True)


def test_a_server_without_tls_is_told(server: FarEnd) -> None:
    settings = server.settings
    for security, verdict, said in (
        ("starttls", WRONG, "does not offer STARTTLS"),
        ("tls", WRONG, "does not speak TLS"),
        ("none", REMARK, "in the clear"),
    ):
        found = judged_tls(settings.model_copy(update={"security": security}))
        assert (found[0], said in found[1]) == (verdict, True)


def test_of_a_server_that_is_not_there_nobody_can_tell() -> None:
    verdict, words = judged_tls(Smtp(host="127.0.0.1", port=1))

    assert (verdict, "cannot be reached" in words) == (CANNOT_TELL, True)
