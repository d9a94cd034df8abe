"""What was encoded once is kept while its origin is unchanged, within a bound of memory.

An origin is named by a key and dated by a stamp that changes when its content may have changed. The oldest
made are let go first.
"""

import hashlib
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from publisher.web import negotiation
from publisher.web.negotiation import Coding

LIMIT_BYTES = 64_000_000
SMALL_BYTES = 256
"""What is shorter is not worth encoding."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A body as it goes over the wire, with the strong entity tag of exactly these bytes."""

    body: bytes
    coding: Coding
    etag: str


class Shelf:
    """Encoded bodies, for all routes and threads of one application."""

    def __init__(self, limit_bytes: int = LIMIT_BYTES) -> None:
        self._limit = limit_bytes
        self._kept: dict[tuple[str, Coding], tuple[Hashable, Encoded]] = {}
        self._size = 0
        self._making = threading.Lock()

    def find(self, key: str, stamp: Hashable, coding: Coding) -> Encoded | None:
        """Give what is kept of the origin as it stands now."""
        made_at, encoded = self._kept.get((key, coding), (None, None))
        return encoded if made_at == stamp else None

    def get(self, key: str, stamp: Hashable, coding: Coding, read: Callable[[], bytes]) -> Encoded:
        """Give the origin encoded; `read` is called when that must be made first."""
        with self._making:
            found = self.find(key, stamp, coding)
            if found is None:
                found = _encoded(read(), coding)
                self._keep((key, coding), stamp, found)
        return found

    def _keep(self, place: tuple[str, Coding], stamp: Hashable, encoded: Encoded) -> None:
        self._drop(place)
        self._kept[place] = (stamp, encoded)
        self._size += len(encoded.body)
        while self._size > self._limit:
            self._drop(next(iter(self._kept)))

    def _drop(self, place: tuple[str, Coding]) -> None:
        _, encoded = self._kept.pop(place, (None, None))
        self._size -= len(encoded.body) if encoded else 0


def _encoded(body: bytes, coding: Coding) -> Encoded:
    if len(body) < SMALL_BYTES:
        coding = Coding.IDENTITY
    sent = negotiation.encode(body, coding)
    return Encoded(sent, coding, f'"{hashlib.sha256(sent).hexdigest()[:32]}"')
