"""Asks for URLs: one session a host, a pause between requests, limits on time, size and redirects, retries.

A request is tried again for what may pass (a broken connection, 429, 5xx), after a growing wait or the one
the server asks for. Every hop of a redirect is checked like the first request. Cookies stay with their host;
proxies and passwords of the environment are not used. Who reads pages that are made for people obeys the site's
robots.txt, which is read once.
"""

import threading
import time
from collections.abc import Callable, Collection
from importlib import metadata
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote, urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from publisher.config.settings import Fetch
from publisher.config.values import address_in
from publisher.errors import FarEndError
from publisher.fetch import faults, robots
from publisher.fetch.answers import Response, Validators
from publisher.fetch.guard import GuardedAdapter, Watch
from publisher.fetch.robots import Robots
from publisher.fetch.watchdog import Watchdog

MOST_REDIRECTS = 5
LONGEST_BACK_OFF_SECONDS = 30.0
READ_SECONDS = 20.0
_AS_WRITTEN = "%:/?#[]@!$&'()*+,;=~"
CONNECT_SECONDS = 10.0
_Came = TypeVar("_Came")
_NO_ROBOTS = tuple(status for status in range(400, 500) if status != 429)
"""Answers that mean that a site has no rules (RFC 9309 §2.3.1.3); being asked too often is about us."""


class _Session(requests.Session):
    """A session that leaves redirects to us: on its own it reads their bodies whole, without a cap."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002 - the name requests passes
        """Find nothing to follow; the door asks `redirect_target`."""
        return None

    def redirect_target(self, came: requests.Response) -> str | None:
        """Give where the answer sends us on to, if it does; some write letters into it in another way than UTF-8."""
        try:
            return super().get_redirect_target(came)
        except UnicodeDecodeError:
            return quote(came.headers["location"], safe=_AS_WRITTEN, encoding="latin-1")


class _Host:
    """One host's session, and when it was last asked; one request at a time, with a pause between two."""

    def __init__(self, agent: str, pause_seconds: float) -> None:
        self.turn = threading.Lock()
        self.pause_seconds = pause_seconds
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
        self._watchdog = Watchdog()
        self._robots: dict[str, Robots | FarEndError] = {}

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
        obeys_robots: bool = False,
    ) -> Response:
        """Ask for `url`; a status of `allow` comes back as an answer, any other error status is raised.

        `obeys_robots` is for pages: feeds and interfaces are made for programs.

        Raises:
            FarEndError: naming the URL, the cause and the remedy.
        """
        headers = {"Accept": accept, **(validators.as_headers() if validators else {})}
        failed = 0
        while True:
            try:
                return self._follow(url, headers, allow, obeys_robots=obeys_robots)
            except faults.PassingFault as error:
                failed += 1
                wait = max(min(2.0 ** (failed - 1), LONGEST_BACK_OFF_SECONDS), error.wait_seconds)
                if failed >= self._settings.tries or wait > faults.LONGEST_WAIT_SECONDS:
                    raise
            self._sleep(wait)

    def post(self, url: str, body: bytes, content_type: str) -> None:
        """Hand `body` to `url`, once: tried again it may arrive twice. What is answered is not read, nor followed.

        Raises:
            FarEndError: naming the URL, the cause and the remedy, unless it was taken.
        """
        headers = {"Accept": "*/*", "Content-Type": content_type}
        answer = self._in_turn(url, lambda session, watch: self._hand_over(session, watch, headers, body))
        if not 200 <= answer.status < 300:
            raise faults.refused(answer)

    def robots(self, url: str) -> Robots:
        """Give what the site of `url` asks of programs.

        Raises:
            FarEndError: when it does not say; then nothing of it may be asked for (RFC 9309 §2.3.1.4).
        """
        _host_name(url)
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc.lower()}"
        known = self._robots.get(site)
        if known is None:
            known = self._robots[site] = self._ask_robots(site)
        if isinstance(known, FarEndError):
            raise FarEndError(str(known)) from known
        return known

    def _ask_robots(self, site: str) -> Robots | FarEndError:
        place = f"{site}/robots.txt"
        try:
            found = robots.read(self.get(place, accept="text/plain, */*;q=0.5", allow=_NO_ROBOTS))
        except faults.PassingFault as error:
            return FarEndError(f"{error} (no page of a site is asked for while its robots.txt cannot be read)")
        except FarEndError:  # nothing that later runs could read: as if there were none
            return robots.NONE
        host = self._host(place)
        host.pause_seconds = max(host.pause_seconds, found.pause_seconds)
        return found

    def close(self) -> None:
        """Close every connection."""
        self._watchdog.rest()
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

    def _follow(self, url: str, headers: dict[str, str], allow: Collection[int], *, obeys_robots: bool) -> Response:
        there = url
        for _ in range(MOST_REDIRECTS + 1):
            if obeys_robots and not self.robots(there).allows(there):
                raise faults.disallowed(there)
            answer, onward = self._ask(there, headers)
            if onward is None:
                if answer.status in allow or 200 <= answer.status < 300 or _is_unchanged(answer, headers):
                    return answer
                raise faults.refused(answer)
            there = onward
        raise FarEndError(
            f"{url} was redirected more than {MOST_REDIRECTS} times, last to {there}; check the address", permanent=True
        )

    def _ask(self, url: str, headers: dict[str, str]) -> tuple[Response, str | None]:
        """Make one request; give the answer, and where it sends us on to."""
        return self._in_turn(url, lambda session, watch: self._exchange(session, watch, headers))

    def _in_turn(self, url: str, exchange: Callable[[_Session, Watch], _Came]) -> _Came:
        """Make one request when its host's turn has come, within the time that an answer may take."""
        name, seconds = _host_name(url), self._settings.timeout_seconds
        host = self._host(url)
        with host.turn:
            self._pause(host)
            with Watch(url, self._watchdog, seconds, private_allowed=name in self._allowed) as watch:
                try:
                    came = exchange(host.session, watch)
                except (OSError, HTTPError, ValueError) as error:
                    raise faults.broken(watch, seconds, error) from error
        if watch.expired:
            raise faults.too_slow(watch, seconds)
        return came

    def _pause(self, host: _Host) -> None:
        if host.asked is not None:
            rest = host.asked + host.pause_seconds - self._clock()
            if rest > 0:
                self._sleep(rest)
        host.asked = self._clock()

    def _exchange(self, session: _Session, watch: Watch, headers: dict[str, str]) -> tuple[Response, str | None]:
        asked = session.get(watch.url, headers=headers, timeout=self._patience, allow_redirects=False, stream=True)
        with asked as came:
            onward = session.redirect_target(came)
            if onward is not None:
                onward = _redirected(watch.url, onward)
            body = b"" if onward is not None else self._read(came, watch.url)
            received = {name.lower(): value for name, value in came.headers.items()}
            validators = Validators(received.get("etag"), received.get("last-modified"))
            return Response(watch.url, came.status_code, received, body, validators), onward

    def _hand_over(self, session: _Session, watch: Watch, headers: dict[str, str], body: bytes) -> Response:
        sent = session.post(
            watch.url, data=body, headers=headers, timeout=self._patience, allow_redirects=False, stream=True
        )
        with sent as came:
            received = {name.lower(): value for name, value in came.headers.items()}
            return Response(watch.url, came.status_code, received, b"")

    @property
    def _patience(self) -> tuple[float, float]:
        """How long connecting may take, and each read."""
        seconds = self._settings.timeout_seconds
        return min(CONNECT_SECONDS, seconds), min(READ_SECONDS, seconds)

    def _read(self, came: requests.Response, url: str) -> bytes:
        pieces: list[bytes] = []
        size = 0
        for piece in came.iter_content(65536):
            size += len(piece)
            if size > self._settings.max_bytes:
                raise faults.TooLarge(url, self._settings.max_bytes)
            pieces.append(piece)
        return b"".join(pieces)

    def _host(self, url: str) -> _Host:
        name = _place(url)
        with self._hosts_lock:
            if name not in self._hosts:
                self._hosts[name] = _Host(self._agent, self._settings.pause_seconds)
            return self._hosts[name]


def _is_unchanged(answer: Response, asked: dict[str, str]) -> bool:
    """Whether it says that nothing changed, to somebody who asked that."""
    return answer.not_modified and bool(asked.keys() & {"If-None-Match", "If-Modified-Since"})


def _agent(contact: str) -> str:
    """Name the program and whom to write to, where anybody is known, in the ASCII that headers can carry."""
    program = f"publisher/{metadata.version('publisher')}"
    return f"{program} (+mailto:{quote(address_in(contact), safe='@+')})" if contact else program


def _host_name(url: str) -> str:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port >= 0):
            return parts.hostname
    except ValueError:
        pass
    raise FarEndError(f"{url} is no web address; check where it is written", permanent=True)


def _place(url: str) -> str:
    """Name the machine that an address is at, however it is written; http and https of one name are one."""
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    return name if parts.port in (None, 80, 443) else f"{name}:{parts.port}"


def _redirected(url: str, onward: str) -> str:
    try:
        return urljoin(url, onward)
    except ValueError as error:
        raise FarEndError(f"{url} redirects to what is no web address; check the address", permanent=True) from error
