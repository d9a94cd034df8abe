"""Brevo's transactional events, one or many a call. A bearer token, or the password in its address, proves them.

https://developers.brevo.com/docs/transactional-webhooks
"""

from typing import Any

from publisher.deliver.bounces import judging
from publisher.deliver.webhooks.call import Call, Event, Report, check_password, document, opt_out, text
from publisher.model import Bounce, BounceKind

_PERMANENT = ("hard_bounce", "invalid_email")
_SOFT = ("soft_bounce", "blocked", "deferred")
_COMPLAINTS = ("spam", "complaint")
_OPT_OUTS = ("unsubscribe", "unsubscribed")


def read(call: Call) -> Report:
    """Read a call.

    Raises:
        NotAllowed: without the secret.
        UnreadableInput: for what is no call of Brevo's.
    """
    check_password(call)
    said = document(call.body)
    found = map(_event, said if isinstance(said, list) else [said])
    return Report(tuple(event for event in found if event))


def _event(said: Any) -> Event | None:
    kind, key, recipient = text(said, "event"), text(said, "X-Mailin-custom"), text(said, "email")
    # Brevo numbers its events nowhere.
    identity = " ".join((kind, text(said, "message-id"), text(said, "ts_epoch") or text(said, "ts_event")))
    words = text(said, "reason").strip()
    status = judging.status("", words)
    if kind in _OPT_OUTS:
        return opt_out(key, identity, recipient)
    if kind in _COMPLAINTS:
        return Event(key, identity, Bounce(recipient, "", BounceKind.COMPLAINT, "abuse"))
    if kind in _PERMANENT:
        return Event(key, identity, Bounce(recipient, status, judging.confirmed(status, words), words))
    if kind in _SOFT:
        return Event(key, identity, Bounce(recipient, status, BounceKind.SOFT, words, kind != "deferred"))
    return None
