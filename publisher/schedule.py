"""When each task is due: APScheduler ticks, the tasks decide.

The scheduler keeps nothing: at each tick the tasks compute what is due and the database decides who does
it, so a restart makes up what was missed and a second process finds it done.
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from publisher.config import Settings
from publisher.errors import PublisherError
from publisher.store import Store
from publisher.tasks import alerting, heartbeat, weekly

log = structlog.get_logger("publisher")

TICK_SECONDS = 5
PATIENCE_SECONDS = 8
"""How long a stop waits for the running jobs; what they do is safe to cut, so it need not be long."""


class Schedule:
    """The jobs of `run`. `clock` is what the tasks go by; they poll `stop`, so that setting it ends them soon."""

    def __init__(self, settings: Settings, store: Store, clock: weekly.Clock, stop: threading.Event) -> None:
        jobs = (
            weekly.collect_when_due,
            weekly.issue_when_due,
            weekly.send_when_due,
            weekly.bounces_when_due,
            alerting.alert_when_due,
            heartbeat.beat_when_due,
        )
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(jobs))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._stop = stop
        for due in jobs:
            self._scheduler.add_job(
                self._told(due),
                "interval",
                args=(store, settings, clock, stop.is_set),
                seconds=TICK_SECONDS,
                next_run_time=datetime.now(UTC),
                name=due.__name__,
            )

    def start(self) -> None:
        """Begin: what is due, or was missed, is done at once."""
        self._scheduler.start()

    def end(self) -> bool:
        """Let the running jobs end; give False when one still runs after `PATIENCE_SECONDS`."""
        self._stop.set()
        ending = threading.Thread(target=self._scheduler.shutdown, daemon=True)
        ending.start()
        ending.join(PATIENCE_SECONDS)
        return not ending.is_alive()

    def _told(self, due: Callable[..., None]) -> Callable[..., None]:
        def _run(*arguments: Any) -> None:
            try:
                due(*arguments)
            except PublisherError as error:
                log.error("task failed", task=due.__name__, why=str(error))
            except Exception as error:
                # A bug costs its tick, and the log a line; the next tick is another try.
                why = f"unexpected {type(error).__name__}: {error}"
                log.error("task failed", task=due.__name__, why=why, next="run it with --traceback and report it")
                log.debug("where it rose", exc_info=True)

        return _run
