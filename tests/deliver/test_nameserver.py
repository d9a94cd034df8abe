"""Questions of DNS: answered over UDP and TCP, once each, and never without an end."""

import pytest

from publisher.deliver.domain import nameserver
from publisher.deliver.domain.asking import Unanswered
from publisher.deliver.domain.nameserver import NameServer
from tests.deliver.zones import Zones


def test_records_of_each_kind_are_read(zone: Zones) -> None:
    zone.says("example.org", "v=spf1 -all")
    zone.has("mail.example.org", "A", "192.0.2.1")
    zone.has("mail.example.org", "AAAA", "2001:db8::1")
    zone.has("example.org", "MX", "20 second.example.org.", "10 first.example.org.")
    zone.has("1.2.0.192.in-addr.arpa", "PTR", "mail.example.org.")

    assert zone.resolver.texts("example.org") == ("v=spf1 -all",)
    assert zone.resolver.addresses("mail.example.org") == ("192.0.2.1", "2001:db8::1")
    assert zone.resolver.exchanges("example.org") == ("first.example.org", "second.example.org")
    assert zone.resolver.names("192.0.2.1") == ("mail.example.org",)


def test_a_null_mx_is_a_dot(zone: Zones) -> None:
    zone.has("example.org", "MX", "0 .")

    assert zone.resolver.exchanges("example.org") == (".",)


def test_a_record_too_long_for_a_datagram_is_read_whole(zone: Zones) -> None:
    zone.says("example.org", "x" * 3000)

    assert zone.resolver.texts("example.org") == ("x" * 3000,)


@pytest.mark.parametrize("name", ["nobody.example.org", "a..b", "x" * 64 + ".org", ""])
def test_a_name_without_records_or_that_is_none_has_an_empty_answer(zone: Zones, name: str) -> None:
    assert zone.resolver.texts(name) == ()


def test_a_question_is_asked_once(zone: Zones) -> None:
    zone.says("example.org", "one")
    resolver = zone.resolver

    assert resolver.texts("example.org") == resolver.texts("EXAMPLE.org.")
    assert zone.asked == ["TXT example.org"]


def test_a_server_that_fails_is_told(zone: Zones) -> None:
    zone.failing.add("example.org")
    with pytest.raises(Unanswered, match=r"the TXT record of example\.org \(the name server failed\)"):
        zone.resolver.texts("example.org")


def test_questions_end_when_their_time_is_over(zone: Zones) -> None:
    times = iter((0.0, nameserver.ALL_SECONDS + 1))

    with pytest.raises(Unanswered, match="DNS was asked enough"):
        NameServer(("127.0.0.1", zone.port), lambda: next(times)).texts("example.org")

    assert zone.asked == []


def test_questions_end_when_they_are_too_many(zone: Zones, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nameserver, "MOST_QUESTIONS", 2)
    resolver = zone.resolver
    for name in ("a.org", "b.org"):
        resolver.texts(name)

    with pytest.raises(Unanswered, match="DNS was asked enough"):
        resolver.texts("c.org")
