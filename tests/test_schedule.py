"""A tick that fails is a line of the log, and the next tick is another try."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from publisher import schedule
from publisher.config import load
from publisher.errors import FarEndError
from publisher.schedule import Schedule
from publisher.store import Store, open_store
from publisher.tasks import weekly

SHIPPED = Path(__file__).parents[1] / "config.toml"
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def emptied(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'publisher.db'}")
    yield store
    store.close()


def lines_until(
    store: Store, monkeypatch: pytest.MonkeyPatch, due: Callable[..., None], enough: threading.Event
) -> list[dict[str, object]]:
    """Let the schedule tick, with `due` as its collecting, until there was enough of it; give what it logged."""
    due.__name__ = "collect_when_due"
    monkeypatch.setattr(schedule, "TICK_SECONDS", 0.01)
    monkeypatch.setattr(weekly, "collect_when_due", due)
    monkeypatch.setattr(weekly, "issue_when_due", lambda *_asked: None)
    with structlog.testing.capture_logs() as log:
        ticking = Schedule(load(SHIPPED, {}), store, lambda: NOW, threading.Event())
        ticking.start()
        enough.wait()
        assert ticking.end()
    return [dict(line) for line in log]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (FarEndError("database went away; try again later"), "database went away; try again later"),
        (ZeroDivisionError("division by zero"), "unexpected ZeroDivisionError: division by zero"),
    ],
)
def test_a_failure_is_one_line_and_the_next_tick_goes_on(
    emptied: Store, monkeypatch: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    ticks, enough = iter([error, None]), threading.Event()

    def _due(*_asked: object) -> None:
        failure = next(ticks, None)
        if failure:
            raise failure
        enough.set()

    log = lines_until(emptied, monkeypatch, _due, enough)

    told = [line for line in log if line["log_level"] != "debug"]
    assert [(line["log_level"], line["task"], line["why"]) for line in told] == [("error", "collect_when_due", why)]
