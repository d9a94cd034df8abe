"""The way out by a mail server, one message at a time over one connection (RFC 5321).

An extension is used when the server offers it and never otherwise. A connection that was used before and
turns out closed is opened again for the same message, which was certainly not taken.
"""

from types import TracebackType
from typing import Self

from publisher.config.settings import Smtp as Settings
from publisher.deliver import entry, replies
from publisher.deliver.connection import Connection, Dropped
from publisher.deliver.message import Message
from publisher.deliver.replies import Step
from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply

DOT_SECONDS = 600
"""How long the answer to the final dot is waited for (RFC 5321 §4.5.3.2.6): giving up early makes doubles."""

_CLOSING = 421


class Smtp:
    """A mail server that takes our mail."""

    def __init__(self, settings: Settings, dot_seconds: float = DOT_SECONDS) -> None:
        """Connect later, with the first message.

        Raises:
            ConfigError: for settings that would send a password in the clear.
        """
        entry.check(settings)
        self._settings = settings
        self._dot_seconds = max(dot_seconds, settings.timeout_seconds)
        self._server = f"{settings.host}:{settings.port}"
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        """Be ready; the connection is made with the first message."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take leave of the server; without a word when something failed."""
        if self._connection is not None and error is None:
            self._connection.quit()
        self._close()

    def send(self, message: Message) -> Reply:
        """Hand one message over and say what became of it.

        Raises:
            NotNow: when a new connection broke, or the server says later before it looks at the recipient.
            FarEndError: when the server cannot be reached or refuses us.
        The message was certainly not taken then.
        """
        is_new = self._connection is None
        while True:
            try:
                self._connection = self._connection or entry.enter(self._settings)
                return self._hand_over(self._connection, message)
            except Dropped as drop:
                self._close()
                if is_new:
                    raise replies.not_now(drop.reply, self._server) from drop
                is_new = True

    def _hand_over(self, connection: Connection, message: Message) -> Reply:
        if message.needs_utf8 and not connection.offers("smtputf8"):
            return Reply(DeliveryState.FAILED, None, "5.6.7", "the mail server does not offer SMTPUTF8")
        _check_size(connection, message)
        connection.client.command_encoding = "utf-8" if message.needs_utf8 else "ascii"
        refused = _refused(connection, message)
        if refused is None:
            return self._content(connection, message)
        self._forget(connection)
        return refused

    def _content(self, connection: Connection, message: Message) -> Reply:
        answer = connection.content(message.content, self._dot_seconds)
        if answer is None or answer[0] == _CLOSING:
            self._close()
        if answer is None:
            return Reply(DeliveryState.UNCERTAIN, words="the connection broke before the answer to the whole message")
        return replies.judge(Step.CONTENT, *answer, connection.server) or Reply(DeliveryState.UNCERTAIN)

    def _forget(self, connection: Connection) -> None:
        """Take back what was said of a refused message, on this connection or by leaving it."""
        try:
            code, _ = connection.ask(Step.MAIL, connection.client.rset)
        except Dropped:
            code = _CLOSING
        if code >= 400:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _refused(connection: Connection, message: Message) -> Reply | None:
    """Announce a message, up to the point where its content is asked for."""
    notify = " NOTIFY=FAILURE" if connection.offers("dsn") else ""
    steps = (
        (Step.MAIL, f"MAIL FROM:<{message.sender}>{_parameters(connection, message)}", 2),
        (Step.RCPT, f"RCPT TO:<{message.recipient}>{notify}", 2),
        (Step.DATA, "DATA", 3),
    )
    for step, command, good in steps:
        code, text = connection.command(step, command, good=(good,))
        refused = replies.judge(step, code, text, connection.server)
        if refused is not None:
            return refused
    return None


def _parameters(connection: Connection, message: Message) -> str:
    parameters = (
        (connection.offers("size"), f"SIZE={len(message.content)}"),
        (connection.offers("dsn"), f"RET=HDRS ENVID={message.key}"),
        (message.needs_utf8 and connection.offers("8bitmime"), "BODY=8BITMIME"),
        (message.needs_utf8, "SMTPUTF8"),
    )
    return "".join(f" {parameter}" for is_used, parameter in parameters if is_used)


def _check_size(connection: Connection, message: Message) -> None:
    """Send nothing that is larger than the server takes (RFC 1870): all of an issue's messages would be."""
    limit = connection.parameters("size").strip()
    if limit.isdecimal() and 0 < int(limit) < len(message.content):
        raise FarEndError(
            f"mail server {connection.server} takes messages of at most {limit} octets and this one has "
            f"{len(message.content)}; nobody was skipped; raise its limit, or shorten the issue",
            permanent=True,
        )
