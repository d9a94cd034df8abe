"""Issues: one row for each (newsletter, language, period); only a draft, or one that is held, is written again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, false, func, insert, or_, select, update

from publisher.model import (
    ARCHIVE,
    CORRECTIONS,
    Edits,
    Finding,
    Issue,
    IssueKind,
    IssueState,
    Period,
    Placed,
    Placement,
    Reason,
    Variant,
)
from publisher.store import articles, content, dialect
from publisher.store.engine import Transaction
from publisher.store.schema import issues
from publisher.store.schema import placements as placed

OPEN = (IssueState.DRAFT, IssueState.HELD)
"""The states in which an issue is composed and edited."""

_INSTANTS = {IssueState.APPROVED: "approved", IssueState.SENT: "sent"}


def put(
    transaction: Transaction,
    newsletter: str,
    language: str,
    period: Period,
    number: int,
    title: str,
    placements: Sequence[Placement],
    variant: Variant,
    now: datetime,
    *,
    audiences: Mapping[str, Variant] | None = None,
    kind: IssueKind = IssueKind.PERIODIC,
    findings: Sequence[Finding] = (),
    corrects: int | None = None,
) -> int:
    """Write the issue of a period and give its id; one that was approved or cancelled is left as it is.

    So is one that has another number: whoever composed it at the same moment was first, and ours counted it in.
    """
    written = {
        "title": title,
        "variant": asdict(variant),
        "audiences": {tag: asdict(other) for tag, other in (audiences or {}).items()},
        "findings": [asdict(finding) for finding in findings],
        "composed": now,
        "corrects": corrects,
    }
    transaction.execute(
        dialect.insert_new(transaction, issues),
        {
            "newsletter": newsletter,
            "language": language,
            "period": period.name,
            "starts": period.start,
            "ends": period.end,
            "number": number,
            "state": IssueState.DRAFT,
            "kind": kind,
            **written,
        },
    )
    mine = (issues.c.newsletter == newsletter, issues.c.language == language, issues.c.period == period.name)
    draft = (*mine, issues.c.state.in_(OPEN), issues.c.number == number)
    changed = transaction.execute(update(issues).where(*draft).values(**written))
    issue: int = transaction.execute(select(issues.c.id).where(*mine)).scalar_one()
    if changed.rowcount:
        place(transaction, issue, as_placed(placements))
    return issue


def as_placed(placements: Iterable[Placement]) -> tuple[Placed, ...]:
    """Give placements as they are kept."""
    return tuple(
        Placed(one.article.id, one.section, one.position, one.reason, one.article.revision) for one in placements
    )


def place(transaction: Transaction, issue_id: int, kept: Iterable[Placed]) -> None:
    """Write the placements of an issue in place of what it had."""
    transaction.execute(delete(placed).where(placed.c.issue_id == issue_id))
    rows = [{"issue_id": issue_id, **asdict(one)} for one in kept]
    if rows:
        transaction.execute(insert(placed), rows)


def replace(
    transaction: Transaction, issue: Issue, placements: Sequence[Placement], audiences: Mapping[str, Variant]
) -> bool:
    """Write an approved issue again of which something dropped out; False when it is another by now.

    `issue` has the new title and variant, and was approved when the one in the store was.
    """
    written = {
        "title": issue.title,
        "variant": asdict(issue.variant),
        "audiences": {tag: asdict(other) for tag, other in audiences.items()},
    }
    changed = transaction.execute(update(issues).where(*_same(issue)).values(**written))
    if changed.rowcount:
        place(transaction, issue.id, as_placed(placements))
    return changed.rowcount == 1


def is_as_it_was(transaction: Transaction, issue: Issue) -> bool:
    """Tell whether an issue is in the state, and of the approval and version, that it was; it stays so meanwhile."""
    same = (*_same(issue), issues.c.version == issue.version)
    return transaction.execute(select(issues.c.id).where(*same).with_for_update()).first() is not None


def _same(issue: Issue) -> tuple[ColumnElement[bool], ...]:
    return (issues.c.id == issue.id, issues.c.state == issue.state, issues.c.approved == issue.approved)


def edit(transaction: Transaction, issue_id: int, edits: Edits) -> bool:
    """Keep what an editor changed of an issue that is open; False when it is not."""
    is_open = (issues.c.id == issue_id, issues.c.state.in_(OPEN))
    changed = transaction.execute(update(issues).where(*is_open).values(edits=content.edits_to_json(edits)))
    return changed.rowcount == 1


def find_out(transaction: Transaction, issue_id: int, findings: Sequence[Finding]) -> None:
    """Keep what checks found in an issue, in place of what they found before."""
    kept = [asdict(finding) for finding in findings]
    transaction.execute(update(issues).where(issues.c.id == issue_id).values(findings=kept))


def hold(transaction: Transaction, issue_id: int, from_states: Iterable[IssueState], why: str, who: str) -> bool:
    """Hold an issue for a person, and say why; False when it is in none of `from_states`. `who` is empty for us.

    A person's hold takes over ours: what we hold we may let go by ourselves.
    """
    ours = and_(issues.c.state == IssueState.HELD, issues.c.held_by == "") if who else false()
    mine = (issues.c.id == issue_id, or_(issues.c.state.in_(list(from_states)), ours))
    values = {"state": IssueState.HELD, "held_because": why, "held_by": who}
    return transaction.execute(update(issues).where(*mine).values(**values)).rowcount == 1


def let_go(transaction: Transaction, issue_id: int) -> bool:
    """Make a held issue a draft again; False when it is not held."""
    held = (issues.c.id == issue_id, issues.c.state == IssueState.HELD)
    values = {"state": IssueState.DRAFT, "held_because": "", "held_by": ""}
    return transaction.execute(update(issues).where(*held).values(**values)).rowcount == 1


def approve(transaction: Transaction, issue_id: int, who: str, now: datetime, seen: Issue | None = None) -> bool:
    """Freeze an issue that is open, in somebody's name; False when it is not open, or another than the one `seen`."""
    is_open = [issues.c.id == issue_id, issues.c.state.in_(OPEN)]
    if seen is not None:
        is_open += [
            issues.c.composed == seen.composed,
            issues.c.state == seen.state,
            issues.c.held_because == seen.held_because,
            issues.c.held_by == seen.held_by,
        ]
    values = {"state": IssueState.APPROVED, "approved": now, "approved_by": who, "held_because": "", "held_by": ""}
    return transaction.execute(update(issues).where(*is_open).values(**values)).rowcount == 1


def begin(transaction: Transaction, issue: Issue) -> bool:
    """Let the sending of an approved issue begin; False when it was approved anew since, or is approved no more."""
    same = (issues.c.id == issue.id, issues.c.state == IssueState.APPROVED, issues.c.approved == issue.approved)
    return transaction.execute(update(issues).where(*same).values(state=IssueState.SENDING)).rowcount == 1


def get(transaction: Transaction, issue_id: int) -> Issue | None:
    """Find an issue by its id."""
    return _first(_found(transaction, issues.c.id == issue_id))


def find(transaction: Transaction, newsletter: str, language: str, period_name: str) -> Issue | None:
    """Find the issue of a period."""
    return _first(
        _found(
            transaction,
            issues.c.newsletter == newsletter,
            issues.c.language == language,
            issues.c.period == period_name,
        )
    )


def languages(
    transaction: Transaction, newsletter: str, period_name: str, states: Iterable[IssueState]
) -> frozenset[str]:
    """Give the languages in which the issue of a period is in one of `states`."""
    query = select(issues.c.language).where(
        issues.c.newsletter == newsletter, issues.c.period == period_name, issues.c.state.in_(list(states))
    )
    return frozenset(transaction.execute(query).scalars())


def state(transaction: Transaction, issue_id: int) -> IssueState:
    """Give the state of an issue, which is cheaper than the issue."""
    return IssueState(transaction.execute(select(issues.c.state).where(issues.c.id == issue_id)).scalar_one())


def listed(transaction: Transaction, limit: int) -> list[Issue]:
    """Give the issues of the newest periods, those first."""
    return _found(transaction, limit=limit)


def newest(
    transaction: Transaction, newsletter: str, language: str, states: Iterable[IssueState], limit: int
) -> list[Issue]:
    """Give the newest issues of a newsletter in one of `states`; a welcome is new to each reader and to no one else."""
    return _found(
        transaction,
        issues.c.newsletter == newsletter,
        issues.c.language == language,
        issues.c.state.in_(list(states)),
        issues.c.kind != IssueKind.WELCOME,
        limit=limit,
    )


def due(transaction: Transaction, states: Iterable[IssueState]) -> list[Issue]:
    """Give the issues in one of `states`, the newest period first."""
    return _found(transaction, issues.c.state.in_(list(states)))


def sent_since(transaction: Transaction, since: datetime) -> list[Issue]:
    """Give the issues whose sending ended since an instant."""
    return _found(transaction, issues.c.state == IssueState.SENT, issues.c.sent >= since)


def placements(transaction: Transaction, issue_id: int) -> list[Placement]:
    """Give the place, or the reason, of every article looked at for an issue, in the order of the issue.

    The articles are as they are now; `revisions` tells which text the issue was composed of.
    """
    query = select(placed).where(placed.c.issue_id == issue_id).order_by(placed.c.section.is_(None), placed.c.position)
    return with_articles(transaction, transaction.execute(query).all())


def with_articles(transaction: Transaction, kept: Sequence[Placed | Row[Any]]) -> list[Placement]:
    """Give kept placements with their articles as they are now."""
    known = articles.by_ids(transaction, [one.article_id for one in kept])
    return [Placement(known[one.article_id], one.section, one.position, Reason(one.reason)) for one in kept]


def told(transaction: Transaction, issue_id: int) -> frozenset[int]:
    """Give the ids of the articles that stand in a section of an issue's newsletter."""
    ours = placed.c.section.not_in((ARCHIVE, CORRECTIONS))  # NULL is in nothing.
    return frozenset(
        transaction.execute(select(placed.c.article_id).where(placed.c.issue_id == issue_id, ours)).scalars()
    )


def undecided(transaction: Transaction, newsletter: str, language: str, before: datetime) -> list[Issue]:
    """Give the issues of earlier periods that are neither approved nor cancelled."""
    return _found(
        transaction,
        issues.c.newsletter == newsletter,
        issues.c.language == language,
        issues.c.starts < before,
        issues.c.state.in_(OPEN),
        issues.c.kind == IssueKind.PERIODIC,
    )


def revisions(transaction: Transaction, issue_id: int) -> dict[int, int]:
    """Give the revision of each article that an issue was composed of, by the article's id."""
    query = select(placed.c.article_id, placed.c.revision).where(placed.c.issue_id == issue_id)
    return {row.article_id: row.revision for row in transaction.execute(query)}


def previous(transaction: Transaction, newsletter: str, language: str, before: datetime) -> Issue | None:
    """Find the newest issue of an earlier period that was not cancelled."""
    return _first(
        _found(
            transaction,
            issues.c.newsletter == newsletter,
            issues.c.language == language,
            issues.c.starts < before,
            issues.c.state != IssueState.CANCELLED,
            issues.c.kind == IssueKind.PERIODIC,
            limit=1,
        )
    )


def next_number(transaction: Transaction, newsletter: str, language: str) -> int:
    """Give the number of the next new issue, from 1; nobody else is given it until the transaction ends."""
    dialect.lock(transaction, f"numbers of {newsletter} in {language}")
    query = select(func.max(issues.c.number)).where(issues.c.newsletter == newsletter, issues.c.language == language)
    return (transaction.execute(query).scalar() or 0) + 1


def move(
    transaction: Transaction, issue_id: int, from_states: Iterable[IssueState], to: IssueState, now: datetime
) -> bool:
    """Bring an issue from one of some states to another; False when it is in none of them.

    While an amendment waits, it is not sent on; who cancels it drops the amendment too.
    """
    values: dict[str, Any] = {"state": to, **({_INSTANTS[to]: now} if to in _INSTANTS else {})}
    mine = [issues.c.id == issue_id, issues.c.state.in_(list(from_states))]
    if to is IssueState.SENDING:
        mine.append(issues.c.amendment.is_(None))
    if to is IssueState.CANCELLED:
        values["amendment"] = None
    return transaction.execute(update(issues).where(*mine).values(**values)).rowcount == 1


def _found(transaction: Transaction, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Issue]:
    query = select(issues).where(*conditions).order_by(issues.c.starts.desc(), issues.c.newsletter, issues.c.language)
    query = query.limit(limit)
    return [_issue(row) for row in transaction.execute(query)]


def _first(found: list[Issue]) -> Issue | None:
    return found[0] if found else None


def _issue(row: Row[Any]) -> Issue:
    return Issue(
        id=row.id,
        newsletter=row.newsletter,
        language=row.language,
        period=Period(row.period, row.starts, row.ends),
        number=row.number,
        state=IssueState(row.state),
        title=row.title,
        composed=row.composed,
        variant=content.variant_from_json(row.variant),
        approved=row.approved,
        sent=row.sent,
        kind=IssueKind(row.kind),
        audiences=content.audiences_from_json(row.audiences),
        edits=content.edits_from_json(row.edits),
        findings=content.findings_from_json(row.findings),
        held_because=row.held_because,
        held_by=row.held_by,
        approved_by=row.approved_by,
        version=row.version,
        amended=row.amended,
        amendment=content.amendment_from_json(row.amendment) if row.amendment else None,
        corrects=row.corrects,
    )
