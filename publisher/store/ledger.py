"""The ledger: one row for each recipient of an issue, and the only truth about who got it.

A row is claimed before its message is written and settled after the server's reply is read.
Between the two it belongs to one sender, until the lease ends. Whoever finds a row whose lease
has ended does not know whether the mail went out; it becomes `uncertain`, never `queued`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, literal, null, or_, select, update

from publisher.model import Delivery, DeliveryState, Reply, Subscriber
from publisher.store import dialect
from publisher.store.engine import Store, Transaction
from publisher.store.schema import deliveries, issues, subscribers, subscriptions
from publisher.store.subscribers import SubscriptionState

FIRST_DELAY = timedelta(minutes=30)
LONGEST_DELAY = timedelta(hours=4)
MAX_WORDS = 500


def open_issue(transaction: Transaction, issue_id: int, newsletter: str, language: str, now: datetime) -> int:
    """Make a row for each subscription valid now, in one statement; give how many rows are new."""
    wanted = (
        select(
            dialect.random_key(transaction),
            literal(issue_id),
            subscriptions.c.subscriber_id,
            literal(str(DeliveryState.QUEUED)),
            literal(0),
            literal(now, deliveries.c.created.type),
            literal(""),
            literal(""),
        )
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(
            subscriptions.c.newsletter == newsletter,
            subscriptions.c.language == language,
            subscriptions.c.state == SubscriptionState.ACTIVE,
            subscribers.c.suppressed.is_(None),
        )
    )
    columns = ["key", "issue_id", "subscriber_id", "state", "attempts", "created", "enhanced", "words"]
    made = transaction.execute(dialect.insert_new(transaction, deliveries).from_select(columns, wanted))
    return int(made.rowcount)


def claim(transaction: Transaction, issue_id: int, limit: int, now: datetime, lease_seconds: int) -> list[Delivery]:
    """Take up to `limit` rows whose turn has come; they are the caller's for `lease_seconds`."""
    turn = or_(
        deliveries.c.state == DeliveryState.QUEUED,
        and_(deliveries.c.state == DeliveryState.DEFERRED, deliveries.c.next_try <= now),
    )
    next_rows = (
        select(deliveries.c.id)
        .where(deliveries.c.issue_id == issue_id, turn)
        .order_by(deliveries.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = transaction.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(next_rows))
        .values(
            state=DeliveryState.SENDING,
            attempts=deliveries.c.attempts + 1,
            lease_until=now + timedelta(seconds=lease_seconds),
        )
        .returning(deliveries)
    ).all()
    people = _subscribers(transaction, [row.subscriber_id for row in taken])
    return [
        Delivery(row.id, row.key, row.issue_id, people[row.subscriber_id], row.created, row.attempts)
        for row in sorted(taken, key=lambda row: int(row.id))
    ]


def _subscribers(transaction: Transaction, ids: Iterable[int]) -> dict[int, Subscriber]:
    rows = transaction.execute(select(subscribers).where(subscribers.c.id.in_(list(ids))))
    return {
        row.id: Subscriber(row.id, row.email, row.name, row.language, tuple(row.tags), row.suppressed) for row in rows
    }


def wanted(transaction: Transaction, delivery: Delivery) -> bool:
    """Tell whether the subscriber still wants this issue; asked just before its message is written."""
    query = (
        select(subscriptions.c.state)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .join(issues, issues.c.newsletter == subscriptions.c.newsletter)
        .where(
            issues.c.id == delivery.issue,
            subscriptions.c.subscriber_id == delivery.subscriber.id,
            subscriptions.c.state == SubscriptionState.ACTIVE,
            subscribers.c.suppressed.is_(None),
        )
    )
    return transaction.execute(query).first() is not None


def settle(
    transaction: Transaction, results: Sequence[tuple[Delivery, Reply]], now: datetime, retry_hours: int
) -> None:
    """Write what became of claimed rows; a row that was claimed again since is left to its new owner.

    A deferred row is tried again after a delay that grows from half an hour to four, and is `failed` when the next try
    would be later than `retry_hours` after the row was made.
    """
    if results:
        transaction.execute(
            _mine(_SETTLED), [_settled(delivery, reply, now, retry_hours) for delivery, reply in results]
        )


def _settled(delivery: Delivery, reply: Reply, now: datetime, retry_hours: int) -> dict[str, Any]:
    state, next_try = reply.state, None
    if state is DeliveryState.DEFERRED:
        next_try = now + min(FIRST_DELAY * 2 ** min(delivery.attempts - 1, 10), LONGEST_DELAY)
        if next_try > delivery.created + timedelta(hours=retry_hours):
            state, next_try = DeliveryState.FAILED, None
    return {
        "_id": delivery.id,
        "_attempts": delivery.attempts,
        "new_state": state,
        "new_next_try": next_try,
        "new_settled": now,
        "new_code": reply.code,
        "new_enhanced": reply.enhanced[:20],
        "new_words": reply.words[:MAX_WORDS],
    }


_SETTLED = {
    "state": bindparam("new_state"),
    "next_try": bindparam("new_next_try"),
    "settled": bindparam("new_settled"),
    "code": bindparam("new_code"),
    "enhanced": bindparam("new_enhanced"),
    "words": bindparam("new_words"),
    "lease_until": null(),
}


def _mine(values: Mapping[str, Any]) -> Any:
    return (
        update(deliveries)
        .where(
            deliveries.c.id == bindparam("_id"),
            deliveries.c.attempts == bindparam("_attempts"),
            deliveries.c.state == DeliveryState.SENDING,
        )
        .values(**values)
    )


def release(transaction: Transaction, given_back: Sequence[Delivery]) -> None:
    """Give claimed rows back whose messages were never begun."""
    if given_back:
        values = {"state": DeliveryState.QUEUED, "attempts": deliveries.c.attempts - 1, "lease_until": null()}
        transaction.execute(
            _mine(values), [{"_id": delivery.id, "_attempts": delivery.attempts} for delivery in given_back]
        )


def expire(transaction: Transaction, issue_id: int, now: datetime) -> int:
    """Turn rows whose sender let the lease end into `uncertain`; give how many."""
    changed = transaction.execute(
        update(deliveries)
        .where(
            deliveries.c.issue_id == issue_id,
            deliveries.c.state == DeliveryState.SENDING,
            deliveries.c.lease_until <= now,
        )
        .values(state=DeliveryState.UNCERTAIN, lease_until=None)
    )
    return int(changed.rowcount)


def requeue_uncertain(transaction: Transaction, issue_id: int) -> int:
    """Let `uncertain` rows be sent again, with the same Message-ID; give how many."""
    changed = transaction.execute(
        update(deliveries)
        .where(deliveries.c.issue_id == issue_id, deliveries.c.state == DeliveryState.UNCERTAIN)
        .values(state=DeliveryState.QUEUED)
    )
    return int(changed.rowcount)


def suppress_queued(transaction: Transaction, subscriber_id: int, newsletter: str, now: datetime) -> None:
    """Take a subscriber who left out of the issues of a newsletter that are still being sent."""
    of_newsletter = select(issues.c.id).where(issues.c.newsletter == newsletter)
    transaction.execute(
        update(deliveries)
        .where(
            deliveries.c.subscriber_id == subscriber_id,
            deliveries.c.issue_id.in_(of_newsletter),
            deliveries.c.state.in_((DeliveryState.QUEUED, DeliveryState.DEFERRED)),
        )
        .values(state=DeliveryState.SUPPRESSED, settled=now)
    )


def counts(transaction: Transaction, issue_id: int) -> Counter[DeliveryState]:
    """Count the rows of an issue by state; together they are its recipients."""
    query = (
        select(deliveries.c.state, func.count()).where(deliveries.c.issue_id == issue_id).group_by(deliveries.c.state)
    )
    return Counter({DeliveryState(state): count for state, count in transaction.execute(query)})


class IssueLedger:
    """The ledger of one issue as the sender sees it; each call is a transaction of its own."""

    def __init__(self, store: Store, issue_id: int, lease_seconds: int, retry_hours: int) -> None:
        self._store = store
        self._issue = issue_id
        self._lease_seconds = lease_seconds
        self._retry_hours = retry_hours

    def claim(self, limit: int, now: datetime) -> list[Delivery]:
        """Take up to `limit` rows whose turn has come."""
        with self._store.writing() as transaction:
            return claim(transaction, self._issue, limit, now, self._lease_seconds)

    def wanted(self, delivery: Delivery) -> bool:
        """Tell whether the subscriber still wants this issue."""
        with self._store.reading() as transaction:
            return wanted(transaction, delivery)

    def settle(self, results: Sequence[tuple[Delivery, Reply]], now: datetime) -> None:
        """Write what became of claimed rows."""
        with self._store.writing() as transaction:
            settle(transaction, results, now, self._retry_hours)

    def release(self, given_back: Sequence[Delivery]) -> None:
        """Give claimed rows back whose messages were never begun."""
        with self._store.writing() as transaction:
            release(transaction, given_back)
