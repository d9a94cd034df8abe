"""Sends an approved issue to those subscribed when its sending began, each once.

The ledger holds a row for each of them and is the only truth about who got it. Started twice or
interrupted, this goes on with the rows that are left; rows whose sender died are `uncertain`, and the
config says what becomes of them.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from publisher.config import Settings
from publisher.config.settings import DeliverySettings
from publisher.deliver import Transport, message, outbox, smtp
from publisher.deliver import send as stage
from publisher.errors import NotAllowed, PublisherError
from publisher.model import DeliveryState, Issue, IssueState, Reply
from publisher.store import Store, issues, ledger
from publisher.tasks import issuing, signing
from publisher.tasks.composing import known_newsletter

SENDABLE = (IssueState.APPROVED, IssueState.SENDING, IssueState.PAUSED)


def send(
    store: Store,
    settings: Settings,
    issue_id: int,
    clock: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[Reply], None] = lambda _reply: None,
) -> Mapping[DeliveryState, int]:
    """Send what can be sent now and give the counts of the ledger; `deferred` rows wait for a later call.

    Raises:
        UsageError: for an unknown issue.
        NotAllowed: when the issue is not approved, or was cancelled.
        FarEndError: when no mail can leave; nobody is lost. The issue is paused when the mail server refuses us,
            and goes on in a later call when it could not be reached.
    """
    issue = issuing.known_issue(store, issue_id)
    if issue.state is IssueState.SENT:
        return status(store, issue_id)
    if issue.state not in SENDABLE:
        raise NotAllowed(
            f"issue {issue_id} is {issue.state}; only an approved issue is sent: `issue approve {issue_id}`"
        )
    _open(store, settings, issue, clock())
    try:
        _run(store, settings, issue, clock, stop, progress)
    except PublisherError as error:
        if error.permanent:
            with store.writing() as transaction:
                issues.move(transaction, issue_id, (IssueState.SENDING,), IssueState.PAUSED, clock())
        raise
    return _close(store, issue_id, clock())


def status(store: Store, issue_id: int) -> Mapping[DeliveryState, int]:
    """Count the rows of an issue's ledger by state; the counts add up to its recipients."""
    with store.reading() as transaction:
        return ledger.counts(transaction, issue_id)


def is_due(store: Store, settings: Settings, issue_id: int, now: datetime) -> bool:
    """Tell whether a sender would find something to do: a row whose turn has come, or an issue to close."""
    resend = settings.delivery.uncertain == "resend"
    with store.reading() as transaction:
        return ledger.has_turn(transaction, issue_id, now, resend_uncertain=resend) or not ledger.is_open(
            transaction, issue_id
        )


def _open(store: Store, settings: Settings, issue: Issue, now: datetime) -> None:
    with store.writing() as transaction:
        # The move decides, not the state that was read before: of two senders one opens the ledger.
        if issues.move(transaction, issue.id, (IssueState.APPROVED,), IssueState.SENDING, now):
            ledger.open_issue(transaction, issue.id, issue.newsletter, issue.language, now)
        issues.move(transaction, issue.id, (IssueState.PAUSED,), IssueState.SENDING, now)
        ledger.expire(transaction, issue.id, now)
        if settings.delivery.uncertain == "resend":
            ledger.requeue_uncertain(transaction, issue.id)


def _run(
    store: Store,
    settings: Settings,
    issue: Issue,
    clock: Callable[[], datetime],
    stop: Callable[[], bool],
    progress: Callable[[Reply], None],
) -> None:
    newsletter = known_newsletter(settings, issue.newsletter)
    template = message.template(settings, newsletter, issue, signing.secret(store, settings))
    rows = ledger.IssueLedger(store, issue.id, settings.delivery.lease_seconds, settings.delivery.retry_hours)

    def _interrupted() -> bool:
        if stop():
            return True
        with store.reading() as transaction:
            return issues.state(transaction, issue.id) is not IssueState.SENDING

    with transport(settings, settings.delivery, f"{issue.newsletter}-{issue.language}-{issue.period.name}") as way:
        stage.send(rows, way, template, clock, _interrupted, progress)


def transport(settings: Settings, delivery: DeliverySettings, folder: str) -> Transport:
    """Give the way mail leaves, as configured; `folder` is where the outbox puts this issue's mails."""
    if delivery.transport == "smtp":
        return smtp.Smtp(delivery.smtp)
    return outbox.Outbox(settings.path(delivery.outbox) / folder)


def _close(store: Store, issue_id: int, now: datetime) -> Mapping[DeliveryState, int]:
    with store.writing() as transaction:
        if not ledger.is_open(transaction, issue_id):
            issues.move(transaction, issue_id, (IssueState.SENDING,), IssueState.SENT, now)
        return ledger.counts(transaction, issue_id)
