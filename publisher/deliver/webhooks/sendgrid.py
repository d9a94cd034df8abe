"""SendGrid's event webhook, many events a call. A signature (ECDSA) over time and body proves it.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features,
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import base64
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from publisher.deliver.bounces import judging
from publisher.deliver.webhooks.call import Call, Event, Report, check_fresh, document, items, opt_out, text
from publisher.errors import ConfigError, NotAllowed
from publisher.model import Bounce, BounceKind

SIGNATURE, TIMESTAMP = "x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp"

_OPT_OUTS = ("unsubscribe", "group_unsubscribe")
_DROPPED = {
    "bounced address": BounceKind.HARD,
    "invalid": BounceKind.HARD,
    "spam reporting address": BounceKind.COMPLAINT,
}
"""Why nothing is sent to an address any more; what is dropped for other reasons says nothing of the address."""


def read(call: Call) -> Report:
    """Read a call.

    Raises:
        ConfigError: when the secret is no key.
        NotAllowed: for a signature that is not right, or old.
        UnreadableInput: for what is no call of SendGrid's.
    """
    timestamp = call.headers.get(TIMESTAMP, "")
    key = _key(call.secret)
    try:
        signature = base64.b64decode(call.headers.get(SIGNATURE, ""), validate=True)
        key.verify(signature, timestamp.encode() + call.body, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError) as error:
        raise NotAllowed(
            "its signature is not that of the key in delivery.webhook; switch the signed event webhook on, and give "
            "its verification key there"
        ) from error
    check_fresh(timestamp, call.now)
    found = map(_event, items(document(call.body)))
    return Report(tuple(event for event in found if event))


def _key(secret: str) -> ec.EllipticCurvePublicKey:
    try:
        key = serialization.load_der_public_key(base64.b64decode(secret, validate=True))
    except ValueError:
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ConfigError("delivery.webhook.secret: is no verification key; copy it from SendGrid's webhook settings")
    return key


def _event(said: Any) -> Event | None:
    kind, key, recipient = text(said, "event"), text(said, "publisher_delivery"), text(said, "email")
    identity, words = text(said, "sg_event_id"), text(said, "reason")
    if kind in _OPT_OUTS or (kind == "dropped" and words.lower() == "unsubscribed address"):
        return opt_out(key, identity, recipient)
    bounce = _bounce(said, kind, recipient, words)
    return Event(key, identity, bounce) if bounce else None


def _bounce(said: Any, kind: str, recipient: str, words: str) -> Bounce | None:
    if kind == "spamreport":
        return Bounce(recipient, "", BounceKind.COMPLAINT, "abuse")
    if kind == "dropped":
        dropped = _DROPPED.get(words.lower())
        return Bounce(recipient, "", dropped, words) if dropped else None
    status = judging.status(text(said, "status"), words)
    if kind == "bounce" and text(said, "type") != "blocked":
        return Bounce(recipient, status, judging.confirmed(status, words), words)
    if kind in ("bounce", "blocked", "deferred"):
        return Bounce(recipient, status, BounceKind.SOFT, words, is_final=kind != "deferred")
    return None
