"""The loop over the ledger: nobody skipped, nobody twice, whatever ends it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver import Message
from publisher.deliver import send as stage
from publisher.deliver.breaker import REFUSED_IN_A_ROW, Breaker
from publisher.deliver.protocols import NotNow
from publisher.deliver.send import BATCH, FRESH
from publisher.errors import FarEndError, PublisherError
from publisher.model import DeliveryState, Reply
from tests.deliver.ledgers import MemoryLedger
from tests.deliver.samples import NOW, delivery, template

QUEUED, SENT = DeliveryState.QUEUED, DeliveryState.SENT
TEMPLATE = template()
TAKEN = Reply(SENT, 250)


@dataclass
class ScriptedTransport:
    """Answers with `reply`, or as told for a recipient; remembers what it was given."""

    reply: Reply = TAKEN
    told: dict[int, Reply | BaseException] = field(default_factory=dict)
    given: list[int] = field(default_factory=list)
    on_send: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def send(self, message: Message) -> Reply:
        self.on_send()
        number = int(message.key, 16)
        told = self.told.get(number, self.reply)
        if isinstance(told, BaseException):
            raise told
        self.given.append(number)
        return told


def ledger_of(count: int) -> MemoryLedger:
    return MemoryLedger({number: delivery(f"r{number}@example.org", number=number) for number in range(1, count + 1)})


def sends(
    ledger: MemoryLedger,
    transport: ScriptedTransport,
    clock: Callable[[], datetime] = lambda: NOW,
    interrupted: Callable[[], bool] = lambda: False,
    breaker: Breaker | None = None,
) -> list[Reply]:
    heard: list[Reply] = []
    stage.send(ledger, transport, TEMPLATE, clock, interrupted, heard.append, breaker)
    return heard


def test_everybody_gets_one_message() -> None:
    ledger, transport = ledger_of(2 * BATCH + 1), ScriptedTransport()

    heard = sends(ledger, transport)

    assert transport.given == list(ledger.rows)
    assert set(ledger.states.values()) == {SENT}
    assert len(heard) == 2 * BATCH + 1


def test_a_row_is_asked_for_written_and_settled_before_the_next() -> None:
    ledger = ledger_of(2)

    sends(ledger, ScriptedTransport())

    assert ledger.log == [
        "claim 2", "begin 1", "settle 1 sent", "begin 2", "settle 2 sent", "release 0", "claim 0",
    ]  # fmt: skip


def test_who_left_gets_nothing_more() -> None:
    ledger, transport = ledger_of(3), ScriptedTransport()
    ledger.gone = {2}

    sends(ledger, transport)

    assert transport.given == [1, 3]
    assert ledger.states[2] is DeliveryState.SUPPRESSED


def test_who_leaves_while_the_batch_is_sent_gets_nothing() -> None:
    ledger = ledger_of(3)
    transport = ScriptedTransport(on_send=lambda: ledger.gone.add(3))

    sends(ledger, transport)

    assert transport.given == [1, 2]


def test_an_address_that_is_none_fails_alone() -> None:
    ledger, transport = ledger_of(3), ScriptedTransport()
    ledger.rows[2] = delivery("bruno\r\nBcc: all@example.org", number=2)

    sends(ledger, transport)

    assert transport.given == [1, 3]
    assert (ledger.replies[2].state, ledger.replies[2].enhanced) == (DeliveryState.FAILED, "5.1.3")


@given(st.dictionaries(st.integers(1, 12), st.sampled_from([SENT, *list(DeliveryState)[3:6]]).map(Reply)))
def test_every_row_becomes_what_its_reply_says(told: dict[int, Reply]) -> None:
    ledger = ledger_of(12)

    sends(ledger, ScriptedTransport(told=dict(told)))

    assert ledger.states == {number: told.get(number, Reply(SENT)).state for number in ledger.rows}


def test_an_interruption_gives_back_what_was_not_begun() -> None:
    ledger, transport = ledger_of(5), ScriptedTransport()

    sends(ledger, transport, interrupted=lambda: len(transport.given) == 2)

    assert list(ledger.states.values()) == [SENT, SENT, QUEUED, QUEUED, QUEUED]


def test_interrupted_before_it_began_it_claims_nothing() -> None:
    ledger = ledger_of(1)

    sends(ledger, ScriptedTransport(), interrupted=lambda: True)

    assert ledger.log == []


@pytest.mark.parametrize("at", [1, 3, 5])
def test_a_refusal_of_us_gives_every_unsent_row_back(at: int) -> None:
    ledger = ledger_of(5)
    transport = ScriptedTransport(told={at: FarEndError("refused us", permanent=True)})

    with pytest.raises(PublisherError):
        sends(ledger, transport)

    assert list(ledger.states.values()) == [SENT] * (at - 1) + [QUEUED] * (6 - at)


@pytest.mark.parametrize("error", [RuntimeError(), KeyboardInterrupt(), MemoryError()])
def test_a_row_whose_message_was_on_its_way_is_not_given_back(error: BaseException) -> None:
    ledger = ledger_of(3)

    with pytest.raises(type(error)):
        sends(ledger, ScriptedTransport(told={2: error}))

    assert list(ledger.states.values()) == [SENT, DeliveryState.SENDING, QUEUED]


def test_a_message_that_was_taken_and_not_written_down_is_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = ledger_of(2)

    def _full(results: object, now: datetime) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(ledger, "settle", _full)
    with pytest.raises(OSError, match="disk full"):
        sends(ledger, ScriptedTransport())

    assert list(ledger.states.values()) == [DeliveryState.SENDING, QUEUED]


def test_rows_that_waited_too_long_in_a_batch_are_claimed_anew() -> None:
    ledger = ledger_of(3)
    now = NOW

    def _slow() -> None:
        nonlocal now
        now += FRESH

    transport = ScriptedTransport(on_send=_slow)
    sends(ledger, transport, clock=lambda: now)

    assert transport.given == [1, 2, 3]
    assert [line for line in ledger.log if "claim" in line or "release" in line] == [
        "claim 3", "release 2", "claim 2", "release 1", "claim 1", "release 0", "claim 0",
    ]  # fmt: skip


def test_no_row_is_begun_late_in_its_lease() -> None:
    ledger = ledger_of(BATCH)
    claimed, now = NOW, NOW
    begun: list[timedelta] = []

    def _claims() -> None:
        nonlocal claimed
        claimed = now

    def _takes_a_second() -> None:
        nonlocal now
        begun.append(now - claimed)
        now += timedelta(seconds=1)

    ledger.on_claim = _claims
    sends(ledger, ScriptedTransport(on_send=_takes_a_second), clock=lambda: now)

    assert len(begun) == BATCH
    assert max(begun) < FRESH


NOT_NOW = NotNow("the server takes nothing now", Reply(DeliveryState.DEFERRED, 450, "4.3.2", "busy"))
REFUSED = Reply(DeliveryState.FAILED, 554, "5.7.1", "no")


def every(numbers: range, told: Reply | BaseException) -> dict[int, Reply | BaseException]:
    return dict.fromkeys(numbers, told)


def test_a_run_of_refusals_alike_ends_it_and_blames_nobody() -> None:
    ledger, transport = ledger_of(100), ScriptedTransport(reply=REFUSED)

    with pytest.raises(FarEndError, match="refused 20 recipients in a row alike") as raised:
        sends(ledger, transport)

    assert raised.value.permanent
    assert len(transport.given) == REFUSED_IN_A_ROW
    assert set(ledger.states.values()) == {QUEUED}
    assert not ledger.begun


def test_a_run_of_refusals_that_begins_later_ends_it_too_and_keeps_what_was_taken() -> None:
    ledger = ledger_of(100)
    transport = ScriptedTransport(told=every(range(31, 101), REFUSED))

    with pytest.raises(FarEndError):
        sends(ledger, transport)

    assert list(ledger.states.values()) == [SENT] * 30 + [QUEUED] * 70


def test_fewer_refusals_than_that_are_their_recipients_once_the_server_took_a_message() -> None:
    ledger = ledger_of(100)
    transport = ScriptedTransport(told=every(range(50, 50 + REFUSED_IN_A_ROW - 1), REFUSED))

    heard = sends(ledger, transport)

    assert Counter(ledger.states.values()) == {SENT: 81, DeliveryState.FAILED: 19}
    assert len(heard) == 100


def test_what_was_taken_is_settled_at_once_and_a_refusal_held_back_is_no_longer_begun() -> None:
    ledger = ledger_of(3)
    transport = ScriptedTransport(told={1: REFUSED, 2: REFUSED})

    sends(ledger, transport)

    assert ledger.log[1:8] == [
        "begin 1", "take back 1", "begin 2", "take back 2", "begin 3", "settle 3 sent", "settle 1 failed",
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "after"), [(2, DeliveryState.FAILED), (3, QUEUED), (19, QUEUED)])
def test_a_small_list_refused_as_a_whole_is_blamed_only_when_it_is_one_or_two(count: int, after: DeliveryState) -> None:
    ledger = ledger_of(count)

    try:
        sends(ledger, ScriptedTransport(reply=REFUSED))
    except FarEndError:
        assert after is QUEUED

    assert set(ledger.states.values()) == {after}


def test_those_left_over_from_an_earlier_run_are_blamed_when_the_server_took_others_then() -> None:
    ledger = ledger_of(3)

    sends(ledger, ScriptedTransport(reply=REFUSED), breaker=Breaker(has_taken=True))

    assert set(ledger.states.values()) == {DeliveryState.FAILED}


def test_a_person_who_believes_the_refusals_has_them_counted() -> None:
    ledger = ledger_of(100)

    sends(ledger, ScriptedTransport(reply=REFUSED), breaker=Breaker(believes=True))

    assert set(ledger.states.values()) == {DeliveryState.FAILED}


def test_interrupted_in_a_run_of_refusals_it_blames_nobody_yet() -> None:
    ledger, transport = ledger_of(10), ScriptedTransport(reply=REFUSED)

    sends(ledger, transport, interrupted=lambda: len(transport.given) == 5)

    assert set(ledger.states.values()) == {QUEUED}


def test_three_put_off_in_a_row_end_it_for_now_with_nobody_touched() -> None:
    ledger, transport = ledger_of(100), ScriptedTransport(told=every(range(31, 101), NOT_NOW))

    with pytest.raises(FarEndError) as raised:
        sends(ledger, transport)

    assert not raised.value.permanent
    assert list(ledger.states.values()) == [SENT] * 30 + [QUEUED] * 70


def test_two_put_off_in_a_row_are_tried_later_and_the_rest_goes_on() -> None:
    ledger, transport = ledger_of(10), ScriptedTransport(told={3: NOT_NOW, 4: NOT_NOW, 10: NOT_NOW})

    sends(ledger, transport)

    deferred = [number for number, state in ledger.states.items() if state is DeliveryState.DEFERRED]
    assert deferred == [3, 4, 10]
    assert ledger.replies[3] == NOT_NOW.reply


def test_a_server_that_never_says_whether_it_took_the_message_is_left_to_a_person() -> None:
    ledger, transport = ledger_of(100), ScriptedTransport(reply=Reply(DeliveryState.UNCERTAIN))

    with pytest.raises(FarEndError, match="without saying whether it took") as raised:
        sends(ledger, transport)

    assert raised.value.permanent
    assert list(ledger.states.values()) == [DeliveryState.UNCERTAIN] * 3 + [QUEUED] * 97
