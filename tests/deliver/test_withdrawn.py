"""What was to go and may not any more: somebody stopped the sending, left, or has the row by now."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Self

import pytest

from publisher.deliver import loop, queue
from publisher.deliver import send as stage
from publisher.deliver.smtp import Smtp
from publisher.errors import FarEndError
from publisher.model import DeliveryState
from tests.deliver.false_loop import FalseLoop
from tests.deliver.far_end import FarEnd
from tests.deliver.ledgers import MemoryJournal, MemoryLedger
from tests.deliver.samples import NOW
from tests.deliver.test_send import TEMPLATE, ScriptedTransport, ledger_of

LEASE = 180
QUEUED, SENT = DeliveryState.QUEUED, DeliveryState.SENT


class Stopped:
    """A sending over a real connection that is stopped at the n-th time of a step."""

    def __init__(self, server: FarEnd, step: str, at: int) -> None:
        self.server, self.step, self.at = server, step, at
        self.is_stopped = False
        server.on_step = self._hears

    def _hears(self, step: str) -> None:
        self.at -= step == self.step
        self.is_stopped = self.is_stopped or not self.at

    def sends(self, ledger: MemoryLedger) -> None:
        way, stop = Smtp(self.server.settings), lambda: self.is_stopped
        stage.send(
            ledger,
            MemoryJournal(),
            way,
            TEMPLATE,
            lambda: NOW,
            stop,
            lambda: False,
            lambda _: None,
            lease_seconds=LEASE,
        )


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",), ("PIPELINING", "CHUNKING")])
@pytest.mark.parametrize(("step", "sent"), [("GREETING", 0), ("EHLO", 0), ("MAIL", 2), ("RCPT", 2), ("DOT", 3)])
def test_stopped_no_further_message_goes_whatever_the_server_was_asked_before(
    server: FarEnd, extensions: tuple[str, ...], step: str, sent: int
) -> None:
    server.offers(*extensions)
    ledger = ledger_of(9)

    Stopped(server, step, 1 if step in ("GREETING", "EHLO") else 3).sends(ledger)

    assert len([*filter(None, server.mails)]) == sent
    assert Counter(ledger.states.values()) == Counter({SENT: sent, QUEUED: 9 - sent})


def test_a_sending_whose_lease_ended_sends_nothing_more() -> None:
    ledger, now = ledger_of(9), [NOW]
    transport = ScriptedTransport()

    def _stands_still() -> None:
        if len(transport.given) == 3:
            now[0] += timedelta(seconds=LEASE)

    transport.on_send = _stands_still
    with pytest.raises(FarEndError, match="stood still") as raised:
        _sends(ledger, transport, now)

    assert not raised.value.permanent
    assert transport.given == [1, 2, 3]
    assert Counter(ledger.states.values()) == Counter({SENT: 3, QUEUED: 6})


def test_a_lease_is_renewed_long_before_it_ends() -> None:
    ledger, now = ledger_of(30), [NOW]

    def _time_passes() -> None:
        now[0] += timedelta(seconds=LEASE / 2)

    ledger.on_claim = _time_passes
    _sends(ledger, ScriptedTransport(), now)

    assert set(ledger.states.values()) == {SENT}
    assert now[0] - NOW > timedelta(seconds=LEASE)


class SlowlyOpened(ScriptedTransport):
    """A server whose greeting takes longer than a row stays fresh; meanwhile the first of the readers leaves."""

    ledger: MemoryLedger
    loop: FalseLoop

    async def open(self) -> Self:
        self.loop.pass_by(2 * queue.FRESH)
        self.ledger.gone = {1}
        return await super().open()


def test_who_leaves_while_a_server_is_slow_to_greet_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    transport, ledger = SlowlyOpened(), ledger_of(3)
    transport.loop, transport.ledger = FalseLoop(), ledger
    monkeypatch.setattr(loop, "new_event_loop", lambda: transport.loop)

    _sends(ledger, transport, [NOW])

    assert transport.given == [2, 3]
    assert ledger.states[1] is DeliveryState.SUPPRESSED


def _sends(ledger: MemoryLedger, transport: ScriptedTransport, now: list[datetime]) -> None:
    stage.send(
        ledger,
        MemoryJournal(),
        transport,
        TEMPLATE,
        lambda: now[0],
        lambda: False,
        lambda: False,
        lambda _reply: None,
        lease_seconds=LEASE,
    )
