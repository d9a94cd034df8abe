"""DMARC as RFC 9989 has it: the record that holds for a domain, and which domains speak for it."""

import pytest

from publisher.deliver.domain import dmarc
from publisher.deliver.domain.asking import Verdict
from tests.deliver.zones import Zones

AUTHOR = "news.example.org"


def found(zone: Zones, author: str = AUTHOR) -> list[tuple[Verdict, str]]:
    return [(one.verdict, one.words) for one in dmarc.check(author, zone.resolver)]


def with_records(zone: Zones, **records: str) -> None:
    """Publish records; `example_org` stands for `_dmarc.example.org`."""
    for name, record in records.items():
        zone.says(f"_dmarc.{name.replace('_', '.')}", record)


def test_a_record_of_the_domain_holds(zone: Zones) -> None:
    with_records(zone, news_example_org="v=DMARC1; p=reject; rua=mailto:d@example.org", example_org="v=DMARC1;p=none")

    assert found(zone) == [
        (Verdict.GOOD, "the record of _dmarc.news.example.org holds for mails from news.example.org, with p=reject")
    ]


def test_else_that_of_the_organization_does_with_its_policy_for_those_below(zone: Zones) -> None:
    with_records(zone, example_org="v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@example.org;")

    assert found(zone)[0][1].endswith("_dmarc.example.org holds for mails from news.example.org, with sp=quarantine")


def test_no_record_is_told_with_the_one_to_publish(zone: Zones) -> None:
    ((verdict, words),) = found(zone)

    assert verdict is Verdict.WRONG
    assert 'publish "v=DMARC1; p=none; rua=mailto:' in words


@pytest.mark.parametrize(
    ("record", "verdict", "said"),
    [
        ("v=DMARC1; p=none", Verdict.REMARK, 'has no "rua"'),
        (
            "v=DMARC1; p=none; pct=50; ri=3600; rua=mailto:a@example.org",
            Verdict.REMARK,
            "has pct and ri, which RFC 9989",
        ),
        ("v=DMARC1; p=none; pct=50; rua=mailto:a@example.org", Verdict.REMARK, 'write "t=y"'),
        ("v=DMARC1; p=none; rf=afrf; rua=mailto:a@example.org", Verdict.REMARK, "has rf, which"),
        ("v=DMARC1; p=none; adkim=x; rua=mailto:a@example.org", Verdict.REMARK, "has adkim=x, which nobody"),
        ("v=DMARC1; p=refuse; rua=mailto:a@example.org", Verdict.WRONG, "p=refuse, which is no policy"),
        ("v=dmarc1; p=none", Verdict.WRONG, "cannot be read"),
        ("v=DMARC1 p=none", Verdict.WRONG, "cannot be read"),
        ("v=DMARC1; p=none; p=reject", Verdict.WRONG, "cannot be read"),
    ],
)
def test_what_is_odd_about_a_record_is_told(zone: Zones, record: str, verdict: Verdict, said: str) -> None:
    with_records(zone, news_example_org=record)

    assert verdict in [one for one, words in found(zone) if said in words]


def test_two_records_are_none(zone: Zones) -> None:
    zone.says(f"_dmarc.{AUTHOR}", "v=DMARC1; p=none", "v=DMARC1; p=reject")

    assert "has 2 DMARC records, and receivers then take none" in found(zone)[0][1]


@pytest.mark.parametrize(
    ("records", "organization"),
    [
        ({"example_org": "v=DMARC1"}, "example.org"),
        ({"example_org": "v=DMARC1", "a_mail_example_org": "v=DMARC1"}, "example.org"),
        ({"example_org": "v=DMARC1", "mail_example_org": "v=DMARC1; psd=n"}, "mail.example.org"),
        ({"org": "v=DMARC1; psd=y"}, "example.org"),
        ({}, "a.mail.example.org"),
    ],
)
def test_the_organization_is_found_by_walking_up(zone: Zones, records: dict[str, str], organization: str) -> None:
    with_records(zone, **records)
    domain = "a.mail.example.org"

    assert dmarc.organization(domain, dmarc.walk(domain, zone.resolver)) == organization


def test_a_walk_asks_eight_times_at_most(zone: Zones) -> None:
    dmarc.walk("a.b.c.d.e.f.g.h.i.j.mail.example.com", zone.resolver)

    assert len(zone.asked) == 8
    assert zone.asked[1] == "TXT _dmarc.g.h.i.j.mail.example.com"
    assert zone.asked[-1] == "TXT _dmarc.com"


def aligned(zone: Zones, return_path: str, *signing: str) -> list[Verdict]:
    return [one.verdict for one in dmarc.check_alignment(AUTHOR, return_path, signing, zone.resolver)]


def test_domains_of_one_organization_speak_for_each_other(zone: Zones) -> None:
    with_records(zone, example_org="v=DMARC1; p=none")

    assert aligned(zone, "bounces.example.org", "example.org") == [Verdict.GOOD, Verdict.GOOD]


def test_where_the_record_is_strict_only_the_same_domain_does(zone: Zones) -> None:
    with_records(zone, example_org="v=DMARC1; p=none; adkim=s; aspf=s")

    assert aligned(zone, AUTHOR, AUTHOR) == [Verdict.GOOD, Verdict.GOOD]
    assert aligned(zone, "bounces.example.org", "example.org") == [Verdict.WRONG, Verdict.WRONG]


def test_one_of_both_is_enough(zone: Zones) -> None:
    with_records(zone, example_org="v=DMARC1; p=none")

    assert aligned(zone, "service.example.net", "example.org") == [Verdict.GOOD, Verdict.REMARK]
    assert aligned(zone, "example.org") == [Verdict.REMARK, Verdict.GOOD]
    assert aligned(zone, "service.example.net") == [Verdict.WRONG, Verdict.WRONG]
