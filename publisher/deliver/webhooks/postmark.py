"""Postmark's bounces, spam complaints and subscription changes. Basic auth proves them.

https://postmarkapp.com/developer/webhooks/bounce-webhook,
https://postmarkapp.com/developer/webhooks/subscription-change-webhook
"""

from typing import Any

from publisher.deliver.bounces import judging
from publisher.deliver.webhooks.call import Call, Event, Report, check_password, document, opt_out, part, text
from publisher.model import Bounce, BounceKind

_PERMANENT = ("HardBounce", "BadEmailAddress", "ManuallyDeactivated")
_KINDS = {
    "SoftBounce": BounceKind.SOFT,
    "DnsError": BounceKind.SOFT,
    "Blocked": BounceKind.SOFT,
    "VirusNotification": BounceKind.SOFT,
    "SpamNotification": BounceKind.SOFT,
    "DMARCPolicy": BounceKind.SOFT,
    "Unknown": BounceKind.SOFT,
    "Transient": BounceKind.SOFT,
    "SpamComplaint": BounceKind.COMPLAINT,
    "AutoResponder": BounceKind.AUTO,
    "AddressChange": BounceKind.AUTO,
    "ChallengeVerification": BounceKind.CHALLENGE,
}
_NOT_FINAL = ("Transient", "AutoResponder", "AddressChange", "ChallengeVerification")


def read(call: Call) -> Report:
    """Read a call.

    Raises:
        NotAllowed: without the secret.
        UnreadableInput: for what is no call of Postmark's.
    """
    check_password(call)
    event = _event(document(call.body))
    return Report((event,) if event else ())


def _event(said: Any) -> Event | None:
    key, kind = text(said, "Metadata", "delivery"), text(said, "Type")
    if text(said, "RecordType") == "SubscriptionChange":
        # Where Postmark itself stopped sending, a bounce or a complaint says so.
        if part(said, "SuppressSending") is True and text(said, "Origin") == "Recipient":
            return opt_out(key, text(said, "MessageID") + text(said, "ChangedAt"), text(said, "Recipient"))
        return None
    identity, recipient = text(said, "ID"), text(said, "Email")
    words = text(said, "Details") or text(said, "Description")
    status = judging.status("", words)
    if kind in _PERMANENT:
        return Event(key, identity, Bounce(recipient, status, judging.confirmed(status, words), words))
    if kind == "Unsubscribe":
        return opt_out(key, identity, recipient)
    if kind not in _KINDS:
        return None
    words = "abuse" if kind == "SpamComplaint" else words
    return Event(key, identity, Bounce(recipient, status, _KINDS[kind], words, kind not in _NOT_FINAL))
