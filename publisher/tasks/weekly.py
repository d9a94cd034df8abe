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
DONE = "done"
"""How a collect ended that read all sources; else it is what failed."""


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

    An approved issue goes at its time, or when it is approved later, within the grace; later it waits for a person.
    One whose sending has begun goes on until its last row is settled, whoever began or resumed it.
    """
    newsletter = settings.newsletter(issue.newsletter)
    if newsletter is None or issue.approved is None:
        return False
    if issue.state is IssueState.SENDING:
        return True
    begins = max(issue.approved, periods.scheduled(issue.period, newsletter.schedule, settings.publication.zone))
    return timedelta() <= now - begins <= timedelta(hours=newsletter.grace_hours)


def collect_when_due(store: Store, settings: Settings, clock: Clock, stop: Stop) -> None:
    """Collect and rebuild the feeds, once in each slot: every `schedule.collect_minutes`, and when an issue is due."""
    _collected(store, settings, clock, stop)


def _collected(store: Store, settings: Settings, clock: Clock, stop: Stop) -> str | None:
    """Give how the present slot's collect ended, after doing it unless somebody else does; None while it has not."""
    with store.reading() as transaction:
        at_work = runs.at_work(transaction, "collect", clock())
    # One that takes longer than a slot is waited for: two at once would ask the sites twice.
    slot = at_work.period if at_work else _slot(settings, clock())
    with runs.held(store, "collect", slot, clock) as mine:
        if not mine:
            return _awaited(store, "collect", slot, clock())
        outcome = "; ".join(_collect(store, settings, clock, stop)) or DONE
        with store.writing() as transaction:
            if stop():
                runs.release(transaction, "collect", slot)
                return None
            runs.forget(transaction, "collect", clock() - RUNS_REMEMBERED)
            runs.finish(transaction, "collect", slot, clock(), outcome)
        return outcome


def _slot(settings: Settings, now: datetime) -> str:
    """Name the present slot by its beginning. An issue that is due begins one: so it takes what was collected since."""
    seconds = settings.schedule.collect_minutes * 60
    begins = [datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)]
    for newsletter in settings.newsletters:
        period = due_period(newsletter, settings, now)
        if period is not None:
            begins.append(periods.scheduled(period, newsletter.schedule, settings.publication.zone))
    return max(begins).astimezone(UTC).isoformat()


def _awaited(store: Store, task: str, period: str, now: datetime) -> str | None:
    """Give how a run ended that somebody else claimed; None while it has not, which is told once a minute."""
    with store.reading() as transaction:
        run = runs.find(transaction, task, period)
    if run is None:
        return None
    if run.finished is not None:
        return run.outcome
    told = f"waits for {task}"
    with store.writing() as transaction:
        runs.forget(transaction, told, now - RUNS_REMEMBERED)
        first = runs.claim(transaction, told, f"{now:%Y-%m-%dT%H:%M}", now)
    if first:
        heard = run.started.isoformat(timespec="seconds")
        log.info("a run that has not ended is waited for", task=task, period=period, last_heard_of=heard)
    return None


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
    with runs.held(store, task, period.name, clock) as mine:
        if not mine:
            _awaited(store, task, period.name, clock())
            return
        outcome = _collected(store, settings, clock, stop)
        if outcome is not None:
            _compose(store, settings, newsletter, period, clock, failed=outcome != DONE)
        with store.writing() as transaction:
            if outcome is None:
                runs.release(transaction, task, period.name)
            else:
                runs.finish(transaction, task, period.name, clock(), outcome)


def _compose(
    store: Store, settings: Settings, newsletter: Newsletter, period: Period, clock: Clock, *, failed: bool
) -> None:
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


def _collect(store: Store, settings: Settings, clock: Clock, stop: Stop) -> list[str]:
    accounts = collecting.collect(store, settings, clock, stop=stop)
    for account in accounts:
        counts = {"skipped": len(account.skipped), "odd": len(account.remarks)}
        log.info("collected", source=account.source, **counts, **account.outcomes)
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
        counts = sending.send(store, settings, issue.id, clock, stop, resumes=False)
    except PublisherError as error:
        _tell_failure(store, issue.id, error)
        return
    told = {str(state): count for state, count in counts.items() if count}
    is_over = issuing.known_issue(store, issue.id).state is IssueState.SENT
    log.info("issue sent" if is_over else "issue goes on later", issue=issue.id, **told)
    syndicating.build(store, settings, clock())


def _tell_failure(store: Store, issue_id: int, error: PublisherError) -> None:
    if not error.permanent:
        log.warning("issue waits", issue=issue_id, why=str(error))
    elif issuing.known_issue(store, issue_id).state is IssueState.PAUSED:
        log.error("issue paused", issue=issue_id, why=str(error), next=f"issue resume {issue_id}")
    else:
        log.error("issue not sent", issue=issue_id, why=str(error))


def _claim_try(store: Store, issue: Issue, now: datetime) -> bool:
    """Let an issue be begun or gone on with once a minute: a mail server that is down is not asked at every tick."""
    task = f"send {issue.id}"
    with store.writing() as transaction:
        runs.forget(transaction, task, now - timedelta(days=1))
        return runs.claim(transaction, task, f"{now:%Y-%m-%dT%H:%M}", now)
