"""Sees that an issue goes on by itself only where somebody was there all the time.

A database from a back-up does not know whom its issues were mailed to since, and looks like one whose machine was
off. So whoever looks after an issue that is being sent notes it, and one that nobody looked after for longer than the
grace of its newsletter waits for a person.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from publisher.config import Settings
from publisher.model import Issue, IssueState
from publisher.store import Store, doubts, issue_events, runs, standing
from publisher.tasks import issuing

SEES_TO = "sees to the sending"
_NOTED_EVERY = timedelta(minutes=1)
_NOBODY = "nobody saw to its sending since"
"""How the reason begins for which an issue is paused that was left alone."""

log = structlog.get_logger("publisher")


def note(store: Store, issues: Iterable[Issue], now: datetime) -> None:
    """Note that issues are looked after: they go on, or wait for a reason."""
    for issue in issues:
        with store.reading() as transaction:
            seen = runs.find(transaction, SEES_TO, str(issue.id))
        if seen is None or abs(now - seen.started) >= _NOTED_EVERY:
            with store.writing() as transaction:
                runs.note(transaction, SEES_TO, str(issue.id), now)


def pause_abandoned(store: Store, settings: Settings, issue: Issue, now: datetime) -> bool:
    """Pause an issue whose sending nobody looked after for longer than the grace; False for any other."""
    newsletter = settings.newsletter(issue.newsletter)
    if issue.state is not IssueState.SENDING or newsletter is None:
        return False
    grace, lease = timedelta(hours=newsletter.grace_hours), timedelta(seconds=settings.delivery.lease_seconds)
    resend = settings.delivery.uncertain == "resend"
    with store.reading() as transaction:
        seen = runs.find(transaction, SEES_TO, str(issue.id))
        if seen is not None and now - seen.started <= grace:
            return False
        if not standing.goes_on_by_itself(transaction, issue.id, resend_uncertain=resend):
            return False
        last = doubts.last_activity(transaction, issue.id, lease, SEES_TO)
    if last is None or now - last <= grace or not issuing.pause(store, issue.id, _why(issue, last), now):
        return False
    log.error("issue paused", issue=issue.id, why=_why(issue, last), next=f"issue reconcile {issue.id} --mail-log FILE")
    return True


def away_until(store: Store, issue: Issue) -> datetime | None:
    """Give when an issue was paused because nobody had looked after it; None when it is not for that."""
    if issue.state is not IssueState.PAUSED:
        return None
    with store.reading() as transaction:
        history = issue_events.of(transaction, issue.id)
    last = next((event for event in reversed(history) if event.what == IssueState.PAUSED), None)
    return last.at if last and last.words.startswith(_NOBODY) else None


def _why(issue: Issue, last: datetime) -> str:
    return (
        f"{_NOBODY} {last:%Y-%m-%d %H:%M} UTC, which is longer than grace_hours: the publisher was off, or this "
        "database is from a back-up and does not know whom it mailed since; "
        f"`issue reconcile {issue.id} --mail-log FILE` settles what the mail server's log knows, then "
        f"`issue resume {issue.id}` mails the rest, or `issue cancel {issue.id}` ends it"
    )
