"""What hosted relays tell of mails, as they post it to webhooks or export it: a small table says where.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html,
https://postmarkapp.com/developer/webhooks/bounce-webhook,
https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads,
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event,
https://developers.brevo.com/docs/transactional-webhooks
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from publisher.deliver.maillog.fact import TAKEN, reply
from publisher.model import DeliveryState, Reply

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Where the events of one relay have what is asked of them.

    `names` are where our tag or our Message-ID stands, `kind` what happened, as one text with slashes in it.
    In `gave_up` are the kinds after which the relay does not try again; any other tells that it took the mail.
    """

    names: tuple[Path, ...]
    kind: tuple[Path, ...]
    gave_up: frozenset[str]
    status: Path
    words: tuple[Path, ...]
    at: Path


@dataclass(frozen=True, slots=True)
class Event:
    """What a relay tells of one mail: what names its delivery, what became of it, and when, as it is written."""

    names: tuple[str, ...]
    reply: Reply
    at: str


_FINAL_POSTMARK = (
    "HardBounce SoftBounce Blocked BadEmailAddress ManuallyDeactivated SpamNotification VirusNotification DnsError "
    "DMARCPolicy Unknown"
)

RELAYS = {
    "ses": Fields(
        names=(("mail", "tags", "delivery", 0), ("mail", "commonHeaders", "messageId")),
        kind=(("eventType",), ("notificationType",), ("bounce", "bounceType")),
        gave_up=frozenset({"Bounce/Permanent", "Reject"}),
        status=("bounce", "bouncedRecipients", 0, "status"),
        words=(("bounce", "bouncedRecipients", 0, "diagnosticCode"), ("reject", "reason")),
        at=("mail", "timestamp"),
    ),
    "postmark": Fields(
        names=(("Metadata", "delivery"),),
        kind=(("RecordType",), ("Type",)),
        gave_up=frozenset(f"Bounce/{kind}" for kind in _FINAL_POSTMARK.split()),
        status=(),
        words=(("Details",), ("Description",)),
        at=("DeliveredAt",),
    ),
    "mailgun": Fields(
        names=(("user-variables", "delivery"), ("message", "headers", "message-id")),
        kind=(("event",), ("severity",)),
        gave_up=frozenset({"failed/permanent", "rejected"}),
        status=("delivery-status", "enhanced-code"),
        words=(("delivery-status", "message"), ("delivery-status", "description"), ("reject", "reason")),
        at=("timestamp",),
    ),
    "sendgrid": Fields(
        names=(("publisher_delivery",), ("smtp-id",)),
        kind=(("event",),),
        gave_up=frozenset({"bounce", "blocked", "dropped"}),
        status=("status",),
        words=(("reason",),),
        at=("timestamp",),
    ),
    "brevo": Fields(
        names=(("X-Mailin-custom",), ("message-id",)),
        kind=(("event",),),
        gave_up=frozenset({"hard_bounce", "soft_bounce", "blocked", "invalid_email", "error"}),
        status=(),
        words=(("reason",),),
        at=("ts_event",),
    ),
}

_AROUND = ("event-data", "detail")
"""What Mailgun's webhooks and Amazon's EventBridge put around an event."""


def read(line: str) -> list[Event]:
    """Read a line: an event, or a list of them.

    Raises:
        ValueError: when it is no JSON object and no list of them.
    """
    said = orjson.loads(line)
    found = said if isinstance(said, list) else [said]
    if not all(isinstance(one, dict) for one in found):
        raise ValueError("no event")
    return [event for one in found for event in _events(_unwrapped(one))]


def _unwrapped(said: dict[str, Any]) -> dict[str, Any]:
    """Take off what carries an event: SNS has it as text."""
    if isinstance(said.get("Message"), str) and "TopicArn" in said:
        inner = orjson.loads(said["Message"]) if said["Message"].startswith("{") else {}
    else:
        inner = next((said[name] for name in _AROUND if name in said), said)
    return inner if isinstance(inner, dict) else {}


def _events(said: dict[str, Any]) -> Iterator[Event]:
    for fields in RELAYS.values():
        names = tuple(filter(None, (_text(said, path) for path in fields.names)))
        kind = "/".join(filter(None, (_text(said, path) for path in fields.kind)))
        if names and kind:
            words = next(filter(None, (_text(said, path) for path in fields.words)), "")
            gave_up = reply(DeliveryState.FAILED, words, _text(said, fields.status))
            yield Event(names, gave_up if kind in fields.gave_up else TAKEN, _text(said, fields.at))


def _text(said: Any, path: Path) -> str:
    for step in path:
        if isinstance(said, dict):
            said = said.get(step)
        elif isinstance(said, list) and isinstance(step, int) and len(said) > step:
            said = said[step]
        else:
            return ""
    return str(said) if isinstance(said, str | int | float) and path else ""
