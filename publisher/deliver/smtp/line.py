"""The line to a mail server: octets out, answers in, each waited for no longer than it may take.

What breaks it is said by `Dropped`. `is_flushed` tells whether the question that was written last has been handed to
the system: what was not can never arrive. What is to follow a long question waits until then, and is never mistaken for
its end. A short one, and what was encrypted, counts as handed over at once, which at worst leaves a message in doubt
that need not be.
"""

import asyncio
import contextlib
import socket
import ssl
from typing import cast

from publisher.deliver import replies
from publisher.deliver.smtp.answers import Answer, Answers, NoAnswer
from publisher.model import DeliveryState, Reply

_CLOSED = "the server closed it"
TOGETHER = 64 * 1024
"""Octets that a system takes at once as a rule: what is not longer goes out together with what follows it."""


class Dropped(Exception):
    """The line broke, or made no sense; `reply` is what that makes of a delivery that was certainly not taken."""

    def __init__(self, words: str, code: int | None = None, enhanced: str = "4.4.2") -> None:
        super().__init__(words)
        self.reply = Reply(DeliveryState.DEFERRED, code, enhanced, words)


class Line(asyncio.Protocol):
    """An open connection. It is made by `dial`."""

    def __init__(self) -> None:
        self._answers = Answers()
        self._broken: Dropped | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._patience = self._deadline = 0.0
        self._after = b""
        self.is_flushed = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        # So that `is_flushed` is exact: writing counts as resumed when not a single octet waits here.
        self._transport.set_write_buffer_limits(high=0)

    def data_received(self, data: bytes) -> None:
        """Hear the server."""
        try:
            self._answers.feed(data)
        except NoAnswer as error:
            self._break(Dropped(f"it sent what is no answer: {error}", enhanced="4.5.0"))
            self._transport.abort()
            return
        if self._answers:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Hear that the line is gone."""
        self._break(Dropped(str(exc or _CLOSED)))

    def resume_writing(self) -> None:
        """Hear that the system has all."""
        self.is_flushed = True
        self._follow()

    def write(self, *octets: bytes, after: bytes = b"") -> None:
        """Send a question, or a group of them, and `after` as soon as the system has the last octet of it.

        Raises:
            Dropped: when the line is broken, or the server spoke unasked: its answers could no longer be told apart.
        """
        if not self._answers.is_empty:
            raise self._unasked()
        if self._broken or self._transport.is_closing():
            raise self._broken or Dropped(_CLOSED)
        if after and sum(map(len, octets)) <= TOGETHER:
            self._transport.writelines((*octets, after))
            self.is_flushed = not self._transport.is_closing()
            return
        self._after = after
        self._transport.writelines(octets)
        # A line that breaks at this took nothing.
        self.is_flushed = not (self._transport.get_write_buffer_size() or self._transport.is_closing())
        if self.is_flushed:
            self._follow()

    def ready(self) -> Answer | None:
        """Give the next answer if it came already."""
        return self._answers.take() if self._answers else None

    async def answer(self, seconds: float) -> Answer:
        """Wait for the next answer, for so many seconds at most.

        Raises:
            Dropped: when there is none.
        """
        while not self._answers:
            if self._broken:
                raise self._broken
            self._waiter = asyncio.get_running_loop().create_future()
            self._wait_for(seconds)
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._answers.take()

    def _wait_for(self, seconds: float) -> None:
        """Let the line break after so many seconds; one alarm serves many answers, of which thousands come a second."""
        running = asyncio.get_running_loop()
        self._patience, self._deadline = seconds, running.time() + seconds
        if self._alarm and self._alarm.when() > self._deadline:
            self._alarm.cancel()
            self._alarm = None
        if self._alarm is None:
            self._alarm = running.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if self._waiter is None:
            return
        running = asyncio.get_running_loop()
        if running.time() < self._deadline:
            self._alarm = running.call_at(self._deadline, self._ring)
            return
        self._break(Dropped(f"it did not answer within {self._patience:g} seconds"))
        self._transport.abort()

    async def secure(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        """Go on under TLS; nothing that came in the clear is kept (RFC 3207 §4.2).

        Raises:
            Dropped: when the server spoke on in the clear.
            OSError: when TLS cannot be agreed on.
        """
        if not self._answers.is_empty:
            raise self._unasked()
        secured = await asyncio.get_running_loop().start_tls(
            self._transport, self, context, server_hostname=host, ssl_handshake_timeout=seconds
        )
        if secured is None:
            raise ConnectionResetError("the server closed the connection")
        self.connection_made(secured)

    def close(self) -> None:
        """Close without a word."""
        if self._alarm:
            self._alarm.cancel()
        with contextlib.suppress(OSError):
            self._transport.abort()

    def _follow(self) -> None:
        if self._after:
            after, self._after = self._after, b""
            self._transport.write(after)

    def _break(self, drop: Dropped) -> None:
        self._broken = self._broken or drop
        self._wake()

    def _wake(self) -> None:
        if self._waiter and not self._waiter.done():
            self._waiter.set_result(None)

    def _unasked(self) -> Dropped:
        told = ""
        if self._answers:
            code, text = self._answers.take()
            told = f": {replies.said(code, *replies.read(code, text))}"
        return Dropped(f"it spoke unasked{told[:200]}", enhanced="4.5.0")


async def dial(host: str, port: int, context: ssl.SSLContext | None, seconds: float) -> Line:
    """Connect to the first of a host's addresses that takes us, under TLS from the first octet with a `context`.

    Each has its share of the time, so that one which answers nothing, as over a broken IPv6, leaves some for the next.

    Raises:
        OSError: when it cannot be done; `TimeoutError` and `ssl.SSLError` are such.
    """
    async with asyncio.timeout(seconds):
        found = await addresses(host, port)
    refused: OSError = OSError("it has no address")
    for address in found:
        try:
            async with asyncio.timeout(seconds / len(found)):
                _, line = await asyncio.get_running_loop().create_connection(
                    Line, address, port, ssl=context, server_hostname=host if context else None
                )
            return line
        except ssl.SSLError:
            raise
        except OSError as error:
            refused = error
    raise refused


async def addresses(host: str, port: int) -> list[str]:
    """Ask for the addresses of a host, in the order in which they are to be tried.

    Raises:
        OSError: when there is none.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
