"""A ledger in memory, for the loop's own rules: the same states as the store's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from publisher.model import Delivery, DeliveryState, Reply


@dataclass
class MemoryLedger:
    """Rows by id: their state, and what was asked in which order."""

    rows: dict[int, Delivery]
    states: dict[int, DeliveryState] = field(default_factory=dict)
    replies: dict[int, Reply] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    begun: set[int] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    on_claim: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.states = dict.fromkeys(self.rows, DeliveryState.QUEUED)

    def claim(self, limit: int, now: datetime) -> list[Delivery]:
        self.on_claim()
        queued = [number for number, state in self.states.items() if state is DeliveryState.QUEUED][:limit]
        self.states |= dict.fromkeys(queued, DeliveryState.SENDING)
        self.log.append(f"claim {len(queued)}")
        return [self.rows[number] for number in queued]

    def begin(self, delivery: Delivery) -> bool:
        assert self.states[delivery.id] is DeliveryState.SENDING
        self.log.append(f"begin {delivery.id}")
        if delivery.id in self.gone:
            return False
        self.begun.add(delivery.id)
        return True

    def take_back(self, delivery: Delivery) -> None:
        assert self.states[delivery.id] is DeliveryState.SENDING
        self.begun.remove(delivery.id)
        self.log.append(f"take back {delivery.id}")

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
            self.begun.discard(delivery.id)
        self.log.append(f"release {len(given_back)}")
