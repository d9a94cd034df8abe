"""What is due: collecting every so often, and for each newsletter one issue a week, made up once when late.

What is later than the grace is made too and held: a person decides whether it still goes.

A run is named by its period, never by an instant: the clock may skip or repeat an hour. Whoever writes the
run's row first does it, so two processes started by mistake, or a restart, do it once.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog

from publisher.compose import period as periods
from publisher.config import Newsletter, Settings
from publisher.errors import PublisherError
from publisher.model import Edits, Issue, IssueKind, IssueState, Period
from publisher.store import Store, articles, issue_events, issues, runs
from publisher.tasks import (
    bouncing,
    checking,
    collecting,
    composing,
    issuing,
    pacing,
    presence,
    progress,
    recovering,
    reviewing,
    sending,
    syndicating,
    timing,
)

log = structlog.get_logger("publisher")

Clock = Callable[[], datetime]
Stop = Callable[[], bool]

RUNS_REMEMBERED = timedelta(days=30)
DONE = "done"
"""How a collect ended that read all sources; else it is what failed."""


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
        period = timing.due_period(newsletter, settings, now)
        if timing.is_in_time(newsletter, settings, period, now):
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
    if _first_this_minute(store, f"waits for {task}", now):
        heard = run.started.isoformat(timespec="seconds")
        log.info("a run that has not ended is waited for", task=task, period=period, last_heard_of=heard)
    return None


def issue_when_due(store: Store, settings: Settings, clock: Clock, stop: Stop) -> None:
    """Make the issues whose time has come, and tell those who approve them."""
    for newsletter in settings.newsletters:
        period = timing.due_period(newsletter, settings, clock())
        if stop() or not _was_at_work(store, newsletter, settings, period, clock()):
            continue
        for language in settings.languages_of(newsletter):
            with _guarded(store, f"making {newsletter.key} {language}", clock()):
                _make(store, settings, newsletter, language, period, clock, stop)
    with _guarded(store, "reviewing", clock()):
        reviewing.go_on(store, settings, clock)


def send_when_due(store: Store, settings: Settings, clock: Clock, stop: Stop) -> None:
    """Send what is approved, and go on with what is being sent; what nobody looked after for too long is paused."""
    with store.reading() as transaction:
        found = issues.due(transaction, (IssueState.APPROVED, IssueState.SENDING))
    # Before the journals are read: what a dead sender did long ago is no sign that somebody was here.
    waiting = [issue for issue in found if not presence.pause_abandoned(store, settings, issue, clock())]
    going = [issue for issue in waiting if issue.state is IssueState.SENDING]
    presence.note(store, going, clock())
    with _guarded(store, "recovering", clock()):
        recovering.recover(store, settings, clock())
    for issue in waiting:
        if stop():
            return
        with _guarded(store, f"sending {issue.id}", clock()):
            if timing.is_to_be_sent(issue, settings, clock()) and not _waits_for_others(store, settings, issue):
                _send(store, settings, issue, clock, stop)
                presence.note(store, going, clock())
            elif issue.state is IssueState.APPROVED:
                _hold_late(store, settings, issue, clock())


@contextmanager
def _guarded(store: Store, what: str, now: datetime) -> Iterator[None]:
    """Let what fails for one newsletter or issue stop no other; it is logged once a minute, and tried again."""
    try:
        yield
    except PublisherError as error:
        if _first_this_minute(store, f"fails {what}", now):
            log.error("task failed", task=what, why=str(error))


def bounces_when_due(store: Store, settings: Settings, clock: Clock, stop: Stop) -> None:
    """Read what came back since the last tick."""
    with _guarded(store, "reading bounces", clock()):
        bouncing.tell(bouncing.collect_new(store, settings, clock, stop))
    if settings.delivery.bounces.imap and _first_this_minute(store, "mailbox of bounces", clock()):
        with _guarded(store, "reading the mailbox of bounces", clock()):
            bouncing.tell(bouncing.collect_inbox(store, settings, clock, stop))


def _was_at_work(store: Store, newsletter: Newsletter, settings: Settings, period: Period, now: datetime) -> bool:
    """Tell whether an issue of a period is to be made: in time, or late and missed by somebody who was at work then.

    What begins today makes no issue of last week.
    """
    if timing.is_in_time(newsletter, settings, period, now):
        return True
    due = periods.scheduled(period, newsletter.schedule, settings.publication.zone)
    with store.reading() as transaction:
        first = articles.first_seen(transaction)
    return first is not None and first < due


def _waits_for_others(store: Store, settings: Settings, issue: Issue) -> bool:
    """Tell whether an issue waits for other languages of its period, also for one that may still come."""
    newsletter = settings.newsletter(issue.newsletter)
    if newsletter is None or not newsletter.languages_wait or issue.state is not IssueState.APPROVED:
        return False
    if issuing.waited_for(store, settings, issue):
        return True
    with store.reading() as transaction:
        for language in settings.languages_of(newsletter):
            run = runs.find(transaction, task_of(newsletter, language), issue.period.name)
            is_there = issues.find(transaction, issue.newsletter, language, issue.period.name) is not None
            if not is_there and (run is None or run.finished is None):
                return True
    return False


def _hold_late(store: Store, settings: Settings, issue: Issue, now: datetime) -> None:
    newsletter = settings.newsletter(issue.newsletter)
    if newsletter is None or issue.kind is not IssueKind.PERIODIC:
        return
    if timing.waited(issue, newsletter, settings, now) > timedelta(hours=newsletter.grace_hours):
        others = issuing.waited_for(store, settings, issue)
        named = ", ".join(f"issue {other.id} ({other.language}), which is {other.state}" for other in others)
        why = f"it waited in vain for {named}" if named else _too_late(newsletter, settings, issue.period, now)
        _hold(store, issue.id, (IssueState.APPROVED,), why, now)


def _too_late(newsletter: Newsletter, settings: Settings, period: Period, now: datetime) -> str:
    hours = timing.late(newsletter, settings, period, now) // timedelta(hours=1)
    return f"its time passed {hours} hours ago, which is more than grace_hours"


def _hold(store: Store, issue_id: int, states: tuple[IssueState, ...], why: str, now: datetime) -> None:
    with store.writing() as transaction:
        if not issues.hold(transaction, issue_id, states, why, ""):
            return
        issue_events.add(transaction, issue_id, now, "", str(IssueState.HELD), why)
        issue_events.add(transaction, issue_id, now, "", issue_events.REVIEW_BEGUN)
    log.warning("issue held", issue=issue_id, why=why, next=f"issue approve {issue_id}")


def _make(
    store: Store,
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    clock: Clock,
    stop: Stop,
) -> None:
    task = task_of(newsletter, language)
    with store.reading() as transaction:
        run = runs.find(transaction, task, period.name)
    if run is not None and run.finished is not None:
        return
    with runs.held(store, task, period.name, clock) as mine:
        if not mine:
            _awaited(store, task, period.name, clock())
            return
        collected, outcome = _collected(store, settings, clock, stop), None
        if collected is not None:
            outcome = _composed(store, settings, newsletter, language, period, clock, failed=collected != DONE)
        with store.writing() as transaction:
            if outcome is None:
                runs.release(transaction, task, period.name)
            else:
                told = "; ".join(filter(None, (collected, outcome)))
                runs.finish(transaction, task, period.name, clock(), told)


def task_of(newsletter: Newsletter, language: str) -> str:
    """Name the task of making a newsletter's issues in a language, as its runs do."""
    return f"issue {newsletter.key} {language}"


def _composed(
    store: Store,
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    clock: Clock,
    *,
    failed: bool,
) -> str | None:
    """Compose in one language and give what is to be noted of it, mostly nothing; None when it is to be tried again.

    What fails in one language, as a template of the newsroom's own may, stops no other.
    """
    names = {"newsletter": newsletter.key, "language": language}
    try:
        if newsletter.empty == "skip" and composing.is_empty(store, settings, newsletter, language, period, clock()):
            log.info("no issue made", why=composing.EMPTY, **names)
            _cancel_empty(store, newsletter, language, period, clock())
            return f"no issue in {language}: {composing.EMPTY}"
        (issue,) = composing.compose(store, settings, newsletter.key, clock(), period.name, language, by_schedule=True)
    except PublisherError as error:
        if _first_this_minute(store, f"compose {newsletter.key} {language}", clock()):
            log.error("issue not composed", why=str(error), next="mend that; it is tried again", **names)
        return None
    log.info("issue composed", issue=issue.id, language=issue.language, articles=issue.articles)
    if not issue.frozen:
        _decide(store, settings, newsletter, period, issue, clock, failed=failed)
    return ""


def _cancel_empty(store: Store, newsletter: Newsletter, language: str, period: Period, now: datetime) -> None:
    """Cancel the empty issue that somebody composed early and nobody edited; else other languages waited for it."""
    with store.writing() as transaction:
        issue = issues.find(transaction, newsletter.key, language, period.name)
        if issue is None or issue.edits != Edits():
            return
        if issues.move(transaction, issue.id, issues.OPEN, IssueState.CANCELLED, now):
            issue_events.add(transaction, issue.id, now, "", str(IssueState.CANCELLED), composing.EMPTY)


def _decide(
    store: Store,
    settings: Settings,
    newsletter: Newsletter,
    period: Period,
    issue: composing.ComposedIssue,
    clock: Clock,
    *,
    failed: bool,
) -> None:
    """Hold what a person must look at, approve what nobody needs to, and let the rest wait for its reviewers."""
    why = ""
    if not timing.is_in_time(newsletter, settings, period, clock()):
        why = _too_late(newsletter, settings, period, clock())
    elif failed and newsletter.approval == "automatic":
        why = "a source failed"
    if issue.state is IssueState.HELD:
        log.warning("issue held", issue=issue.id, why=issue.held_because, next=f"issue approve {issue.id}")
    elif why:
        _hold(store, issue.id, (IssueState.DRAFT,), why, clock())
    elif newsletter.approval == "automatic":
        issuing.move(store, issue.id, IssueState.APPROVED, clock())
        return
    else:
        log.info("issue waits for a person", issue=issue.id, next=f"issue preview {issue.id}, issue approve {issue.id}")
    checking.check(store, settings, issue.id, clock)
    due = periods.scheduled(period, newsletter.schedule, settings.publication.zone)
    reviewing.begin_once(store, issue.id, clock(), since=due)


def _collect(store: Store, settings: Settings, clock: Clock, stop: Stop) -> list[str]:
    accounts = collecting.collect(store, settings, clock, stop=stop)
    for account in accounts:
        counts = {"skipped": len(account.skipped), "odd": len(account.remarks)}
        log.info("collected", source=account.source, **counts, **account.outcomes)
        if account.failure:
            log.warning("source failed", why=account.failure)
    _build_feeds(store, settings, clock())
    return collecting.failures(accounts)


def _build_feeds(store: Store, settings: Settings, now: datetime) -> None:
    """Write the feeds; where they cannot be written, mail still goes."""
    with _guarded(store, "writing the feeds", now):
        changed = syndicating.build(store, settings, now)
        if changed:
            log.info("feeds written", files=len(changed))


def _send(store: Store, settings: Settings, issue: Issue, clock: Clock, stop: Stop) -> None:
    if issue.state is IssueState.SENDING and not sending.is_due(store, settings, issue.id, clock()):
        return
    # A mail server that is down is not asked at every tick.
    if not _first_this_minute(store, f"send {issue.id}", clock()):
        return
    try:
        hear = progress.logged(store, settings, issue.id, clock).hear
        counts = sending.send(store, settings, issue.id, clock, stop, hear, resumes=False)
    except PublisherError as error:
        _tell_failure(store, issue.id, error)
        return
    sent = {str(state): count for state, count in counts.items() if count}
    is_over = issuing.known_issue(store, issue.id).state is IssueState.SENT
    resumes = None if is_over else pacing.resumes(store, settings, clock())
    later = {"goes_on_at": resumes.isoformat(timespec="minutes")} if resumes else {}
    log.info("issue sent" if is_over else "issue goes on later", issue=issue.id, **sent, **later)
    _build_feeds(store, settings, clock())


def _tell_failure(store: Store, issue_id: int, error: PublisherError) -> None:
    if not error.permanent:
        log.warning("issue waits", issue=issue_id, why=str(error))
    elif issuing.known_issue(store, issue_id).state is IssueState.PAUSED:
        log.error("issue paused", issue=issue_id, why=str(error), next=f"issue resume {issue_id}")
    else:
        log.error("issue not sent", issue=issue_id, why=str(error))


def _first_this_minute(store: Store, task: str, now: datetime) -> bool:
    with store.writing() as transaction:
        return runs.first_this_minute(transaction, task, now)
