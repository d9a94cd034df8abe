"""Runs: one row for each (task, period) that was due; who writes it does it.

Who does it renews the row while it works, however long that takes. A run that was not renewed for `STALE` belongs
to a process that died, and may be taken over: every task may run twice.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select, update

from publisher.errors import PublisherError
from publisher.store import dialect
from publisher.store.engine import Store, Transaction
from publisher.store.schema import runs

STALE = timedelta(seconds=90)
RENEW_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Run:
    """A task's run for a period; `started` is when it began, and until it ended when it was last renewed."""

    task: str
    period: str
    started: datetime
    finished: datetime | None
    outcome: str | None


def claim(transaction: Transaction, task: str, period: str, now: datetime) -> bool:
    """Try to be the one who runs `task` for `period`; True for exactly one of all who ask."""
    first = transaction.execute(dialect.insert_new(transaction, runs), {"task": task, "period": period, "started": now})
    if first.rowcount:
        return True
    taken_over = transaction.execute(
        update(runs)
        .where(runs.c.task == task, runs.c.period == period, runs.c.finished.is_(None), runs.c.started <= now - STALE)
        .values(started=now)
    )
    return taken_over.rowcount == 1


def renew(transaction: Transaction, task: str, period: str, since: datetime, now: datetime) -> bool:
    """Say that a run is still at work; `since` is when it was claimed or last renewed, or it is another's by now."""
    renewed = transaction.execute(
        update(runs)
        .where(runs.c.task == task, runs.c.period == period, runs.c.finished.is_(None), runs.c.started == since)
        .values(started=now)
    )
    return renewed.rowcount == 1


@contextmanager
def held(
    store: Store, task: str, period: str, clock: Callable[[], datetime], renew_seconds: float = RENEW_SECONDS
) -> Iterator[bool]:
    """Claim a run and keep it from being taken over as long as the context is; False for all but one who ask."""
    claimed = clock()
    with store.writing() as transaction:
        mine = claim(transaction, task, period, claimed)
    if not mine:
        yield False
        return
    over = threading.Event()

    def _renew() -> None:
        since = claimed
        while not over.wait(renew_seconds):
            now = clock()
            try:
                with store.writing() as transaction:
                    if not renew(transaction, task, period, since, now):
                        return
            except PublisherError:
                # The database is away; when it is back within the time, nobody took the run over.
                continue
            since = now

    renewing = threading.Thread(target=_renew, name=f"renews {task}", daemon=True)
    renewing.start()
    try:
        yield True
    finally:
        over.set()
        renewing.join()


def finish(transaction: Transaction, task: str, period: str, now: datetime, outcome: str) -> None:
    """Note that a run ended, and how."""
    transaction.execute(
        update(runs).where(runs.c.task == task, runs.c.period == period).values(finished=now, outcome=outcome)
    )


def note(transaction: Transaction, task: str, period: str, now: datetime) -> None:
    """Note that somebody saw to something now, in place of when it was seen to before."""
    row = {"task": task, "period": period, "started": now, "finished": now, "outcome": None}
    transaction.execute(dialect.insert_or_replace(transaction, runs, "started", "finished"), row)


def release(transaction: Transaction, task: str, period: str) -> None:
    """Give a run back that was interrupted on purpose, so that the next process does it at once."""
    transaction.execute(delete(runs).where(runs.c.task == task, runs.c.period == period, runs.c.finished.is_(None)))


def forget(transaction: Transaction, task: str, before: datetime) -> None:
    """Forget the runs of a task that started before an instant."""
    transaction.execute(delete(runs).where(runs.c.task == task, runs.c.started < before))


def at_work(transaction: Transaction, task: str, now: datetime) -> Run | None:
    """Give a run of a task that somebody is doing, whatever its period."""
    doing = (runs.c.finished.is_(None), runs.c.started > now - STALE)
    row = transaction.execute(select(runs).where(runs.c.task == task, *doing).limit(1)).one_or_none()
    return _run(row) if row else None


def find(transaction: Transaction, task: str, period: str) -> Run | None:
    """Give the run of a task for a period."""
    row = transaction.execute(select(runs).where(runs.c.task == task, runs.c.period == period)).one_or_none()
    return _run(row) if row else None


def of(transaction: Transaction, task: str) -> dict[str, Run]:
    """Give the runs of a task by their periods."""
    return {row.period: _run(row) for row in transaction.execute(select(runs).where(runs.c.task == task))}


def finished(transaction: Transaction, tasks: Iterable[str], since: datetime) -> list[Run]:
    """Give the runs of some tasks that ended since an instant, the first first."""
    of_tasks = (runs.c.task.in_(list(tasks)), runs.c.finished >= since)
    return [_run(row) for row in transaction.execute(select(runs).where(*of_tasks).order_by(runs.c.finished))]


def first_this_minute(transaction: Transaction, task: str, now: datetime) -> bool:
    """Tell whether nobody asked the same in this minute; for what is not to be done, or said, at every tick."""
    forget(transaction, task, now - timedelta(days=1))
    return claim(transaction, task, f"{now:%Y-%m-%dT%H:%M}", now)


def newest(transaction: Transaction, task: str) -> Run | None:
    """Give the run of a task that started last."""
    row = transaction.execute(
        select(runs).where(runs.c.task == task).order_by(runs.c.started.desc()).limit(1)
    ).one_or_none()
    return _run(row) if row else None


def _run(row: Row[Any]) -> Run:
    return Run(row.task, row.period, row.started, row.finished, row.outcome)
