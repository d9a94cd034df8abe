"""How the sending of an issue goes while it goes: how many went, how fast, how many are left and until when.

It is told by whoever hears the replies. The database is asked now and then, for what other senders did, so between two
of its answers what this sender hears is counted on.
"""

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from publisher.config import Settings
from publisher.errors import PublisherError
from publisher.model import DeliveryState, Reply
from publisher.store import Store
from publisher.tasks import pacing, sending

LOG_SECONDS = 60.0
"""How often a line of the log tells it, where nobody looks on."""
ASK_SECONDS = 5.0
SHARE = 50
"""Asking takes a part of the time at most: a list of a million is counted in a tenth of a second."""
SPAN_SECONDS = 10.0
"""Over how long the rate is measured; over the last two messages where fewer went."""

log = structlog.get_logger("publisher")


@dataclass(frozen=True, slots=True)
class Account:
    """How far a sending is. `rate` is in messages a second; `seconds_left` is None where nobody can tell."""

    sent: int
    failed: int
    deferred: int
    left: int
    rate: float
    seconds_left: float | None

    @property
    def total(self) -> int:
        """How many have a row that is settled or still to be."""
        return self.sent + self.failed + self.left


class Progress:
    """Hears the replies of one sending, and tells an account of it every so many seconds."""

    def __init__(
        self,
        count: Callable[[], Mapping[DeliveryState, int]],
        estimate: Callable[[int, float], float | None],
        tell: Callable[[Account], None],
        every: float,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._count = count
        self._estimate = estimate
        self._tell = tell
        self._every = every
        self._seconds = seconds
        self._heard: Counter[DeliveryState] = Counter()
        self._counted: Counter[DeliveryState] = Counter()
        self._samples: deque[tuple[float, int]] = deque([(seconds(), 0)])
        self._total = 0
        self._tell_at = seconds() + every
        self._ask_at = 0.0
        self._remaining: tuple[float, float | None] = (0.0, None)

    def hear(self, reply: Reply) -> None:
        """Count a reply. A database that does not answer keeps the account from being told, and nothing else."""
        with suppress(PublisherError):
            if not self._ask_at:
                self._ask()
            self._heard[reply.state] += 1
            self._total += 1
            if self._seconds() >= self._tell_at:
                self._tell_at = self._seconds() + self._every
                self._tell(self.account())

    def account(self) -> Account:
        """Give how far it is."""
        now = self._seconds()
        while len(self._samples) > 1 and self._samples[1][0] <= now - SPAN_SECONDS:
            self._samples.popleft()
        since, earlier = self._samples[0]
        rate = (self._total - earlier) / max(now - since, 0.001)
        self._samples.append((now, self._total))
        if now >= self._ask_at:
            self._ask()
            self._remaining = (now, self._estimate(self._left(), rate))
        asked, remaining = self._remaining
        return Account(
            sent=self._state(DeliveryState.SENT),
            failed=self._state(DeliveryState.FAILED),
            deferred=self._state(DeliveryState.DEFERRED),
            left=self._left(),
            rate=rate,
            seconds_left=None if remaining is None else max(remaining - (now - asked), 0),
        )

    def _ask(self) -> None:
        began = self._seconds()
        self._counted, self._heard = Counter(self._count()), Counter()
        took = self._seconds() - began
        self._ask_at = began + max(ASK_SECONDS, SHARE * took)

    def _state(self, state: DeliveryState) -> int:
        return self._counted[state] + self._heard[state]

    def _left(self) -> int:
        waiting = sum(count for state, count in self._counted.items() if state.is_open)
        over = sum(count for state, count in self._heard.items() if not state.is_open)
        return max(waiting - over, 0)


def of(
    store: Store,
    settings: Settings,
    issue_id: int,
    clock: Callable[[], datetime],
    tell: Callable[[Account], None],
    every: float,
) -> Progress:
    """Give what hears the replies of an issue, and tells how far it is."""

    def _estimate(left: int, rate: float) -> float | None:
        return pacing.seconds_left(store, settings, left, rate, clock())

    return Progress(lambda: sending.status(store, issue_id), _estimate, tell, every)


def logged(store: Store, settings: Settings, issue_id: int, clock: Callable[[], datetime]) -> Progress:
    """Give what hears the replies of an issue, and writes a line of the log each minute."""

    def _log(account: Account) -> None:
        left = account.seconds_left
        done = {} if left is None else {"done_at": (clock() + timedelta(seconds=left)).isoformat(timespec="minutes")}
        counts = {"sent": account.sent, "failed": account.failed, "deferred": account.deferred, "left": account.left}
        log.info("sending", issue=issue_id, **counts, per_second=round(account.rate, 2), **done)

    return of(store, settings, issue_id, clock, _log, LOG_SECONDS)
