"""What relays report is read as they mean it, and nothing that they did not prove."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver import relays, webhooks
from publisher.deliver.webhooks import Call, Event
from publisher.deliver.webhooks.sendgrid import SIGNATURE
from publisher.errors import ConfigError, NotAllowed, UnreadableInput
from tests.deliver.far_relays import (
    CERTIFICATE,
    NOW,
    SNS,
    by_mailgun,
    by_password,
    by_sendgrid,
    by_sns,
    call,
    confirmation,
    sendgrid_secret,
)

KEY = "00112233445566778899"
ANA = "ana@example.org"
UNKNOWN = "550 5.1.1 <ana@example.org>: user unknown"
FULL = "552 5.2.2 mailbox full"


def postmark(kind: str, words: str = "", **fields: Any) -> Call:
    event = {"RecordType": "Bounce", "ID": 42, "Type": kind, "Email": ANA, "Details": words, **fields}
    return call(by_password({"Metadata": {"delivery": KEY}, **event}))


def mailgun(kind: str, **fields: Any) -> Call:
    event = {"event": kind, "id": "a1", "timestamp": 1795183200.5, "recipient": ANA, **fields}
    return call(by_mailgun({"user-variables": {"delivery": KEY}, **event}))


def failed(words: str, severity: str = "permanent", **fields: Any) -> Call:
    status = {"code": int(words[:3]), "message": words[4:], "description": ""}
    return mailgun("failed", severity=severity, **{"reason": "bounce", "delivery-status": status, **fields})


def sendgrid(kind: str, **fields: Any) -> Call:
    event = {"event": kind, "email": ANA, "sg_event_id": "e1", "publisher_delivery": KEY, **fields}
    return call(by_sendgrid([event]), sendgrid_secret())


def brevo(kind: str, words: str = "") -> Call:
    event = {"event": kind, "email": ANA, "message-id": "<1@mailin.example>", "ts_epoch": 1795183200000}
    return call(by_password({"X-Mailin-custom": KEY, "reason": words, **event}))


def ses(kind: str, version: str = "2", **fields: Any) -> Call:
    event = {"eventType": kind, "mail": {"tags": {"delivery": [KEY]}}, kind.lower(): fields}
    return call(by_sns(event, version=version))


def ses_bounce(kind: str, words: str, status: str = "", version: str = "2") -> Call:
    recipient = {"emailAddress": ANA, "status": status, "diagnosticCode": words and f"smtp; {words}"}
    return ses("Bounce", version, bounceType=kind, bouncedRecipients=[recipient])


def complaint(kind: str) -> Call:
    return ses("Complaint", complainedRecipients=[{"emailAddress": ANA}], complaintFeedbackType=kind)


def only(relay: str, made: Call) -> Event:
    (event,) = webhooks.READERS[relay](made).events
    return event


@pytest.mark.parametrize(
    ("relay", "made", "kind", "status"),
    [
        ("ses", ses_bounce("Permanent", UNKNOWN, "5.1.1"), "hard", "5.1.1"),
        ("ses", ses_bounce("Permanent", UNKNOWN, "5.1.1", version="1"), "hard", "5.1.1"),
        ("ses", ses_bounce("Permanent", "550 5.7.1 blocked for spam", "5.7.1"), "soft", "5.7.1"),
        ("ses", ses_bounce("Permanent", "550 no"), "hard", ""),
        ("ses", ses_bounce("Transient", FULL, "5.2.2"), "soft", "5.2.2"),
        ("postmark", postmark("HardBounce", UNKNOWN), "hard", "5.1.1"),
        ("postmark", postmark("HardBounce", "Test bounce details"), "hard", ""),
        ("postmark", postmark("HardBounce", FULL), "soft", "5.2.2"),
        ("postmark", postmark("SoftBounce", FULL), "soft", "5.2.2"),
        ("postmark", postmark("Blocked", "554 listed"), "soft", ""),
        ("mailgun", failed(UNKNOWN), "hard", "5.1.1"),
        ("mailgun", failed("550 no"), "hard", ""),
        ("mailgun", failed("605 not delivering", reason="suppress-bounce"), "hard", ""),
        ("mailgun", failed(FULL), "soft", "5.2.2"),
        ("mailgun", failed("602 too old", reason="old"), "soft", ""),
        ("sendgrid", sendgrid("bounce", type="bounce", reason=UNKNOWN, status="5.1.1"), "hard", "5.1.1"),
        ("sendgrid", sendgrid("bounce", type="blocked", reason="550 listed", status="5.0.0"), "soft", "5.0.0"),
        ("sendgrid", sendgrid("dropped", reason="Bounced Address"), "hard", ""),
        ("brevo", brevo("hard_bounce", UNKNOWN), "hard", "5.1.1"),
        ("brevo", brevo("soft_bounce", FULL), "soft", "5.2.2"),
        ("brevo", brevo("blocked", "blocked : due to blacklist user"), "soft", ""),
    ],
)
def test_a_bounce_is_of_its_kind_by_the_relays_word_and_ours(relay: str, made: Call, kind: str, status: str) -> None:
    event = only(relay, made)

    assert (event.key, event.bounce.recipient, event.leaves) == (KEY, ANA, False)
    assert (event.bounce.kind, event.bounce.status, event.bounce.is_final) == (kind, status, True)


@pytest.mark.parametrize(
    ("relay", "made"),
    [
        ("ses", complaint("abuse")),
        ("postmark", postmark("SpamComplaint", RecordType="SpamComplaint")),
        ("mailgun", mailgun("complained")),
        ("sendgrid", sendgrid("spamreport")),
        ("brevo", brevo("spam")),
        ("brevo", brevo("complaint")),
    ],
)
def test_a_complaint_is_one(relay: str, made: Call) -> None:
    event = only(relay, made)

    assert (event.bounce.kind, event.bounce.words, event.leaves) == ("complaint", "abuse", False)


@pytest.mark.parametrize(
    ("relay", "made"),
    [
        ("postmark", postmark("", RecordType="SubscriptionChange", SuppressSending=True, Origin="Recipient")),
        ("mailgun", mailgun("unsubscribed")),
        ("sendgrid", sendgrid("group_unsubscribe")),
        ("brevo", brevo("unsubscribed")),
    ],
)
def test_who_takes_the_relays_own_way_out_leaves(relay: str, made: Call) -> None:
    assert only(relay, made).leaves


@pytest.mark.parametrize(
    ("relay", "made"),
    [
        ("ses", ses_bounce("Transient", "")),
        ("postmark", postmark("Transient", FULL)),
        ("postmark", postmark("AutoResponder")),
        ("mailgun", failed("451 try later", severity="temporary")),
        ("sendgrid", sendgrid("deferred", reason="451 try later")),
        ("brevo", brevo("deferred", "451 try later")),
    ],
)
def test_what_is_still_tried_or_answered_by_a_program_is_not_final(relay: str, made: Call) -> None:
    assert not only(relay, made).bounce.is_final


@pytest.mark.parametrize(
    ("relay", "made"),
    [
        ("ses", ses("Delivery", recipients=[ANA])),
        ("ses", complaint("not-spam")),
        ("ses", call(by_sns("a sentence that SES tries a destination with"))),
        ("ses", call(confirmation(Type="UnsubscribeConfirmation"))),
        ("postmark", postmark("SMTPApiError")),
        ("postmark", postmark("", RecordType="SubscriptionChange", SuppressSending=True, Origin="Customer")),
        ("mailgun", mailgun("delivered")),
        ("sendgrid", sendgrid("dropped", reason="Recipient List over Package Quota")),
        ("brevo", brevo("request")),
    ],
)
def test_what_says_nothing_of_an_address_is_nothing(relay: str, made: Call) -> None:
    assert webhooks.READERS[relay](made).events == ()


def test_many_events_of_one_call_are_read() -> None:
    events = [{"event": "spamreport", "email": ANA, "sg_event_id": str(at)} for at in range(3)]

    found = webhooks.READERS["sendgrid"](call(by_sendgrid([*events, "no event", None]), sendgrid_secret())).events

    assert [event.identity for event in found] == ["0", "1", "2"]


def test_a_topic_of_ours_is_confirmed() -> None:
    assert webhooks.READERS["ses"](call(confirmation())).confirm.startswith(f"{SNS}?Action=ConfirmSubscription")


def changed(sent: tuple[dict[str, str], bytes], found: str, other: str) -> Call:
    headers, body = sent
    assert found in body.decode()
    return call((headers, body.replace(found.encode(), other.encode())), sendgrid_secret())


@pytest.mark.parametrize(
    ("relay", "made"),
    [
        ("ses", changed(by_sns({"eventType": "Bounce"}), "Bounce", "Reject")),
        ("ses", call(by_sns({}, TopicArn="arn:aws:sns:us-east-1:210987654321:bounces"))),
        ("ses", call(by_sns({}), topic="")),
        ("ses", call(by_sns({}, SigningCertURL=CERTIFICATE.replace("amazonaws.com", "amazonaws.com.example.org")))),
        ("ses", call(by_sns({}, SigningCertURL=CERTIFICATE.replace("https", "http")))),
        ("ses", call(by_sns({}, SigningCertURL=f"https://sns.a@example.org/{CERTIFICATE}"))),
        ("ses", call(by_sns({}, version="3"))),
        ("ses", call(by_sns({}, Signature="no base64!"))),
        ("ses", call(by_sns({}, Signature="ñ"))),
        ("ses", call(confirmation(SubscribeURL="https://example.org/?Action=ConfirmSubscription&Token=a"))),
        ("ses", call(confirmation(TopicArn="arn:aws:sns:us-east-1:210987654321:bounces"))),
        ("postmark", call(by_password({}, "another password"))),
        ("postmark", call(({}, b"{}"))),
        ("brevo", call(({"authorization": "Basic ???"}, b"{}"))),
        ("brevo", call(({"authorization": "Digest " + "what only the relay and we know"}, b"{}"))),
        ("mailgun", call(by_mailgun({}, "another key"))),
        ("mailgun", call(by_mailgun({}, at=NOW - timedelta(hours=26)))),
        ("mailgun", call(by_mailgun({}, at=NOW + timedelta(hours=26)))),
        ("mailgun", call(({}, b"{}"))),
        ("sendgrid", changed(by_sendgrid([{"event": "open"}]), "open", "spam")),
        ("sendgrid", call(by_sendgrid([], at=NOW - timedelta(hours=26)), sendgrid_secret())),
        ("sendgrid", call(({}, b"[]"), sendgrid_secret())),
        ("sendgrid", call(({SIGNATURE: "ñ"}, b"[]"), sendgrid_secret())),
    ],
)
def test_what_is_not_proven_is_refused(relay: str, made: Call) -> None:
    with pytest.raises(NotAllowed):
        webhooks.READERS[relay](made)


def test_a_bearer_token_proves_too() -> None:
    headers = {"authorization": f"Bearer {call(({}, b'')).secret}"}

    assert webhooks.READERS["brevo"](call((headers, b"{}"))).events == ()


@pytest.mark.parametrize(
    ("relay", "sent"), [("ses", ({}, b"<xml/>")), ("ses", ({}, b'{"Type": "Notification"}')), ("mailgun", ({}, b"["))]
)
def test_what_is_no_call_of_the_relays_is_told(relay: str, sent: tuple[dict[str, str], bytes]) -> None:
    with pytest.raises(UnreadableInput):
        webhooks.READERS[relay](call(sent))


def test_a_secret_that_is_no_verification_key_is_the_configs_mistake() -> None:
    with pytest.raises(ConfigError, match=r"delivery\.webhook\.secret"):
        webhooks.READERS["sendgrid"](call(by_sendgrid([]), "c2VjcmV0IHNlY3JldCBzZWNyZXQ="))


def test_every_relay_that_is_a_service_reports() -> None:
    assert {*webhooks.READERS, "own"} == set(relays.RELAYS)


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["event", "event-data", "Type", "Metadata", "mail", "tags", "eventType", "bounce", "bouncedRecipients"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(said=documents)
def test_whatever_a_proven_call_says_breaks_nothing(said: Any) -> None:
    for relay in ("postmark", "brevo"):
        webhooks.READERS[relay](call(by_password(said)))
    webhooks.READERS["mailgun"](call(by_mailgun(said)))
    webhooks.READERS["sendgrid"](call(by_sendgrid(said), sendgrid_secret()))
    webhooks.READERS["ses"](call(by_sns(json.dumps(said))))
