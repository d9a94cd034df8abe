"""What was done to an issue, by whom and when: composed, reviewed, edited, held, approved, sent."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, insert, or_, select

from publisher.model import IssueEvent, IssueState
from publisher.store.engine import Transaction
from publisher.store.schema import issue_events, issues
from publisher.store.text import storable

LONGEST_WORDS = 1_000
LOOKED = "looked at once more"
"""What is noted when an issue was looked at for the last time: what it tells, it tells as of that moment."""
CHANGED = "changed since it was approved"
"""What is noted when the last look found that an issue is not what it was."""
REVIEW_BEGUN = "waits for review"
"""What is noted when an issue begins to wait for its reviewers, also anew."""


def add(transaction: Transaction, issue_id: int, at: datetime, who: str, what: str, words: str = "") -> None:
    """Note what was done to an issue; `who` is empty for the publisher itself."""
    row = {"issue_id": issue_id, "at": at, "who": storable(who), "what": what, "words": storable(words)[:LONGEST_WORDS]}
    transaction.execute(insert(issue_events), row)


def of(transaction: Transaction, issue_id: int) -> list[IssueEvent]:
    """Give what was done to an issue, the first first."""
    query = select(issue_events).where(issue_events.c.issue_id == issue_id).order_by(issue_events.c.id)
    return [IssueEvent(row.at, row.who, row.what, row.words) for row in transaction.execute(query)]


def waiting(
    transaction: Transaction, what: str, states: Iterable[IssueState], since: datetime, *, amended_too: bool = False
) -> list[tuple[int, datetime]]:
    """Give the issues in one of `states` to which something was done since an instant, and when it was done last.

    With `amended_too` also those that have an amendment which waits for approval.
    """
    among = or_(issues.c.state.in_(list(states)), *([issues.c.amendment.is_not(None)] if amended_too else []))
    last = func.max(issue_events.c.at, type_=issue_events.c.at.type)
    query = (
        select(issue_events.c.issue_id, last)
        .join(issues, issues.c.id == issue_events.c.issue_id)
        .where(issue_events.c.what == what, issue_events.c.at >= since, among)
        .group_by(issue_events.c.issue_id)
        .order_by(issue_events.c.issue_id)
    )
    return [(row[0], row[1]) for row in transaction.execute(query)]
