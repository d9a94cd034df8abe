"""A connection to a mail server on which commands are asked and answers read, each checked for its class.

What breaks before the final dot is sent was certainly not taken (`Dropped`); what breaks after it may have
been. The dot is therefore sent on its own.
"""

import contextlib
import smtplib
import socket
from collections.abc import Callable

from publisher.deliver import replies
from publisher.deliver.replies import Step
from publisher.model import DeliveryState, Reply

_CLOSING = 421


class Dropped(Exception):
    """The connection ended before the message was handed over; `reply` is what that makes of the delivery."""

    def __init__(self, words: str, code: int | None = None, enhanced: str = "4.4.2") -> None:
        super().__init__(words)
        self.reply = Reply(DeliveryState.DEFERRED, code, enhanced, words)


class Connection:
    """An open connection. `server` is its name and port, for errors."""

    def __init__(self, client: smtplib.SMTP, server: str) -> None:
        self.client = client
        self.server = server
        # The final dot goes out on its own and must not wait for the acknowledgement of what went before.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def offers(self, extension: str) -> bool:
        """Tell whether the server announced an extension."""
        return bool(self.client.has_extn(extension))

    def parameters(self, extension: str) -> str:
        """Give what the server said of an extension; empty when it said nothing."""
        return str(self.client.esmtp_features.get(extension, ""))

    def command(self, step: Step, command: str, good: tuple[int, ...] = (2,)) -> tuple[int, bytes]:
        """Send a command and read its answer; see `ask`."""
        return self.ask(step, lambda: self.client.docmd(command), good)

    def ask(
        self, step: Step, question: Callable[[], tuple[int, bytes]], good: tuple[int, ...] = (2,)
    ) -> tuple[int, bytes]:
        """Read an answer whose first digit is one of `good`, or 4 or 5.

        Raises:
            Dropped: when there is none, or none that makes sense, or the server says it closes.
        """
        try:
            code, text = question()
        except (smtplib.SMTPException, OSError) as error:
            raise Dropped(f"the connection broke at {step} ({error})") from error
        if code == _CLOSING:
            enhanced, words = replies.read(code, text)
            raise Dropped(words, code, enhanced)
        if code // 100 not in (*good, 4, 5):
            raise Dropped(f"{step} was answered with {code}, which is no answer to it", enhanced="4.5.0")
        return code, text

    def content(self, octets: bytes, dot_seconds: float) -> tuple[int, bytes] | None:
        """Send content and the final dot and read the answer; None when nobody can tell whether it was taken.

        Raises:
            Dropped: when it broke before the dot.
        """
        line = self._socket
        try:
            self.client.send(octets.replace(b"\r\n.", b"\r\n.."))
        except (smtplib.SMTPException, OSError) as error:
            raise Dropped("the connection broke inside the content") from error
        try:
            line.settimeout(dot_seconds)
            self.client.send(b".\r\n")
            code, text = self.client.getreply()
        except (smtplib.SMTPException, OSError):
            return None
        line.settimeout(self.client.timeout)
        return (code, text) if code // 100 in (2, 4, 5) else None

    def quit(self) -> None:
        """Take leave and close."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.client.quit()
        self.close()

    def close(self) -> None:
        """Close without a word."""
        self.client.close()

    @property
    def _socket(self) -> socket.socket:
        if self.client.sock is None:
            raise Dropped("the connection is closed")
        return self.client.sock
