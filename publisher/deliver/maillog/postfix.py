"""Postfix's lines. A message is taken when the queue manager has it: `cleanup` notes those too that are refused.

https://www.postfix.org/postconf.5.html#enable_long_queue_ids, src/global/log_adhoc.c, src/qmgr/qmgr_active.c
"""

import re

from publisher.deliver.maillog.fact import TAKEN, Fact, reply
from publisher.model import DeliveryState, Reply

_LINE = re.compile(r"\bpostfix[\w.-]*/(?:[\w-]+/)*([\w-]+)(?:\[\d+\])?: ([0-9A-F]{5,20}|[0-9A-Za-z]{10,25}): (.*)")
_MESSAGE_ID = re.compile(r"message-id=(.*)")
_QUEUED = re.compile(r"from=<(.*?)>, (?:size=\d+, nrcpt=\d+|status=((?:force-)?expired))\b")
_STATUS = re.compile(
    r"to=<.*?\bdsn=([245]\.\d{1,3}\.\d{1,3}), status=(sent|deferred|bounced|undeliverable)\b(?: \((.*)\))?"
)
EXPIRED = "5.4.7"
"""The enhanced code of a message that was tried for too long (RFC 3463)."""


def read(line: str) -> Fact | None:
    """Read a line; None when it is not Postfix's, or tells nothing of what became of a message."""
    found = _LINE.search(line) if "postfix" in line else None
    if found is None:
        return None
    program, queue, told = found.groups()
    if program == "cleanup" and (named := _MESSAGE_ID.match(told)):
        return Fact(queue, message_id=named[1])
    if program == "qmgr" and (queued := _QUEUED.match(told)):
        gave_up = reply(DeliveryState.FAILED, f"{queued[2]}, returned to sender", EXPIRED) if queued[2] else TAKEN
        return Fact(queue, sender=queued[1], reply=gave_up)
    if status := _STATUS.match(told):
        return Fact(queue, reply=_became(status[2], status[1], status[3] or ""))
    return Fact(queue, is_last=True) if told == "removed" else None


def _became(status: str, enhanced: str, words: str) -> Reply:
    if status == "deferred":
        return TAKEN
    return reply(DeliveryState.SENT if status == "sent" else DeliveryState.FAILED, words, enhanced)
