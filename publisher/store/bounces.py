"""What came back of mails, each once. Who is erased takes what is kept here along."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, insert, or_, select

from publisher.model import Bounce, BounceKind, DeliveryState, Reply
from publisher.store.engine import Transaction
from publisher.store.schema import bounces, deliveries, issues, subscribers
from publisher.store.text import storable

LONGEST_WORDS = 500


@dataclass(frozen=True, slots=True)
class Returned:
    """The delivery that a mail came back of, and whom it went to."""

    delivery: int
    key: str
    subscriber: int
    email: str
    newsletter: str


def returned(transaction: Transaction, key: str) -> Returned | None:
    """Find the delivery with a key; None for one that is not there, or whose subscriber was erased."""
    query = (
        select(deliveries.c.id, subscribers.c.id.label("subscriber"), subscribers.c.email, issues.c.newsletter)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(deliveries.c.key == key)
    )
    row = transaction.execute(query).one_or_none()
    return Returned(row.id, key, row.subscriber, row.email, row.newsletter) if row else None


def keep(transaction: Transaction, digest: str, of: Returned, bounce: Bounce, now: datetime) -> bool:
    """Keep a bounce; False for one that is kept already. `digest` tells it from any other."""
    if transaction.execute(select(bounces.c.id).where(bounces.c.digest == digest)).first():
        return False
    row = {
        "digest": digest,
        "delivery_id": of.delivery,
        "subscriber_id": of.subscriber,
        "kind": bounce.kind,
        "status": storable(bounce.status)[:20],
        "words": storable(bounce.words)[:LONGEST_WORDS],
        "at": now,
    }
    transaction.execute(insert(bounces), row)
    return True


@dataclass(frozen=True, slots=True)
class Kept:
    """A bounce as it is kept."""

    at: datetime
    kind: BounceKind
    status: str
    words: str


def of(transaction: Transaction, delivery_id: int) -> list[Kept]:
    """Give what came back of a delivery, the first first."""
    query = select(bounces).where(bounces.c.delivery_id == delivery_id).order_by(bounces.c.id)
    return [Kept(row.at, BounceKind(row.kind), row.status, row.words) for row in transaction.execute(query)]


def soft_mails(transaction: Transaction, subscriber_id: int, since: datetime) -> int:
    """Count the mails to a subscriber of which a soft bounce came back since an instant."""
    mine = (bounces.c.subscriber_id == subscriber_id, bounces.c.kind == BounceKind.SOFT, bounces.c.at >= since)
    return int(transaction.execute(select(func.count(bounces.c.delivery_id.distinct())).where(*mine)).scalar_one())


@dataclass(frozen=True, slots=True)
class Tally:
    """How many mails of an issue were refused for good or went to dead addresses, and how many were complained of."""

    issue: int
    bounced: int
    complained: int


def tallies(transaction: Transaction, since: datetime) -> list[Tally]:
    """Count, for each issue of which anything came back since an instant, what came back of it in all."""
    lately = select(deliveries.c.issue_id).join(bounces, bounces.c.delivery_id == deliveries.c.id)
    is_bounce = or_(bounces.c.kind == BounceKind.HARD, deliveries.c.state == DeliveryState.FAILED)
    query = (
        select(
            deliveries.c.issue_id,
            func.count(case((is_bounce, deliveries.c.id)).distinct()).label("bounced"),
            func.count(case((bounces.c.kind == BounceKind.COMPLAINT, deliveries.c.id)).distinct()).label("complained"),
        )
        .join(bounces, bounces.c.delivery_id == deliveries.c.id)
        .where(deliveries.c.issue_id.in_(lately.where(bounces.c.at >= since)))
        .group_by(deliveries.c.issue_id)
        .order_by(deliveries.c.issue_id)
    )
    return [Tally(row.issue_id, row.bounced, row.complained) for row in transaction.execute(query)]


def refused(transaction: Transaction, issue_id: int) -> list[tuple[Returned, Reply]]:
    """Give the deliveries of an issue that a server refused to the end, and of which no bounce is kept."""
    query = (
        select(deliveries, subscribers.c.email, issues.c.newsletter)
        .join(subscribers, subscribers.c.id == deliveries.c.subscriber_id)
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(
            deliveries.c.issue_id == issue_id,
            deliveries.c.state == DeliveryState.FAILED,
            deliveries.c.code.is_not(None),
            ~select(bounces.c.id).where(bounces.c.delivery_id == deliveries.c.id).exists(),
        )
        .order_by(deliveries.c.id)
    )
    return [
        (
            Returned(row.id, row.key, row.subscriber_id, row.email, row.newsletter),
            Reply(DeliveryState.FAILED, row.code, row.enhanced, row.words),
        )
        for row in transaction.execute(query)
    ]
