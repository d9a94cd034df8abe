"""Exim's lines: its main log, or what it wrote to syslog.

https://www.exim.org/exim-html-current/doc/html/spec_html/ch-log_files.html
"""

import re

from publisher.deliver.maillog.fact import TAKEN, Fact, reply
from publisher.model import DeliveryState

_LINE = re.compile(
    r"(?<![\w-])([0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})) "
    r"(<=|=>|->|>>|\*\*|==|Completed)(?: (.*)|$)"
)
_FLAG = re.compile(r" (?:<=|=>|->|>>|\*\*|==|Completed)(?: |$)")
_MESSAGE_ID = re.compile(r" id=(\S+)")
_CONFIRMED = re.compile(r' C="((?:[^"\\]|\\.)*)"')
_DELIVERED = ("=>", "->", ">>")


def read(line: str) -> Fact | None:
    """Read a line; None when it is not Exim's, or tells nothing of what became of a message."""
    found = _LINE.search(line) if _FLAG.search(line) else None
    if found is None:
        return None
    queue, flag, told = found[1], found[2], found[3] or ""
    if flag == "<=":
        named = _MESSAGE_ID.search(told)
        return Fact(queue, message_id=named[1] if named else "", sender=told.partition(" ")[0], reply=TAKEN)
    if flag in _DELIVERED:
        confirmed = _CONFIRMED.search(told)
        return Fact(queue, reply=reply(DeliveryState.SENT, confirmed[1] if confirmed else ""))
    if flag == "**":
        return Fact(queue, reply=reply(DeliveryState.FAILED, told.partition(": ")[2]))
    return Fact(queue, is_last=True) if flag == "Completed" else Fact(queue, reply=TAKEN)
