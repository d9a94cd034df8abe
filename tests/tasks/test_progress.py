"""What is told while an issue goes out: how many, how fast, how many are left and until when."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply
from publisher.tasks import progress
from publisher.tasks.progress import Account, Progress
from tests.tasks.conftest import Newsroom

SENT, FAILED, DEFERRED = (Reply(state) for state in (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.DEFERRED))


@dataclass
class Watched:
    """A sending of a thousand that somebody watches on a false clock."""

    now: float = 100.0
    counts: Counter[DeliveryState] = field(default_factory=lambda: Counter({DeliveryState.QUEUED: 1_000}))
    told: list[Account] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        self.progress = Progress(self._count, lambda left, rate: left / rate, self.told.append, 1, lambda: self.now)

    def _count(self) -> Counter[DeliveryState]:
        self.asked += 1
        return self.counts

    def hears(self, *replies: Reply, every: float) -> None:
        for reply in replies:
            self.now += every
            self.progress.hear(reply)


def test_it_tells_each_second_how_many_went_how_fast_and_how_many_are_left() -> None:
    watched = Watched()

    watched.hears(*[SENT] * 30, FAILED, DEFERRED, *[SENT] * 8, every=0.125)

    last = watched.told[-1]
    assert len(watched.told) == 5
    assert (last.sent, last.failed, last.deferred, last.left) == (38, 1, 1, 961)
    assert last.rate == pytest.approx(8)
    assert last.total == 1_000


def test_the_rate_is_that_of_the_last_seconds() -> None:
    watched = Watched()

    watched.hears(*[SENT] * 100, every=0.01)
    watched.hears(*[SENT] * 30, every=1)

    assert watched.told[-1].rate == pytest.approx(1, rel=0.01)


def test_what_other_senders_did_is_asked_for_now_and_then() -> None:
    watched = Watched()
    watched.hears(*[SENT] * 20, every=0.1)
    watched.counts = Counter({DeliveryState.QUEUED: 500, DeliveryState.SENT: 500})

    watched.hears(*[SENT] * 40, every=0.1)

    assert watched.asked == 2
    assert watched.told[-1].sent == pytest.approx(500, abs=15)
    assert watched.told[-1].seconds_left == pytest.approx(49, abs=3)


def test_what_takes_long_to_count_is_counted_seldom() -> None:
    watched = Watched()
    count = watched._count

    def _slowly() -> Counter[DeliveryState]:
        watched.now += 1
        return count()

    watched.progress._count = _slowly
    watched.hears(*[SENT] * 120, every=1)

    assert watched.asked == 3


def test_a_database_that_does_not_answer_ends_nothing() -> None:
    watched = Watched()

    def _away() -> Counter[DeliveryState]:
        raise FarEndError("the database is away")

    watched.progress._count = _away
    watched.hears(SENT, every=1)

    assert watched.told == []


def test_where_nobody_looks_on_the_log_tells_it_each_minute(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "LOG_SECONDS", 0)
    newsroom.publishes("Port audit")
    newsroom.subscribes("ana@example.org", "bruno@example.org")
    issue = newsroom.approves(newsroom.composes())
    hears = progress.logged(newsroom.store, newsroom.settings, issue, newsroom.clock)

    with capture_logs() as logged:
        hears.hear(SENT)

    (line,) = logged
    assert (line["event"], line["issue"], line["sent"], line["left"]) == ("sending", issue, 1, 0)
