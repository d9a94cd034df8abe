"""The loop over the ledger: nobody skipped, nobody twice, whatever ends it."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.deliver import Message, queue
from publisher.deliver import send as stage
from publisher.deliver.breaker import REFUSED_IN_A_ROW, Breaker
from publisher.deliver.protocols import NotNow, Outgoing
from publisher.errors import FarEndError, PublisherError
from publisher.model import DeliveryState, Reply
from tests.deliver.ledgers import MemoryJournal, MemoryLedger
from tests.deliver.samples import NOW, delivery, template

QUEUED, SENT = DeliveryState.QUEUED, DeliveryState.SENT
TEMPLATE = template()
TAKEN = Reply(SENT, 250)


@dataclass(eq=False)
class ScriptedTransport:
    """Answers with `reply`, or as told for a recipient; remembers what it was given."""

    reply: Reply = TAKEN
    told: dict[int, Reply | BaseException] = field(default_factory=dict)
    given: list[int] = field(default_factory=list)
    on_send: Callable[[], None] = lambda: None
    connections: int = 1
    opens: list[PublisherError] = field(default_factory=list)

    @property
    def way(self) -> Self:
        return self

    async def open(self) -> Self:
        if self.opens:
            raise self.opens.pop(0)
        return self

    async def carry(self, messages: Iterable[Message], outgoing: Outgoing) -> list[Message]:
        waiting = deque(messages)
        while message := waiting.popleft() if waiting else await outgoing.next():
            self.on_send()
            number = int(message.key, 16)
            told = self.told.get(number, self.reply)
            if isinstance(told, NotNow):
                outgoing.put_off(message, told)
                continue
            if isinstance(told, PublisherError):
                raise told
            outgoing.begin(message)
            if isinstance(told, BaseException):
                raise told
            self.given.append(number)
            outgoing.hear(message, told)
            await asyncio.sleep(0)
        return []


def ledger_of(count: int) -> MemoryLedger:
    return MemoryLedger({number: delivery(f"r{number}@example.org", number=number) for number in range(1, count + 1)})


def sends(
    ledger: MemoryLedger,
    transport: ScriptedTransport,
    stop: Callable[[], bool] = lambda: False,
    is_paused: Callable[[], bool] = lambda: False,
    breaker: Callable[..., Breaker] = Breaker,
    journal: MemoryJournal | None = None,
) -> list[Reply]:
    heard: list[Reply] = []
    notes = journal or MemoryJournal()
    stage.send(ledger, notes, transport, TEMPLATE, lambda: NOW, stop, is_paused, heard.append, breaker)
    return heard


def test_everybody_gets_one_message() -> None:
    ledger, transport, journal = ledger_of(500), ScriptedTransport(), MemoryJournal()

    heard = sends(ledger, transport, journal=journal)

    assert transport.given == list(ledger.rows)
    assert set(ledger.states.values()) == {SENT}
    assert len(heard) == 500
    assert journal.notes == {}


@pytest.mark.parametrize("connections", [2, 8])
def test_over_several_connections_everybody_gets_one_message(connections: int) -> None:
    ledger, transport = ledger_of(500), ScriptedTransport(connections=connections)

    sends(ledger, transport)

    assert sorted(transport.given) == list(ledger.rows)
    assert set(ledger.states.values()) == {SENT}


def test_who_left_gets_nothing_more() -> None:
    ledger, transport = ledger_of(3), ScriptedTransport()
    ledger.gone = {2}

    sends(ledger, transport)

    assert transport.given == [1, 3]
    assert ledger.states[2] is DeliveryState.SUPPRESSED


def test_who_leaves_while_others_get_theirs_gets_nothing() -> None:
    ledger = ledger_of(200)
    transport = ScriptedTransport(on_send=lambda: ledger.gone.add(200))

    sends(ledger, transport)

    assert transport.given == list(range(1, 200))


def test_rows_that_waited_too_long_are_claimed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, transport = ledger_of(3), ScriptedTransport()
    freshness = [0.0]
    ledger.on_claim = lambda: monkeypatch.setattr(queue, "FRESH", freshness.pop() if freshness else 60.0)

    sends(ledger, transport)

    assert ledger.log[:3] == ["claim 2", "release 2", "claim 2"]
    assert transport.given == [1, 2, 3]


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

    sends(ledger, transport, stop=lambda: len(transport.given) == 2)

    assert list(ledger.states.values()) == [SENT, SENT, QUEUED, QUEUED, QUEUED]


def test_paused_it_sends_no_more_and_gives_the_rest_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, transport = ledger_of(2000), ScriptedTransport(connections=2)
    monkeypatch.setattr(stage, "ASK_SECONDS", 0)

    sends(ledger, transport, is_paused=lambda: bool(transport.given))

    assert Counter(ledger.states.values()) == {SENT: len(transport.given), QUEUED: 2000 - len(transport.given)}
    assert len(transport.given) < 2000


def test_interrupted_before_it_began_it_claims_nothing() -> None:
    ledger = ledger_of(1)

    sends(ledger, ScriptedTransport(), stop=lambda: True)

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

    journal = MemoryJournal()
    with pytest.raises(type(error)):
        sends(ledger, ScriptedTransport(told={2: error}), journal=journal)

    assert list(ledger.states.values()) == [SENT, DeliveryState.SENDING, QUEUED]
    assert journal.notes == {2: None}


def test_what_cannot_be_written_down_stays_noted_and_is_not_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, journal = ledger_of(2), MemoryJournal()

    def _full(results: object, now: datetime) -> None:
        raise FarEndError("disk full")

    monkeypatch.setattr(ledger, "settle", _full)
    with pytest.raises(FarEndError, match="disk full"):
        sends(ledger, ScriptedTransport(), journal=journal)

    assert {number for number, reply in journal.notes.items() if reply == TAKEN} == set(journal.notes) != set()
    assert {ledger.states[number] for number in journal.notes} == {DeliveryState.SENDING}


def _lost(*asked: object) -> None:
    raise FarEndError("the database went away in mid-sentence")


def test_rows_that_could_not_be_given_back_keep_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, journal = ledger_of(3), MemoryJournal()
    monkeypatch.setattr(queue, "FRESH", 0.0)
    monkeypatch.setattr(ledger, "release", _lost)

    with pytest.raises(FarEndError, match="mid-sentence"):
        sends(ledger, ScriptedTransport(), journal=journal)

    assert journal.must_stay


def test_rows_that_were_claimed_without_anybody_hearing_of_it_keep_the_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, journal = ledger_of(3), MemoryJournal()
    claim = ledger.claim
    monkeypatch.setattr(ledger, "claim", lambda limit, now: _lost(claim(limit, now)))

    with pytest.raises(FarEndError, match="mid-sentence"):
        sends(ledger, ScriptedTransport(), journal=journal)

    assert journal.must_stay


def test_a_sending_that_gave_all_its_rows_back_needs_its_journal_no_more() -> None:
    ledger, journal = ledger_of(5), MemoryJournal()

    with pytest.raises(FarEndError):
        sends(ledger, ScriptedTransport(told={3: FarEndError("refused us", permanent=True)}), journal=journal)

    assert not journal.must_stay


def test_a_message_that_cannot_be_made_gives_its_row_back() -> None:
    ledger = ledger_of(3)
    ledger.rows[2] = delivery("r2@example.org", number=2, subscriber=None)

    with pytest.raises(AttributeError):
        sends(ledger, ScriptedTransport())

    assert list(ledger.states.values()) == [SENT, QUEUED, QUEUED]


def test_a_connection_that_cannot_be_opened_stops_no_other() -> None:
    ledger = ledger_of(50)
    transport = ScriptedTransport(connections=2)
    opened = transport.open

    async def _second_fails() -> ScriptedTransport:
        if transport.given:
            raise FarEndError("too many connections")
        return await opened()

    transport.open = _second_fails  # type: ignore[method-assign]
    sends(ledger, transport)

    assert set(ledger.states.values()) == {SENT}


@dataclass(eq=False)
class OneDoor(ScriptedTransport):
    """A server that takes one connection, is slow to answer its first message, and refuses every other connection."""

    connections: int = 2
    refused: int = 0
    is_taken: bool = False

    async def open(self) -> Self:
        if self.is_taken:
            self.refused += 1
            raise FarEndError("too many connections")
        self.is_taken = True
        await asyncio.sleep(0)
        return self

    async def carry(self, messages: Iterable[Message], outgoing: Outgoing) -> list[Message]:
        for _ in range(3000):
            await asyncio.sleep(0)
        return await super().carry(messages, outgoing)


def test_a_connection_refused_while_another_is_being_opened_ends_nothing() -> None:
    ledger = ledger_of(20)

    sends(ledger, OneDoor())

    assert set(ledger.states.values()) == {SENT}


def test_a_refused_connection_is_not_asked_for_again_and_again_while_another_is_slow() -> None:
    ledger, transport = ledger_of(2), OneDoor()

    sends(ledger, transport)

    assert set(ledger.states.values()) == {SENT}
    assert transport.refused <= 2


def test_a_message_that_was_begun_and_certainly_not_taken_is_given_back() -> None:
    ledger, journal = ledger_of(3), MemoryJournal()
    transport = ScriptedTransport()

    async def _refuses(messages: Iterable[Message], outgoing: Outgoing) -> list[Message]:
        (message,) = messages
        outgoing.begin(message)
        outgoing.take_back(message)
        raise FarEndError("refused us", permanent=True)

    transport.carry = _refuses  # type: ignore[method-assign]
    with pytest.raises(FarEndError, match="refused us"):
        sends(ledger, transport, journal=journal)

    assert set(ledger.states.values()) == {QUEUED}
    assert journal.notes == {}


def test_after_an_interruption_no_connection_is_opened_for_what_a_broken_one_left() -> None:
    ledger, transport = ledger_of(3), ScriptedTransport()

    async def _breaks(messages: Iterable[Message], outgoing: Outgoing) -> list[Message]:
        transport.given.append(0)
        return list(messages)

    transport.carry = _breaks  # type: ignore[method-assign]
    sends(ledger, transport, stop=lambda: bool(transport.given))

    assert set(ledger.states.values()) == {QUEUED}


def test_a_connection_that_cannot_be_opened_is_not_tried_on_and_on_at_the_end() -> None:
    ledger, tries = ledger_of(2), 0
    transport = ScriptedTransport(connections=2)
    carry, opened = transport.carry, transport.open

    async def _second_fails() -> ScriptedTransport:
        nonlocal tries
        tries += 1
        if tries > 1:
            await asyncio.sleep(0)
            raise FarEndError("too many connections")
        return await opened()

    async def _when_the_ledger_has_no_more(messages: Iterable[Message], outgoing: Outgoing) -> list[Message]:
        while ledger.log[-1] != "claim 0":
            await asyncio.sleep(0)
        for _ in range(1000):
            await asyncio.sleep(0)
        return await carry(messages, outgoing)

    transport.open = _second_fails  # type: ignore[method-assign]
    transport.carry = _when_the_ledger_has_no_more  # type: ignore[method-assign]
    sends(ledger, transport)

    assert set(ledger.states.values()) == {SENT}
    assert tries <= 3


def test_a_server_that_cannot_be_reached_at_all_ends_it_and_gives_every_row_back() -> None:
    ledger = ledger_of(5)

    with pytest.raises(FarEndError, match="away"):
        sends(ledger, ScriptedTransport(connections=2, opens=[FarEndError("away")] * 2))

    assert set(ledger.states.values()) == {QUEUED}


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


def test_a_refusal_held_back_is_no_longer_noted() -> None:
    ledger, journal = ledger_of(3), MemoryJournal()
    noted: list[dict[int, Reply | None]] = []
    transport = ScriptedTransport(told={1: REFUSED, 2: REFUSED}, on_send=lambda: noted.append(journal.notes.copy()))

    sends(ledger, transport, journal=journal)

    assert noted == [{}, {}, {}]
    assert list(ledger.states.values()) == [DeliveryState.FAILED, DeliveryState.FAILED, SENT]


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

    sends(ledger, ScriptedTransport(reply=REFUSED), breaker=partial(Breaker, has_taken=True))

    assert set(ledger.states.values()) == {DeliveryState.FAILED}


def test_a_person_who_believes_the_refusals_has_them_counted() -> None:
    ledger = ledger_of(100)

    sends(ledger, ScriptedTransport(reply=REFUSED), breaker=partial(Breaker, believes=True))

    assert set(ledger.states.values()) == {DeliveryState.FAILED}


def test_interrupted_in_a_run_of_refusals_it_blames_nobody_yet() -> None:
    ledger, transport = ledger_of(10), ScriptedTransport(reply=REFUSED)

    sends(ledger, transport, stop=lambda: len(transport.given) == 5)

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

    with pytest.raises(
        FarEndError, match=r"without saying whether it took .* `issue reconcile 7 --mail-log FILE`"
    ) as raised:
        sends(ledger, transport)

    assert raised.value.permanent
    assert list(ledger.states.values()) == [DeliveryState.UNCERTAIN] * 3 + [QUEUED] * 97
