"""Subscribers and their subscriptions: a mailbox, its consent to each newsletter, and what ended it.

A mailbox has one identity, however its address is spelled. A suppressed address stays
suppressed through erasure and re-import: what is left of it is a keyed hash.
"""

import hashlib
import hmac
import secrets as random
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, select, update

from publisher.model import DeliveryState, Subscriber
from publisher.store import dialect, secrets
from publisher.store.engine import Transaction
from publisher.store.mailbox import identity
from publisher.store.schema import bounces, deliveries, issues, subscribers, subscriptions, suppressions
from publisher.store.text import storable

MAILBOXES = "mailboxes"
"""What is locked to add, suppress or erase: a suppression that comes at the same instant as an import counts."""

_KEY = "fingerprint"


class SubscriptionState(StrEnum):
    """The states of a subscription. One that is pending waits for its mailbox to confirm it, and gets nothing."""

    ACTIVE = "active"
    PENDING = "pending"
    LEFT = "left"


class Added(StrEnum):
    """What became of an address that was to be subscribed."""

    NEW = "new"
    ALREADY = "already subscribed"
    WAITS = "waits for confirmation"
    LEFT = "left before"
    SUPPRESSED = "suppressed"


_KNOWN: Mapping[SubscriptionState | None, Added] = {
    SubscriptionState.ACTIVE: Added.ALREADY,
    SubscriptionState.PENDING: Added.WAITS,
    SubscriptionState.LEFT: Added.LEFT,
}


def add(
    transaction: Transaction,
    email: str,
    name: str,
    language: str,
    tags: tuple[str, ...],
    newsletter: str,
    consent: str,
    now: datetime,
    *,
    is_confirmed: bool = True,
) -> Added:
    """Subscribe a mailbox to a newsletter, with the words that say where and when it agreed.

    One that is not confirmed is pending until `confirm`. What is pending already becomes what it is asked for now, and
    begins when it is added as confirmed.
    """
    dialect.lock(transaction, MAILBOXES)
    if _suppression(transaction, email) is not None:
        return Added.SUPPRESSED
    row = {"identity": identity(email), "email": email.strip(), "name": name, "language": language}
    transaction.execute(dialect.insert_new(transaction, subscribers), {**row, "tags": list(tags), "created": now})
    subscriber = transaction.execute(
        select(subscribers.c.id).where(subscribers.c.identity == row["identity"])
    ).scalar_one()
    asked = {
        "language": language,
        "state": SubscriptionState.ACTIVE if is_confirmed else SubscriptionState.PENDING,
        "consent": consent,
        "consented": now,
    }
    inserted = transaction.execute(
        dialect.insert_new(transaction, subscriptions), {"subscriber_id": subscriber, "newsletter": newsletter, **asked}
    )
    if inserted.rowcount:
        return Added.NEW
    renewed = transaction.execute(update(subscriptions).where(*_pending(subscriber, newsletter)).values(**asked))
    if is_confirmed and renewed.rowcount:
        return Added.NEW
    return _KNOWN[state(transaction, subscriber, newsletter)]


def confirm(transaction: Transaction, subscriber_id: int, newsletter: str, proof: str, now: datetime) -> bool:
    """Let a pending subscription begin, the proof kept with the words of its consent; False when none is pending."""
    confirmed = transaction.execute(
        update(subscriptions)
        .where(*_pending(subscriber_id, newsletter))
        .values(state=SubscriptionState.ACTIVE, consent=subscriptions.c.consent + f"; {proof}", consented=now)
    )
    return confirmed.rowcount == 1


def _pending(subscriber_id: int, newsletter: str) -> tuple[ColumnElement[bool], ...]:
    return (
        subscriptions.c.subscriber_id == subscriber_id,
        subscriptions.c.newsletter == newsletter,
        subscriptions.c.state == SubscriptionState.PENDING,
    )


def get(transaction: Transaction, subscriber_id: int) -> Subscriber | None:
    """Find a subscriber by id."""
    return _first(transaction, subscribers.c.id == subscriber_id)


def by_email(transaction: Transaction, email: str) -> Subscriber | None:
    """Find a subscriber by any spelling of the address."""
    return _first(transaction, subscribers.c.identity == identity(email))


def state(transaction: Transaction, subscriber_id: int, newsletter: str) -> SubscriptionState | None:
    """Give the state of a subscription; None when there is none."""
    found = transaction.execute(
        select(subscriptions.c.state).where(
            subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.newsletter == newsletter
        )
    ).scalar()
    return SubscriptionState(found) if found else None


def is_subscribed(transaction: Transaction, subscriber_id: int, newsletter: str) -> bool:
    """Tell whether a subscription is there and active."""
    return state(transaction, subscriber_id, newsletter) is SubscriptionState.ACTIVE


def subscribed(transaction: Transaction, subscriber_id: int) -> dict[str, tuple[str, SubscriptionState]]:
    """Give the language and the state of each subscription, by the newsletter."""
    query = select(subscriptions).where(subscriptions.c.subscriber_id == subscriber_id)
    return {row.newsletter: (row.language, SubscriptionState(row.state)) for row in transaction.execute(query)}


def rename(transaction: Transaction, subscriber_id: int, name: str) -> None:
    """Keep how a subscriber wants to be called."""
    transaction.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(name=storable(name)))


def choose(
    transaction: Transaction, subscriber_id: int, newsletter: str, language: str, consent: str, now: datetime
) -> None:
    """Let a subscriber have a newsletter in a language; who had none, or left, consents to it now."""
    mine = (subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.newsletter == newsletter)
    agreed = {"state": SubscriptionState.ACTIVE, "consent": consent, "consented": now, "left_at": None}
    row = {"subscriber_id": subscriber_id, "newsletter": newsletter, "language": language, **agreed}
    transaction.execute(dialect.insert_new(transaction, subscriptions), row)
    inactive = (*mine, subscriptions.c.state != SubscriptionState.ACTIVE)
    transaction.execute(update(subscriptions).where(*inactive).values(**agreed))
    transaction.execute(update(subscriptions).where(*mine).values(language=language))


def leave(transaction: Transaction, subscriber_id: int, newsletter: str, now: datetime) -> bool:
    """End a subscription; True also when it ended before, False when there never was one."""
    mine = (subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.newsletter == newsletter)
    transaction.execute(
        update(subscriptions)
        .where(*mine, subscriptions.c.state != SubscriptionState.LEFT)
        .values(state=SubscriptionState.LEFT, left_at=now)
    )
    return state(transaction, subscriber_id, newsletter) is not None


def leave_all(transaction: Transaction, subscriber_id: int, now: datetime) -> None:
    """End every subscription of a subscriber."""
    mine = (subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.state != SubscriptionState.LEFT)
    transaction.execute(update(subscriptions).where(*mine).values(state=SubscriptionState.LEFT, left_at=now))


def suppress(transaction: Transaction, email: str, why: str, now: datetime) -> None:
    """Never mail an address again, nor what is queued for it; the first reason given is kept."""
    dialect.lock(transaction, MAILBOXES)
    key = secrets.get_or_make(transaction, _KEY, lambda: random.token_hex(32))
    transaction.execute(
        dialect.insert_new(transaction, suppressions),
        {"fingerprint": _fingerprint(email, key), "why": why, "since": now},
    )
    mine = subscribers.c.identity == identity(email)
    transaction.execute(update(subscribers).where(mine, subscribers.c.suppressed.is_(None)).values(suppressed=why))
    found = by_email(transaction, email)
    if found is not None:
        _take_out(transaction, found.id, (DeliveryState.QUEUED, DeliveryState.DEFERRED), settled=now)


def erase(transaction: Transaction, email: str) -> bool:
    """Erase all that is stored about an address but its suppression; False when nothing was.

    Its rows of the ledger stay and name nobody, so that an issue's counts still add up; one that is being sent
    at this moment is settled as usual.
    """
    dialect.lock(transaction, MAILBOXES)
    mine = select(subscribers.c.id).where(subscribers.c.identity == identity(email)).with_for_update()
    found: int | None = transaction.execute(mine).scalar()
    if found is None:
        return False
    transaction.execute(delete(subscriptions).where(subscriptions.c.subscriber_id == found))
    _take_out(transaction, found, (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.UNCERTAIN))
    rows = dialect.in_order(transaction, deliveries.c.id, deliveries.c.subscriber_id == found)
    transaction.execute(update(deliveries).where(deliveries.c.id.in_(rows)).values(words="", subscriber_id=None))
    transaction.execute(delete(subscribers).where(subscribers.c.id == found))
    return True


def _take_out(
    transaction: Transaction, subscriber_id: int, states: Iterable[DeliveryState], settled: datetime | None = None
) -> None:
    mine = (deliveries.c.subscriber_id == subscriber_id, deliveries.c.state.in_(list(states)))
    transaction.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(dialect.in_order(transaction, deliveries.c.id, *mine)))
        .values(state=DeliveryState.SUPPRESSED, next_try=None, settled=func.coalesce(settled, deliveries.c.settled))
    )


def exported(transaction: Transaction, email: str) -> dict[str, Any]:
    """Give all that is stored about an address, ready for JSON; empty when nothing is."""
    why = _suppression(transaction, email)
    row = transaction.execute(select(subscribers).where(subscribers.c.identity == identity(email))).one_or_none()
    if row is None:
        return {"email": email, "suppressed": why} if why else {}
    ended = select(subscriptions).where(subscriptions.c.subscriber_id == row.id).order_by(subscriptions.c.newsletter)
    sent = (
        select(deliveries, issues.c.newsletter, issues.c.period)
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(deliveries.c.subscriber_id == row.id)
        .order_by(deliveries.c.id)
    )
    came_back = select(bounces).where(bounces.c.subscriber_id == row.id).order_by(bounces.c.id)
    return {
        "email": row.email,
        "name": row.name,
        "language": row.language,
        "tags": row.tags,
        "since": row.created.isoformat(),
        "suppressed": why,
        "subscriptions": [_subscription(one) for one in transaction.execute(ended)],
        "deliveries": [_delivery(one) for one in transaction.execute(sent)],
        "bounces": [
            {"at": one.at.isoformat(), "kind": one.kind, "status": one.status, "words": one.words}
            for one in transaction.execute(came_back)
        ],
    }


def count(transaction: Transaction, newsletter: str, language: str) -> int:
    """Count those an issue of a newsletter in a language would go to now."""
    query = (
        select(func.count())
        .select_from(subscriptions)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(
            subscriptions.c.newsletter == newsletter,
            subscriptions.c.language == language,
            subscriptions.c.state == SubscriptionState.ACTIVE,
            subscribers.c.suppressed.is_(None),
        )
    )
    return int(transaction.execute(query).scalar_one())


def _subscription(row: Row[Any]) -> dict[str, Any]:
    return {
        "newsletter": row.newsletter,
        "language": row.language,
        "state": row.state,
        "consent": row.consent,
        "consented": None if row.state == SubscriptionState.PENDING else row.consented.isoformat(),
        "left": row.left_at.isoformat() if row.left_at else None,
    }


def _delivery(row: Row[Any]) -> dict[str, Any]:
    return {
        "newsletter": row.newsletter,
        "period": row.period,
        "state": row.state,
        "code": row.code,
        "words": row.words,
        "settled": row.settled.isoformat() if row.settled else None,
    }


def _first(transaction: Transaction, condition: Any) -> Subscriber | None:
    row = transaction.execute(select(subscribers).where(condition)).one_or_none()
    if row is None:
        return None
    return Subscriber(row.id, row.email, row.name, row.language, tuple(row.tags), row.suppressed)


def _suppression(transaction: Transaction, email: str) -> str | None:
    key = secrets.find(transaction, _KEY)
    if key is None:  # Nobody was ever suppressed; and who only looks makes no key.
        return None
    query = select(suppressions.c.why).where(suppressions.c.fingerprint == _fingerprint(email, key))
    why: str | None = transaction.execute(query).scalar()
    return why


def _fingerprint(email: str, key: str) -> str:
    return hmac.new(key.encode(), identity(email).encode(), hashlib.sha256).hexdigest()
