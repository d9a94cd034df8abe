"""What was done to an issue, by whom and when: composed, reviewed, edited, held, approved, sent."""

from datetime import datetime

from sqlalchemy import insert, select

from publisher.model import IssueEvent
from publisher.store.engine import Transaction
from publisher.store.schema import issue_events
from publisher.store.text import storable

LONGEST_WORDS = 1_000


def add(transaction: Transaction, issue_id: int, at: datetime, who: str, what: str, words: str = "") -> None:
    """Note what was done to an issue; `who` is empty for the publisher itself."""
    row = {"issue_id": issue_id, "at": at, "who": storable(who), "what": what, "words": storable(words)[:LONGEST_WORDS]}
    transaction.execute(insert(issue_events), row)


def of(transaction: Transaction, issue_id: int) -> list[IssueEvent]:
    """Give what was done to an issue, the first first."""
    query = select(issue_events).where(issue_events.c.issue_id == issue_id).order_by(issue_events.c.id)
    return [IssueEvent(row.at, row.who, row.what, row.words) for row in transaction.execute(query)]
