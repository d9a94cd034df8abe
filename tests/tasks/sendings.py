"""Issues on their way, made without composing them."""

from datetime import timedelta

from publisher.model import IssueState, Period, Variant
from publisher.store import issues, ledger
from tests.deliver import samples
from tests.tasks.conftest import WEEKLY, Newsroom


def approved(newsroom: Newsroom, period: str) -> int:
    """An issue that nobody began to send."""
    variant = Variant("Port audit", "", samples.HTML, samples.TEXT, "")
    week = Period(period, newsroom.now - timedelta(days=7), newsroom.now)
    with newsroom.store.writing() as transaction:
        made = issues.put(transaction, WEEKLY, "en", week, 1, "Port audit", (), variant, newsroom.now)
        issues.move(transaction, made, (IssueState.DRAFT,), IssueState.APPROVED, newsroom.now)
    return made


def begun(newsroom: Newsroom, period: str) -> int:
    """An issue that is being sent, with a row for each reader."""
    made = approved(newsroom, period)
    with newsroom.store.writing() as transaction:
        issues.move(transaction, made, (IssueState.APPROVED,), IssueState.SENDING, newsroom.now)
        ledger.open_issue(transaction, made, WEEKLY, "en", newsroom.now)
    return made
