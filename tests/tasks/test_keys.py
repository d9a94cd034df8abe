"""Keys that sign: made once, for their owner alone, with the record that makes others believe them."""

import re
from datetime import UTC, datetime
from pathlib import Path

import dkim as dkimpy
import pytest

from publisher.config import Settings
from publisher.config.settings import DkimKey
from publisher.deliver import dkim
from publisher.deliver.domain.asking import Judgment, Verdict
from publisher.errors import UsageError
from publisher.tasks import keys
from publisher.tasks.keys import Key
from tests.deliver.zones import Zones

DOMAIN = "estuary.example.org"


def with_keys(settings: Settings, *made: Key) -> Settings:
    given = tuple(DkimKey(selector=one.selector, domain=one.domain, key=one.path) for one in made)
    return settings.model_copy(update={"delivery": settings.delivery.model_copy(update={"dkim": given})})


def judgment(settings: Settings, made: Key, zone: Zones) -> Judgment:
    (found,) = keys.configured(with_keys(settings, made), zone.resolver)
    assert found.judgment
    return found.judgment


def test_others_verify_what_a_made_key_signs_by_the_record_that_was_printed(settings: Settings) -> None:
    made = keys.make(settings, beside=True)
    records = {f"{one.record.name}.".encode(): one.record.value.encode() for one in made}
    signers = dkim.signers(with_keys(settings, *made), DOMAIN)

    headers = f"From: Ana <ana@{DOMAIN}>\r\nSubject: Nine findings\r\n".encode()
    mail = dkim.signed(signers, headers, [b"Hello\r\n"], datetime(2026, 11, 20, tzinfo=UTC))

    assert [one.record.kind for one in made] == ["rsa", "ed25519"]
    for at in (0, 1):
        assert dkimpy.DKIM(mail).verify(idx=at, dnsfunc=lambda name, timeout=5: records[name])


def test_a_key_is_for_its_owner_alone(settings: Settings) -> None:
    (made,) = keys.make(settings)
    file = settings.path(made.path)

    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert made.path == Path(f"var/dkim/news.{DOMAIN}.pem")


def test_a_key_is_never_written_over(settings: Settings) -> None:
    (made,) = keys.make(settings)
    before = settings.path(made.path).read_bytes()

    with pytest.raises(UsageError, match="is there already and is left as it is"):
        keys.make(settings, beside=True)

    assert settings.path(made.path).read_bytes() == before
    assert len(list(settings.path(keys.FOLDER).iterdir())) == 1


def test_an_ed25519_key_is_made_beside_one_that_is_configured(settings: Settings) -> None:
    first = keys.make(settings)

    (made,) = keys.make(with_keys(settings, *first), beside=True)

    assert (made.selector, made.record.kind) == ("news-ed25519", "ed25519")


@pytest.mark.parametrize(
    ("domain", "selector", "said"),
    [
        ("example.com", "", "would not sign mails from estuary"),
        ("", "Über", "is no selector"),
        ("", "../x", "selector"),
    ],
)
def test_a_key_of_no_use_is_not_made(settings: Settings, domain: str, selector: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        keys.make(settings, domain, selector)

    assert not settings.path(keys.FOLDER).exists()


def test_the_line_of_the_zone_file_is_read_as_the_same_record(settings: Settings, zone: Zones) -> None:
    (made,) = keys.make(settings, domain="example.org")
    strings = re.findall(r'"([^"]*)"', made.record.zone)

    assert made.record.zone.startswith("news._domainkey.example.org. IN TXT ( ")
    assert all(len(string) <= 255 for string in strings)
    zone.has(made.record.name, "TXT", " ".join(f'"{string}"' for string in strings))
    assert judgment(settings, made, zone).verdict is Verdict.GOOD


def test_a_record_that_was_not_published_is_missed(settings: Settings, zone: Zones) -> None:
    (made,) = keys.make(settings)

    found = judgment(settings, made, zone)

    assert (found.verdict, "has no TXT record" in found.words) == (Verdict.WRONG, True)


def test_a_record_under_a_doubled_name_is_found(settings: Settings, zone: Zones) -> None:
    (made,) = keys.make(settings)
    zone.says(f"{made.record.name}.{DOMAIN}", made.record.value)

    assert 'write "news._domainkey" there' in judgment(settings, made, zone).words


def test_a_record_that_is_not_of_the_key_is_told(settings: Settings, zone: Zones) -> None:
    made, other = keys.make(settings)[0], keys.make(settings, selector="other")[0]
    key = made.record.value
    for published, verdict, said in (
        ([other.record.value], Verdict.WRONG, "another key than the file"),
        ([key.replace("k=rsa", "k=ed25519")], Verdict.WRONG, "another key"),
        (["v=DKIM1; p="], Verdict.WRONG, "is revoked"),
        (["v=spf1 -all"], Verdict.WRONG, "is no DKIM key"),
        (["v=DKIM2; p=AAAA"], Verdict.WRONG, "is no DKIM key"),
        ([key, other.record.value], Verdict.WRONG, "has 2 TXT records"),
        ([key + "; h=sha1"], Verdict.WRONG, "forbids"),
        ([key + "; t=y"], Verdict.REMARK, "on trial"),
        ([key.replace("v=DKIM1; k=rsa; ", "") + " ;"], Verdict.GOOD, "has the key"),
    ):
        zone.says(made.record.name, *published)
        found = judgment(settings, made, zone)
        assert found.verdict is verdict, published
        assert said in found.words


def test_where_dns_fails_nobody_can_tell(settings: Settings, zone: Zones) -> None:
    (made,) = keys.make(settings)
    zone.failing.add(made.record.name)

    assert judgment(settings, made, zone).verdict is Verdict.CANNOT_TELL
