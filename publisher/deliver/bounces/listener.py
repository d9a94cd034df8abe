"""A mail server (LMTP, RFC 2033, or SMTP) that takes bounces where a mail server of the house hands them over.

It says 250 only after a mail was acted on, and 451 when that cannot be now: until then the other server keeps it. It
takes one recipient a mail, so each mail has one answer. aiosmtpd lives here; its controller is left aside, which
waits for seconds on an address that is taken and cuts off who is being answered.
"""

import asyncio
import logging
import socket
import stat
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from publisher.config.returning import Listen
from publisher.errors import ConfigError, PublisherError, UnreadableInput

log = logging.getLogger("publisher.bounces")
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)  # aiosmtpd repeats there, octet for octet, what it is sent

MOST_BYTES = 10_000_000
"""The largest mail that is taken; of what a report returns, the beginning is read."""
MOST_CONNECTIONS = 20
IDLE_SECONDS = 60.0
PATIENCE_SECONDS = 5.0
"""How long a stop waits for mails that are on their way in."""
MODE = 0o660
"""Of a socket that is a file: who is of its group may hand mails over."""

MOST_LINE_BYTES = 100_000
"""Servers break lines at a thousand; of those that do not, a bounce is worth more than the rule."""

_WORKERS = 4
_LATER = "451 4.3.0 try again later"

Accepts = Callable[[str], bool]
Take = Callable[[str, bytes], object]


@contextmanager
def listening(listen: Listen, accepts: Accepts, take: Take) -> Iterator[None]:
    """Take mail while within, in threads of its own: `take` gets the recipient, if `accepts` knows it, and the mail.

    What `take` cannot read it says by UnreadableInput, which refuses the mail for good; all else it raises lets the
    other server try again.

    Raises:
        ConfigError: when the address cannot be listened on.
    """
    bound = _bound(listen)
    serving = _Serving(listen, accepts, take)
    thread = threading.Thread(target=serving.run, args=(bound,), name="bounces", daemon=True)
    thread.start()
    try:
        yield
    finally:
        serving.end()
        thread.join(2 * PATIENCE_SECONDS)
        if listen.path:
            Path(listen.path).unlink(missing_ok=True)


def _bound(listen: Listen) -> socket.socket:
    try:
        if listen.path:
            return _bound_file(Path(listen.path))
        family, _, _, _, address = socket.getaddrinfo(listen.host, listen.port, type=socket.SOCK_STREAM)[0]
        return socket.create_server((str(address[0]), listen.port), family=family)
    except OSError as error:
        raise ConfigError(
            f"delivery.bounces.listen: cannot listen on {listen} ({error.strerror or error}); "
            "end what uses it, or write another address of this machine"
        ) from error


def _bound_file(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    try:
        with suppress(FileNotFoundError):
            if stat.S_ISSOCK(path.stat().st_mode) and not _is_heard(path):
                # Who was killed leaves it behind.
                path.unlink()
        made.bind(str(path))
        path.chmod(MODE)
        made.listen()
    except OSError:
        made.close()
        raise
    return made


def _is_heard(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(str(path))
        except ConnectionRefusedError:
            return False
    return True


class _Serving:
    """What is going on: who is connected, and which mails are on their way in."""

    def __init__(self, listen: Listen, accepts: Accepts, take: Take) -> None:
        self._speaks = _Lmtp if listen.scheme == "lmtp" else _Door
        self._accepts = accepts
        self._take = take
        self._loop = asyncio.new_event_loop()
        self._ending = asyncio.Event()
        self._workers = ThreadPoolExecutor(_WORKERS, "bounces")
        self.doors: set[_Door] = set()
        self.coming: set[asyncio.Future[None]] = set()

    def run(self, bound: socket.socket) -> None:
        """Serve until `end`."""
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve(bound))
        finally:
            bound.close()
            self._workers.shutdown(wait=False)

    def end(self) -> None:
        """Take no new mails; what is on its way in is still answered, if it comes soon."""
        with suppress(RuntimeError):  # It may have ended by itself.
            self._loop.call_soon_threadsafe(self._ending.set)

    async def _serve(self, bound: socket.socket) -> None:
        server = await self._loop.create_server(self._door, sock=bound)
        await self._ending.wait()
        server.close()
        if self.coming:
            await asyncio.wait(self.coming, timeout=PATIENCE_SECONDS)
        for door in tuple(self.doors):
            door.leave()

    def _door(self) -> asyncio.Protocol:
        return self._speaks(self) if len(self.doors) < MOST_CONNECTIONS else _Full()

    async def handle_RCPT(
        self, door: "_Door", _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Say whether mail for an address is ours."""
        if self._ending.is_set():
            return _LATER
        if envelope.rcpt_tos:
            return "452 4.5.3 one recipient at a time"
        if not self._accepts(address):
            return "550 5.1.1 no such mailbox here"
        door.came = 0
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 ok"

    async def handle_DATA(self, _door: "_Door", _session: Session, envelope: Envelope) -> str:
        """Act on a mail, and only then say so."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            await self._loop.run_in_executor(self._workers, self._take, envelope.rcpt_tos[0], content)
        except UnreadableInput as error:
            log.warning("a mail is refused: %s", error)
            return "550 5.7.1 nobody reads mail to this address; it takes reports of mail servers"
        except PublisherError as error:
            log.error("a mail could not be taken: %s", error)
            return _LATER
        except Exception as error:  # noqa: BLE001 - it is told there
            # Raised on, aiosmtpd would keep the mail and refuse the next one.
            return await self.handle_exception(error)
        return "250 2.0.0 taken"

    async def handle_exception(self, error: Exception) -> str:
        """Answer whatever else breaks: the server before us keeps the mail."""
        log.error("a mail could not be taken: unexpected %s: %s", type(error).__name__, error)
        log.debug("where it rose", exc_info=error)
        return _LATER


class _Door(SMTP):
    """Answers one connection. `came` counts the octets since a recipient was named."""

    line_length_limit = MOST_LINE_BYTES

    def __init__(self, serving: _Serving) -> None:
        super().__init__(
            serving,
            hostname="localhost",
            ident="publisher",
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            timeout=IDLE_SECONDS,
        )
        self._serving = serving
        self.came = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._serving.doors.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        self._serving.doors.discard(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        """Take octets: aiosmtpd keeps a line that never ends, so who sends twice too much is cut off."""
        self.came += len(data)
        if self.came > 2 * MOST_BYTES:
            self.leave()
        else:
            super().data_received(data)

    def leave(self) -> None:
        """Hang up."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def smtp_DATA(self, arg: str) -> None:
        """Take a mail, and let a stop wait for its answer."""
        answered = asyncio.get_running_loop().create_future()
        self._serving.coming.add(answered)
        try:
            await super().smtp_DATA(arg)
        finally:
            self._serving.coming.discard(answered)
            answered.set_result(None)


class _Lmtp(_Door, LMTP):
    """The same in LMTP."""


class _Full(asyncio.Protocol):
    """Sends away who comes when too many are there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so, and hang up."""
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(b"421 4.3.2 too many connections\r\n")
        transport.close()
