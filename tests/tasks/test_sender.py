"""The newsroom's domain as receivers see it: all of it in order, or each fault in a sentence."""

from pathlib import Path

from publisher.config import Settings
from publisher.config.settings import DkimKey, Relay
from publisher.deliver.domain.asking import Judgment, Verdict
from publisher.tasks import keys, sender
from tests.deliver.far_end import far_end
from tests.deliver.zones import Zones

DOMAIN = "estuary.example.org"


def delivering(settings: Settings, **values: object) -> Settings:
    return settings.model_copy(update={"delivery": settings.delivery.model_copy(update=values)})


def examined(settings: Settings, zone: Zones) -> list[Judgment]:
    with far_end() as server:
        here = delivering(settings, smtp=server.settings)
        return list(sender.examine(here, zone.resolver, lambda: ("11.22.33.44",)))


def published(settings: Settings, zone: Zones) -> Settings:
    """Publish all that receivers ask for, and give settings with a key."""
    (made,) = keys.make(settings)
    zone.says(made.record.name, made.record.value)
    zone.says(DOMAIN, "v=spf1 ip4:11.22.33.44 -all")
    zone.says(f"_dmarc.{DOMAIN}", f"v=DMARC1; p=none; rua=mailto:reports@{DOMAIN}")
    zone.has(DOMAIN, "MX", f"10 mail.{DOMAIN}.")
    zone.has(f"mail.{DOMAIN}", "A", "11.22.33.44")
    zone.has("44.33.22.11.in-addr.arpa", "PTR", f"mail.{DOMAIN}.")
    return delivering(settings, dkim=(DkimKey(selector=made.selector, domain=made.domain, key=made.path),))


def test_of_several_servers_each_is_judged_and_what_is_true_of_both_is_said_once(
    settings: Settings, zone: Zones
) -> None:
    with far_end() as first, far_end() as second:
        servers = tuple(Relay(**server.settings.model_dump()) for server in (first, second))
        here = delivering(published(settings, zone), relays=servers)
        found = list(sender.examine(here, zone.resolver, lambda: ("11.22.33.44",)))

    assert [one.about for one in found].count("tls") == 2
    assert [one.about for one in found].count("ptr") == 1


def test_a_domain_that_is_in_order_is_good_in_all(settings: Settings, zone: Zones) -> None:
    found = examined(published(settings, zone), zone)

    assert [(one.about, str(one.verdict)) for one in found] == [
        ("spf", "good"),
        ("spf", "good"),
        ("dkim", "good"),
        ("dmarc", "good"),
        ("alignment", "good"),
        ("alignment", "good"),
        ("ptr", "good"),
        ("tls", "remark"),
        ("mx", "good"),
    ]


def test_each_thing_that_is_missing_has_its_sentence(settings: Settings, zone: Zones) -> None:
    found = examined(settings, zone)

    assert [one.about for one in found if one.verdict is Verdict.WRONG] == ["spf", "dmarc", "ptr", "mx"]


def test_where_dns_fails_each_check_cannot_tell(settings: Settings, zone: Zones) -> None:
    ready = published(settings, zone)
    zone.failing |= {DOMAIN, f"_dmarc.{DOMAIN}", f"news._domainkey.{DOMAIN}", "44.33.22.11.in-addr.arpa"}

    found = examined(ready, zone)

    assert {one.about for one in found if one.verdict is Verdict.CANNOT_TELL} == {
        *("spf", "dkim", "dmarc", "alignment", "ptr", "mx")
    }


def test_a_key_that_cannot_sign_is_told(settings: Settings, zone: Zones) -> None:
    key = DkimKey(selector="news", domain=DOMAIN, key=Path("nowhere.pem"))

    found = examined(delivering(settings, dkim=(key,)), zone)

    assert next(one.words for one in found if one.about == "dkim").startswith("delivery.dkim.0.key: ")


def test_a_key_that_signs_nothing_is_told(settings: Settings, zone: Zones) -> None:
    ready = published(settings, zone)
    other = ready.delivery.dkim[0].model_copy(update={"domain": "example.com"})

    found = examined(delivering(ready, dkim=(*ready.delivery.dkim, other)), zone)

    assert any("the key of example.com signs nothing" in one.words for one in found)
