"""The ledger of one issue as the sender sees it: what `deliver` asks for, over the store."""

from collections.abc import Sequence
from datetime import datetime

from publisher.model import Delivery, Reply
from publisher.store import ledger
from publisher.store.engine import Store


class IssueLedger:
    """The rows of one issue; each call is a transaction of its own."""

    def __init__(self, store: Store, issue_id: int, lease_seconds: int, retry_hours: int) -> None:
        self._store = store
        self._issue = issue_id
        self._lease_seconds = lease_seconds
        self._retry_hours = retry_hours

    def claim(self, limit: int, now: datetime) -> list[Delivery]:
        """Take up to `limit` rows whose turn has come."""
        with self._store.writing() as transaction:
            return ledger.claim(transaction, self._issue, limit, now, self._lease_seconds)

    def begin(self, delivery: Delivery) -> bool:
        """Mark a row as begun, unless it is no longer the caller's or its subscriber left."""
        with self._store.writing() as transaction:
            return ledger.begin(transaction, delivery)

    def take_back(self, delivery: Delivery) -> None:
        """Write that a begun message was certainly not taken."""
        with self._store.writing() as transaction:
            ledger.take_back(transaction, delivery)

    def settle(self, results: Sequence[tuple[Delivery, Reply]], now: datetime) -> None:
        """Write what became of claimed rows."""
        with self._store.writing() as transaction:
            ledger.settle(transaction, results, now, self._retry_hours)

    def release(self, given_back: Sequence[Delivery]) -> None:
        """Give claimed rows back whose messages were never begun, or certainly not taken."""
        with self._store.writing() as transaction:
            ledger.release(transaction, given_back)
