"""Articles that got another address: each stays the article it was, known by where it stands now."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update

from publisher.model import Article
from publisher.store import absence, content, dialect
from publisher.store.articles import KEEPING, identity
from publisher.store.engine import Transaction
from publisher.store.schema import article_copies, articles
from publisher.store.text import storable

_SAME_DAY = timedelta(days=1)
"""How far apart the dates of one piece may be that has another title now."""


def move(transaction: Transaction, moved: Mapping[str, Article], now: datetime) -> int:
    """Let what was stored at each address be the article that comes from elsewhere now; to be kept in turn.

    Where that is another piece, or is there already, the one at the old address is retracted; give how many were.
    """
    dialect.lock(transaction, KEEPING)
    left = [old for old, article in moved.items() if not _moved(transaction, old, article)]
    return absence.withdraw(transaction, left, now)


def _moved(transaction: Transaction, old: str, article: Article) -> bool:
    """Move one article; False when it must not."""
    before, after = identity(old), identity(article.url)
    found = select(articles).where(articles.c.identity.in_((before, after)))
    rows = {row.identity: row for row in transaction.execute(found)}
    if before == after or before not in rows:
        return True
    stored = content.article_from_json(rows[before].content)
    is_same = stored.title == article.title or abs(stored.published - article.published) < _SAME_DAY
    if after in rows or not is_same:
        return False
    here = articles.c.id == rows[before].id
    transaction.execute(update(articles).where(here).values(identity=after, url=storable(article.url)))
    _move_copies(transaction, rows[before].id, article.url)
    return True


def _move_copies(transaction: Transaction, article_id: int, url: str) -> None:
    """Let every source's copy say the new address: the first of them says what the article's is."""
    copies = select(article_copies).where(article_copies.c.article_id == article_id)
    for row in transaction.execute(copies).all():
        kept = {**row.content, "url": storable(url)}
        here = (article_copies.c.article_id == article_id, article_copies.c.source == row.source)
        transaction.execute(update(article_copies).where(*here).values(content=kept, digest=content.digest(kept)))
