"""What the stage asks of others: a way out for a message, and a ledger that remembers who got one."""

from collections.abc import Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from publisher.deliver.message import Message
from publisher.model import Delivery, Reply


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
            PublisherError: when no message can leave; this one was certainly not taken.
        """
        ...


class Ledger(Protocol):
    """The rows of one issue. Each call holds when it returns, and stays so after a crash."""

    def claim(self, limit: int, now: datetime) -> Sequence[Delivery]:
        """Take up to `limit` rows whose turn has come; nobody else gets them until their lease ends."""
        ...

    def wanted(self, delivery: Delivery) -> bool:
        """Tell whether the subscriber still wants this issue."""
        ...

    def settle(self, results: Sequence[tuple[Delivery, Reply]], now: datetime) -> None:
        """Write what became of claimed rows."""
        ...

    def release(self, given_back: Sequence[Delivery]) -> None:
        """Give claimed rows back whose messages were never begun."""
        ...
