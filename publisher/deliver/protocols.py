"""What the stage asks of others: a way out for messages, and a ledger and a journal that remember who got one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from publisher.deliver.message import Message
from publisher.errors import FarEndError
from publisher.model import Claim, Delivery, Reply


class NotNow(FarEndError):
    """The far end takes this message not now, for a reason that is hardly about its recipient.

    The message was certainly not taken; `reply` is what that makes of the delivery when others are taken.
    """

    def __init__(self, message: str, reply: Reply) -> None:
        super().__init__(message, permanent=False)
        self.reply = reply


class Withdrawn(Exception):
    """No message may go any more: the connection ends where it is, within a message too."""


class Outgoing(Protocol):
    """The messages on their way out, as one connection sees them; each is its own until it says what became of it.

    A connection that ends with an error leaves what it held: what was not begun goes out another way.
    """

    async def next(self) -> Message | None:
        """Wait for the next message; None when this connection is to take leave."""
        ...

    def ready(self) -> Message | None:
        """Give the next message if there is one at once."""
        ...

    def begin(self, message: Message) -> None:
        """Note that the end of a message is about to be handed over: from now on nobody knows unless it is heard.

        Raises:
            Withdrawn: when it may not be.
        """
        ...

    def take_back(self, message: Message) -> None:
        """Note that a message which was begun was certainly not taken, and is the connection's as before."""
        ...

    def hear(self, message: Message, reply: Reply) -> None:
        """Hear what became of a message.

        `uncertain` only when the message may have been taken and nobody can tell.

        Raises:
            PublisherError: when nothing more should go out.
        """
        ...

    def put_off(self, message: Message, later: NotNow) -> None:
        """Hear that a message should be tried later, and so perhaps should all others; it was certainly not taken.

        Raises:
            PublisherError: when nothing more should go out for now.
        """
        ...


class Connection(Protocol):
    """An open way, for one after another of the messages."""

    @property
    def way(self) -> "Transport":
        """The way it leads: what its far end refuses says nothing of other ways."""
        ...

    async def carry(self, messages: Iterable[Message], outgoing: Outgoing) -> list[Message]:
        """Hand over `messages` and what comes out after them, and close; give what a break left unsent.

        Raises:
            PublisherError: when no message can leave; what was not begun was certainly not taken.
            Withdrawn: when no message may leave any more.
        """
        ...


class Transport(Protocol):
    """A way mail leaves, over up to `connections` connections at once."""

    @property
    def connections(self) -> int:
        """How many may be open at the same time."""
        ...

    async def open(self) -> Connection:
        """Open one connection.

        Raises:
            PublisherError: when it cannot be opened.
        """
        ...


class Ledger(Protocol):
    """The rows of one issue. Each call holds when it returns, and stays so after a crash."""

    def claim(self, limit: int, now: datetime) -> Claim:
        """Take up to `limit` rows whose turn has come, and say how fast their messages may go.

        Nobody else gets them until their lease ends.
        """
        ...

    def settle(self, results: Sequence[tuple[Delivery, Reply]], now: datetime) -> None:
        """Write what became of claimed rows."""
        ...

    def release(self, given_back: Sequence[Delivery]) -> None:
        """Give claimed rows back whose messages were certainly not taken."""
        ...

    def renew(self, now: datetime) -> None:
        """Let the lease of all rows that are this sender's begin anew."""
        ...


class Journal(Protocol):
    """What stands between the ledger's batches: it survives the process, whatever ends it."""

    must_stay: bool
    """Whether rows are claimed that the ledger may not have back yet, so that whoever comes next must find it."""

    def begin(self, delivery: Delivery) -> None:
        """Note that the end of a message is about to be handed over."""
        ...

    def note(self, delivery: Delivery, reply: Reply) -> None:
        """Note what became of a message that was begun."""
        ...

    def forget(self, deliveries: Iterable[Delivery]) -> None:
        """Drop what the ledger knows by now, or what was certainly not taken."""
        ...

    def flush(self) -> None:
        """Let what was noted survive the machine's power as well; it is called beside the others."""
        ...
