"""The ledger of one issue as the sender sees it: what `deliver` asks for, over the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from publisher.model import Delivery, Reply
from publisher.store import ledger
from publisher.store.engine import Store


class IssueLedger:
    """The rows of one issue; each call is a transaction of its own, which outlives the machine's power too."""

    def __init__(self, store: Store, issue_id: int, lease_seconds: int, retry_hours: int, sender: str) -> None:
        self._store = store
        self._issue = issue_id
        self._lease = timedelta(seconds=lease_seconds)
        self._retry_hours = retry_hours
        self._sender = sender

    def claim(self, limit: int, now: datetime) -> list[Delivery]:
        """Take up to `limit` rows whose turn has come."""
        with self._store.writing(durable=True) as transaction:
            seconds = int(self._lease.total_seconds())
            return ledger.claim(transaction, self._issue, limit, now, seconds, self._sender)

    def settle(self, results: Sequence[tuple[Delivery, Reply]], now: datetime) -> None:
        """Write what became of claimed rows."""
        with self._store.writing(durable=True) as transaction:
            ledger.settle(transaction, results, now, self._retry_hours)

    def release(self, given_back: Sequence[Delivery]) -> None:
        """Give claimed rows back whose messages were certainly not taken."""
        with self._store.writing(durable=True) as transaction:
            ledger.release(transaction, given_back)

    def renew(self, now: datetime) -> None:
        """Let the lease of all rows that are this sender's begin anew."""
        with self._store.writing() as transaction:
            ledger.renew(transaction, self._issue, self._sender, now + self._lease)
