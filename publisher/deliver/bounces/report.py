"""Bounces in the form that machines read: `multipart/report` with delivery-status fields (RFC 3464, RFC 6533)."""

import re
from collections.abc import Iterator, Mapping

from publisher.deliver.bounces import judging
from publisher.deliver.bounces.mail import Mail
from publisher.model import Bounce

_ADDRESS = re.compile(r"[^\s@:/|<>]+@[^\s@:/|<>]+")


def names_somebody(mail: Mail) -> bool:
    """Tell whether a mail has a report that says of anybody what became of the mail."""
    return any(_recipient(fields) for fields in mail.statuses)


def bounces(mail: Mail) -> Iterator[Bounce]:
    """Give a bounce for each recipient whose delivery failed or is delayed; nothing for what was delivered."""
    for fields in mail.statuses:
        action = fields.get("action", "failed").lower().partition(" ")[0]
        recipient = _recipient(fields)
        if recipient and action in ("failed", "delayed"):
            yield _bounce(recipient, fields, mail.prose, is_final=action == "failed")


def address(field: str) -> str:
    """Give the address of a field with its type, as `rfc822; ana@example.org`."""
    kind, semicolon, value = field.partition(";")
    return (value if semicolon else kind).strip().strip("<>").strip()


def _recipient(fields: Mapping[str, str]) -> str:
    named = (address(fields.get(name, "")) for name in ("final-recipient", "original-recipient"))
    return next((one for one in named if _ADDRESS.fullmatch(one)), "")


def _bounce(recipient: str, fields: Mapping[str, str], prose: str, *, is_final: bool) -> Bounce:
    kind, semicolon, said = fields.get("diagnostic-code", "").partition(";")
    words = (said if semicolon else kind).strip()
    status = judging.status(fields.get("status", ""), words)
    said = words if any(map(str.isalpha, words)) else prose
    return Bounce(recipient, status, judging.kind(status, said), words, is_final)
