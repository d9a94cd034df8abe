"""Signs mails, so that who gets one can tell that it is the newsroom's and was not changed on its way (DKIM, RFC 6376).

Relaxed canonicalization, the whole body, no end date. Fields that must stay alone are named once more than they occur,
so nobody can add another. An Ed25519 signature (RFC 8463) stands beside one of RSA, which all receivers verify.
"""

import base64
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from publisher.config import Settings
from publisher.config.settings import is_aligned
from publisher.deliver.address import ascii_host
from publisher.errors import ConfigError

LEAST_BITS = 2048

ALONE = (
    *("from", "to", "cc", "subject", "date", "reply-to", "message-id", "mime-version", "content-type"),
    *("content-transfer-encoding", "list-unsubscribe", "list-unsubscribe-post"),
)
AS_THEY_ARE = ("list-id", "list-archive", "list-help", "list-owner", "list-post", "feedback-id", "archived-at")
"""The fields that are signed as often as they occur; `auto-submitted` of notices too."""
_SIGNED = (*ALONE, *AS_THEY_ARE, "auto-submitted")

_FOLD = 72
_NEXT_LINE = "\r\n\t"
_GOES_ON = (b" ", b"\t", b"\r")
"""What a piece may end with that belongs to what follows it."""
_LONG = 512
"""Octets from which on a piece is most likely one that all mails of an issue have."""
_SPACES = re.compile(rb"[ \t]+")


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs. `sign` gives the signature of octets."""

    algorithm: str
    domain: str
    selector: str
    sign: Callable[[bytes], bytes]


def signers(settings: Settings, domain: str) -> tuple[Signer, ...]:
    """Load the keys that sign the mails of a domain: those of the domain itself, and of one above it.

    Raises:
        ConfigError: for a key that cannot be read or is too weak, or Ed25519 without RSA beside it.
    """
    found = tuple(
        _signer(f"delivery.dkim.{at}", settings.path(one.key), one.selector, ascii_host(one.domain))
        for at, one in enumerate(settings.delivery.dkim)
        if is_aligned(domain, one.domain)
    )
    if found and all(signer.algorithm == "ed25519-sha256" for signer in found):
        raise ConfigError("delivery.dkim: an Ed25519 key alone is not verified by large receivers; name an RSA key too")
    return found


def signed(
    signers: Sequence[Signer],
    headers: bytes,
    pieces: Sequence[bytes],
    at: datetime,
    rewritten: Collection[str] = (),
    shared: bytes = b"",
) -> bytes:
    """Give a mail with a signature of each key above its headers; `pieces` are its body, from after the empty line on.

    `shared` are more headers, which many mails have. `at` is when the mail was made, not when it is sent: the same mail
    has the same signature each time. The fields named in `rewritten`, which somebody on the way writes anew, are not
    signed.
    """
    if not signers:
        return b"".join((headers, shared, b"\r\n", *pieces))
    fields = [*_relaxed(headers), *_relaxed_once(shared)]
    names, places = _covered(tuple([name for name, _ in fields]), frozenset(rewritten))
    lines = b"".join([fields[at][1] for at in places])
    digest = base64.b64encode(hashlib.sha256(relaxed_body(pieces)).digest()).decode("ascii")
    own = [_field(signer, names, digest, lines, at) for signer in signers]
    return b"".join((*own, headers, shared, b"\r\n", *pieces))


@lru_cache(maxsize=16)
def _covered(present: Sequence[str], rewritten: frozenset[str]) -> tuple[str, Sequence[int]]:
    """Give the names of the fields that are signed, in lines, and where those that are present stand, in the same
    order: of several with one name the last comes first (RFC 6376 §5.4.2)."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(present):
        places[name].insert(0, at)
    covered = [name for name in _SIGNED if name not in rewritten]
    names = [name for name in covered for _ in range(len(places[name]) + (name in ALONE))]
    return _folded(names), [at for name in covered for at in places[name]]


def relaxed_body(pieces: Sequence[bytes]) -> bytes:
    """Give a body as it is hashed: runs of blanks are one, none stand at the end of a line (RFC 6376 §3.4.4)."""
    if any(piece.endswith(_GOES_ON) for piece in pieces):
        pieces = [b"".join(pieces)]
    whole = b"".join([(_relaxed_long if len(piece) > _LONG else _relaxed_lines)(piece) for piece in pieces])
    if whole.endswith(b"\r\n\r\n") or not whole.endswith(b"\r\n"):
        whole = whole.rstrip(b"\r\n")
        return whole + b"\r\n" if whole else b""
    return whole if whole != b"\r\n" else b""


def _relaxed_lines(octets: bytes) -> bytes:
    plain = octets.replace(b"\t", b" ")
    while b"  " in plain:
        plain = plain.replace(b"  ", b" ")
    return plain.replace(b" \r\n", b"\r\n")


_relaxed_long = lru_cache(maxsize=32)(_relaxed_lines)


def _relaxed(headers: bytes) -> list[tuple[str, bytes]]:
    """Give the fields in order, each with its name and as it is signed (RFC 6376 §3.4.2)."""
    found = []
    for field in headers.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n"):
        name, colon, value = field.partition(b":")
        if colon:
            key = name.strip().lower()
            found.append((key.decode("ascii"), key + b":" + _SPACES.sub(b" ", value).strip() + b"\r\n"))
    return found


_relaxed_once = lru_cache(maxsize=16)(_relaxed)


def _field(signer: Signer, names: str, digest: str, lines: bytes, at: datetime) -> bytes:
    tags = f"v=1; a={signer.algorithm}; c=relaxed/relaxed; t={int(at.timestamp())}"
    whose = f"d={signer.domain}; s={signer.selector}"
    unsigned = f"DKIM-Signature: {tags};\r\n\t{whose};\r\n\th={names};\r\n\tbh={digest};\r\n\tb="
    ((_, line),) = _relaxed(unsigned.encode("ascii"))
    signature = base64.b64encode(signer.sign(lines + line.removesuffix(b"\r\n"))).decode("ascii")
    pieces = [signature[start : start + _FOLD] for start in range(0, len(signature), _FOLD)]
    return f"{unsigned}{_NEXT_LINE.join(pieces)}\r\n".encode("ascii")


def _folded(names: Sequence[str]) -> str:
    """Write the names of fields in lines that end after colons."""
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) + 1 > _FOLD:
            lines.append("")
        lines[-1] += f"{name}:"
    return _NEXT_LINE.join(lines).removesuffix(":")


def private_key(place: str, path: Path) -> rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    """Load a key that can sign; `place` is what the config calls it.

    Raises:
        ConfigError: when it cannot be read, is too weak or of another kind.
    """
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise ConfigError(
            f"{place}.key: {path} cannot be read ({error.strerror}); name a private key in PEM, as `publisher doctor "
            "dkim` makes them"
        ) from error
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{place}.key: {path} is no private key in PEM without a password") from error
    if isinstance(key, ed25519.Ed25519PrivateKey) or (
        isinstance(key, rsa.RSAPrivateKey) and key.key_size >= LEAST_BITS
    ):
        return key
    raise ConfigError(f"{place}.key: {path} is neither RSA of {LEAST_BITS} bits or more nor Ed25519")


@lru_cache(maxsize=16)
def _signer(place: str, path: Path, selector: str, domain: str) -> Signer:
    key = private_key(place, path)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        # The digest is signed, not the octets (RFC 8463 §3).
        return Signer("ed25519-sha256", domain, selector, lambda octets: key.sign(hashlib.sha256(octets).digest()))
    scheme, digest = padding.PKCS1v15(), hashes.SHA256()
    return Signer("rsa-sha256", domain, selector, lambda octets: key.sign(octets, scheme, digest))
