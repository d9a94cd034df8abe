"""Both tasks of the schedule at the same moment, and after a process died: the sources are asked once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import structlog

from publisher.store import runs
from publisher.tasks import collecting, issuing, weekly
from publisher.tasks.sources import SourceAccount
from tests.store.cast import together
from tests.tasks.conftest import FRIDAY, Newsroom

Task = Callable[..., None]


def never() -> bool:
    return False


def do(newsroom: Newsroom, task: Task) -> None:
    task(newsroom.store, newsroom.settings, newsroom.clock, never)


@pytest.fixture
def asked(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note when the sources are asked; while they are, the other task has its tick."""
    noted: list[str] = []

    def _collect(*_asked: object, **_options: object) -> list[SourceAccount]:
        noted.append("begins")
        do(newsroom, weekly.collect_when_due)
        do(newsroom, weekly.issue_when_due)
        noted.append("ends")
        return [SourceAccount("site", failure=None)]

    monkeypatch.setattr(collecting, "collect", _collect)
    return noted


def made(newsroom: Newsroom) -> int:
    return len(issuing.listed(newsroom.store))


@pytest.mark.parametrize("hours_late", [0, 6])
@pytest.mark.parametrize("first", [weekly.collect_when_due, weekly.issue_when_due])
def test_what_is_due_together_asks_the_sources_once(
    newsroom: Newsroom, asked: list[str], first: Task, hours_late: int
) -> None:
    newsroom.now = FRIDAY + timedelta(hours=hours_late)
    do(newsroom, first)
    do(newsroom, weekly.collect_when_due)
    do(newsroom, weekly.issue_when_due)

    assert asked == ["begins", "ends"]
    assert made(newsroom) == 2


def test_two_processes_ask_the_sources_once(newsroom: Newsroom, asked: list[str]) -> None:
    together(*[lambda task=task: do(newsroom, task) for task in (weekly.collect_when_due, weekly.issue_when_due) * 2])
    do(newsroom, weekly.issue_when_due)

    assert asked == ["begins", "ends"]
    assert made(newsroom) == 2


def test_an_issue_due_within_a_slot_takes_what_was_published_since_it_began(
    newsroom: Newsroom, asked: list[str]
) -> None:
    newsroom.newsletter(schedule="fri 09:10")
    do(newsroom, weekly.collect_when_due)
    newsroom.now += timedelta(minutes=10)
    do(newsroom, weekly.issue_when_due)

    assert asked == ["begins", "ends"] * 2
    assert made(newsroom) == 2


def test_a_collect_longer_than_its_slot_is_not_joined_by_another(newsroom: Newsroom, asked: list[str]) -> None:
    with newsroom.store.writing() as transaction:
        runs.claim(transaction, "collect", FRIDAY.isoformat(), FRIDAY + timedelta(minutes=30))
    newsroom.now = FRIDAY + timedelta(minutes=31)
    do(newsroom, weekly.collect_when_due)
    do(newsroom, weekly.issue_when_due)
    assert asked == []

    newsroom.now += runs.STALE
    do(newsroom, weekly.issue_when_due)

    assert asked == ["begins", "ends"]
    assert made(newsroom) == 2


def test_after_a_crash_the_log_says_once_a_minute_what_is_waited_for(newsroom: Newsroom, asked: list[str]) -> None:
    newsroom.newsletter(languages=("en",))
    with newsroom.store.writing() as transaction:
        runs.claim(transaction, "issue the-organization en", "2026-W47", FRIDAY)
    with structlog.testing.capture_logs() as log:
        for seconds in range(0, 90, 5):
            newsroom.now = FRIDAY + timedelta(seconds=seconds)
            do(newsroom, weekly.issue_when_due)
    waits = [line for line in log if line["event"] == "a run that has not ended is waited for"]

    assert [(line["task"], line["last_heard_of"]) for line in waits] == [
        ("issue the-organization en", "2026-11-20T14:00:00+00:00")
    ] * 2
    assert made(newsroom) == 0
    newsroom.now = FRIDAY + runs.STALE
    do(newsroom, weekly.issue_when_due)
    assert made(newsroom) == 1
