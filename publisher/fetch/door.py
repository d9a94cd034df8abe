"""Asks for URLs: one session a host, a pause between requests, limits on time, size and redirects, retries.

A request is tried again for what may pass (a broken connection, 429, 5xx), after a growing wait or the one
the server asks for. Every hop of a redirect is checked like the first request. Cookies stay with their host;
proxies and passwords of the environment are not used.
"""

import threading
import time
from collections.abc import Callable, Collection
from importlib import metadata
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from publisher.config.settings import Fetch
from publisher.config.values import address_in
from publisher.errors import FarEndError
from publisher.fetch import faults
from publisher.fetch.answers import Response, Validators
from publisher.fetch.guard import GuardedAdapter, Watch

MOST_REDIRECTS = 5
LONGEST_BACK_OFF_SECONDS = 30.0
READ_SECONDS = 20.0
CONNECT_SECONDS = 10.0


class _Session(requests.Session):
    """A session that leaves redirects to us: on its own it reads their bodies whole, without a cap."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - the name requests passes
        """Find nothing to follow; the door asks `redirect_target`."""
        return None

    def redirect_target(self, came: requests.Response) -> str | None:
        """Give where the answer sends us on to, if it does."""
        return super().get_redirect_target(came)


class _Host:
    """One host's session, and when it was last asked; one request at a time."""

    def __init__(self, agent: str) -> None:
        self.turn = threading.Lock()
        self.asked: float | None = None
        self.session = _Session()
        self.session.trust_env = False
        self.session.headers.update({"User-Agent": agent, "Accept-Encoding": "gzip, deflate"})
        for scheme in ("http://", "https://"):
            self.session.mount(scheme, GuardedAdapter(pool_connections=1, pool_maxsize=1))


class Door:
    """Asks for URLs, politely and within limits; sources on different hosts may ask side by side."""

    def __init__(
        self,
        settings: Fetch,
        contact: str,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._allowed = {host.lower().strip("[]") for host in settings.allow_hosts}
        self._agent = _agent(contact)
        self._sleep, self._clock = sleep, clock
        self._hosts: dict[str, _Host] = {}
        self._hosts_lock = threading.Lock()

    @property
    def max_bytes(self) -> int:
        """The largest answer that is read, unpacked."""
        return self._settings.max_bytes

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
        headers = {"Accept": accept, **(validators.as_headers() if validators else {})}
        failed = 0
        while True:
            try:
                return self._follow(url, headers, allow)
            except faults.PassingFault as error:
                failed += 1
                wait = max(min(2.0 ** (failed - 1), LONGEST_BACK_OFF_SECONDS), error.wait_seconds)
                if failed >= self._settings.tries or wait > faults.LONGEST_WAIT_SECONDS:
                    raise
            self._sleep(wait)

    def close(self) -> None:
        """Close every connection."""
        with self._hosts_lock:
            for host in self._hosts.values():
                host.session.close()
            self._hosts.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _follow(self, url: str, headers: dict[str, str], allow: Collection[int]) -> Response:
        there = url
        for _ in range(MOST_REDIRECTS + 1):
            answer, onward = self._ask(there, headers)
            if onward is None:
                if answer.status in allow or answer.status < 300 or answer.not_modified:
                    return answer
                raise faults.refused(answer)
            there = onward
        raise FarEndError(
            f"{url} was redirected more than {MOST_REDIRECTS} times, last to {there}; check the address", permanent=True
        )

    def _ask(self, url: str, headers: dict[str, str]) -> tuple[Response, str | None]:
        """Make one request; give the answer, and where it sends us on to."""
        name, seconds = _host_name(url), self._settings.timeout_seconds
        host = self._host(urlsplit(url).netloc.lower())
        with host.turn:
            self._pause(host)
            with Watch(url, seconds, private_allowed=name in self._allowed) as watch:
                try:
                    answer, onward = self._exchange(host.session, watch, headers)
                except (OSError, HTTPError, ValueError) as error:
                    raise faults.broken(watch, seconds, error) from error
        if watch.expired:
            raise faults.too_slow(watch, seconds)
        return answer, onward

    def _pause(self, host: _Host) -> None:
        if host.asked is not None:
            rest = host.asked + self._settings.pause_seconds - self._clock()
            if rest > 0:
                self._sleep(rest)
        host.asked = self._clock()

    def _exchange(self, session: _Session, watch: Watch, headers: dict[str, str]) -> tuple[Response, str | None]:
        seconds = self._settings.timeout_seconds
        patience = (min(CONNECT_SECONDS, seconds), min(READ_SECONDS, seconds))
        with session.get(watch.url, headers=headers, timeout=patience, allow_redirects=False, stream=True) as came:
            onward = session.redirect_target(came)
            if onward is not None:
                onward = _redirected(watch.url, onward)
            body = b"" if onward is not None else self._read(came, watch.url)
            received = {name.lower(): value for name, value in came.headers.items()}
            validators = Validators(received.get("etag"), received.get("last-modified"))
            return Response(watch.url, came.status_code, received, body, validators), onward

    def _read(self, came: requests.Response, url: str) -> bytes:
        pieces: list[bytes] = []
        size = 0
        for piece in came.iter_content(65536):
            size += len(piece)
            if size > self._settings.max_bytes:
                raise FarEndError(
                    f"{url} is larger than {self._settings.max_bytes} bytes; if that is right, raise fetch.max_bytes",
                    permanent=True,
                )
            pieces.append(piece)
        return b"".join(pieces)

    def _host(self, netloc: str) -> _Host:
        with self._hosts_lock:
            if netloc not in self._hosts:
                self._hosts[netloc] = _Host(self._agent)
            return self._hosts[netloc]


def _agent(contact: str) -> str:
    """Name the program and whom to write to, in the ASCII that headers can carry."""
    return f"publisher/{metadata.version('publisher')} (+mailto:{quote(address_in(contact), safe='@+')})"


def _host_name(url: str) -> str:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname:
            return parts.hostname
    except ValueError:
        pass
    raise FarEndError(f"{url} is no web address; check where it is written", permanent=True)


def _redirected(url: str, onward: str) -> str:
    try:
        return urljoin(url, onward)
    except ValueError as error:
        raise FarEndError(f"{url} redirects to what is no web address; check the address", permanent=True) from error
