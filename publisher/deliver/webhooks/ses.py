"""Amazon SES's bounces and complaints, as SNS posts them. SNS's signature proves them, and only our topic counts.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html,
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import base64
import re
from collections.abc import Iterator
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from publisher.deliver.bounces import judging
from publisher.deliver.bounces.feedback import NO_COMPLAINTS
from publisher.deliver.bounces.report import address
from publisher.deliver.webhooks.call import Call, Event, Report, document, items, text
from publisher.errors import FarEndError, NotAllowed, UnreadableInput
from publisher.model import Bounce, BounceKind

_SNS = r"https://sns\.[a-z0-9-]{1,40}\.amazonaws\.com(?:\.cn)?/"
_CERTIFICATE = re.compile(_SNS + r"SimpleNotificationService-[0-9a-f]{32}\.pem")
_CONFIRMATION = re.compile(_SNS + r"\?Action=ConfirmSubscription&[\w%&=:.-]{1,2000}")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}


def read(call: Call) -> Report:
    """Read a call.

    Raises:
        FarEndError: when SNS's certificate cannot be had.
        NotAllowed: for another topic, or a signature that is not right.
        UnreadableInput: for what is no call of SNS's.
    """
    said = document(call.body)
    _check(said, call)
    kind = text(said, "Type")
    if kind == "SubscriptionConfirmation":
        confirm = text(said, "SubscribeURL")
        if not _CONFIRMATION.fullmatch(confirm):
            raise NotAllowed("it asks to be confirmed at an address that is not SNS's")
        return Report(confirm=confirm)
    if kind != "Notification":
        return Report()
    try:
        event = document(said["Message"])
    except UnreadableInput:
        # SES tries a new destination with a sentence.
        return Report()
    return Report(tuple(_events(event, text(said, "MessageId"))))


def _check(said: Any, call: Call) -> None:
    """Believe what SNS signed for our topic. Its certificates are asked for nowhere else."""
    names, place = _SIGNED.get(text(said, "Type")), text(said, "SigningCertURL")
    if names is None or not all(isinstance(said.get(name), str) for name in names if name != "Subject"):
        raise UnreadableInput("a webhook's body is no message of Amazon SNS; look at what calls it")
    if not call.topic or said["TopicArn"] != call.topic:
        raise NotAllowed("it is of another topic than delivery.webhook.topic")
    if not _CERTIFICATE.fullmatch(place):
        raise NotAllowed("its certificate is not at SNS's")
    lines = "".join(f"{name}\n{said[name]}\n" for name in names if said.get(name) is not None)
    digest = {"1": hashes.SHA1(), "2": hashes.SHA256()}.get(text(said, "SignatureVersion"))  # noqa: S303 - SNS's default
    try:
        signature = base64.b64decode(text(said, "Signature"), validate=True)
        if digest is None:
            raise InvalidSignature
        _key(call.get(place)).verify(signature, lines.encode("utf-8", "replace"), padding.PKCS1v15(), digest)
    except (InvalidSignature, ValueError) as error:
        raise NotAllowed("its signature is not SNS's") from error


def _key(pem: bytes) -> rsa.RSAPublicKey:
    try:
        key = x509.load_pem_x509_certificate(pem).public_key()
    except ValueError as error:
        raise FarEndError("Amazon SNS's certificate cannot be read; try again later") from error
    if not isinstance(key, rsa.RSAPublicKey):
        raise InvalidSignature
    return key


def _events(said: Any, identity: str) -> Iterator[Event]:
    key, sender = text(said, "mail", "tags", "delivery", 0), text(said, "mail", "source")
    kind = text(said, "eventType") or text(said, "notificationType")
    bounces = _bounces(said) if kind == "Bounce" else _complaints(said) if kind == "Complaint" else ()
    for bounce in bounces:
        yield Event(key, identity, bounce, sender)


def _bounces(said: Any) -> Iterator[Bounce]:
    is_permanent = text(said, "bounce", "bounceType") == "Permanent"
    for one in items(said, "bounce", "bouncedRecipients"):
        words = address(text(one, "diagnosticCode"))
        status = judging.status(text(one, "status"), words)
        kind = judging.confirmed(status, words) if is_permanent else BounceKind.SOFT
        if not is_permanent and not words:
            # No server refused it: SES counts absence notes so.
            kind = BounceKind.AUTO
        yield Bounce(text(one, "emailAddress"), status, kind, words, kind is not BounceKind.AUTO)


def _complaints(said: Any) -> Iterator[Bounce]:
    feedback = text(said, "complaint", "complaintFeedbackType") or "abuse"
    if feedback in NO_COMPLAINTS:
        return
    for one in items(said, "complaint", "complainedRecipients"):
        yield Bounce(text(one, "emailAddress"), "", BounceKind.COMPLAINT, feedback)
