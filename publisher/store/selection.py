"""What the store knows that an issue is chosen by: what earlier issues did, what was corrected, what is related.

Issues that are no period count for nothing here. One that was cancelled has carried nothing: what it would have
carried waits.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select

from publisher.model import ARCHIVE, CORRECTIONS, DeliveryState, IssueKind, IssueState, Period, Reason, StoredArticle
from publisher.store import articles, dialect, terms
from publisher.store.engine import Transaction
from publisher.store.issue_events import LOOKED
from publisher.store.schema import article_terms, deliveries, issue_events, issues
from publisher.store.schema import articles as kept
from publisher.store.schema import placements as placed

SENT = (IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)
WEIGHTS = {terms.COUNTRY: 2.0, terms.CATEGORY: 1.0, terms.TAG: 3.0}
TERMS_ASKED = 12
"""The rarest terms of an issue's articles say most of what belongs to them."""
_OUT = (Reason.LIMIT, Reason.DROPPED, Reason.WAITS)
"""The reasons for standing in no section that later issues go by."""
LINKED = 10.0
"""What a link from an article of the issue counts: more than all terms that one may share."""


_WENT = exists().where(deliveries.c.issue_id == issues.c.id, deliveries.c.state == DeliveryState.SENT)
_IS_OFF = and_(issues.c.state == IssueState.CANCELLED, ~_WENT)
"""Whether an issue was cancelled before anybody got it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What other issues of a newsletter in a language did with articles, by their ids.

    What the archive or corrections add carries nothing; `later` is what stands in any section after this period.
    """

    carried: frozenset[int]
    refused: Mapping[int, Reason]
    waiting: frozenset[int]
    later: frozenset[int]


def done(transaction: Transaction, newsletter: str, language: str, period: Period) -> Done:
    """Give what other issues than that of a period did. One that went to somebody has carried, though cancelled."""
    query = (
        select(placed.c.article_id, placed.c.section, placed.c.reason, issues.c.starts, _IS_OFF.label("is_off"))
        .join(issues, issues.c.id == placed.c.issue_id)
        .where(*_of(newsletter, language), issues.c.period != period.name)
        .where(or_(placed.c.section.is_not(None), placed.c.reason.in_(list(_OUT))))
    )
    carried, waiting, later, refused = set[int](), set[int](), set[int](), dict[int, Reason]()
    for row in transaction.execute(query.order_by(placed.c.article_id, placed.c.reason)):
        is_told = row.section not in (None, ARCHIVE, CORRECTIONS)
        if row.is_off:
            if is_told or row.reason == Reason.WAITS:
                waiting.add(row.article_id)
            continue
        if row.section is not None and row.starts > period.start:
            later.add(row.article_id)
        if is_told:
            carried.add(row.article_id)
        elif row.section is None and row.reason == Reason.WAITS:
            waiting.add(row.article_id)
        elif row.section is None:
            refused[row.article_id] = Reason(row.reason)
    refused = {article: reason for article, reason in refused.items() if article not in carried}
    return Done(frozenset(carried), refused, frozenset(waiting - carried - refused.keys()), frozenset(later))


def lately_shown(
    transaction: Transaction, newsletter: str, language: str, before: datetime, last: int
) -> frozenset[int]:
    """Give the articles that stood in one of the last issues of periods before an instant, in whatever section."""
    query = select(placed.c.article_id).where(
        placed.c.issue_id.in_(_last(transaction, newsletter, language, before, last)), placed.c.section.is_not(None)
    )
    return frozenset(transaction.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class Carried:
    """An article that a sent issue carried: as it is now, and the number of the text that readers were given last."""

    article: StoredArticle
    revision: int


def changed_since(transaction: Transaction, newsletter: str, language: str, period: Period, last: int) -> list[Carried]:
    """Give the articles of the last sent issues before a period that have another text now, or were retracted.

    What another issue tells, or its editor dropped there, is not told again.
    """
    sent = _last(transaction, newsletter, language, period.start, last, or_(issues.c.state.in_(SENT), _WENT))
    known: dict[int, int] = {}
    for row in transaction.execute(
        select(placed.c.article_id, placed.c.revision).where(placed.c.issue_id.in_(sent), placed.c.section.is_not(None))
    ):
        known[row.article_id] = max(known.get(row.article_id, 0), row.revision)
    told = _told(transaction, newsletter, language, period)
    now = articles.by_ids(transaction, known)
    found = []
    for stored in sorted(now.values(), key=lambda stored: stored.id):
        instant, revision = told.get(stored.id, (None, 0))
        if _has_news(stored, max(known[stored.id], revision), instant):
            found.append(Carried(stored, known[stored.id]))
    return found


def _told(transaction: Transaction, newsletter: str, language: str, period: Period) -> dict[int, tuple[datetime, int]]:
    """Give when, and at which revision, corrections of articles were told last by other issues, or dropped there."""
    looked = select(func.max(issue_events.c.at)).where(
        issue_events.c.issue_id == issues.c.id, issue_events.c.what == LOOKED
    )
    query = (
        select(placed.c.article_id, placed.c.revision, issues.c.composed, looked.scalar_subquery().label("looked"))
        .join(issues, issues.c.id == placed.c.issue_id)
        .where(*_of(newsletter, language), issues.c.period != period.name, ~_IS_OFF)
        .where(or_(placed.c.section == CORRECTIONS, placed.c.reason == Reason.DROPPED))
        .order_by(issues.c.composed)
    )
    return {row.article_id: (row.looked or row.composed, row.revision) for row in transaction.execute(query)}


def _has_news(stored: StoredArticle, revision: int, told: datetime | None) -> bool:
    if stored.retracted_at is not None:
        return told is None or told < stored.retracted_at
    return stored.revision > revision


def related(
    transaction: Transaction,
    names: Iterable[tuple[str, str]],
    addresses: Iterable[str],
    language: str,
    before: datetime,
    without: Collection[int],
    limit: int,
) -> list[StoredArticle]:
    """Give earlier articles under the same terms, or at some addresses, the best first.

    `names` are kinds of terms with the names; rare ones count more. Only articles published before an instant, not
    retracted and not among `without`, are given.
    """
    shown = (
        kept.c.published < before,
        kept.c.retracted_at.is_(None),
        or_(kept.c.language == language, kept.c.language.startswith(f"{language}-", autoescape=True)),
    )
    scores: Counter[tuple[int, datetime]] = Counter()
    weights = _weights(transaction, names)
    if weights:
        score = func.sum(_score(weights))
        alike = (
            select(kept.c.id, kept.c.published, score)
            .join(article_terms, article_terms.c.article_id == kept.c.id)
            .where(or_(*_filed(weights)), *shown)
            .group_by(kept.c.id, kept.c.published)
            .order_by(score.desc(), kept.c.published.desc(), kept.c.id.desc())
            .limit(limit + len(without))
        )
        scores.update({(row[0], row[1]): row[2] for row in transaction.execute(alike)})
    for piece in dialect.in_pieces({articles.identity(url) for url in addresses}):
        linked = select(kept.c.id, kept.c.published).where(kept.c.identity.in_(piece), *shown)
        scores.update({(row.id, row.published): LINKED for row in transaction.execute(linked)})
    best = sorted(scores, key=lambda found: (scores[found], found[1], found[0]), reverse=True)
    ids = [article for article, _ in best if article not in without][:limit]
    stored = articles.by_ids(transaction, ids)
    return [stored[article] for article in ids]


def _weights(transaction: Transaction, names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
    asked = sorted({(kind, terms.folded(name)) for kind, name in names})
    if not asked:
        return {}
    query = (
        select(article_terms.c.kind, article_terms.c.term, func.count().label("articles"))
        .where(or_(*_filed(asked)))
        .group_by(article_terms.c.kind, article_terms.c.term)
    )
    rarest = sorted(transaction.execute(query), key=lambda row: (row.articles, row.kind, row.term))[:TERMS_ASKED]
    return {(row.kind, row.term): WEIGHTS[row.kind] / row.articles**0.5 for row in rarest}


def _filed(asked: Iterable[tuple[str, str]]) -> list[ColumnElement[bool]]:
    return [and_(article_terms.c.kind == kind, article_terms.c.term == term) for kind, term in asked]


def _score(weights: Mapping[tuple[str, str], float]) -> ColumnElement[float]:
    whens = [
        (and_(article_terms.c.kind == kind, article_terms.c.term == term), weight)
        for (kind, term), weight in weights.items()
    ]
    return case(*whens, else_=0.0)


def _of(newsletter: str, language: str) -> Sequence[ColumnElement[bool]]:
    return (
        issues.c.newsletter == newsletter,
        issues.c.language == language,
        issues.c.kind == IssueKind.PERIODIC,
    )


def _last(
    transaction: Transaction,
    newsletter: str,
    language: str,
    before: datetime,
    last: int,
    *conditions: ColumnElement[bool],
) -> list[int]:
    query = (
        select(issues.c.id)
        .where(
            *_of(newsletter, language), issues.c.state != IssueState.CANCELLED, issues.c.starts < before, *conditions
        )
        .order_by(issues.c.starts.desc())
        .limit(last)
    )
    return list(transaction.execute(query).scalars())
