"""The DNS record of a key that signs mails, and whether DNS has it (RFC 6376 §3.6, RFC 8463)."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from publisher.deliver import dkim
from publisher.deliver.domain import tags
from publisher.deliver.domain.asking import Judgment, Resolver, Verdict

Kind = Literal["rsa", "ed25519"]

ABOUT = "dkim"
_LONGEST_STRING = 255
_EXPONENT = 65537


@dataclass(frozen=True, slots=True)
class Record:
    """A TXT record to publish: its name, its value in one piece, and the domain whose zone it belongs to."""

    name: str
    domain: str
    kind: Kind
    value: str

    @property
    def zone(self) -> str:
        """The record as a line of a zone file, its strings as long as they may be."""
        pieces = (self.value[at : at + _LONGEST_STRING] for at in range(0, len(self.value), _LONGEST_STRING))
        strings = " ".join(f'"{piece}"' for piece in pieces)
        return f"{self.name}. IN TXT ( {strings} )"


def made(kind: Kind) -> bytes:
    """Make a private key, in PEM."""
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey = (
        rsa.generate_private_key(_EXPONENT, dkim.LEAST_BITS) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def record(place: str, path: Path, selector: str, domain: str) -> Record:
    """Give the record of the key in a file; `place` is what the config calls it.

    Raises:
        ConfigError: when the file has no key that can sign.
    """
    key = dkim.private_key(place, path)
    kind: Kind = "rsa"
    if isinstance(key, ed25519.Ed25519PrivateKey):
        kind = "ed25519"
        octets = key.public_key().public_bytes_raw()
    else:
        octets = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    value = f"v=DKIM1; k={kind}; p={base64.b64encode(octets).decode('ascii')}"
    return Record(f"{selector}._domainkey.{domain}", domain, kind, value)


def compare(record: Record, resolver: Resolver) -> Iterator[Judgment]:
    """Tell whether DNS has the record of a key, and no other at its name."""
    found = resolver.texts(record.name)
    if len(found) > 1:
        yield _wrong(
            f"{record.name} has {len(found)} TXT records, and receivers may take any; leave the one of the key"
        )
    elif found:
        yield _compared(record, found[0])
    else:
        yield _missing(record, resolver)


def _missing(record: Record, resolver: Resolver) -> Judgment:
    doubled = f"{record.name}.{record.domain}"
    if resolver.texts(doubled):
        return _wrong(
            f"the record of the key stands at {doubled}; its editor puts the domain behind names by itself, so write "
            f'"{record.name.removesuffix("." + record.domain)}" there'
        )
    return _wrong(
        f"{record.name} has no TXT record, so no signature of the key is believed; publish what `doctor dkim` prints"
    )


def _compared(record: Record, published: str) -> Judgment:
    ours, theirs = tags.parse(record.value) or {}, tags.parse(published)
    publish = "publish what `doctor dkim` prints"
    if theirs is None or "p" not in theirs or theirs.get("v", "DKIM1") != "DKIM1":
        return _wrong(f"the TXT record of {record.name} is no DKIM key; {publish}")
    if not theirs["p"]:
        return _wrong(f"{record.name} says that its key is revoked; {publish}, or make a key with another selector")
    if "".join(theirs["p"].split()) != ours["p"] or theirs.get("k", "rsa") != record.kind:
        return _wrong(
            f"{record.name} has another key than the file, so every signature fails; {publish}, or name the file of "
            "the key that is published"
        )
    if "sha256" not in theirs.get("h", "sha256").split(":") or theirs.get("s", "*") not in ("*", "email"):
        return _wrong(f"{record.name} forbids what we sign with, by its tag h or s; take both tags out")
    if "y" in theirs.get("t", "").split(":"):
        words = f"{record.name} says that its key is on trial, and some receivers then count no signature"
        return Judgment(ABOUT, Verdict.REMARK, f"{words}; take t=y out once mails arrive signed")
    return Judgment(ABOUT, Verdict.GOOD, f"{record.name} has the key of the file ({record.kind})")


def _wrong(words: str) -> Judgment:
    return Judgment(ABOUT, Verdict.WRONG, words)
