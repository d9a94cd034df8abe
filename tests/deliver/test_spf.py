"""SPF of the return path's domain: one record, that receivers can read to its end, and that lets us send."""

import pytest

from publisher.deliver.domain import spf, spf_policy
from publisher.deliver.domain.asking import Verdict
from publisher.deliver.domain.spf import Senders
from publisher.deliver.domain.spf_policy import Reading, Result
from tests.deliver.zones import Zones

DOMAIN = "example.org"
OWN = Senders("mail.example.org", ("11.22.33.44",), is_own=True)
GOOD, REMARK, WRONG = Verdict.GOOD, Verdict.REMARK, Verdict.WRONG


def found(zone: Zones, senders: Senders = OWN) -> list[tuple[Verdict, str]]:
    return [(one.verdict, one.words) for one in spf.check(DOMAIN, senders, zone.resolver)]


def says(zone: Zones, address: str) -> Result:
    (record,) = zone.resolver.texts(DOMAIN)
    return spf_policy.result(Reading(zone.resolver).policy(DOMAIN, record), address)


def wrong(zone: Zones) -> list[str]:
    return [words for verdict, words in found(zone) if verdict is WRONG]


@pytest.mark.parametrize(
    ("record", "address", "result"),
    [
        ("v=spf1 ip4:11.22.33.0/24 -all", "11.22.33.44", Result.PASS),
        ("v=spf1 ip4:11.22.33.0/24 -all", "11.22.34.44", Result.FAIL),
        ("V=SPF1 IP6:2a00:1::/32 ~ALL", "2a00:1::5", Result.PASS),
        ("v=spf1 ip6:2a00:1::/32 ~all", "2a00:2::5", Result.SOFTFAIL),
        ("v=spf1 a -all", "11.1.1.1", Result.PASS),
        ("v=spf1 a:mail.example.org/24//64 -all", "11.2.2.9", Result.PASS),
        ("v=spf1 a:mail.example.org/24//64 -all", "2a00:9::77", Result.PASS),
        ("v=spf1 mx -all", "11.2.2.2", Result.PASS),
        ("v=spf1 -ip4:11.22.33.44 +all", "11.22.33.44", Result.FAIL),
        ("v=spf1 include:service.example.net -all", "11.3.3.3", Result.PASS),
        ("v=spf1 include:service.example.net ?all", "11.3.3.4", Result.NEUTRAL),
        ("v=spf1 redirect=service.example.net", "11.3.3.4", Result.FAIL),
        ("v=spf1 ip4:11.5.5.5", "11.3.3.4", Result.NEUTRAL),
        ("v=spf1 exists:%{i}.example.net ip4:11.5.5.5 -all", "11.5.5.5", Result.PASS),
        ("v=spf1 exists:%{i}.example.net -all", "11.5.5.5", Result.UNKNOWN),
        ("v=spf1 -ptr ip4:11.5.5.5 -all", "11.5.5.5", Result.UNKNOWN),
        ("v=spf1 redirect=%{d}.example.net", "11.5.5.5", Result.UNKNOWN),
        ("v=spf1 note=x -all ip4:11.5.5.5", "11.5.5.5", Result.FAIL),
    ],
)
def test_a_record_says_of_an_address_what_receivers_read(
    zone: Zones, record: str, address: str, result: Result
) -> None:
    zone.says(DOMAIN, record)
    zone.has(DOMAIN, "A", "11.1.1.1")
    zone.has(DOMAIN, "MX", "10 mail.example.org.")
    zone.has("mail.example.org", "A", "11.2.2.2")
    zone.has("mail.example.org", "AAAA", "2a00:9::1")
    zone.says("service.example.net", "v=spf1 ip4:11.3.3.3 -all")

    assert says(zone, address) is result


def test_a_record_that_lets_us_send_is_good(zone: Zones) -> None:
    zone.says(DOMAIN, "other=1", "v=spf1 ip4:11.22.33.44 -all")

    assert found(zone) == [
        (GOOD, "example.org has one record, of 0 look-ups: v=spf1 ip4:11.22.33.44 -all"),
        (GOOD, "example.org lets 11.22.33.44 (mail.example.org) send"),
    ]


def test_no_record_is_told_with_the_one_to_publish(zone: Zones) -> None:
    zone.says(DOMAIN, "v=spf10 nothing")

    assert '"v=spf1 ip4:11.22.33.44 -all"' in wrong(zone)[0]
    ((_, words),) = found(zone, Senders("smtp.example.net", (), is_own=False))
    assert "publish the one that your mail service names" in words


def test_two_records_are_none(zone: Zones) -> None:
    zone.says(DOMAIN, "v=spf1 -all", "v=spf1 ip4:11.22.33.44 -all")

    assert wrong(zone) == ["example.org has 2 SPF records, and receivers then take none; make one of them"]


def test_our_own_address_that_is_not_named_is_told(zone: Zones) -> None:
    zone.says(DOMAIN, "v=spf1 ip4:11.5.5.5 ~all")

    assert wrong(zone) == [
        "the record of example.org does not let 11.22.33.44 (mail.example.org) send (softfail); "
        "add ip4:11.22.33.44 to it"
    ]


def test_lookups_are_counted_through_all_that_is_included(zone: Zones) -> None:
    zone.says(DOMAIN, "v=spf1 ip4:11.22.33.44 include:a.example.net include:b.example.net -all")
    for name in ("a", "b"):
        zone.says(f"{name}.example.net", "v=spf1 " + "a:mail.example.org " * 5 + "-all")
    zone.has("mail.example.org", "A", "11.2.2.2")

    assert "takes 12 look-ups, and receivers stop at 10" in wrong(zone)[0]


def test_ten_lookups_are_allowed(zone: Zones) -> None:
    zone.says(DOMAIN, "v=spf1 ip4:11.22.33.44 " + "a:mail.example.org " * 10 + "-all")
    zone.has("mail.example.org", "A", "11.2.2.2")

    assert wrong(zone) == []


def test_a_record_that_includes_itself_has_an_end(zone: Zones) -> None:
    zone.says(DOMAIN, "v=spf1 include:example.org include:example.org -all")

    assert "takes more than 40 look-ups" in wrong(zone)[0]


def test_names_that_lead_nowhere_are_counted(zone: Zones) -> None:
    zone.says(DOMAIN, "v=spf1 ip4:11.22.33.44 a:x.example.net a:y.example.net mx:z.example.net -all")

    assert "leads to 3 names that DNS knows nothing of" in wrong(zone)[0]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=spf1 ipv4:11.22.33.44 -all", 'has "ipv4:11.22.33.44", which is no term of SPF'),
        ("v=spf1 ip4:2a00::1 -all", 'has "ip4:2a00::1"'),
        ("v=spf1 a:mail.example.org/99 -all", 'has "a:mail.example.org/99"'),
        ("v=spf1 include -all", 'has "include"'),
        ("v=spf1 --all", 'has "--all"'),
        ("v=spf1 include:nobody.example.net -all", "leads to nobody.example.net, which has no SPF record"),
        ("v=spf1 mx:many.example.net -all", "many.example.net has 11 mail servers"),
    ],
)
def test_what_breaks_a_record_is_named(zone: Zones, record: str, said: str) -> None:
    zone.says(DOMAIN, record)
    zone.has("mail.example.org", "A", "11.2.2.2")
    zone.has("many.example.net", "MX", *(f"10 m{number}.example.net." for number in range(11)))

    assert said in wrong(zone)[0]


def test_a_record_that_is_too_open_is_told(zone: Zones) -> None:
    zone.says(DOMAIN, "v=spf1 ip4:11.22.33.44 +all")
    assert "lets everybody send" in wrong(zone)[0]

    zone.says(DOMAIN, "v=spf1 ip4:11.22.33.44 ptr")
    assert [words for verdict, words in found(zone) if verdict is REMARK] == [
        'the record of example.org says nothing of other senders; end it with "-all", or with "~all" for a trial',
        'the record of example.org uses "ptr", which many receivers skip; name addresses in its place',
    ]
