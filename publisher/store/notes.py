"""Notes: what could not be read at a source, and what is odd about articles that were; for the editor.

A note stays as first written however often the same is met. It goes when its article comes in after all, and when it
is old; what still holds by then is noted anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from publisher.model import Article, Remark, Skipped
from publisher.store import dialect
from publisher.store.engine import Transaction
from publisher.store.schema import notes

KEPT = timedelta(days=60)
_LONGEST = 500
"""Characters of each part: PostgreSQL takes little more into an index."""


@dataclass(frozen=True, slots=True)
class Note:
    """What was noted about one thing at a source; `collected` tells whether it became an article all the same."""

    source: str
    what: str
    words: str
    collected: bool
    noted: datetime


def add(transaction: Transaction, found: Iterable[Skipped | Remark], now: datetime) -> None:
    """Note what was found; what is noted already stays as it is."""
    rows = {
        (one.source[:_LONGEST], one.what[:_LONGEST], words[:_LONGEST]): isinstance(one, Remark)
        for one in found
        for words in [one.reason if isinstance(one, Skipped) else one.words]
    }
    sources = {source for source, _, _ in rows}
    query = select(notes.c.source, notes.c.what, notes.c.words).where(notes.c.source.in_(sources))
    known = {tuple(row) for row in transaction.execute(query)} if rows else set()
    fresh = [
        {"source": source, "what": what, "words": words, "collected": collected, "noted": now}
        for (source, what, words), collected in rows.items()
        if (source, what, words) not in known
    ]
    if fresh:
        transaction.execute(delete(notes).where(notes.c.noted < now - KEPT))
        transaction.execute(dialect.insert_new(transaction, notes), fresh)


def settle(transaction: Transaction, came_in: Iterable[Article]) -> None:
    """Take back that these were skipped, and what was odd about them before."""
    by_source: dict[str, list[str]] = {}
    for one in came_in:
        by_source.setdefault(one.source, []).extend((one.url, one.title))
    for source, names in by_source.items():
        settle_named(transaction, source, names)


def settle_named(transaction: Transaction, source: str, names: Iterable[str]) -> None:
    """Take back what was noted of these names at a source."""
    for piece in dialect.in_pieces(name[:_LONGEST] for name in names):
        transaction.execute(delete(notes).where(notes.c.source == source[:_LONGEST], notes.c.what.in_(piece)))


def newest(transaction: Transaction, now: datetime, limit: int) -> list[Note]:
    """Give the notes that are not old, the newest first."""
    query = select(notes).where(notes.c.noted >= now - KEPT)
    query = query.order_by(notes.c.noted.desc(), notes.c.source, notes.c.what, notes.c.words).limit(limit)
    return [Note(row.source, row.what, row.words, row.collected, row.noted) for row in transaction.execute(query)]
