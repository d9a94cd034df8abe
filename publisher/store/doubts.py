"""Rows of an issue whose fate is open, as somebody asks who knows more of them: a mail server's log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select

from publisher.model import DeliveryState, IssueState
from publisher.store import dialect, runs
from publisher.store.engine import Transaction
from publisher.store.schema import deliveries, issue_events, subscribers


@dataclass(frozen=True, slots=True)
class Entry:
    """A row: it was tried between `created` and `settled`, if at all. Who was erased has no `email`."""

    id: int
    key: str
    claim: int
    attempts: int
    state: DeliveryState
    created: datetime
    settled: datetime | None
    email: str | None


def by_keys(
    transaction: Transaction, issue_id: int, keys: Iterable[str], *, to_change: bool = False
) -> dict[str, Entry]:
    """Find the rows of an issue with these keys, by them.

    With `to_change` nobody else changes them until the transaction ends.
    """
    found = {}
    for piece in dialect.in_pieces(sorted(keys)):
        query = _entries.where(deliveries.c.issue_id == issue_id, deliveries.c.key.in_(piece)).order_by(deliveries.c.id)
        rows = transaction.execute(query.with_for_update(of=deliveries) if to_change else query)
        found.update({row.key: _entry(row) for row in rows})
    return found


def uncertain(transaction: Transaction, issue_id: int, after: int, limit: int) -> list[Entry]:
    """Give up to `limit` uncertain rows of an issue whose ids come after one."""
    of_issue = (deliveries.c.issue_id == issue_id, deliveries.c.state == DeliveryState.UNCERTAIN)
    query = _entries.where(*of_issue, deliveries.c.id > after).order_by(deliveries.c.id).limit(limit)
    return [_entry(row) for row in transaction.execute(query)]


def last_activity(transaction: Transaction, issue_id: int, lease: timedelta, seen_to: str) -> datetime | None:
    """Give when somebody last worked at the sending of an issue, or a person let it go on; None when nobody did.

    `seen_to` is the task under whose name it is noted that somebody saw to it. What readers do is no work at it: who
    leaves settles a row.
    """
    worked = case((deliveries.c.state != DeliveryState.SUPPRESSED, deliveries.c.settled))
    rows = select(*(_newest(one) for one in (deliveries.c.created, worked, deliveries.c.lease_until)))
    made, settled, leased = (*transaction.execute(rows.where(deliveries.c.issue_id == issue_id)).one(),)
    lets_go = (issue_events.c.issue_id == issue_id, issue_events.c.what == IssueState.SENDING)
    resumed = transaction.execute(select(_newest(issue_events.c.at)).where(*lets_go)).scalar()
    seen = runs.find(transaction, seen_to, str(issue_id))
    instants = (made, settled, leased - lease if leased else None, resumed, seen.started if seen else None)
    return max(filter(None, instants), default=None)


def _newest(instant: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.max(instant, type_=deliveries.c.created.type)


_entries = select(deliveries, subscribers.c.email).outerjoin(
    subscribers, subscribers.c.id == deliveries.c.subscriber_id
)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        row.id, row.key, row.claims, row.attempts, DeliveryState(row.state), row.created, row.settled, row.email
    )
