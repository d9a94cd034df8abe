"""What one line of a log tells of a message."""

import re
from dataclasses import dataclass

from publisher.model import DeliveryState, Reply

_ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?:^|(?<=said: )|(?<=: ))([245]\d\d)(?=[ -])")

TAKEN = Reply(DeliveryState.SENT)
"""The server has the message: it tries on its own from here, or delivered it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a line tells: of the message that the server calls `queue`, and what names the delivery that this is.

    `message_id` is None where the line does not name it. With a `reply` the server took the message; it is `failed`
    where the server gave it up. `is_last` tells that it forgot the message, and may use its name again.
    """

    queue: str
    message_id: str | None = None
    sender: str = ""
    reply: Reply | None = None
    is_last: bool = False


def reply(state: DeliveryState, words: str, enhanced: str = "") -> Reply:
    """Make a reply of the words that a log has of it; code and enhanced code are looked for in them."""
    code, found = _CODE.search(words), _ENHANCED.search(words)
    return Reply(state, int(code[1]) if code else None, enhanced or (found[1] if found else ""), words)
