"""What readers say of an issue: helpful or not, one answer each, and no row that names anybody."""

from datetime import datetime

from sqlalchemy import func, select

from publisher.store import dialect
from publisher.store.engine import Transaction
from publisher.store.schema import votes


def cast(transaction: Transaction, issue_id: int, voter: str, is_helpful: bool, now: datetime) -> None:
    """Keep a reader's answer in place of an earlier one; `voter` is the same for one reader and issue."""
    row = {"issue_id": issue_id, "voter": voter, "is_helpful": is_helpful, "cast_at": now}
    transaction.execute(dialect.insert_or_replace(transaction, votes, "is_helpful", "cast_at"), row)


def counts(transaction: Transaction, issue_id: int) -> tuple[int, int]:
    """Count the answers to an issue: how many found it helpful, and how many did not."""
    query = select(votes.c.is_helpful, func.count()).where(votes.c.issue_id == issue_id).group_by(votes.c.is_helpful)
    found = {bool(is_helpful): count for is_helpful, count in transaction.execute(query)}
    return found.get(True, 0), found.get(False, 0)
