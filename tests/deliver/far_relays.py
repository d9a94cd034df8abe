"""The relays' side of a webhook: events as each of them words them, proven as each of them proves them."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from publisher.deliver.webhooks import Call

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SECRET = "what only the relay and we know"
TOPIC = "arn:aws:sns:us-east-1:123456789012:bounces"
SNS = "https://sns.us-east-1.amazonaws.com/"
CERTIFICATE = f"{SNS}SimpleNotificationService-{'0a' * 16}.pem"


def by_password(body: Any, password: str = SECRET) -> tuple[dict[str, str], bytes]:
    """What Postmark and Brevo send."""
    credentials = base64.b64encode(f"relay:{password}".encode()).decode()
    return {"authorization": f"Basic {credentials}"}, json.dumps(body).encode()


def by_mailgun(event: Any, key: str = SECRET, at: datetime = NOW) -> tuple[dict[str, str], bytes]:
    timestamp, token = str(int(at.timestamp())), "a token of fifty characters"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    signed = {"timestamp": timestamp, "token": token, "signature": signature}
    return {}, json.dumps({"signature": signed, "event-data": event}).encode()


@cache
def sendgrid_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def sendgrid_secret() -> str:
    der, spki = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(sendgrid_key().public_key().public_bytes(der, spki)).decode()


def by_sendgrid(events: Any, at: datetime = NOW) -> tuple[dict[str, str], bytes]:
    timestamp, body = str(int(at.timestamp())), json.dumps(events).encode()
    signature = sendgrid_key().sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "x-twilio-email-event-webhook-timestamp": timestamp,
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
    }, body


@cache
def sns_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def sns_certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(sns_key().public_key())
    dated = made.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=365))
    return dated.sign(sns_key(), hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def by_sns(message: Any, *, version: str = "2", **fields: str) -> tuple[dict[str, str], bytes]:
    """What SNS posts of an event of SES, or of itself where `fields` has another Type."""
    said = {
        "Type": "Notification",
        "MessageId": "sns-1",
        "TopicArn": TOPIC,
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": "2026-11-20T14:00:00.000Z",
        "SigningCertURL": CERTIFICATE,
        "SignatureVersion": version,
        **fields,
    }
    named = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
    lines = "".join(f"{name}\n{said[name]}\n" for name in named if name in said)
    digest = hashes.SHA1() if version == "1" else hashes.SHA256()  # noqa: S303 - what SNS does
    signature = sns_key().sign(lines.encode(), padding.PKCS1v15(), digest)
    said.setdefault("Signature", base64.b64encode(signature).decode())
    return {}, json.dumps(said).encode()


def confirmation(**fields: str) -> tuple[dict[str, str], bytes]:
    url = f"{SNS}?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=abc"
    return by_sns("please", **{"Type": "SubscriptionConfirmation", "Token": "abc", "SubscribeURL": url, **fields})


def call(sent: tuple[dict[str, str], bytes], secret: str = SECRET, **fields: Any) -> Call:
    asked = {CERTIFICATE: sns_certificate()}
    return Call(*sent, secret, **{"topic": TOPIC, "now": NOW, "get": asked.__getitem__, **fields})
