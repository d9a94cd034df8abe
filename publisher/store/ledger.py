"""The ledger: one row for each recipient of an issue, and the only truth about who got it.

A row is claimed before its message is made and settled after the server's reply is heard. Until then it belongs to one
sender, for as long as the lease, which the sender renews. What a dead sender's journal tells is written by `recover`.
Whoever finds a row whose lease has ended, and no journal, does not know whether the mail went out; it becomes
`uncertain`, never `queued`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    Text,
    Update,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.types import TypeEngine

from publisher.model import Delivery, DeliveryState, Reply, Subscriber
from publisher.store import dialect
from publisher.store.engine import Transaction
from publisher.store.schema import Instant, deliveries, issues, subscribers, subscriptions
from publisher.store.subscribers import SubscriptionState
from publisher.store.text import storable


class Claimed(Protocol):
    """A row as it was claimed."""

    @property
    def id(self) -> int:
        """Its id."""
        ...

    @property
    def claim(self) -> int:
        """The number of the claim."""
        ...

    @property
    def attempts(self) -> int:
        """How many tries ended with a reply before this one."""
        ...


FIRST_DELAY = timedelta(minutes=30)
LONGEST_DELAY = timedelta(hours=4)
STEPS = 8
MAX_WORDS = 500


def open_issue(
    transaction: Transaction,
    issue_id: int,
    newsletter: str,
    language: str | None,
    now: datetime,
    among: ColumnElement[bool] | None = None,
) -> int:
    """Make a row for each subscription valid now, in one statement; give how many rows are new.

    With `among`, only for those of which it is true; in any language without a `language`. Nobody gets a second row.
    """
    wanted = (
        select(
            dialect.random_key(transaction),
            literal(issue_id),
            subscriptions.c.subscriber_id,
            literal(str(DeliveryState.QUEUED)),
            literal(0),
            literal(0),
            literal(now, deliveries.c.created.type),
            literal(""),
            literal(""),
        )
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(*valid(newsletter, language), *([] if among is None else [among]))
        # So that rows follow one another as their readers do, whatever plan finds them.
        .order_by(subscriptions.c.subscriber_id)
        # Who is being erased at this moment is waited for, and then has no row; nobody can be erased meanwhile.
        .with_for_update(read=True, key_share=True, of=subscribers)
    )
    columns = ["key", "issue_id", "subscriber_id", "state", "claims", "attempts", "created"]
    columns += ["enhanced", "words"]
    made = transaction.execute(dialect.insert_new(transaction, deliveries).from_select(columns, wanted))
    if made.rowcount and among is None:  # A few newcomers do not change how the tables are read.
        dialect.measure(transaction, deliveries, subscribers, subscriptions)
    return int(made.rowcount)


def valid(newsletter: str, language: str | None) -> tuple[ColumnElement[bool], ...]:
    """Give what is true of the subscriptions that an issue goes to, where subscribers are joined."""
    return (
        subscriptions.c.newsletter == newsletter,
        *([] if language is None else [subscriptions.c.language == language]),
        subscriptions.c.state == SubscriptionState.ACTIVE,
        subscribers.c.suppressed.is_(None),
    )


def claim(
    transaction: Transaction,
    issue_id: int,
    limit: int,
    now: datetime,
    lease_seconds: int,
    sender: str,
    version: int = 0,
) -> list[Delivery]:
    """Take up to `limit` rows whose turn has come; they are the sender's for `lease_seconds`, and of its `version`.

    A row that was in doubt stays of the version it was. Rows of people who left, were suppressed or erased since are
    `suppressed` on the way. Empty when no row's turn has come, or the issue has another version by now, and only then.
    """
    newest, newsletter = transaction.execute(_NEWEST, {"of_issue": issue_id}).one()
    if newest != version:
        return []
    asked = {"of_issue": issue_id, "of_version": version, "by": sender, "until": now + timedelta(seconds=lease_seconds)}
    while taken := _take(transaction, asked, limit, now):
        claimed = _claimed(transaction, issue_id, newsletter, taken)
        reached = {delivery.id for delivery in claimed}
        if gone := [number for number in taken if number not in reached]:
            ended = update(deliveries).where(dialect.among(transaction, deliveries.c.id, "gone")).values(**_ended(now))
            transaction.execute(ended, {"gone": dialect.numbers(transaction, gone)})
        if claimed:
            return claimed
    return []


_OF_ISSUE = bindparam("of_issue", type_=issues.c.id.type)
# Who amends the issue waits for this transaction, or is waited for.
_NEWEST = select(issues.c.version, issues.c.newsletter).where(issues.c.id == _OF_ISSUE).with_for_update(read=True)


def _take(transaction: Transaction, asked: Mapping[str, Any], limit: int, now: datetime) -> list[int]:
    """Take rows nobody tried yet, and when there are too few, deferred ones."""
    queued = dialect.built(transaction, _taking, DeliveryState.QUEUED)
    taken = list(transaction.execute(queued, {**asked, "most": limit}).scalars())
    if len(taken) < limit:
        deferred = dialect.built(transaction, _taking, DeliveryState.DEFERRED)
        taken += transaction.execute(deferred, {**asked, "most": limit - len(taken), "now": now}).scalars()
    return taken


def _taking(transaction: Transaction, state: DeliveryState) -> ReturningUpdate[int]:
    """Take rows of a state whose turn has come; each state walks the index in its order."""
    turn = [deliveries.c.next_try <= bindparam("now", type_=Instant)] if state is DeliveryState.DEFERRED else []
    # Chosen once: a subquery that is run again takes more than the limit.
    chosen = dialect.once(
        transaction,
        select(deliveries.c.id)
        .where(deliveries.c.issue_id == _OF_ISSUE, deliveries.c.state == state, *turn)
        .order_by(deliveries.c.next_try, deliveries.c.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True),
    )
    newest = bindparam("of_version", type_=Integer)
    values = {
        "state": DeliveryState.SENDING,
        "claims": deliveries.c.claims + 1,
        "sender": bindparam("by", type_=String),
        "lease_until": bindparam("until", type_=Instant),
        "version": case((deliveries.c.in_doubt, deliveries.c.version), else_=newest),
    }
    return update(deliveries).where(deliveries.c.id.in_(chosen)).values(**values).returning(deliveries.c.id)


def _ended(now: datetime) -> dict[str, Any]:
    return {"state": DeliveryState.SUPPRESSED, "settled": now, "lease_until": None, "next_try": None}


_DELIVERY = [deliveries.c[name] for name in ("id", "key", "created", "attempts", "claims", "version")]
_READER = [subscribers.c[name] for name in ("id", "email", "name", "language", "tags")]


def _claimed(transaction: Transaction, issue_id: int, newsletter: str, taken: list[int]) -> list[Delivery]:
    """Give the taken rows of those who may get an issue: subscribed to its newsletter, in whatever language by now.

    Two questions that name nothing but ids: one that names the newsletter may be answered by reading all its
    subscriptions, when PostgreSQL believes that they are few because a large import has just ended.
    """
    rows = _asked(transaction, _reading, taken)
    active = {
        reader
        for reader, *subscription in _asked(transaction, _knowing, [row[len(_DELIVERY)] for row in rows])
        if subscription == [newsletter, SubscriptionState.ACTIVE]
    }
    return [
        Delivery(
            number,
            key,
            issue_id,
            Subscriber(reader, email, name, language, tuple(tags), None),
            _instant(created),
            attempts,
            claims,
            version,
        )
        for number, key, created, attempts, claims, version, reader, email, name, language, tags in sorted(rows)
        if reader in active
    ]


def _asked(transaction: Transaction, make: Callable[[Transaction], Select[Any]], given: list[int]) -> list[list[Any]]:
    found = transaction.execute(
        dialect.built(transaction, make), {"given": dialect.numbers(transaction, given)}
    ).scalar()
    return dialect.lists(found)


def _reading(transaction: Transaction) -> Select[Any]:
    given = dialect.among(transaction, deliveries.c.id, "given")
    query = select(*_DELIVERY, *_READER).join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
    return dialect.as_json(transaction, query.where(given, subscribers.c.suppressed.is_(None)))


def _knowing(transaction: Transaction) -> Select[Any]:
    given = dialect.among(transaction, subscriptions.c.subscriber_id, "given")
    known = [subscriptions.c[name] for name in ("subscriber_id", "newsletter", "state")]
    return dialect.as_json(transaction, select(*known).where(given))


@lru_cache(maxsize=64)
def _instant(told: str) -> datetime:
    """Read an instant; most rows of an issue are made in the same moment."""
    instant = datetime.fromisoformat(told)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)


def renew(transaction: Transaction, issue_id: int, sender: str, until: datetime) -> None:
    """Let the lease of a sender's rows end later."""
    transaction.execute(update(deliveries).where(*_of_sender(issue_id, sender)).values(lease_until=until))


def _of_sender(issue_id: int, sender: str) -> tuple[ColumnElement[bool], ...]:
    return (
        deliveries.c.issue_id == issue_id,
        deliveries.c.state == DeliveryState.SENDING,
        deliveries.c.sender == sender,
    )


def settle(transaction: Transaction, results: Sequence[tuple[Claimed, Reply]], now: datetime, retry_hours: int) -> None:
    """Write what became of claimed rows; a row that was claimed again since is left to its new owner.

    What a server said counts also after the lease ended, as long as nobody claimed the row since: it is no longer
    uncertain. A deferred row is tried again after a delay that grows with its tries from half an hour to four, a
    little less for some than for others, and is `failed` when the next try would be later than `retry_hours` after the
    first.
    """
    _write(transaction, results, now, retry_hours, lambda reply: _OWNED if reply.state in _SAID else _BEING_SENT)


def prove(transaction: Transaction, proofs: Sequence[tuple[Claimed, Reply]], now: datetime) -> None:
    """Write what a mail server's own log proves of rows that are open; one that was claimed since is left alone."""
    _write(transaction, proofs, now, 0, lambda _reply: _OPEN)


def _write(
    transaction: Transaction,
    results: Sequence[tuple[Claimed, Reply]],
    now: datetime,
    retry_hours: int,
    states_of: Callable[[Reply], tuple[DeliveryState, ...]],
) -> None:
    """Write what became of rows that are, by their replies, in certain states."""
    groups: dict[tuple[tuple[DeliveryState, ...], datetime | None], list[dict[str, Any]]] = defaultdict(list)
    for delivery, reply in results:
        state, next_try = _outcome(delivery, reply, now, retry_hours)
        settled = {
            **_number(delivery),
            "state": str(state),
            "tries": int(state is not DeliveryState.SUPPRESSED),
            "code": reply.code,
            "enhanced": storable(reply.enhanced)[:20],
            "words": storable(reply.words[:MAX_WORDS]),
        }
        groups[states_of(reply), next_try].append(settled)
    _lock(transaction, [delivery for delivery, _ in results])
    for (states, next_try), rows in groups.items():
        told = {"rows": _packed(rows), "again": next_try, "at": now}
        transaction.execute(dialect.built(transaction, _settling, states), told)


def _outcome(delivery: Claimed, reply: Reply, now: datetime, retry_hours: int) -> tuple[DeliveryState, datetime | None]:
    if reply.state is not DeliveryState.DEFERRED:
        return reply.state, None
    # Not all at once: those who were put off together come back over the last sixth of the delay.
    next_try = now + _delay(delivery.attempts) * (1 - delivery.id % STEPS / (6 * STEPS))
    # Not since the row was made: where a day has its limit, the first turn of some comes days later.
    first_try = now - sum(map(_delay, range(delivery.attempts)), timedelta())
    if next_try > first_try + timedelta(hours=retry_hours):
        return DeliveryState.FAILED, None
    return DeliveryState.DEFERRED, next_try


def _delay(attempts: int) -> timedelta:
    return min(FIRST_DELAY * (1 << min(attempts, 10)), LONGEST_DELAY)


_SAID = (DeliveryState.SENT, DeliveryState.DEFERRED, DeliveryState.FAILED)
"""What only the far end's answer makes of a row."""

_OWNED = (DeliveryState.SENDING, DeliveryState.UNCERTAIN, DeliveryState.QUEUED)
"""The states of a row that was claimed and not claimed again: within its lease, after it, and queued again since."""

_BEING_SENT = (DeliveryState.SENDING,)
_OPEN = tuple(state for state in DeliveryState if state.is_open)

_CLAIM: dict[str, type[TypeEngine[Any]]] = {"id": BigInteger, "claim": Integer}
_ANSWER: dict[str, type[TypeEngine[Any]]] = {
    "state": String,
    "tries": Integer,
    "code": Integer,
    "enhanced": String,
    "words": Text,
}


def _settling(transaction: Transaction, states: tuple[DeliveryState, ...]) -> Update:
    given = dialect.rows(transaction, "rows", **_CLAIM, **_ANSWER)
    values = {
        "state": given.c.state,
        "attempts": deliveries.c.attempts + given.c.tries,
        "next_try": bindparam("again", type_=Instant),
        "settled": bindparam("at", type_=Instant),
        "code": given.c.code,
        "enhanced": given.c.enhanced,
        # An answer often repeats the address; of one that was erased meanwhile nothing may come back.
        "words": case((deliveries.c.subscriber_id.is_(None), ""), else_=given.c.words),
        "lease_until": None,
        "sender": None,
    }
    return _change(states, given, values)


def _change(states: Sequence[DeliveryState], given: FromClause, values: Mapping[str, Any]) -> Update:
    """Change the given rows, as long as nobody claimed them since."""
    is_mine = (deliveries.c.id == given.c.id, deliveries.c.claims == given.c.claim)
    of_state = or_(*(deliveries.c.state == state for state in states))
    return update(deliveries).where(*is_mine, of_state).values(**values)


def _packed(rows: Sequence[Mapping[str, Any]]) -> str:
    return orjson.dumps(rows).decode()


def _lock(transaction: Transaction, rows: Sequence[Claimed]) -> None:
    """Lock rows in the order of their ids, before several statements change them in an order of their own."""
    if transaction.dialect.name == "postgresql":
        given = dialect.numbers(transaction, [row.id for row in rows])
        transaction.execute(dialect.built(transaction, _locking), {"given": given})


def _locking(transaction: Transaction) -> Select[Any]:
    return dialect.in_order(transaction, deliveries.c.id, dialect.among(transaction, deliveries.c.id, "given"))


def _number(delivery: Claimed) -> dict[str, int]:
    return {"id": delivery.id, "claim": delivery.claim}


def release(transaction: Transaction, given_back: Sequence[Claimed]) -> None:
    """Give claimed rows back whose messages were certainly not taken."""
    _turn(transaction, given_back, _QUEUED)


def _turn(transaction: Transaction, rows: Sequence[Claimed], values: Mapping[str, Any]) -> None:
    if rows:
        _lock(transaction, rows)
        given = dialect.rows(transaction, "rows", **_CLAIM)
        changed = _change((DeliveryState.SENDING, DeliveryState.UNCERTAIN), given, values)
        transaction.execute(changed, {"rows": _packed([_number(row) for row in rows])})


_QUEUED = {"state": DeliveryState.QUEUED, "lease_until": None, "next_try": None, "sender": None}


def expire(transaction: Transaction, issue_id: int, now: datetime) -> int:
    """Turn rows whose sender let the lease end into `uncertain`; give how many.

    Whose they were stays known: the journal of a host that comes back still tells what became of them. They are settled
    as of the end of their lease, until which they may have been tried.
    """
    of_issue = (deliveries.c.issue_id == issue_id, deliveries.c.state == DeliveryState.SENDING)
    ended = dialect.in_order(transaction, deliveries.c.id, *of_issue, deliveries.c.lease_until <= now)
    values = {"state": DeliveryState.UNCERTAIN, "settled": deliveries.c.lease_until, "lease_until": None}
    changed = transaction.execute(update(deliveries).where(deliveries.c.id.in_(ended)).values(**values))
    return int(changed.rowcount)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    claim: int
    attempts: int


def recover(
    transaction: Transaction,
    issue_id: int,
    sender: str,
    notes: Mapping[tuple[int, int], Reply],
    now: datetime,
    retry_hours: int,
    *,
    is_whole: bool,
) -> int:
    """Write what a dead sender knew of its rows; give how many were still its own.

    `notes` has a reply by the id of a delivery and the number of its claim, `uncertain` where the message was begun.
    Of the other rows no message was begun when `is_whole`; else nobody knows.
    """
    own = or_(*(deliveries.c.state == state for state in _OWNED))
    of_issue = select(deliveries).where(deliveries.c.issue_id == issue_id, own, deliveries.c.sender == sender)
    rows = [_Row(row.id, row.claims, row.attempts) for row in transaction.execute(of_issue)]
    told = [(row, notes[row.id, row.claim]) for row in rows if (row.id, row.claim) in notes]
    settle(
        transaction,
        [(row, reply) for row, reply in told if reply.state is not DeliveryState.UNCERTAIN],
        now,
        retry_hours,
    )
    in_doubt = [row for row, reply in told if reply.state is DeliveryState.UNCERTAIN]
    silent = [row for row in rows if (row.id, row.claim) not in notes]
    _turn(transaction, in_doubt, {**_IN_DOUBT, "settled": _tried_until(now)})
    _turn(transaction, silent, _QUEUED if is_whole else {**_IN_DOUBT, "settled": _tried_until(now)})
    return len(rows)


_IN_DOUBT = {"state": DeliveryState.UNCERTAIN, "lease_until": None, "sender": None}


def _tried_until(now: datetime) -> ColumnElement[Any]:
    """Give until when a dead sender may have tried a row: no longer than its lease, which is over or known already."""
    column = deliveries.c.lease_until
    return case((column.is_(None), deliveries.c.settled), (column < now, column), else_=literal(now, column.type))


def requeue_uncertain(transaction: Transaction, issue_id: int) -> int:
    """Let `uncertain` rows be sent again, as the same message; give how many."""
    of_issue = (deliveries.c.issue_id == issue_id, deliveries.c.state == DeliveryState.UNCERTAIN)
    uncertain = dialect.in_order(transaction, deliveries.c.id, *of_issue)
    values = {"state": DeliveryState.QUEUED, "next_try": None, "in_doubt": True}
    changed = transaction.execute(update(deliveries).where(deliveries.c.id.in_(uncertain)).values(**values))
    return int(changed.rowcount)


def suppress_queued(transaction: Transaction, subscriber_id: int, newsletter: str, now: datetime) -> None:
    """Take a subscriber who left out of the issues of a newsletter that are still being sent."""
    waiting = dialect.in_order(
        transaction,
        deliveries.c.id,
        deliveries.c.subscriber_id == subscriber_id,
        deliveries.c.issue_id.in_(select(issues.c.id).where(issues.c.newsletter == newsletter)),
        deliveries.c.state.in_((DeliveryState.QUEUED, DeliveryState.DEFERRED)),
    )
    transaction.execute(update(deliveries).where(deliveries.c.id.in_(waiting)).values(**_ended(now)))


def counts(transaction: Transaction, issue_id: int) -> Counter[DeliveryState]:
    """Count the rows of an issue by state; together they are its recipients."""
    query = (
        select(deliveries.c.state, func.count()).where(deliveries.c.issue_id == issue_id).group_by(deliveries.c.state)
    )
    return Counter({DeliveryState(state): count for state, count in transaction.execute(query)})
