"""Articles that may have been taken off their site.

A page that answers 404 or 410 once may be a fault of the server. Missing twice, a day apart, the article is retracted;
found again before, nothing happened. One that its source gives again comes back (`articles.keep`).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, false, or_, select, update

from publisher.store.articles import ABSENT, identity
from publisher.store.engine import Transaction
from publisher.store.schema import article_copies, articles

BETWEEN_LOOKS = timedelta(days=1)
UNTIL_AGAIN = timedelta(days=7)
"""When a page that was there although its source lists it no more is looked at again."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """An article whose page is to be looked at."""

    id: int
    url: str


def due(transaction: Transaction, now: datetime) -> frozenset[str]:
    """Give the sources that have an article which was missing a day ago."""
    query = (
        select(article_copies.c.source)
        .join(articles, articles.c.id == article_copies.c.article_id)
        .where(articles.c.missing_since <= now - BETWEEN_LOOKS, articles.c.retracted_at.is_(None))
        .distinct()
    )
    return frozenset(transaction.execute(query).scalars())


def suspects(
    transaction: Transaction,
    source: str,
    now: datetime,
    since: datetime | None = None,
    listed: Collection[str] = (),
    limit: int = 10,
) -> list[Suspect]:
    """Give articles of a source whose pages are due to be looked at: those missing once, and those not `listed`.

    `listed` are the canonical URLs of all that the source shows of what it published from `since` on; without `since`
    only those missing once are given.
    """
    missing = articles.c.missing_since <= now - BETWEEN_LOOKS
    rested = or_(articles.c.looked_at.is_(None), articles.c.looked_at <= now - UNTIL_AGAIN)
    recent = articles.c.published.between(since, now) if since else false()
    query = (
        select(articles.c.id, articles.c.url, articles.c.identity)
        .join(article_copies, article_copies.c.article_id == articles.c.id)
        .where(
            article_copies.c.source == source,
            articles.c.retracted_at.is_(None),
            or_(missing, articles.c.missing_since.is_(None) & rested & recent),
        )
        .order_by(articles.c.looked_at.is_not(None), articles.c.looked_at, articles.c.id)
    )
    shown = {identity(url) for url in listed}
    found = (row for row in transaction.execute(query) if row.identity not in shown)
    return [Suspect(row.id, row.url) for row, _ in zip(found, range(limit), strict=False)]


def there(transaction: Transaction, suspect: Suspect, now: datetime) -> None:
    """Note that a page answered."""
    _update(transaction, articles.c.id == suspect.id, looked_at=now, missing_since=None)


def missing(transaction: Transaction, suspect: Suspect, now: datetime) -> bool:
    """Note that a page is not there; True when it was missing a day ago too, and the article is retracted now."""
    here = (articles.c.id == suspect.id, articles.c.retracted_at.is_(None))
    long_ago = articles.c.missing_since <= now - BETWEEN_LOOKS
    if _update(transaction, *here, long_ago, looked_at=now, retracted_at=now, retracted_by=ABSENT):
        return True
    _update(transaction, *here, articles.c.missing_since.is_(None), missing_since=now)
    _update(transaction, *here, looked_at=now)
    return False


def withdraw(transaction: Transaction, urls: Iterable[str], now: datetime) -> int:
    """Retract the articles that their source says are public no more; give how many were not retracted before."""
    gone = sorted({identity(url) for url in urls})
    if not gone:
        return 0
    return _update(
        transaction,
        articles.c.identity.in_(gone),
        articles.c.retracted_at.is_(None),
        retracted_at=now,
        retracted_by=ABSENT,
    )


def _update(transaction: Transaction, *conditions: ColumnElement[bool], **values: object) -> int:
    return transaction.execute(update(articles).where(*conditions).values(**values)).rowcount
