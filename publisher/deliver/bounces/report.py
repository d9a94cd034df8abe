"""Bounces in the form that machines read: `multipart/report` with delivery-status fields (RFC 3464, RFC 6533)."""

import re
import sys
from collections.abc import Iterator, Mapping

from publisher.deliver.bounces import judging, transcript
from publisher.deliver.bounces.mail import Mail
from publisher.model import Bounce

_FAILED = ("failed", "expired")
"""The second stands in no RFC, and is what some servers write when they give up."""
_ESCAPED = re.compile(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_ADDRESS = re.compile(r"[^\s@:/|<>]+@[^\s@:/|<>]+")


def names_somebody(mail: Mail) -> bool:
    """Tell whether a mail has a report that says of anybody what became of the mail."""
    return any(_recipient(fields) for fields in mail.statuses)


def bounces(mail: Mail) -> Iterator[Bounce]:
    """Give a bounce for each recipient whose delivery failed or is delayed; nothing for what was delivered."""
    named = [fields for fields in mail.statuses if _recipient(fields)]
    for fields in named:
        action = fields.get("action", "failed").lower().partition(" ")[0]
        if action in (*_FAILED, "delayed"):
            yield _bounce(fields, mail.prose, is_final=action in _FAILED, is_alone=len(named) == 1)


def address(field: str) -> str:
    """Give the address of a field with its type, as `rfc822; ana@example.org` (RFC 6533 §3 for `utf-8`)."""
    kind, semicolon, value = field.partition(";")
    found = (value if semicolon else kind).strip().strip("<>").strip()
    return _ESCAPED.sub(_unescaped, found) if kind.strip().lower() == "utf-8" else found


def _unescaped(escaped: re.Match[str]) -> str:
    number = int(escaped[1], 16)
    return chr(number) if number <= sys.maxunicode else escaped[0]


def _recipient(fields: Mapping[str, str]) -> str:
    named = (address(fields.get(name, "")) for name in ("final-recipient", "original-recipient"))
    return next((one for one in named if _ADDRESS.fullmatch(one)), "")


def _bounce(fields: Mapping[str, str], prose: str, *, is_final: bool, is_alone: bool) -> Bounce:
    kind, semicolon, said = fields.get("diagnostic-code", "").partition(";")
    words = (said if semicolon else kind).strip()
    says_why = any(map(str.isalpha, words))
    status = judging.status(fields.get("status", ""), words if says_why or not is_alone else prose)
    said = transcript.with_question(words, prose) if says_why else prose
    return Bounce(_recipient(fields), status, judging.kind(status, said), words, is_final)
