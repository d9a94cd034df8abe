"""Who is welcomed: each who consents while a welcome is the newest of its newsletter and language, once.

A welcome is for those who consented from its approval on, until that of the one which follows it. Whoever has a row
of any welcome of a newsletter, in whatever language, gets no other.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from publisher.model import Issue, IssueKind, IssueState
from publisher.store import dialect, ledger
from publisher.store.engine import Transaction
from publisher.store.schema import deliveries, issues, subscribers, subscriptions

_BEGUN = (IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)


def open_rows(transaction: Transaction, issue: Issue, now: datetime) -> int:
    """Make a row of a welcome for each newcomer; give how many are new."""
    # Who changes language at this moment is a newcomer to two of them.
    dialect.lock(transaction, f"welcomes of {issue.newsletter}")
    newcomers = _newcomers(transaction, issue)
    return ledger.open_issue(transaction, issue.id, issue.newsletter, issue.language, now, newcomers)


def has_newcomer(transaction: Transaction, issue: Issue) -> bool:
    """Tell whether somebody is to be welcomed who has no row yet."""
    query = (
        select(subscriptions.c.subscriber_id)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(*ledger.valid(issue.newsletter, issue.language), _newcomers(transaction, issue))
        .limit(1)
    )
    return transaction.execute(query).first() is not None


def is_over(transaction: Transaction, issue: Issue) -> bool:
    """Tell whether a welcome is for nobody any more: another follows it, and all who are its own have a row."""
    return _follower(transaction, issue) is not None and not has_newcomer(transaction, issue)


def _newcomers(transaction: Transaction, issue: Issue) -> ColumnElement[bool]:
    until = _follower(transaction, issue)
    welcomed = (
        select(deliveries.c.id)
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(
            deliveries.c.subscriber_id == subscriptions.c.subscriber_id,
            issues.c.newsletter == issue.newsletter,
            issues.c.kind == IssueKind.WELCOME,
        )
    )
    return and_(
        subscriptions.c.consented >= issue.approved,
        *([subscriptions.c.consented < until] if until else []),
        ~welcomed.exists(),
    )


def _follower(transaction: Transaction, issue: Issue) -> datetime | None:
    """Give when the welcome was approved that follows this one; None when none has begun."""
    later = or_(issues.c.approved > issue.approved, and_(issues.c.approved == issue.approved, issues.c.id > issue.id))
    query = select(func.min(issues.c.approved)).where(
        issues.c.newsletter == issue.newsletter,
        issues.c.language == issue.language,
        issues.c.kind == IssueKind.WELCOME,
        issues.c.state.in_(_BEGUN),
        later,
    )
    found: datetime | None = transaction.execute(query).scalar()
    return found
