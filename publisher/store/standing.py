"""Where the sending of an issue stands: what its ledger says of all its rows, asked without counting them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select

from publisher.model import Delivery, DeliveryState, Subscriber
from publisher.store.engine import Transaction
from publisher.store.mailbox import identity
from publisher.store.schema import deliveries, issues, subscribers


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one recipient, in the server's words."""

    email: str
    state: DeliveryState
    code: int | None
    enhanced: str
    words: str


@dataclass(frozen=True, slots=True)
class Record:
    """One recipient's row: the delivery, and what became of it so far."""

    delivery: Delivery
    state: DeliveryState
    next_try: datetime | None
    settled: datetime | None
    code: int | None
    enhanced: str
    words: str


@dataclass(frozen=True, slots=True)
class Failures:
    """How many recipients an issue did not reach for one cause: a server's code, and its enhanced one (RFC 3463).

    `code` is None where no server was asked, as for an address that is none.
    """

    code: int | None
    enhanced: str
    count: int


_READER = [subscribers.c[name] for name in ("email", "name", "language", "tags")]


@dataclass(frozen=True, slots=True)
class Refused:
    """How many recipients at one domain were refused alike, as their rows stand.

    `words` are given where there is no enhanced code; `domain` is empty for those who were erased since.
    """

    state: DeliveryState
    code: int | None
    enhanced: str
    words: str
    domain: str
    count: int


def record(transaction: Transaction, issue_id: int, email: str) -> Record | None:
    """Find the row of a mailbox in an issue, however its address is spelled."""
    query = (
        select(deliveries, *_READER, issues.c.version.label("newest"))
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(deliveries.c.issue_id == issue_id, subscribers.c.identity == identity(email))
    )
    row = transaction.execute(query).one_or_none()
    if row is None:
        return None
    reader = Subscriber(row.subscriber_id, row.email, row.name, row.language, tuple(row.tags))
    return Record(
        delivery=Delivery(
            id=row.id,
            key=row.key,
            issue=row.issue_id,
            subscriber=reader,
            created=row.created,
            attempts=row.attempts,
            claim=row.claims,
            version=row.newest if _is_new_each_time(row) else row.version,
        ),
        state=DeliveryState(row.state),
        next_try=row.next_try,
        settled=row.settled,
        code=row.code,
        enhanced=row.enhanced,
        words=row.words,
    )


def _is_new_each_time(row: Row[Any]) -> bool:
    """Tell whether the next message of a row says what its issue says by then."""
    return row.state in (DeliveryState.QUEUED, DeliveryState.DEFERRED) and not row.in_doubt


def has_turn(transaction: Transaction, issue_id: int, now: datetime, *, resend_uncertain: bool) -> bool:
    """Tell whether a sender would find a row to send now, or one whose sender died."""
    turns = [
        (deliveries.c.state == DeliveryState.QUEUED,),
        (deliveries.c.state == DeliveryState.DEFERRED, deliveries.c.next_try <= now),
        (deliveries.c.state == DeliveryState.SENDING, deliveries.c.lease_until <= now),
        *([(deliveries.c.state == DeliveryState.UNCERTAIN,)] if resend_uncertain else []),
    ]
    return any(_any(transaction, issue_id, *turn) for turn in turns)


def goes_on_by_itself(transaction: Transaction, issue_id: int, *, resend_uncertain: bool) -> bool:
    """Tell whether rows of an issue wait for a sender, now or later."""
    waiting = [DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.SENDING]
    waiting += [DeliveryState.UNCERTAIN] if resend_uncertain else []
    return any(_any(transaction, issue_id, deliveries.c.state == state) for state in waiting)


def is_open(transaction: Transaction, issue_id: int) -> bool:
    """Tell whether an issue has rows whose fate is not settled for good."""
    return any(_any(transaction, issue_id, deliveries.c.state == state) for state in DeliveryState if state.is_open)


def has_sent(transaction: Transaction, issue_id: int) -> bool:
    """Tell whether the mail server took any message of an issue."""
    return _any(transaction, issue_id, deliveries.c.state == DeliveryState.SENT)


def has_begun(transaction: Transaction, issue_id: int) -> bool:
    """Tell whether any message of an issue may have left; of what is being sent nobody knows."""
    untouched = (DeliveryState.QUEUED, DeliveryState.SUPPRESSED)
    left = (deliveries.c.attempts > 0, deliveries.c.state.not_in(untouched))
    return any(_any(transaction, issue_id, one) for one in left)


def outcomes(transaction: Transaction, issue_id: int, states: Iterable[DeliveryState], limit: int) -> list[Outcome]:
    """Give up to `limit` recipients in one of `states`; who was erased has no name and is left out."""
    query = (
        select(subscribers.c.email, deliveries)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(deliveries.c.issue_id == issue_id, deliveries.c.state.in_(list(states)))
        .order_by(deliveries.c.id)
        .limit(limit)
    )
    return [
        Outcome(row.email, DeliveryState(row.state), row.code, row.enhanced, row.words)
        for row in transaction.execute(query)
    ]


def failures(transaction: Transaction, issue_id: int) -> list[Failures]:
    """Count the recipients whom an issue did not reach by what the servers said, the most frequent first."""
    said = (deliveries.c.code, deliveries.c.enhanced)
    query = (
        select(*said, func.count().label("times"))
        .where(deliveries.c.issue_id == issue_id, deliveries.c.state == DeliveryState.FAILED)
        .group_by(*said)
        .order_by(func.count().desc(), *said)
    )
    return [Failures(row.code, row.enhanced, row.times) for row in transaction.execute(query)]


def refusals(transaction: Transaction, issue_id: int) -> Iterator[Refused]:
    """Count the recipients who were refused for good or for now by what the servers said and by their domains."""
    email = subscribers.c.email
    # What is behind the last @: SQLite has no better way to find it.
    domain = func.lower(func.replace(email, func.rtrim(email, func.replace(email, "@", "")), ""))
    # Named once, and grouped by their names: PostgreSQL takes two parameters for two things, though both be empty.
    rows = (
        select(
            deliveries.c.state,
            deliveries.c.code,
            deliveries.c.enhanced,
            case((deliveries.c.enhanced == "", deliveries.c.words), else_="").label("words"),
            func.coalesce(domain, "").label("domain"),
        )
        .outerjoin(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .where(
            deliveries.c.issue_id == issue_id, deliveries.c.state.in_((DeliveryState.FAILED, DeliveryState.DEFERRED))
        )
        .subquery()
    )
    for row in transaction.execute(select(rows, func.count().label("times")).group_by(*rows.c)):
        yield Refused(DeliveryState(row.state), row.code, row.enhanced, row.words, row.domain, row.times)


def _any(transaction: Transaction, issue_id: int, *conditions: ColumnElement[bool]) -> bool:
    found = select(deliveries.c.id).where(deliveries.c.issue_id == issue_id, *conditions).limit(1)
    return transaction.execute(found).first() is not None
