"""A call of a relay, and what it reports: the parts that all relays have in common."""

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson

from publisher.errors import NotAllowed, UnreadableInput
from publisher.model import Bounce, BounceKind

MOST_BYTES = 2_000_000
"""Of a body that are read: a relay puts many events into one call."""
FRESH = timedelta(hours=25)
"""How old a signed call may be. Relays call again for a day while we are down; one that is repeated changes nothing."""
LONGEST_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Call:
    """What came, and what it takes to believe it. The names of `headers` are in lower case.

    `secret` and `topic` are those of `[delivery.webhook]`; `get` asks for what stands at an address of the relay's.
    """

    headers: Mapping[str, str]
    body: bytes
    secret: str = field(repr=False)
    topic: str
    now: datetime
    get: Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Event:
    """What became of one delivery. `identity` is the same for the same event and no other, however often it comes.

    `key` is the delivery's, empty where the relay did not bring it back; then `sender`, the return path that we gave,
    may name it. With `leaves` the reader asked for no more mail, by a way out of the relay's own.
    """

    key: str
    identity: str
    bounce: Bounce
    sender: str = ""
    leaves: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a call says. `confirm` is an address to ask, so that the relay begins to call."""

    events: tuple[Event, ...] = ()
    confirm: str = ""


def opt_out(key: str, identity: str, recipient: str) -> Event:
    """Make the event of a reader who took the relay's own way out."""
    return Event(key, identity, Bounce(recipient, "", BounceKind.COMPLAINT, "opt-out"), leaves=True)


def document(octets: bytes | str) -> Any:
    """Read JSON.

    Raises:
        UnreadableInput: for what is none.
    """
    try:
        return orjson.loads(octets)
    except orjson.JSONDecodeError as error:
        raise UnreadableInput("a webhook's body is no JSON; look at what calls it") from error


def part(found: Any, *path: str | int) -> Any:
    """Give what stands at a path in a document, whatever that is; None where nothing does."""
    for step in path:
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int):
            found = found[step] if step < len(found) else None
        else:
            return None
    return found


def text(found: Any, *path: str | int) -> str:
    """Give the text or number at a path, not too long; empty where there is none."""
    value = part(found, *path)
    return str(value)[:LONGEST_TEXT] if isinstance(value, str | int | float) else ""


def items(found: Any, *path: str | int) -> list[Any]:
    """Give the list at a path; empty where there is none."""
    value = part(found, *path)
    return value if isinstance(value, list) else []


def check_password(call: Call) -> None:
    """Believe a call that has the secret: as the password of basic auth (RFC 7617), or as a bearer token (RFC 6750).

    Raises:
        NotAllowed: for any other.
    """
    scheme, _, credentials = call.headers.get("authorization", "").partition(" ")
    given = credentials.strip().encode()
    if scheme.lower() == "basic":
        try:
            given = base64.b64decode(given, validate=True).partition(b":")[2]
        except binascii.Error:
            given = b""
    if scheme.lower() not in ("basic", "bearer") or not hmac.compare_digest(given, call.secret.encode()):
        raise NotAllowed("it lacks the secret of delivery.webhook; give it at the relay as the password of the address")


def check_fresh(seconds: str, now: datetime) -> None:
    """Believe a signed time, in seconds since 1970, that is not too far from now.

    Raises:
        NotAllowed: for any other.
    """
    try:
        age = now.timestamp() - float(seconds)
    except ValueError:
        age = float("inf")
    if not abs(age) <= FRESH.total_seconds():
        raise NotAllowed("it was signed too long ago, or the clock of this machine is wrong")
