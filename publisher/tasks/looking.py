"""Looks at the stored articles, and takes one back when an editor says so."""

from datetime import datetime

from publisher.errors import NotAllowed
from publisher.model import StoredArticle
from publisher.store import Store, articles, notes
from publisher.tasks.republishing import known_article


def newest(store: Store, now: datetime, limit: int) -> list[StoredArticle]:
    """Give the newest articles."""
    with store.reading() as transaction:
        return articles.newest(transaction, now, limit)


def notes_of(store: Store, now: datetime, limit: int) -> list[notes.Note]:
    """Give what could not be read lately, and what is odd about what was, the newest first."""
    with store.reading() as transaction:
        return notes.newest(transaction, now, limit)


def restore(store: Store, url: str) -> None:
    """Lift an editor's retraction.

    Raises:
        UsageError: when the article was never collected.
        NotAllowed: when no editor took it back.
    """
    stored = known_article(store, url)
    with store.writing() as transaction:
        if not articles.restore(transaction, stored.article.url):
            why = (
                "its source says so; publish it there again, or take the mark off there"
                if stored.retracted_at
                else "it is not taken back"
            )
            raise NotAllowed(f"{stored.article.url} cannot be restored: {why}")


def retract(store: Store, url: str, now: datetime) -> None:
    """Take an article back everywhere; a second time changes nothing.

    Raises:
        UsageError: when it was never collected.
    """
    stored = known_article(store, url)
    with store.writing() as transaction:
        articles.retract(transaction, stored.article.url, now)
