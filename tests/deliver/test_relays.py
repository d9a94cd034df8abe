"""What each relay needs stands in every mail, and what it would break is not signed."""

import re
from datetime import timedelta
from typing import get_args

import pytest
from pydantic import ValidationError

from publisher.config.settings import DeliverySettings
from publisher.deliver import dkim, notice, relays
from publisher.deliver.dkim import Signer
from publisher.deliver.relays.relay import KEY as MARK
from tests.deliver.samples import KEY, NOW, SECRET, delivery, parsed, settings, template

EACH = pytest.mark.parametrize("relay", [one for one in relays.RELAYS if one != "own"])


def mail(relay: str) -> bytes:
    return template(settings(delivery={"relay": relay})).fill(delivery(key=KEY)).content


def test_the_config_names_what_there_is() -> None:
    assert list(get_args(DeliverySettings.model_fields["relay"].annotation)) == list(relays.RELAYS)


@EACH
def test_a_mail_names_its_delivery_in_one_field_of_the_relay(relay: str) -> None:
    added = {name: value for name, value in parsed(mail(relay)).items() if name not in parsed(mail("own"))}

    assert [name for name, value in added.items() if KEY in value]
    assert all(name.startswith("X-") for name in added)
    assert MARK not in str(added)


def test_a_server_of_our_own_is_told_nothing() -> None:
    assert not [name for name in parsed(mail("own")) if name.startswith("X-")]


@EACH
def test_a_second_try_is_the_same_octets_and_short_in_its_lines(relay: str) -> None:
    assert mail(relay) == mail(relay)
    assert all(len(line) <= 78 for line in mail(relay).partition(b"\r\n\r\n")[0].split(b"\r\n") if b"X-" in line)


def test_tracking_is_switched_off_where_a_mail_can_say_so() -> None:
    said = {relay: dict(parsed(mail(relay)).items()) for relay in relays.RELAYS}

    assert (said["postmark"]["X-PM-TrackOpens"], said["postmark"]["X-PM-TrackLinks"]) == ("false", "None")
    assert said["mailgun"]["X-Mailgun-Track"] == "no"
    assert said["sendgrid"]["X-SMTPAPI"].count('"enable": 0') == 4


@pytest.mark.parametrize("relay", ["postmark", "mailgun", "sendgrid"])
def test_notices_are_not_tracked_either(relay: str) -> None:
    asked = notice.Notice("ana@example.org", "en", "Confirm", "text", "<p>text</p>")

    sent = notice.message(settings(delivery={"relay": relay}), asked, KEY, NOW, SECRET)

    fields = "".join(f"{name}: {value}" for name, value in parsed(sent.content).items() if name.startswith("X-"))
    assert re.search("false|no|0", fields)
    assert KEY not in fields


def signed_fields(content: bytes) -> list[str]:
    found = re.search(rb"h=([^;]+);", content)
    assert found
    return re.sub(r"\s", "", found[1].decode()).split(":")


@pytest.mark.parametrize("relay", list(relays.RELAYS))
def test_what_the_relay_rewrites_is_not_signed_and_all_else_is(relay: str) -> None:
    signer = Signer("rsa-sha256", "example.org", "news", lambda octets: octets[:10])
    left_out = relays.RELAYS[relay].rewrites

    ours = signed_fields(dkim.signed([signer], mail("own"), [], NOW))
    theirs = signed_fields(dkim.signed([signer], mail("own"), [], NOW, left_out))

    assert theirs == [name for name in ours if name not in left_out]
    assert left_out <= set(ours)
    assert {"from", "subject", "list-unsubscribe", "list-unsubscribe-post"} <= set(theirs)


def test_amazon_takes_one_signature() -> None:
    key = {"selector": "news", "domain": "example.org", "key": "news.pem"}
    said = {"from": "a@example.org", "return_path": "b@example.org", "relay": "ses"}

    DeliverySettings(**said, dkim=[key])  # type: ignore[arg-type]  # as the file has it
    with pytest.raises(ValidationError, match="one DKIM-Signature"):
        DeliverySettings(**said, dkim=[key, key])  # type: ignore[arg-type]  # as the file has it


@pytest.mark.parametrize(
    ("relay", "code", "words", "rest"),
    [
        ("ses", 454, "Throttling failure: Maximum sending rate exceeded.", timedelta(minutes=10)),
        ("ses", 454, "Throttling failure: Daily message quota exceeded.", timedelta(hours=1)),
        ("sendgrid", 451, "Authentication failed: Maximum credits exceeded", timedelta(hours=12)),
        ("sendgrid", 451, "You've exceeded your messaging limits", timedelta(hours=12)),
        ("mailgun", 450, "this domain is over its sending limit, try again after 25m", timedelta(minutes=25)),
        ("postmark", 421, "rate limit reached", timedelta(minutes=10)),
        ("brevo", 452, "too many messages; retry in 92 seconds", timedelta(seconds=92)),
        ("own", 550, "5.4.5 Daily user sending limit exceeded", timedelta(hours=1)),
    ],
)
def test_a_refusal_for_quota_says_how_long_to_rest(relay: str, code: int, words: str, rest: timedelta) -> None:
    assert relays.RELAYS[relay].quota(f"{code} {words}") == rest


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (552, "5.2.2 mailbox full: quota exceeded"),
        (452, "4.2.2 the account you tried to reach is over quota"),
        (552, "5.3.4 message size exceeds fixed limit"),
        (450, "4.2.1 the user is receiving mail at a rate that prevents more"),
        (451, "greylisted, try again in 300 seconds"),
        (550, "5.1.1 user unknown"),
    ],
)
@pytest.mark.parametrize("relay", list(relays.RELAYS))
def test_what_is_about_a_mailbox_is_no_quota_of_ours(relay: str, code: int, words: str) -> None:
    assert relays.RELAYS[relay].quota(f"{code} {words}") is None
