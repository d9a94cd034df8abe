"""Several mail servers at once: each has its share, and what one does not take the others do."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from publisher.deliver import fleet, single
from publisher.deliver import send as stage
from publisher.deliver.breaker import REFUSED_IN_A_ROW, UNANSWERED_IN_A_ROW, Breaker
from publisher.deliver.fleet import Fleet
from publisher.deliver.smtp import Smtp
from publisher.errors import FarEndError
from publisher.model import DeliveryState
from tests.deliver.far_end import HANG_UP, SILENCE, FarEnd, far_end
from tests.deliver.ledgers import MemoryJournal, MemoryLedger
from tests.deliver.samples import NOW, delivery, mail, template

QUEUED, SENT, DEFERRED, FAILED, UNCERTAIN = (
    DeliveryState.QUEUED,
    DeliveryState.SENT,
    DeliveryState.DEFERRED,
    DeliveryState.FAILED,
    DeliveryState.UNCERTAIN,
)
TEMPLATE = template()
CONNECTIONS = 2


@dataclass
class Newsroom:
    """Two servers and an issue. `left_out` has why a server was left out and for how many seconds; `seconds` is the
    time as the fleet sees it."""

    first: FarEnd
    second: FarEnd
    weights: tuple[int, int] = (1, 1)
    left_out: list[tuple[str, float]] = field(default_factory=list)
    seconds: float = 0
    ledger: MemoryLedger = field(default_factory=lambda: MemoryLedger({}))
    has_taken: bool = False
    connections: int = CONNECTIONS

    def fleet(self) -> Fleet:
        many = {"connections": self.connections}
        ways = [Smtp(one.settings.model_copy(update=many)) for one in (self.first, self.second)]
        tell = lambda why, seconds: self.left_out.append((str(why), seconds))  # noqa: E731
        return Fleet([*zip(ways, self.weights, strict=True)], tell, lambda: self.seconds)

    def sends(self, count: int, stop: Callable[[], bool] = lambda: False, name: str = "r") -> dict[DeliveryState, int]:
        self.ledger = MemoryLedger(
            {number: delivery(f"{name}{number}@example.org", number=number) for number in range(1, count + 1)}
        )
        self.sends_on(stop)
        return self.counts

    def sends_on(self, stop: Callable[[], bool] = lambda: False) -> None:
        stage.send(
            self.ledger,
            MemoryJournal(),
            self.fleet(),
            TEMPLATE,
            lambda: NOW,
            stop,
            lambda: False,
            lambda _reply: None,
            partial(Breaker, has_taken=self.has_taken),
        )

    @property
    def counts(self) -> dict[DeliveryState, int]:
        return Counter(self.ledger.states.values())

    @property
    def taken(self) -> tuple[int, int]:
        # A lone dot, after a recipient was refused, is no mail.
        return len([*filter(None, self.first.mails)]), len([*filter(None, self.second.mails)])

    def nobody_twice(self) -> bool:
        return len({*filter(None, self.first.mails + self.second.mails)}) == sum(self.taken)


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with far_end() as first, far_end() as second:
        for one in (first, second):
            one.offers("PIPELINING")
        yield Newsroom(first, second)


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a connection that found no server ask again at once, so that the fleet's clock alone decides."""
    monkeypatch.setattr(stage, "REOPEN_SECONDS", 0.001)


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (1, 9)])
def test_each_server_gets_its_share_to_a_message_a_connection(newsroom: Newsroom, weights: tuple[int, int]) -> None:
    newsroom.weights = weights

    assert newsroom.sends(200) == {SENT: 200}

    for taken, weight in zip(newsroom.taken, weights, strict=True):
        assert abs(taken - 200 * weight / sum(weights)) <= CONNECTIONS
    assert newsroom.nobody_twice()


def test_a_server_that_cannot_be_reached_is_left_out(newsroom: Newsroom) -> None:
    newsroom.first.close()

    assert newsroom.sends(20) == {SENT: 20}
    assert newsroom.taken == (0, 20)
    ((why, seconds),) = newsroom.left_out
    assert "cannot be reached" in why
    assert "check delivery.relays" in why
    assert seconds == fleet.REST_SECONDS


@pytest.mark.parametrize("step", ["GREETING", "EHLO", "MAIL", "DATA", "RCPT", "DOT"])
def test_a_server_that_refuses_us_is_left_out_and_the_others_carry_all(newsroom: Newsroom, step: str) -> None:
    newsroom.first.answers(step, "554 5.7.26 not you")

    assert newsroom.sends(50) == {SENT: 50}
    assert newsroom.taken == (0, 50)
    assert len(newsroom.left_out) == 1


def test_a_local_part_beyond_ascii_waits_for_a_server_that_takes_it(newsroom: Newsroom) -> None:
    newsroom.second.offers("PIPELINING", "SMTPUTF8")
    newsroom.weights = (9, 1)

    counts = newsroom.sends(20, name="josé")

    assert counts == {DEFERRED: 20 - counts[SENT], SENT: counts[SENT]}
    assert newsroom.taken == (0, counts[SENT])


def test_a_local_part_beyond_ascii_that_no_server_takes_fails(newsroom: Newsroom) -> None:
    counts = newsroom.sends(20, name="josé")

    assert counts == {DEFERRED: counts[DEFERRED], FAILED: 20 - counts[DEFERRED]}
    assert counts[DEFERRED] < 20
    assert newsroom.left_out == []


def test_a_server_that_refuses_us_in_mid_send_is_left_out_with_what_it_took(newsroom: Newsroom) -> None:
    newsroom.first.answers("MAIL", *["250 ok"] * 10, "550 5.4.5 daily sending quota exceeded")

    assert newsroom.sends(50) == {SENT: 50}
    assert newsroom.taken == (10, 40)
    assert newsroom.nobody_twice()


def test_a_server_that_is_gone_in_mid_send_leaves_the_rest_to_the_others(newsroom: Newsroom) -> None:
    def _goes(step: str) -> None:
        if step == "DOT" and len(newsroom.first.mails) == 5:
            newsroom.first.refuse()
            newsroom.first.answers("MAIL", HANG_UP)

    newsroom.first.on_step = _goes

    # Of several, one may have just been opened, and what is put off over that waits for its next try.
    newsroom.connections = 1

    assert newsroom.sends(50) == {SENT: 50}
    assert newsroom.taken[0] < 10
    assert newsroom.nobody_twice()


def test_a_server_that_drops_each_new_connection_is_left_out_and_nobody_is_put_off(newsroom: Newsroom) -> None:
    newsroom.first.answers("RCPT", HANG_UP)

    assert newsroom.sends(50) == {SENT: 50}
    assert len(newsroom.first.lines("MAIL")) <= 2 * (3 + CONNECTIONS)


def test_a_server_that_refuses_everybody_burns_nobody(newsroom: Newsroom) -> None:
    newsroom.first.answers("RCPT", "554 5.7.1 no")

    assert newsroom.sends(100) == {SENT: 100}
    ((why, _),) = newsroom.left_out
    assert f"refused {REFUSED_IN_A_ROW} recipients in a row alike" in why


@pytest.mark.parametrize("count", [2, 5, 10])
def test_a_few_that_one_server_refused_are_tried_by_one_that_takes_mail(newsroom: Newsroom, count: int) -> None:
    newsroom.has_taken = True
    newsroom.first.answers("RCPT", "554 5.7.1 no")

    assert newsroom.sends(count) == {SENT: count}


def test_a_few_that_both_servers_refused_are_blamed_when_mail_of_the_issue_was_taken_before(newsroom: Newsroom) -> None:
    newsroom.has_taken = True
    for one in (newsroom.first, newsroom.second):
        one.answers("RCPT", "550 5.1.1 unknown")

    assert newsroom.sends(4) == {FAILED: 4}


def test_recipients_that_are_refused_beside_others_that_are_taken_are_blamed_at_once(newsroom: Newsroom) -> None:
    for one in (newsroom.first, newsroom.second):
        one.answers("RCPT", *["250 ok"] * 5, "550 5.1.1 unknown", "250 ok")

    assert newsroom.sends(50) == {SENT: 48, FAILED: 2}
    assert newsroom.left_out == []


def test_a_message_in_doubt_goes_over_no_other_server(newsroom: Newsroom) -> None:
    newsroom.first.answers("DOT", "250 ok", "250 ok", HANG_UP, "250 ok")

    assert newsroom.sends(50) == {SENT: 49, UNCERTAIN: 1}
    assert sum(newsroom.taken) == 49
    assert newsroom.nobody_twice()


def test_a_server_that_never_answers_a_message_is_left_out_and_those_stay_in_doubt(newsroom: Newsroom) -> None:
    newsroom.first.answers("DOT", HANG_UP)

    counts = newsroom.sends(50)

    in_doubt = CONNECTIONS + UNANSWERED_IN_A_ROW
    assert in_doubt <= counts[UNCERTAIN] <= in_doubt + CONNECTIONS
    assert counts == {UNCERTAIN: counts[UNCERTAIN], SENT: 50 - counts[UNCERTAIN]}
    assert newsroom.taken == (0, counts[SENT])


def test_when_all_refuse_us_it_ends_for_good_and_nobody_is_touched(newsroom: Newsroom) -> None:
    for one in (newsroom.first, newsroom.second):
        one.answers("MAIL", "550 5.7.1 not you")

    with pytest.raises(
        FarEndError, match=r"no mail server takes our mail: .*refused our sender.*refused our"
    ) as raised:
        newsroom.sends(20)

    assert raised.value.permanent
    assert newsroom.counts == {QUEUED: 20}


def test_when_both_refuse_everybody_it_ends_for_good_and_nobody_is_blamed(newsroom: Newsroom) -> None:
    for one in (newsroom.first, newsroom.second):
        one.answers("RCPT", "554 5.7.1 no")

    with pytest.raises(FarEndError, match="--believe-refusals") as raised:
        newsroom.sends(100)

    assert raised.value.permanent
    assert newsroom.counts == {QUEUED: 100}


def test_when_all_are_away_or_one_is_it_ends_for_now(newsroom: Newsroom) -> None:
    newsroom.first.answers("GREETING", "554 5.7.1 not you")
    newsroom.second.close()

    with pytest.raises(FarEndError, match="cannot be reached") as raised:
        newsroom.sends(20)

    assert not raised.value.permanent
    assert newsroom.counts == {QUEUED: 20}


@pytest.mark.usefixtures("rests")
def test_a_server_that_is_back_gets_its_share_again(newsroom: Newsroom) -> None:
    newsroom.first.answers("GREETING", "421 4.3.2 down")

    def _half_a_minute_later(step: str) -> None:
        if step == "DOT" and len(newsroom.second.mails) == 50:
            newsroom.first.answers("GREETING", "220 back")
            newsroom.seconds += fleet.REST_SECONDS

    before: list[int] = []
    newsroom.first.on_step = lambda step: before.append(len(newsroom.second.mails)) if step == "MAIL" else None
    newsroom.second.on_step = _half_a_minute_later

    assert newsroom.sends(250) == {SENT: 250}
    assert abs(newsroom.taken[0] - (250 - before[0]) / 2) <= 3 * CONNECTIONS
    assert len(newsroom.left_out) == 1


@pytest.mark.usefixtures("rests")
def test_a_server_that_is_not_back_is_left_out_for_twice_as_long(newsroom: Newsroom) -> None:
    newsroom.first.answers("GREETING", "421 4.3.2 down")
    newsroom.second.on_step = lambda step: setattr(newsroom, "seconds", newsroom.seconds + (step == "DOT"))

    assert newsroom.sends(250) == {SENT: 250}
    assert [seconds for _, seconds in newsroom.left_out][:3] == [30, 60, 120]


@pytest.mark.usefixtures("rests")
def test_a_server_that_refused_everybody_is_asked_for_one_when_it_is_tried_again(newsroom: Newsroom) -> None:
    newsroom.first.answers("RCPT", "554 5.7.1 no")
    newsroom.second.on_step = lambda step: setattr(newsroom, "seconds", newsroom.seconds + (step == "DOT"))

    assert newsroom.sends(120) == {SENT: 120}
    assert [seconds for _, seconds in newsroom.left_out][:2] == [30, 60]
    assert len(newsroom.first.lines("RCPT")) <= REFUSED_IN_A_ROW + 2 * CONNECTIONS * len(newsroom.left_out)


def test_a_server_that_takes_no_more_connections_goes_on_with_those_it_has(newsroom: Newsroom) -> None:
    newsroom.first.answers("GREETING", "220 welcome", "421 4.7.0 too many connections")

    assert newsroom.sends(100) == {SENT: 100}
    assert newsroom.taken[0] >= 50 - CONNECTIONS
    assert newsroom.left_out == []


def test_nobody_waits_for_a_server_that_is_stalled(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "STALLED_SECONDS", 0.05)
    newsroom.first.answers("RCPT", SILENCE)
    newsroom.second.on_step = lambda step: setattr(newsroom, "seconds", newsroom.seconds + (step == "DOT"))

    def _has_seen_enough() -> bool:
        if len(newsroom.second.mails) < 50:
            return False
        newsroom.first.close()
        return True

    newsroom.sends(60, _has_seen_enough)

    assert len(newsroom.second.mails) >= 50


def test_interrupted_it_gives_back_what_was_not_begun(newsroom: Newsroom) -> None:
    counts = newsroom.sends(200, stop=lambda: sum(newsroom.taken) >= 20)

    assert counts == {SENT: sum(newsroom.taken), QUEUED: 200 - sum(newsroom.taken)}


@pytest.mark.parametrize("answers", [("GREETING", "554 no"), ("MAIL", "550 5.7.1 no"), ("MAIL", "451 busy")])
def test_one_mail_goes_over_whichever_takes_it(newsroom: Newsroom, answers: tuple[str, str]) -> None:
    newsroom.first.answers(*answers)

    assert single.hand_over(newsroom.fleet(), mail()).state is SENT
    assert newsroom.taken == (0, 1)


def test_one_mail_that_none_takes_is_an_error(newsroom: Newsroom) -> None:
    for one in (newsroom.first, newsroom.second):
        one.answers("MAIL", "451 busy")

    with pytest.raises(FarEndError, match="no mail server takes our mail"):
        single.hand_over(newsroom.fleet(), mail())
