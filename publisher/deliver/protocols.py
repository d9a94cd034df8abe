"""What the stage asks of others: a way out for a message, and a ledger that remembers who got one."""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from publisher.deliver.message import Message
from publisher.errors import FarEndError
from publisher.model import Delivery, Reply


class NotNow(FarEndError):
    """The far end takes this message not now, for a reason that is hardly about its recipient.

    The message was certainly not taken; `reply` is what that makes of the delivery when others are taken.
    """

    def __init__(self, message: str, reply: Reply) -> None:
        super().__init__(message, permanent=False)
        self.reply = reply


class Transport(Protocol):
    """A way mail leaves. It is open inside its `with` block and may keep a connection that long."""

    def __enter__(self) -> Self:
        """Open it."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it, whatever happened inside."""
        ...

    def send(self, message: Message) -> Reply:
        """Hand one message over and say what became of it.

        `uncertain` only when the message may have been taken and nobody can tell.

        Raises:
            NotNow: when it should be tried later, and so perhaps should all others; it was certainly not taken.
            PublisherError: when no message can leave; this one was certainly not taken.
        """
        ...


class Ledger(Protocol):
    """The rows of one issue. Each call holds when it returns, and stays so after a crash."""

    def claim(self, limit: int, now: datetime) -> Sequence[Delivery]:
        """Take up to `limit` rows whose turn has come; nobody else gets them until their lease ends."""
        ...

    def begin(self, delivery: Delivery) -> bool:
        """Mark a row as begun, just before its message is handed over.

        False when it must not be: the subscriber left, or the row is another's by now.
        """
        ...

    def take_back(self, delivery: Delivery) -> None:
        """Write that a begun message was certainly not taken; the row stays the caller's, to be settled later."""
        ...

    def settle(self, results: Sequence[tuple[Delivery, Reply]], now: datetime) -> None:
        """Write what became of claimed rows."""
        ...

    def release(self, given_back: Sequence[Delivery]) -> None:
        """Give claimed rows back whose messages were never begun, or certainly not taken."""
        ...
