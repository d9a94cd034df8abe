"""The way out by a mail server, over several connections at once (RFC 5321).

An extension is used when the server offers it and never otherwise. What a broken connection certainly did not take goes
over another one.
"""

from collections.abc import Iterable

from publisher.config.settings import Smtp as Settings
from publisher.deliver.message import Message
from publisher.deliver.protocols import Outgoing
from publisher.deliver.smtp import session
from publisher.deliver.smtp.exchange import Exchange
from publisher.deliver.smtp.token import Token

DOT_SECONDS = 600
"""How long the answer to a whole message is waited for (RFC 5321 §4.5.3.2.6): giving up early makes doubles."""


class Smtp:
    """A mail server that takes our mail."""

    def __init__(self, settings: Settings, dot_seconds: float = DOT_SECONDS) -> None:
        """Connect later."""
        self._settings = settings
        self._token = Token(settings.token_command, settings.timeout_seconds) if settings.token_command else None
        self._dot_seconds = max(dot_seconds, settings.timeout_seconds)

    @property
    def connections(self) -> int:
        """How many connections may be open at once."""
        return self._settings.connections

    async def open(self) -> "Connection":
        """Open a connection.

        Raises:
            FarEndError: when the server cannot be reached or does not take us.
        """
        opened = await session.enter(self._settings, self._token)
        return Connection(self, opened, self._dot_seconds, self._settings.messages)


class Connection:
    """An open connection to a mail server."""

    def __init__(self, way: Smtp, opened: session.Session, dot_seconds: float, messages: int | None) -> None:
        self.way = way
        self._session = opened
        self._dot_seconds = dot_seconds
        self._messages = messages

    async def carry(self, messages: Iterable[Message], outgoing: Outgoing) -> list[Message]:
        """Hand over `messages` and what comes out after them, and close; give what a break left unsent.

        It closes too after as many messages as one connection may take.

        Raises:
            FarEndError: when the server refuses us.
        """
        try:
            return await Exchange(self._session, outgoing, self._dot_seconds, self._messages).run(messages)
        finally:
            self._session.line.close()
