"""A welcome goes to each who subscribes while it is open, once, and to nobody who was there before."""

from datetime import timedelta
from pathlib import Path

import pytest

from publisher.model import IssueState
from publisher.tasks import issuing, special, weekly
from tests.tasks.conftest import WEEKLY, Newsroom


def welcome(newsroom: Newsroom, folder: Path, key: str = "welcome") -> int:
    file = folder / f"{key}.md"
    file.write_text(f"---\ntitle: Welcome\nkey: {key}\nkind: welcome\n---\nGood to have you here.\n", encoding="utf-8")
    made = special.compose(newsroom.store, newsroom.settings, WEEKLY, file, newsroom.now)
    return issuing.move(newsroom.store, made.id, IssueState.APPROVED, newsroom.now).id


@pytest.fixture
def opened(newsroom: Newsroom, tmp_path: Path) -> int:
    """A welcome that is open since a minute; Ana subscribed before."""
    newsroom.subscribes("ana@example.org")
    newsroom.now += timedelta(minutes=1)
    issue = welcome(newsroom, tmp_path)
    newsroom.sends(issue)
    return issue


def ticks(newsroom: Newsroom) -> None:
    newsroom.now += timedelta(minutes=1)
    weekly.issue_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)


def test_it_stays_open_and_goes_to_newcomers_alone(newsroom: Newsroom, opened: int) -> None:
    assert newsroom.mails() == []
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)
    newsroom.subscribes("carla@example.org")
    for _ in range(3):
        ticks(newsroom)

    assert newsroom.recipients() == ["bruno@example.org", "carla@example.org"]
    assert issuing.known_issue(newsroom.store, opened).state is IssueState.SENDING


def test_another_language_is_not_its(newsroom: Newsroom, opened: int) -> None:
    assert opened
    newsroom.subscribes("dora@example.org", language="es")
    ticks(newsroom)

    assert newsroom.mails() == []


def test_paused_or_cancelled_it_welcomes_nobody(newsroom: Newsroom, opened: int) -> None:
    issuing.move(newsroom.store, opened, IssueState.PAUSED, newsroom.now)
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)
    assert newsroom.mails() == []

    issuing.move(newsroom.store, opened, IssueState.CANCELLED, newsroom.now)
    ticks(newsroom)
    assert newsroom.mails() == []


def test_a_newer_welcome_takes_over(newsroom: Newsroom, opened: int, tmp_path: Path) -> None:
    newer = welcome(newsroom, tmp_path, "welcome-2")
    newsroom.sends(newer)
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)

    states = {issue.id: issue.state for issue in issuing.listed(newsroom.store)}
    assert (states[opened], states[newer]) == (IssueState.SENT, IssueState.SENDING)
    assert newsroom.recipients() == ["bruno@example.org"]
