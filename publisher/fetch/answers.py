"""What comes back through the door."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with an answer, so that the next request can ask whether it changed (RFC 9110 §8.8)."""

    etag: str | None = None
    last_modified: str | None = None

    def as_headers(self) -> dict[str, str]:
        """Give the request headers that ask whether it changed."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value and _is_sendable(value)}


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, read whole. `url` is where redirects ended; `headers` has lower-case names."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    validators: Validators = field(default=Validators())

    @property
    def not_modified(self) -> bool:
        """Whether the server says that nothing changed since the validators were given."""
        return self.status == 304


def _is_sendable(value: str) -> bool:
    """Whether a value that a server once sent may go back to it in a header."""
    return value == value.strip() and value.isascii() and value.isprintable()
