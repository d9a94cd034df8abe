"""Lines that are JSON: KumoMTA's records, and text lines that journald, rsyslog or a container's log put into a record.

https://docs.kumomta.com/reference/log_record/,
https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html
"""

from typing import Any

from publisher.deliver.maillog.fact import TAKEN, Fact, reply
from publisher.model import DeliveryState, Reply

_STATES = {
    "Reception": None,
    "TransientFailure": None,
    "Delivery": DeliveryState.SENT,
    "Bounce": DeliveryState.FAILED,
    "AdminBounce": DeliveryState.FAILED,
    "Expiration": DeliveryState.FAILED,
}
"""What a record of KumoMTA's tells; None where the server has the message and goes on trying."""
_OCTETS = range(256)
_LINES = ("MESSAGE", "message", "msg", "log")
_PROGRAMS = ("SYSLOG_IDENTIFIER", "programname", "program", "app_name", "appname", "ident")
_INSTANTS = ("__REALTIME_TIMESTAMP", "event_time", "timestamp", "@timestamp", "time", "timereported")


def read(record: dict[str, Any]) -> Fact | None:
    """Read a record of KumoMTA's; None for any other."""
    kind, identity = record.get("type"), record.get("id")
    if kind not in _STATES or not isinstance(identity, str):
        return None
    sender, state = record.get("sender"), _STATES[kind]
    return Fact(
        identity,
        message_id=_message_id(record) or None,
        sender=sender if isinstance(sender, str) else "",
        reply=_reply(record, state) if state else TAKEN,
    )


def _message_id(record: dict[str, Any]) -> str:
    for place in ("headers", "meta"):
        known = record.get(place)
        for name, value in known.items() if isinstance(known, dict) else ():
            if name.lower().replace("_", "-") == "message-id":
                return str(value[0] if isinstance(value, list) and value else value)
    return ""


def _reply(record: dict[str, Any], state: DeliveryState) -> Reply:
    said = record.get("response")
    if not isinstance(said, dict):
        return reply(state, "")
    parts, code, words = said.get("enhanced_code"), said.get("code"), str(said.get("content") or "")
    enhanced = ""
    if isinstance(parts, dict):
        enhanced = ".".join(str(parts.get(part, 0)) for part in ("class", "subject", "detail"))
    found = reply(state, words, enhanced)
    return Reply(state, code if isinstance(code, int) else found.code, found.enhanced, words)


def line(record: dict[str, Any]) -> str:
    """Give the text line in a record, with the name of its program before it; empty where there is none."""
    told = next((record[name] for name in _LINES if record.get(name)), "")
    if isinstance(told, list):
        # So journald writes octets that are no text.
        told = bytes(octet for octet in told if octet in _OCTETS).decode("utf-8", "replace")
    program = next((record[name] for name in _PROGRAMS if record.get(name)), "")
    return f"{program}: {told}" if program else str(told)


def instant(record: dict[str, Any]) -> Any:
    """Give what a record has of its time; None where there is nothing."""
    return next((record[name] for name in _INSTANTS if record.get(name)), None)
