"""The loop over the ledger: nobody skipped, nobody twice, whatever ends it."""

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
) -> list[Reply]:
    heard: list[Reply] = []
    stage.send(ledger, transport, TEMPLATE, clock, interrupted, heard.append)
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
        "claim 2", "wanted 1", "settle 1 sent", "wanted 2", "settle 2 sent", "release 0", "claim 0",
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


@given(st.dictionaries(st.integers(1, 12), st.sampled_from(list(DeliveryState)[2:]).map(Reply)))
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
