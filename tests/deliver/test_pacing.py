"""How fast the loop over the ledger goes: as its claims say, on a false clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from publisher import pace
from publisher.deliver import loop
from publisher.deliver import send as stage
from publisher.model import DeliveryState
from publisher.pace import Gate, Turns
from tests.deliver.false_loop import FalseLoop
from tests.deliver.ledgers import MemoryJournal, MemoryLedger
from tests.deliver.samples import NOW
from tests.deliver.test_send import TEMPLATE, ScriptedTransport, ledger_of


@dataclass
class Clocked:
    """A sending on a false clock, at a rate that may change. `times` has when each message went, in seconds."""

    rate: float | None
    connections: int = 4
    stop: Callable[[], bool] = lambda: False
    on_send: Callable[[], None] = lambda: None
    times: list[float] = field(default_factory=list)
    free_at: datetime | None = None
    asked: int = 0

    def sends(self, count: int, monkeypatch: pytest.MonkeyPatch) -> MemoryLedger:
        self.loop = FalseLoop()
        monkeypatch.setattr(loop, "new_event_loop", lambda: self.loop)
        ledger = ledger_of(count)
        ledger.turns = self._turns
        transport = ScriptedTransport(connections=self.connections, on_send=self._note)
        stage.send(
            ledger,
            MemoryJournal(),
            transport,
            TEMPLATE,
            lambda: NOW + timedelta(seconds=self.loop.time()),
            self.stop,
            lambda: False,
            lambda _reply: None,
        )
        return ledger

    def _note(self) -> None:
        self.times.append(self.loop.time())
        self.on_send()

    def _turns(self, wanted: int) -> Turns:
        self.asked += 1
        if self.rate is None:
            return Turns(wanted)
        now = NOW + timedelta(seconds=self.loop.time())
        gate = Gate(self.rate, self.free_at)
        turns = pace.turns(wanted, [gate], now)
        self.free_at = gate.after(turns.messages, now) if turns.messages else self.free_at
        return turns

    def most_within(self, seconds: float, since: float = 0.0) -> int:
        """Give the most messages that went within any span."""
        times = [time for time in self.times if time >= since]
        return max(sum(start <= time < start + seconds for time in times) for start in times)


@pytest.mark.parametrize("connections", [1, 4, 40])
@pytest.mark.parametrize("rate", [3, 50, 1_000])
def test_messages_go_at_the_rate_evenly(rate: float, connections: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sending = Clocked(rate, connections)

    sending.sends(int(rate * 2), monkeypatch)

    assert sending.most_within(1) <= rate * 1.1 + 1
    assert sending.most_within(0.1) <= rate * 0.2 + 1
    assert sending.times[-1] == pytest.approx(2 - 1 / rate, rel=0.02)


def test_one_message_every_two_seconds_is_possible_and_none_waits_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    sending = Clocked(0.5)

    ledger = sending.sends(6, monkeypatch)

    assert sending.times == pytest.approx([0, 2, 4, 6, 8, 10], abs=0.01)
    assert not any(line.startswith("release") for line in ledger.log)


@pytest.mark.parametrize(("before", "after"), [(0.05, 100), (5, 100), (None, 10), (400, 10), (10, None)])
def test_a_new_rate_acts_within_a_second(
    before: float | None, after: float | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = Clocked(before)
    changed: list[float] = []

    def _change() -> None:
        if len(sending.times) == 2 or (before == 400 and len(sending.times) == 100):
            changed.append(sending.times[-1])
            sending.rate = after

    sending.on_send = _change
    sending.sends(200, monkeypatch)

    if after is None or (before is not None and after > before):
        assert sending.times[-1] - changed[0] <= 1 + (200 / after if after else 0)
    else:
        assert sending.most_within(1, since=changed[0] + 1) <= after * 1.1 + 1


def test_turns_that_a_slow_server_missed_are_not_made_up_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sending = Clocked(100, connections=1)

    def _stall() -> None:
        if len(sending.times) == 100:
            sending.loop.pass_by(1.5)

    sending.on_send = _stall
    sending.sends(300, monkeypatch)

    assert sending.most_within(0.05, since=sending.times[100]) <= 100 * 0.15 + 2


def test_asked_to_stop_between_two_turns_it_stops_without_waiting_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sending = Clocked(0.02)
    sending.stop = lambda: bool(sending.times) and sending.loop.time() > 1

    ledger = sending.sends(3, monkeypatch)

    assert sending.loop.time() < 2
    assert list(ledger.states.values()) == [DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.QUEUED]


def test_it_does_not_ask_again_and_again_while_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    sending = Clocked(0.1)

    sending.sends(3, monkeypatch)

    assert sending.asked < 20 * 5
