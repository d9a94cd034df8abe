"""Connections that go only where they may, and end when their time is up.

The address is checked at the moment of connecting, and that very address is connected to: a name that
resolves differently the second time gains nothing. `is_global` of the standard library alone is not enough:
it lets multicast and the IPv6 ways into private IPv4 networks pass.
"""

import ipaddress
import socket
import threading
from contextvars import ContextVar
from typing import Any, Self

import requests.adapters
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError

from publisher.errors import FarEndError
from publisher.fetch.watchdog import Watchdog


class PrivateAddress(FarEndError):
    """An address that is not public, of a host that was not allowed; nothing was asked there."""

    def __init__(self, url: str, address: str) -> None:
        super().__init__(
            f"{url} leads to {address}, which is no public address, and was not asked; if that host is yours, add it "
            "to fetch.allow_hosts",
            permanent=True,
        )
        self.url, self.address = url, address


_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # IETF protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)


def is_public(address: str) -> bool:
    """Whether a literal address belongs to the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return is_public(str(found.ipv4_mapped))
        if found not in _GLOBAL_UNICAST:
            return False
    within = (network for network in _NOT_PUBLIC if network.version == found.version)
    return found.is_global and not found.is_multicast and not any(found in network for network in within)


class Watch:
    """One request's leave and its deadline: when time is up, every socket the request uses is shut down."""

    def __init__(self, url: str, watchdog: Watchdog, seconds: float, *, private_allowed: bool) -> None:
        self.url, self.private_allowed, self.expired = url, private_allowed, False
        self._watchdog, self._seconds = watchdog, seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._outer = _watch.set(self)
        self._watchdog.watch(self._expire, self._seconds)
        return self

    def __exit__(self, *_error: object) -> None:
        self._watchdog.leave(self._expire)
        _watch.reset(self._outer)
        with self._lock:
            while self._sockets:
                self._sockets.pop().close()

    def guard(self, wire: socket.socket) -> None:
        """Put a socket under the deadline; one that comes too late is shut at once.

        A duplicate is kept: the connection closes its own as soon as the headers say that it ends with the body.
        """
        with self._lock:
            self._sockets.append(wire.dup())
            if self.expired:
                _shut(wire)

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            for wire in self._sockets:
                _shut(wire)


_watch: ContextVar[Watch] = ContextVar("_watch")


def _shut(wire: socket.socket) -> None:
    try:
        wire.shutdown(socket.SHUT_RDWR)
    except OSError:  # it ended by itself
        return


class _Guarded(HTTPConnection):
    """A connection to an address that was checked; its descriptor stays known under TLS too."""

    _descriptor: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        watch = _watch.get()
        name, failure = self._dns_host, None
        for address in self._checked_addresses(watch):
            self._dns_host = address
            try:
                wire = super()._new_conn()
            except NewConnectionError as error:
                failure = error
                continue
            finally:
                self._dns_host = name
            self._descriptor = wire.dup()
            watch.guard(self._descriptor)
            return wire
        raise failure or NewConnectionError(self, "the name has no address")

    def _checked_addresses(self, watch: Watch) -> list[str]:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            reason = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(self.host, self, reason) from error
        addresses = list(dict.fromkeys(str(answer[4][0]) for answer in found))
        private = [address for address in addresses if not is_public(address)]
        if private and not watch.private_allowed:
            raise PrivateAddress(watch.url, private[0])
        return addresses

    def request(self, *arguments: Any, **options: Any) -> None:
        if self._descriptor is not None:  # a connection kept from an earlier request
            _watch.get().guard(self._descriptor)
        super().request(*arguments, **options)

    def close(self) -> None:
        super().close()
        if self._descriptor is not None:
            self._descriptor.close()
            self._descriptor = None


class _GuardedTls(_Guarded, HTTPSConnection):
    """The same with TLS over it."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Guarded


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTls


class GuardedAdapter(requests.adapters.HTTPAdapter):
    """Makes a `requests` session connect through the guard."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Have every pool make guarded connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
