"""Subscribers and their subscriptions: a mailbox, its consent to each newsletter, and what ended it.

The identity of a mailbox ignores letter case and spells its domain in IDNA 2008. A suppressed address stays
suppressed through erasure and re-import: what is left of it is a keyed hash.
"""

import hashlib
import hmac
import secrets as random
from datetime import datetime
from enum import StrEnum
from typing import Any

import idna
from sqlalchemy import Row, delete, func, select, update

from publisher.model import DeliveryState, Subscriber
from publisher.store import dialect, secrets
from publisher.store.engine import Transaction
from publisher.store.schema import deliveries, issues, subscribers, subscriptions, suppressions


class SubscriptionState(StrEnum):
    """The states of a subscription."""

    ACTIVE = "active"
    LEFT = "left"


class Added(StrEnum):
    """What became of an address that was to be subscribed."""

    NEW = "new"
    ALREADY = "already subscribed"
    LEFT = "left before"
    SUPPRESSED = "suppressed"


def identity(email: str) -> str:
    """Give what makes two spellings of an address the same mailbox (RFC 5321, IDNA 2008)."""
    local, _, domain = email.strip().rpartition("@")
    try:
        domain = idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        domain = domain.casefold()
    return f"{local.casefold()}@{domain.lower()}"


def add(
    transaction: Transaction,
    email: str,
    name: str,
    language: str,
    tags: tuple[str, ...],
    newsletter: str,
    consent: str,
    now: datetime,
) -> Added:
    """Subscribe a mailbox to a newsletter, with the words that say where and when it agreed."""
    if _suppression(transaction, email) is not None:
        return Added.SUPPRESSED
    row = {"identity": identity(email), "email": email.strip(), "name": name, "language": language}
    transaction.execute(dialect.insert_new(transaction, subscribers), {**row, "tags": list(tags), "created": now})
    subscriber = transaction.execute(
        select(subscribers.c.id).where(subscribers.c.identity == row["identity"])
    ).scalar_one()
    inserted = transaction.execute(
        dialect.insert_new(transaction, subscriptions),
        {
            "subscriber_id": subscriber,
            "newsletter": newsletter,
            "language": language,
            "state": SubscriptionState.ACTIVE,
            "consent": consent,
            "consented": now,
        },
    )
    if inserted.rowcount:
        return Added.NEW
    left = state(transaction, subscriber, newsletter) is SubscriptionState.LEFT
    return Added.LEFT if left else Added.ALREADY


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


def leave(transaction: Transaction, subscriber_id: int, newsletter: str, now: datetime) -> bool:
    """End a subscription; True also when it ended before, False when there never was one."""
    mine = (subscriptions.c.subscriber_id == subscriber_id, subscriptions.c.newsletter == newsletter)
    transaction.execute(
        update(subscriptions)
        .where(*mine, subscriptions.c.state == SubscriptionState.ACTIVE)
        .values(state=SubscriptionState.LEFT, left_at=now)
    )
    return state(transaction, subscriber_id, newsletter) is not None


def suppress(transaction: Transaction, email: str, why: str, now: datetime) -> None:
    """Never mail an address again; the first reason given is kept."""
    transaction.execute(
        dialect.insert_new(transaction, suppressions),
        {"fingerprint": _fingerprint(transaction, email), "why": why, "since": now},
    )
    transaction.execute(
        update(subscribers)
        .where(subscribers.c.identity == identity(email), subscribers.c.suppressed.is_(None))
        .values(suppressed=why)
    )


def erase(transaction: Transaction, email: str) -> bool:
    """Erase all that is stored about an address but its suppression; False when nothing was."""
    found = by_email(transaction, email)
    if found is None:
        return False
    mine = deliveries.c.subscriber_id == found.id
    open_states = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.UNCERTAIN)
    transaction.execute(
        update(deliveries).where(mine, deliveries.c.state.in_(open_states)).values(state=DeliveryState.SUPPRESSED)
    )
    transaction.execute(update(deliveries).where(mine).values(words="", subscriber_id=None))
    transaction.execute(delete(subscriptions).where(subscriptions.c.subscriber_id == found.id))
    transaction.execute(delete(subscribers).where(subscribers.c.id == found.id))
    return True


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
    return {
        "email": row.email,
        "name": row.name,
        "language": row.language,
        "tags": row.tags,
        "since": row.created.isoformat(),
        "suppressed": why,
        "subscriptions": [_subscription(one) for one in transaction.execute(ended)],
        "deliveries": [_delivery(one) for one in transaction.execute(sent)],
    }


def count(transaction: Transaction, newsletter: str, language: str) -> int:
    """Count the active subscriptions to a newsletter in a language."""
    query = (
        select(func.count())
        .select_from(subscriptions)
        .where(
            subscriptions.c.newsletter == newsletter,
            subscriptions.c.language == language,
            subscriptions.c.state == SubscriptionState.ACTIVE,
        )
    )
    return int(transaction.execute(query).scalar_one())


def _subscription(row: Row[Any]) -> dict[str, Any]:
    return {
        "newsletter": row.newsletter,
        "language": row.language,
        "state": row.state,
        "consent": row.consent,
        "consented": row.consented.isoformat(),
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
    query = select(suppressions.c.why).where(suppressions.c.fingerprint == _fingerprint(transaction, email))
    why: str | None = transaction.execute(query).scalar()
    return why


def _fingerprint(transaction: Transaction, email: str) -> str:
    key = secrets.find(transaction, "fingerprint")
    if key is None:
        key = secrets.get_or_make(transaction, "fingerprint", lambda: random.token_hex(32))
    return hmac.new(key.encode(), identity(email).encode(), hashlib.sha256).hexdigest()
