"""The process's server: uvicorn on a socket that was bound before anything else began.

Under `stopped_by_signals`, SIGTERM and SIGINT set the stop event; the server ends when that is set, by a signal
or by anybody: it returns, and what else runs in the process can be shut down and the exit code be 0.
"""

import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from types import FrameType

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from publisher.errors import ConfigError

SHUTDOWN_SECONDS = 2
HEAD_BYTES = 16_384
"""The longest request line and headers that are read."""
HEAD_SECONDS = 15
"""How long they may take to come: who drips them holds a place that a reader needs."""
CONNECTIONS = 1000

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def bind(host: str, port: int) -> socket.socket:
    """Take the port, listening, so that nobody else can; port 0 takes a free one.

    Raises:
        ConfigError: when the port is taken, or the address is not one of this machine.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise ConfigError(f'web.host: "{host}" is no address ({error}); write one of this machine') from error
    try:
        return socket.create_server((str(address[0]), int(address[1])), family=family, backlog=512)
    except OSError as error:
        raise ConfigError(
            f"web.port: cannot listen on {host}:{port} ({os.strerror(error.errno or 0)}); "
            "end what uses it, or set another web.port or web.host"
        ) from error


@contextlib.contextmanager
def stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Let SIGTERM and SIGINT set `stop` and nothing else; only the main thread can ask for that."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def _stop(_number: int, _frame: FrameType | None) -> None:
        # `set` takes a lock that is not reentrant, and the second of two signals may interrupt the first.
        if not stop.is_set():
            stop.set()

    earlier = {number: signal.signal(number, _stop) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


class Server(uvicorn.Server):
    """A uvicorn that leaves the signals alone and ends when `stop` is set."""

    def __init__(self, config: uvicorn.Config, stop: threading.Event) -> None:
        super().__init__(config)
        self._stop = stop

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: uvicorn would raise the signal again after serving, and the exit code were 143."""
        yield

    async def on_tick(self, counter: int) -> bool:
        """Look, ten times a second, whether it is time to end."""
        return await super().on_tick(counter) or self._stop.is_set()


class _Impatient(H11Protocol):
    """Closes a connection whose request line and headers do not come whole in time."""

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait for the rest of a head that is not whole."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._stop_waiting()
        elif self._patience is None:
            self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


def serve(app: ASGIApp, bound: socket.socket, stop: threading.Event) -> None:
    """Serve on a socket of `bind` until `stop` is set, then let what is being answered end."""
    config = uvicorn.Config(
        app,
        http=_Impatient,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    Server(config, stop).run(sockets=[bound])
