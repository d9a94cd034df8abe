"""Limits as the config and the editor say them: an issue goes as fast as it may, and goes on when it may again."""

from datetime import date, datetime, timedelta

import pytest

from publisher.config.settings import WarmUp
from publisher.errors import FarEndError, NotAllowed
from publisher.model import IssueState
from publisher.pace import Limits
from publisher.tasks import issuing, pacing, sending, weekly
from tests.deliver.far_end import far_end
from tests.deliver.samples import settings
from tests.tasks.conftest import Newsroom

READERS = [f"reader{number:02}@example.org" for number in range(25)]


@pytest.fixture
def issue(newsroom: Newsroom) -> int:
    """An approved issue with twenty-five subscribers."""
    newsroom.publishes("Port audit")
    newsroom.subscribes(*READERS)
    return newsroom.approves(newsroom.composes())


def limits(local: str, **delivery: object) -> Limits:
    """Give the limits of a config at an hour of the newsroom."""
    configured = settings(delivery=delivery)
    return pacing.limits(configured, datetime.fromisoformat(local).replace(tzinfo=configured.publication.zone))


def test_what_the_hour_has_no_room_for_waits_and_goes_on_by_itself(newsroom: Newsroom, issue: int) -> None:
    newsroom.configured("delivery", per_hour=10)
    assert newsroom.sends(issue) == {"sent": 10, "queued": 15}

    at = pacing.resumes(newsroom.store, newsroom.settings, newsroom.now)
    assert at is not None
    assert timedelta(hours=1) < at - newsroom.now < timedelta(hours=1, minutes=2)
    assert not sending.is_due(newsroom.store, newsroom.settings, issue, at - timedelta(seconds=1))
    assert sending.is_due(newsroom.store, newsroom.settings, issue, at)

    for more in (20, 25):
        newsroom.now = pacing.resumes(newsroom.store, newsroom.settings, newsroom.now) or newsroom.now
        weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)
        assert len(newsroom.mails()) == more
    assert newsroom.recipients() == READERS
    assert issuing.known_issue(newsroom.store, issue).state is IssueState.SENT


@pytest.mark.parametrize(
    "refusal",
    ["454 Throttling failure: Daily message quota exceeded", "550 5.4.5 Daily user sending limit exceeded"],
)
@pytest.mark.parametrize("step", ["RCPT", "DOT"])
def test_where_the_relays_quota_is_used_up_everybody_waits_until_it_is_not(
    newsroom: Newsroom, issue: int, refusal: str, step: str
) -> None:
    with far_end() as relay:
        newsroom.configured("delivery", transport="smtp", smtp=relay.settings)
        relay.answers(step, refusal)
        with pytest.raises(FarEndError, match="our quota there is used up, and `run` goes on at"):
            newsroom.sends(issue)
        assert sending.status(newsroom.store, issue) == {"queued": 25}
        tried = len(relay.lines("MAIL"))
        newsroom.now += timedelta(minutes=59)
        weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)
        assert len(relay.lines("MAIL")) == tried

        relay.answers(step, "250 ok")
        newsroom.now += timedelta(minutes=1)
        weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)

    assert sending.status(newsroom.store, issue) == {"sent": 25}


def test_while_nothing_may_go_nothing_is_tried(newsroom: Newsroom, issue: int) -> None:
    newsroom.configured("delivery", per_day=10)
    newsroom.sends(issue)

    for _ in range(5):
        newsroom.now += timedelta(minutes=5)
        weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)

    assert len(newsroom.mails()) == 10
    assert issuing.known_issue(newsroom.store, issue).state is IssueState.SENDING


def test_another_issue_finds_what_the_first_has_left(newsroom: Newsroom, issue: int) -> None:
    newsroom.configured("delivery", per_day=30)
    newsroom.subscribes("bruno@example.org", *(f"l{number}@example.org" for number in range(9)), language="es")
    newsroom.publishes("Auditoría", language="es")
    other = newsroom.approves(newsroom.composes("es"))

    newsroom.sends(issue)

    assert newsroom.sends(other) == {"sent": 5, "queued": 5}


@pytest.mark.parametrize(
    ("local", "per_day"),
    [
        ("2026-11-18T12:00", 50),
        ("2026-11-20T00:00", 50),
        ("2026-11-20T23:59", 50),
        ("2026-11-21T00:00", 100),
        ("2026-11-22T12:00", 300),
        ("2026-11-23T00:00", 300),
        ("2027-11-20T12:00", 300),
    ],
)
def test_a_new_address_warms_up_by_days_of_the_newsroom_and_then_the_ordinary_limit_holds(
    local: str, per_day: int
) -> None:
    ramp = WarmUp(since=date(2026, 11, 20), days=(50, 100, 1_000))

    assert limits(local, per_day=300, warm_up=ramp).per_day == per_day


def test_the_ramp_ends_by_itself() -> None:
    ramp = WarmUp(since=date(2026, 11, 20))

    assert limits("2026-11-20T09:00", warm_up=ramp).per_day == 50
    assert limits("2026-12-04T00:00", rate=5.0, warm_up=ramp) == Limits(rate=5.0)


def test_a_day_of_the_ramp_that_lets_more_go_is_not_waited_for_longer_than_until_it_begins(
    newsroom: Newsroom, issue: int
) -> None:
    zone = newsroom.settings.publication.zone
    today = newsroom.now.astimezone(zone).date()
    newsroom.configured("delivery", warm_up=WarmUp(since=today, days=(10, 20, 40)))
    assert newsroom.sends(issue) == {"sent": 10, "queued": 15}

    at = pacing.resumes(newsroom.store, newsroom.settings, newsroom.now)
    assert at is not None
    assert at.astimezone(zone).isoformat()[11:19] == "00:00:00"

    newsroom.now = at
    assert newsroom.sends(issue) == {"sent": 20, "queued": 5}


def test_how_long_it_takes_knows_the_days_of_the_ramp(newsroom: Newsroom) -> None:
    today = newsroom.now.astimezone(newsroom.settings.publication.zone).date()
    newsroom.configured("delivery", warm_up=WarmUp(since=today, days=(10, 20, 40)))

    def _seconds(left: int) -> float | None:
        return pacing.seconds_left(newsroom.store, newsroom.settings, left, 10, newsroom.now)

    assert [_seconds(left) for left in (10, 11, 31, 5_000)] == [1, 86_400, 2 * 86_400, 3 * 86_400]


def test_an_issue_has_a_rate_of_its_own_until_it_is_taken_away(newsroom: Newsroom, issue: int) -> None:
    newsroom.configured("delivery", rate=14.0)

    pacing.set_rate(newsroom.store, issue, 200, newsroom.now, "ana")
    assert pacing.rate(newsroom.store, newsroom.settings, issue) == 200
    pacing.set_rate(newsroom.store, issue, None, newsroom.now, "ana")
    assert pacing.rate(newsroom.store, newsroom.settings, issue) == 14

    history = issuing.show(newsroom.store, issue).history
    told = [(event.who, event.words) for event in history if event.what == pacing.RATE]
    assert told == [("ana", "200 messages a second"), ("ana", "that of the config")]


@pytest.mark.parametrize("ended", [IssueState.CANCELLED, IssueState.SENT])
def test_what_is_over_gets_no_rate(newsroom: Newsroom, issue: int, ended: IssueState) -> None:
    if ended is IssueState.SENT:
        newsroom.sends(issue)
    else:
        issuing.move(newsroom.store, issue, ended, newsroom.now)

    with pytest.raises(NotAllowed, match=f"issue {issue} is {ended}"):
        pacing.set_rate(newsroom.store, issue, 5, newsroom.now, "ana")
