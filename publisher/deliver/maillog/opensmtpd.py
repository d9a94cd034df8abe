"""OpenSMTPD's lines, as since 6.4 and as before. It logs no Message-ID: the return path names the delivery.

https://man.openbsd.org/smtpd.8, usr.sbin/smtpd/smtp_session.c, usr.sbin/smtpd/mta.c
"""

import re

from publisher.deliver.maillog.fact import TAKEN, Fact, reply
from publisher.model import DeliveryState

_LINE = re.compile(r"\b[0-9a-f]{16} (smtp|mta|mda) (?:event=)?(envelope|message|delivery) (.*)")
_FIELD = re.compile(r'(\w+)=("[^"]*"|<[^>]*>|\S+)')
_MESSAGE_DIGITS = 8
"""An envelope's id begins with its message's."""


def read(line: str) -> Fact | None:
    """Read a line; None when it is not OpenSMTPD's, or tells nothing of what became of a message."""
    found = _LINE.search(line) if "id=" in line else None
    if found is None:
        return None
    fields = {name: value.strip('"<>') for name, value in _FIELD.findall(found[3])}
    queue = (fields.get("evpid") or fields.get("msgid") or "")[:_MESSAGE_DIGITS]
    if found[1] == "smtp":
        return Fact(queue, sender=fields["from"], reply=TAKEN) if "from" in fields else None
    if found[2] != "delivery":
        return None
    result, words = fields.get("result", ""), fields.get("stat", "")
    if result in ("Ok", "PermFail"):
        state = DeliveryState.SENT if result == "Ok" else DeliveryState.FAILED
        return Fact(queue, sender=fields.get("from", ""), reply=reply(state, words))
    return Fact(queue, sender=fields.get("from", ""), reply=TAKEN)
