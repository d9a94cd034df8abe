"""Looks at the stored articles, and takes one back when an editor says so."""

from datetime import datetime

from publisher.model import StoredArticle
from publisher.store import Store, articles
from publisher.tasks.republishing import known_article


def newest(store: Store, now: datetime, limit: int) -> list[StoredArticle]:
    """Give the newest articles."""
    with store.reading() as transaction:
        return articles.newest(transaction, now, limit)


def retract(store: Store, url: str, now: datetime) -> None:
    """Take an article back everywhere; a second time changes nothing.

    Raises:
        UsageError: when it was never collected.
    """
    stored = known_article(store, url)
    with store.writing() as transaction:
        articles.retract(transaction, stored.article.url, now)
