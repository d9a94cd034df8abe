"""Articles: one row for each identity, the copy of each source beside it, and its earlier texts.

An article's identity is its canonical URL but for what sites answer alike: the scheme, a leading `www.`, a slash at the
end. The address it was first seen at stays its own.

An article changes only when something a reader can see changed; then the earlier text is kept as a revision
and `updated` moves. What is unchanged is not written.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, or_, select, update

from publisher.model import Article, StoredArticle
from publisher.store import content, dialect, terms
from publisher.store.engine import Transaction
from publisher.store.schema import article_copies, article_revisions, article_terms, articles
from publisher.store.text import storable

KEEPING = "articles"
_SOURCE, _EDITOR, ABSENT = "source", "editor", "absent"
"""Who took an article back: its source by a mark, an editor, or nobody, but its source shows it no more."""


class Outcome(StrEnum):
    """What became of an article that was collected."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class Kept:
    """An article that was collected, and what became of it."""

    url: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier text of an article: its number, and when a later one replaced it."""

    number: int
    replaced: datetime
    article: Article


def identity(url: str) -> str:
    """Give what makes two canonical URLs the same article."""
    return re.sub(r"^https?://(?:www\.)?", "", storable(url)).rstrip("/")


def copies(transaction: Transaction, urls: Iterable[str]) -> dict[str, dict[str, Article]]:
    """Give each source's copy of the articles at `urls`, by identity and source.

    Nobody else keeps articles until the transaction ends, so what is merged with is what is there.
    """
    dialect.lock(transaction, KEEPING)
    found: dict[str, dict[str, Article]] = {}
    for piece in dialect.in_pieces(map(identity, urls)):
        query = (
            select(articles.c.identity, article_copies.c.source, article_copies.c.content)
            .join(article_copies, article_copies.c.article_id == articles.c.id)
            .where(articles.c.identity.in_(piece))
        )
        for known, source, kept in transaction.execute(query):
            found.setdefault(known, {})[source] = content.article_from_json(kept)
    return found


def keep(transaction: Transaction, merged: Sequence[tuple[Article, Article]], now: datetime) -> list[Kept]:
    """Keep articles, each with the source's copy it was merged with; say what became of each."""
    dialect.lock(transaction, KEEPING)
    newest = {identity(article.url): article for article, _ in merged}
    known = {
        row.identity: row
        for piece in dialect.in_pieces(newest)
        for row in transaction.execute(select(articles).where(articles.c.identity.in_(piece)))
    }
    forms = _Forms()
    ids = {key: row.id for key, row in known.items()}
    ids |= _add(transaction, {key: article for key, article in newest.items() if key not in known}, forms, now)
    kept = []
    for key, article in newest.items():
        row = known.get(key)
        outcome = _change(transaction, row, article, forms, now) if row else Outcome.NEW
        kept.append(Kept(row.url if row else storable(article.url), outcome))
    _keep_copies(transaction, {(ids[identity(article.url)], copy.source): copy for article, copy in merged}, forms)
    return kept


class _Forms:
    """Articles as the database keeps them; one that is its source's copy too is turned into that form once."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Article, dict[str, Any], str]] = {}

    def of(self, article: Article) -> dict[str, Any]:
        """Give the columns that hold an article, wherever it is kept."""
        if id(article) not in self._made:
            kept = content.article_to_json(article)
            self._made[id(article)] = (article, kept, content.digest(kept))
        _, kept, digest = self._made[id(article)]
        return {"content": kept, "digest": digest}


def _add(transaction: Transaction, new: Mapping[str, Article], forms: _Forms, now: datetime) -> dict[str, int]:
    """Write new articles by their identities; give the ids they got."""
    rows = [
        {
            **_columns(article, forms),
            "identity": key,
            "url": article.url,
            "first_seen": now,
            "updated": max(article.published, min(article.modified, now)),
            "revision": 1,
            "retracted_at": now if article.retracted else None,
            "retracted_by": _SOURCE if article.retracted else None,
        }
        for key, article in new.items()
    ]
    if not rows:
        return {}
    added = transaction.execute(insert(articles).returning(articles.c.id, articles.c.identity), rows)
    ids = {row.identity: row.id for row in added}
    _file(transaction, {ids[key]: forms.of(article)["content"] for key, article in new.items()})
    return ids


def _change(transaction: Transaction, row: Row[Any], article: Article, forms: _Forms, now: datetime) -> Outcome:
    article = article if article.url == row.url else replace(article, url=row.url)
    columns = _columns(article, forms)
    came_back = _come_back(transaction, row)
    if columns["digest"] == row.digest:
        if not content.is_read_alike(columns["content"], row.content):
            transaction.execute(update(articles).where(articles.c.id == row.id).values(content=columns["content"]))
        return Outcome.CHANGED if came_back else Outcome.UNCHANGED
    retracted = article.retracted and (row.retracted_at is None or came_back)
    lifted = not article.retracted and row.retracted_by == _SOURCE
    transaction.execute(
        insert(article_revisions).values(article_id=row.id, revision=row.revision, replaced=now, content=row.content)
    )
    transaction.execute(
        update(articles)
        .where(articles.c.id == row.id)
        .values(
            **columns,
            updated=article.modified if row.updated < article.modified <= now else max(row.updated, now),
            revision=row.revision + 1,
            # Written only then: an editor may take the article back at this moment, and only an editor lifts that.
            **({"retracted_at": now, "retracted_by": _SOURCE} if retracted else {}),
            **({"retracted_at": None, "retracted_by": None} if lifted else {}),
        )
    )
    transaction.execute(delete(article_terms).where(article_terms.c.article_id == row.id))
    _file(transaction, {row.id: columns["content"]})
    return Outcome.RETRACTED if retracted else Outcome.CHANGED


def _come_back(transaction: Transaction, row: Row[Any]) -> bool:
    """Note that a source gives the article, should it have been missing; tell whether it was retracted for that."""
    if row.missing_since is None and row.retracted_by != ABSENT:
        return False
    here = articles.c.id == row.id
    transaction.execute(update(articles).where(here).values(missing_since=None))
    lifted = update(articles).where(here, articles.c.retracted_by == ABSENT)
    return transaction.execute(lifted.values(retracted_at=None, retracted_by=None)).rowcount == 1


def _columns(article: Article, forms: _Forms) -> dict[str, Any]:
    return {"language": article.language, "published": article.published, **forms.of(article)}


def _file(transaction: Transaction, contents: Mapping[int, Mapping[str, Any]]) -> None:
    """Note under which terms articles are found."""
    rows = [
        {"article_id": article_id, "kind": kind, "term": term}
        for article_id, kept in contents.items()
        for kind, term in terms.of(kept)
    ]
    if rows:
        transaction.execute(insert(article_terms), rows)


def _keep_copies(transaction: Transaction, copies: Mapping[tuple[int, str], Article], forms: _Forms) -> None:
    known = {
        (row.article_id, row.source): row.digest
        for piece in dialect.in_pieces(article_id for article_id, _ in copies)
        for row in transaction.execute(
            select(article_copies.c.article_id, article_copies.c.source, article_copies.c.digest).where(
                article_copies.c.article_id.in_(piece)
            )
        )
    }
    changed = []
    for (article_id, source), copy in copies.items():
        form = forms.of(copy)
        if known.get((article_id, storable(source))) != form["digest"]:
            changed.append({"article_id": article_id, "source": source, **form})
    if changed:
        transaction.execute(dialect.insert_or_replace(transaction, article_copies, "digest", "content"), changed)


def between(transaction: Transaction, start: datetime, end: datetime) -> list[StoredArticle]:
    """Give the articles published from `start` to before `end`, retracted ones too, the oldest first."""
    return _found(transaction, articles.c.published >= start, articles.c.published < end)


def newest(
    transaction: Transaction,
    now: datetime,
    limit: int,
    language: str | None = None,
    filed: Mapping[str, Sequence[str]] | None = None,
) -> list[StoredArticle]:
    """Give the newest articles that may be shown: not retracted, not of the future.

    With `filed`, those that are filed under one name of each kind of terms in it.
    """
    query = select(articles).where(articles.c.retracted_at.is_(None), articles.c.published <= now)
    if language is not None:
        # As in an issue (RFC 4647 §3.3.1): `es` takes `es-MX` too.
        finer = articles.c.language.startswith(f"{language}-", autoescape=True)
        query = query.where(or_(articles.c.language == language, finer))
    for kind, names in (filed or {}).items():
        folded = [terms.folded(name) for name in names]
        inside = select(article_terms.c.article_id).where(
            article_terms.c.kind == kind, article_terms.c.term.in_(folded)
        )
        query = query.where(articles.c.id.in_(inside))
    return _stored(transaction, query.order_by(articles.c.published.desc(), articles.c.id.desc()).limit(limit))


def by_url(transaction: Transaction, url: str) -> StoredArticle | None:
    """Find the article at a canonical URL."""
    found = _found(transaction, articles.c.identity == identity(url))
    return found[0] if found else None


def by_urls(transaction: Transaction, urls: Iterable[str]) -> list[StoredArticle]:
    """Find the articles at canonical URLs."""
    return [
        stored
        for piece in dialect.in_pieces({identity(url) for url in urls})
        for stored in _found(transaction, articles.c.identity.in_(piece))
    ]


def by_ids(transaction: Transaction, ids: Iterable[int]) -> Mapping[int, StoredArticle]:
    """Find articles by their ids."""
    return {
        stored.id: stored
        for piece in dialect.in_pieces(ids)
        for stored in _found(transaction, articles.c.id.in_(piece))
    }


def retract(transaction: Transaction, url: str, now: datetime) -> bool:
    """Take an article back as an editor; False when there is none, or it was taken back before."""
    here = (articles.c.identity == identity(url), articles.c.retracted_at.is_(None))
    changed = transaction.execute(update(articles).where(*here).values(retracted_at=now, retracted_by=_EDITOR))
    return changed.rowcount == 1


def restore(transaction: Transaction, url: str) -> bool:
    """Lift what `retract` did; False when no editor took the article back."""
    here = (articles.c.identity == identity(url), articles.c.retracted_by == _EDITOR)
    changed = transaction.execute(update(articles).where(*here).values(retracted_at=None, retracted_by=None))
    return changed.rowcount == 1


def revisions(transaction: Transaction, article_id: int) -> list[Revision]:
    """Give the earlier texts of an article, the first one first."""
    query = (
        select(article_revisions)
        .where(article_revisions.c.article_id == article_id)
        .order_by(article_revisions.c.revision)
    )
    return [
        Revision(row.revision, row.replaced, content.article_from_json(row.content))
        for row in transaction.execute(query)
    ]


def first_seen(transaction: Transaction) -> datetime | None:
    """Give when the first article came in; None when none ever did."""
    found: datetime | None = transaction.execute(
        select(func.min(articles.c.first_seen, type_=articles.c.first_seen.type))
    ).scalar()
    return found


def count(transaction: Transaction) -> int:
    """Count the articles."""
    return int(transaction.execute(select(func.count()).select_from(articles)).scalar_one())


def _found(transaction: Transaction, *conditions: ColumnElement[bool]) -> list[StoredArticle]:
    return _stored(transaction, select(articles).where(*conditions).order_by(articles.c.published, articles.c.id))


def _stored(transaction: Transaction, query: Select[Any]) -> list[StoredArticle]:
    return [
        StoredArticle(
            row.id,
            content.article_from_json(row.content),
            row.first_seen,
            row.updated,
            row.revision,
            row.retracted_at,
        )
        for row in transaction.execute(query)
    ]
