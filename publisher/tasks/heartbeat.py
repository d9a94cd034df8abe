"""Calls an address after each due task that finished: a service there notices when no call comes any more.

Nothing is called for what failed or hangs, and nothing says so: silence is the message, whatever its cause. A task that
finished is called for once, by one of all processes; where that fails, again while it is fresh.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import structlog

from publisher.config import Settings
from publisher.errors import PublisherError
from publisher.store import Store, issues, runs
from publisher.tasks import weekly
from publisher.tasks.alerting import door, without_paths

log = structlog.get_logger("publisher")

FRESH = timedelta(minutes=15)
"""What finished longer ago says nothing of now."""
COLLECT, ISSUE, SEND = "collect", "issue", "send"


def beat_when_due(store: Store, settings: Settings, clock: Callable[[], datetime], stop: Callable[[], bool]) -> None:
    """Call the heartbeat for what finished since the last tick."""
    url = settings.notify.heartbeat
    if url is None:
        return
    for kind, period in _finished(store, settings, clock()):
        if stop():
            return
        with store.writing() as transaction:
            runs.forget(transaction, _task(kind), clock() - timedelta(days=1))
            mine = runs.claim(transaction, _task(kind), period, clock())
        if mine and not _called(settings, url.get_secret_value().replace("{task}", kind), kind):
            return
        if mine:
            with store.writing() as transaction:
                runs.finish(transaction, _task(kind), period, clock(), "called")


def _finished(store: Store, settings: Settings, now: datetime) -> Iterator[tuple[str, str]]:
    """Give the kind and the name of each task that finished lately."""
    made = [
        weekly.task_of(newsletter, language)
        for newsletter in settings.newsletters
        for language in settings.languages_of(newsletter)
    ]
    with store.reading() as transaction:
        done = runs.finished(transaction, (COLLECT, *made), now - FRESH)
        sent = issues.sent_since(transaction, now - FRESH)
    yield from ((COLLECT if run.task == COLLECT else ISSUE, f"{run.task} {run.period}") for run in done)
    yield from ((SEND, str(issue.id)) for issue in sent)


def _called(settings: Settings, url: str, kind: str) -> bool:
    try:
        with door(settings) as opened:
            opened.get(url)
    except PublisherError as error:
        log.warning("heartbeat not called", task=kind, why=without_paths(str(error)), next="it is tried again")
        return False
    return True


def _task(kind: str) -> str:
    return f"heartbeat {kind}"
