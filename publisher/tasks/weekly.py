"""What is due: collecting every so often, and for each newsletter one issue a week, made up once when late.

A run is named by its period, never by an instant: the clock may skip or repeat an hour. Whoever writes the
run's row first does it, so two processes started by mistake, or a restart, do it once.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from publisher.compose import period as periods
from publisher.config import Newsletter, Settings
from publisher.errors import PublisherError
from publisher.model import Issue, IssueState, Period
from publisher.store import Store, issues, runs
from publisher.tasks import collecting, composing, issuing, sending, syndicating

log = structlog.get_logger("publisher")

Clock = Callable[[], datetime]
Stop = Callable[[], bool]

RUNS_REMEMBERED = timedelta(days=30)


def due_period(newsletter: Newsletter, settings: Settings, now: datetime) -> Period | None:
    """Give the newest period whose time has come and whose grace has not run out."""
    zone = settings.publication.zone
    this_week = periods.week_of(now, zone)
    for period in (this_week, periods.week_of(this_week.start - timedelta(days=1), zone)):
        late = now - periods.scheduled(period, newsletter.schedule, zone)
        if late >= timedelta():
            return period if late <= timedelta(hours=newsletter.grace_hours) else None
    return None


def is_to_be_sent(issue: Issue, settings: Settings, now: datetime) -> bool:
    """Tell whether the schedule sends an issue now, without a person's `issue send`.

    An approved issue goes at its time, or when it is approved later, within the grace; one that is being sent
    goes on while its deferred messages are still tried. Anything older waits for a person.
    """
    newsletter = settings.newsletter(issue.newsletter)
    if newsletter is None or issue.approved is None:
        return False
    begins = max(issue.approved, periods.scheduled(issue.period, newsletter.schedule, settings.publication.zone))
    patience = timedelta(hours=newsletter.grace_hours)
    if issue.state is IssueState.SENDING:
        patience += timedelta(hours=settings.delivery.retry_hours)
    return timedelta() <= now - begins <= patience


def collect_when_due(store: Store, settings: Settings, clock: Clock, stop: Stop) -> None:
    """Collect and rebuild the feeds, once in each slot of `schedule.collect_minutes`."""
    seconds = settings.schedule.collect_minutes * 60
    slot = datetime.fromtimestamp(clock().timestamp() // seconds * seconds, UTC).isoformat()
    with store.writing() as transaction:
        runs.forget(transaction, "collect", clock() - RUNS_REMEMBERED)
        mine = runs.claim(transaction, "collect", slot, clock())
    if mine:
        outcome = "; ".join(_collect(store, settings, clock, stop)) or "done"
        with store.writing() as transaction:
            runs.finish(transaction, "collect", slot, clock(), outcome)


def issue_when_due(store: Store, settings: Settings, clock: Clock, stop: Stop) -> None:
    """Make the issues whose time has come, and send those that are approved."""
    for newsletter in settings.newsletters:
        period = due_period(newsletter, settings, clock())
        if period is not None and not stop():
            _make(store, settings, newsletter, period, clock, stop)
    with store.reading() as transaction:
        waiting = issues.due(transaction, (IssueState.APPROVED, IssueState.SENDING))
    for issue in waiting:
        if is_to_be_sent(issue, settings, clock()) and not stop():
            _send(store, settings, issue, clock, stop)


def _make(store: Store, settings: Settings, newsletter: Newsletter, period: Period, clock: Clock, stop: Stop) -> None:
    task = f"issue {newsletter.key}"
    with store.writing() as transaction:
        if not runs.claim(transaction, task, period.name, clock()):
            return
    failed = _collect(store, settings, clock, stop)
    if stop():
        with store.writing() as transaction:
            runs.release(transaction, task, period.name)
        return
    made = composing.compose(store, settings, newsletter.key, clock(), period.name)
    for issue in made:
        log.info("issue composed", issue=issue.id, language=issue.language, articles=issue.articles)
        if newsletter.approval == "required":
            log.info(
                "issue waits for a person", issue=issue.id, next=f"issue preview {issue.id}, issue approve {issue.id}"
            )
        elif failed or not issue.articles:
            why = "a source failed" if failed else "it carries no article"
            log.warning("issue not approved by itself", issue=issue.id, why=why, next=f"issue approve {issue.id}")
        elif not issue.frozen:
            issuing.move(store, issue.id, IssueState.APPROVED, clock())
    with store.writing() as transaction:
        runs.finish(transaction, task, period.name, clock(), "; ".join(failed) or "done")


def _collect(store: Store, settings: Settings, clock: Clock, stop: Stop) -> list[str]:
    accounts = collecting.collect(store, settings, clock, stop=stop)
    for account in accounts:
        log.info("collected", source=account.source, skipped=len(account.skipped), **account.outcomes)
        if account.failure:
            log.warning("source failed", why=account.failure)
    changed = syndicating.build(store, settings, clock())
    if changed:
        log.info("feeds written", files=len(changed))
    return collecting.failures(accounts)


def _send(store: Store, settings: Settings, issue: Issue, clock: Clock, stop: Stop) -> None:
    if issue.state is IssueState.SENDING and not sending.is_due(store, settings, issue.id, clock()):
        return
    if not _claim_try(store, issue, clock()):
        return
    try:
        counts = sending.send(store, settings, issue.id, clock, stop)
    except PublisherError as error:
        if error.permanent:
            log.error("issue paused", issue=issue.id, why=str(error), next=f"issue resume {issue.id}")
        else:
            log.warning("issue waits for the mail server", issue=issue.id, why=str(error))
        return
    told = {str(state): count for state, count in counts.items() if count}
    is_over = issuing.known_issue(store, issue.id).state is IssueState.SENT
    log.info("issue sent" if is_over else "issue goes on later", issue=issue.id, **told)
    syndicating.build(store, settings, clock())


def _claim_try(store: Store, issue: Issue, now: datetime) -> bool:
    """Let an issue be begun or gone on with once a minute: a mail server that is down is not asked at every tick."""
    task = f"send {issue.id}"
    with store.writing() as transaction:
        runs.forget(transaction, task, now - timedelta(days=1))
        return runs.claim(transaction, task, f"{now:%Y-%m-%dT%H:%M}", now)
