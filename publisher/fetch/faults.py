"""What went wrong between us and a server, in one sentence: the URL, the cause, the remedy."""

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import requests
from urllib3.exceptions import HTTPError, NameResolutionError

from publisher.errors import FarEndError
from publisher.fetch import robots
from publisher.fetch.answers import Response
from publisher.fetch.guard import Watch

LONGEST_WAIT_SECONDS = 60.0
"""Whoever asks for a longer pause than this is asked again in a later run, not in this one."""


class PassingFault(FarEndError):
    """A failure that may pass by itself; `wait_seconds` is the pause the server asked for."""

    def __init__(self, message: str, wait_seconds: float = 0) -> None:
        super().__init__(message, permanent=False)
        self.wait_seconds = wait_seconds


class TooLarge(FarEndError):
    """An answer larger than may be read; it is there."""

    def __init__(self, url: str, most: int) -> None:
        super().__init__(
            f"{url} is larger than {most} bytes; if that is right, raise fetch.max_bytes",
            permanent=True,
        )


def refused(answer: Response) -> FarEndError:
    """Say what an error status means for us."""
    said = f"{answer.url} answered {answer.status} {http.client.responses.get(answer.status, '')}".rstrip()
    if answer.status == 429 or answer.status >= 500:
        wait = _wait_asked(answer)
        again = f"in {wait:.0f} seconds" if wait > LONGEST_WAIT_SECONDS else "later"
        return PassingFault(f"{said}; try again {again}", wait)
    if answer.status in (401, 403):
        return FarEndError(f"{said}; ask whoever keeps that site to admit the publisher", permanent=True)
    return FarEndError(f"{said}; check the address", permanent=True)


def disallowed(url: str) -> FarEndError:
    """Say that a site does not want us to ask for a page."""
    return FarEndError(
        f"{url} is closed to programs by its site's robots.txt; ask whoever keeps that site to allow "
        f'"{robots.TOKEN}" there',
        permanent=True,
    )


def _wait_asked(answer: Response) -> float:
    """Give the seconds of Retry-After (RFC 9110 §10.2.3); a date counts from the server's own Date."""
    asked = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", asked):
        return float(asked)
    try:
        then, now = parsedate_to_datetime(asked), parsedate_to_datetime(answer.headers.get("date", ""))
        return max((then - now).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return 0.0


def too_slow(watch: Watch, timeout_seconds: float) -> FarEndError:
    """Say that the whole time was used up."""
    return PassingFault(
        f"{watch.url} did not answer whole within {timeout_seconds:g} seconds; try again later, or raise "
        "fetch.timeout_seconds"
    )


_PASSING: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((NameResolutionError, socket.gaierror), "the name of its host is not known; check the address and the network"),
    ((ConnectionRefusedError,), "nobody listens there; check the address, or wait until the site is back"),
    ((requests.exceptions.Timeout, TimeoutError), "it was silent for too long; try again later"),
    (
        (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError, HTTPError, ConnectionError),
        "the connection broke; try again later",
    ),
)


def broken(watch: Watch, timeout_seconds: float, error: Exception) -> FarEndError:
    """Translate what the libraries raise, most telling cause first."""
    causes = list(_chain(error))
    if watch.expired:
        return too_slow(watch, timeout_seconds)
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return FarEndError(
            f"{watch.url} shows a certificate that cannot be trusted; ask whoever keeps that site to mend it",
            permanent=True,
        )
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return FarEndError(f"{watch.url} sent what cannot be unpacked; tell whoever keeps that site", permanent=True)
    for kinds, sentence in _PASSING:
        if any(isinstance(cause, kinds) for cause in causes):
            return PassingFault(f"{watch.url} cannot be read: {sentence}")
    return FarEndError(f"{watch.url} cannot be asked for ({error}); check the address", permanent=True)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
