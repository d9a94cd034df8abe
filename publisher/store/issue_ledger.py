"""The ledger of one issue as the sender sees it: what `deliver` asks for, over the store."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from publisher.model import Claim, Delivery, Reply
from publisher.pace import Limits
from publisher.store import ledger, pacing
from publisher.store.engine import Store


class IssueLedger:
    """The rows of one issue; each call is a transaction of its own, which outlives the machine's power too."""

    def __init__(
        self,
        store: Store,
        issue_id: int,
        lease_seconds: int,
        retry_hours: int,
        sender: str,
        limits: Callable[[datetime], Limits] = lambda _now: Limits(),
        version: int = 0,
    ) -> None:
        self._store = store
        self._issue = issue_id
        self._lease = timedelta(seconds=lease_seconds)
        self._retry_hours = retry_hours
        self._sender = sender
        self._limits = limits
        self._claimed_in: dict[int, datetime] = {}
        self._version = version

    def claim(self, limit: int, now: datetime) -> Claim:
        """Take up to `limit` rows whose turn has come, as far as the limits of all senders leave room for them."""
        with self._store.writing(durable=True) as transaction:
            reserved = pacing.reserve(transaction, self._issue, self._limits(now), limit, now)
            turns = reserved.turns
            if not turns.messages:
                return Claim((), wait=turns.wait)
            seconds = int(self._lease.total_seconds())
            rows = ledger.claim(transaction, self._issue, turns.messages, now, seconds, self._sender, self._version)
            pacing.take(transaction, reserved, len(rows), now)
        if reserved.counted:
            self._claimed_in |= dict.fromkeys((row.id for row in rows), pacing.minute_of(now))
        return Claim(rows, turns.wait, turns.every) if rows else Claim(())

    def settle(self, results: Sequence[tuple[Delivery, Reply]], now: datetime) -> None:
        """Write what became of claimed rows."""
        with self._store.writing(durable=True) as transaction:
            ledger.settle(transaction, results, now, self._retry_hours)
        self._forget(delivery for delivery, _ in results)

    def release(self, given_back: Sequence[Delivery]) -> None:
        """Give claimed rows back whose messages were certainly not taken; they count for no limit."""
        claimed_in = Counter(self._claimed_in[one.id] for one in given_back if one.id in self._claimed_in)
        with self._store.writing(durable=True) as transaction:
            ledger.release(transaction, given_back)
            pacing.give_back(transaction, claimed_in)
        self._forget(given_back)

    def _forget(self, deliveries: Iterable[Delivery]) -> None:
        if self._claimed_in:
            for delivery in deliveries:
                self._claimed_in.pop(delivery.id, None)

    def renew(self, now: datetime) -> None:
        """Let the lease of all rows that are this sender's begin anew."""
        with self._store.writing() as transaction:
            ledger.renew(transaction, self._issue, self._sender, now + self._lease)
