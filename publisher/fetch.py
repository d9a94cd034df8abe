"""The one door to other people's web: requests with caps, politeness and no private addresses."""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from publisher.config.settings import Fetch


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with an answer, so that the next request can ask whether it changed (RFC 9110 §8.8)."""

    etag: str | None = None
    last_modified: str | None = None


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


class Door:
    """Asks for URLs, politely and within limits; sources on different hosts may ask side by side."""

    def __init__(self, settings: Fetch, contact: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._settings, self._contact, self._sleep = settings, contact, sleep

    def get(
        self,
        url: str,
        *,
        accept: str = "*/*",
        validators: Validators | None = None,
        allow: Collection[int] = (),
    ) -> Response:
        """Ask for `url`; a status of `allow` comes back as an answer, any other error status is raised.

        Raises:
            FarEndError: naming the URL, the cause and the remedy.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Close every connection."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
