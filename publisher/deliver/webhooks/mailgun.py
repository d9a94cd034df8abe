"""Mailgun's events. An HMAC over a time and a token, in the body itself, proves them.

https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
"""

import hashlib
import hmac
from typing import Any

from publisher.deliver.bounces import judging
from publisher.deliver.webhooks.call import Call, Event, Report, check_fresh, document, opt_out, part, text
from publisher.errors import NotAllowed
from publisher.model import Bounce, BounceKind

_SUPPRESSED = {"suppress-complaint": BounceKind.COMPLAINT, "suppress-bounce": BounceKind.HARD}
_GAVE_UP = ("old", "generic")


def read(call: Call) -> Report:
    """Read a call.

    Raises:
        NotAllowed: for a signature that is not right, or old.
        UnreadableInput: for what is no call of Mailgun's.
    """
    said = document(call.body)
    signed = text(said, "signature", "timestamp") + text(said, "signature", "token")
    right = hmac.new(call.secret.encode(), signed.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), text(said, "signature", "signature").encode("utf-8", "replace")):
        raise NotAllowed("its signature is not that of the key in delivery.webhook; give Mailgun's signing key there")
    check_fresh(text(said, "signature", "timestamp"), call.now)
    event = _event(part(said, "event-data"))
    return Report((event,) if event else ())


def _event(said: Any) -> Event | None:
    kind, key, recipient = text(said, "event"), text(said, "user-variables", "delivery"), text(said, "recipient")
    # An id of its own is used again after a day.
    identity = f"{text(said, 'id')} {text(said, 'timestamp')}"
    if kind == "complained":
        return Event(key, identity, Bounce(recipient, "", BounceKind.COMPLAINT, "abuse"))
    reason = text(said, "reason")
    if kind == "unsubscribed" or (kind == "failed" and reason == "suppress-unsubscribe"):
        return opt_out(key, identity, recipient)
    return Event(key, identity, _bounce(said, recipient, reason)) if kind == "failed" else None


def _bounce(said: Any, recipient: str, reason: str) -> Bounce:
    answer = (text(said, "delivery-status", "message"), text(said, "delivery-status", "description"))
    words = " ".join((text(said, "delivery-status", "code"), *filter(None, dict.fromkeys(answer)))).strip()
    status = judging.status(text(said, "delivery-status", "enhanced-code"), words)
    if text(said, "severity") == "temporary":
        return Bounce(recipient, status, BounceKind.SOFT, words, is_final=False)
    if reason in _SUPPRESSED:
        return Bounce(recipient, status, _SUPPRESSED[reason], reason)
    if reason in _GAVE_UP or text(said, "delivery-status", "bounce-type") == "soft":
        return Bounce(recipient, status, BounceKind.SOFT, words)
    return Bounce(recipient, status, judging.confirmed(status, words), words)
