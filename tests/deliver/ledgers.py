"""A ledger and a journal in memory, for the sending's own rules: the same states as the store's."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from publisher.model import Claim, Delivery, DeliveryState, Reply
from publisher.pace import Turns


@dataclass
class MemoryLedger:
    """Rows by id: their state, and what was asked in which order."""

    rows: dict[int, Delivery]
    states: dict[int, DeliveryState] = field(default_factory=dict)
    replies: dict[int, Reply] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    on_claim: Callable[[], None] = lambda: None
    turns: Callable[[int], Turns] = Turns

    def __post_init__(self) -> None:
        self.states = dict.fromkeys(self.rows, DeliveryState.QUEUED)

    def claim(self, limit: int, now: datetime) -> Claim:
        self.on_claim()
        turns = self.turns(limit)
        if not turns.messages:
            return Claim((), turns.wait)
        queued = [number for number, state in self.states.items() if state is DeliveryState.QUEUED]
        self.states |= dict.fromkeys(self.gone.intersection(queued), DeliveryState.SUPPRESSED)
        taken = [number for number in queued if number not in self.gone][: turns.messages]
        self.states |= dict.fromkeys(taken, DeliveryState.SENDING)
        self.log.append(f"claim {len(taken)}")
        return Claim([self.rows[number] for number in taken], turns.wait, turns.every) if taken else Claim(())

    def settle(self, results: Sequence[tuple[Delivery, Reply]], now: datetime) -> None:
        for delivery, reply in results:
            assert self.states[delivery.id] is DeliveryState.SENDING
            self.states[delivery.id] = reply.state
            self.replies[delivery.id] = reply
            self.log.append(f"settle {delivery.id} {reply.state}")

    def release(self, given_back: Sequence[Delivery]) -> None:
        for delivery in given_back:
            assert self.states[delivery.id] is DeliveryState.SENDING
            self.states[delivery.id] = DeliveryState.QUEUED
        self.log.append(f"release {len(given_back)}")

    def renew(self, now: datetime) -> None:
        self.log.append("renew")


@dataclass
class MemoryJournal:
    """What is noted at the moment: nothing for a message that is on its way, else its reply."""

    notes: dict[int, Reply | None] = field(default_factory=dict)
    must_stay: bool = False

    def begin(self, delivery: Delivery) -> None:
        self.notes[delivery.id] = None

    def note(self, delivery: Delivery, reply: Reply) -> None:
        if delivery.id in self.notes:
            self.notes[delivery.id] = reply

    def forget(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            self.notes.pop(delivery.id, None)

    def flush(self) -> None:
        pass
