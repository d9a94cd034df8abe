"""Runs: one row for each (task, period) that was due; who writes it does it.

A run that began and never finished belongs to a process that died, or to a very slow one. After `STALE` it
may be taken over: every task may run twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from publisher.store import dialect
from publisher.store.engine import Transaction
from publisher.store.schema import runs

STALE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Run:
    """A task's run for a period."""

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


def finish(transaction: Transaction, task: str, period: str, now: datetime, outcome: str) -> None:
    """Note that a run ended, and how."""
    transaction.execute(
        update(runs).where(runs.c.task == task, runs.c.period == period).values(finished=now, outcome=outcome)
    )


def release(transaction: Transaction, task: str, period: str) -> None:
    """Give a run back that was interrupted on purpose, so that the next process does it at once."""
    transaction.execute(delete(runs).where(runs.c.task == task, runs.c.period == period, runs.c.finished.is_(None)))


def forget(transaction: Transaction, task: str, before: datetime) -> None:
    """Forget the runs of a task that started before an instant."""
    transaction.execute(delete(runs).where(runs.c.task == task, runs.c.started < before))


def newest(transaction: Transaction, task: str) -> Run | None:
    """Give the run of a task that started last."""
    row = transaction.execute(
        select(runs).where(runs.c.task == task).order_by(runs.c.started.desc()).limit(1)
    ).one_or_none()
    return Run(row.task, row.period, row.started, row.finished, row.outcome) if row else None
