"""How fast mails may leave: so many a second, an hour and a day, over all senders of one database together.

Rules only; `store.pacing` keeps what they go by. A rate is kept by the generic cell rate algorithm: one instant says
from when on the next message may go, and each message moves it by the time that one takes. Messages are counted by the
minute in which they were claimed, and count until the whole minute is out of the window: no window ever has more than
its limit.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

CHUNK = 0.2
"""Seconds of messages that are reserved at once; never less than one message."""
AHEAD = 0.5
"""Seconds that may lie between reserving a message and its turn: who leaves meanwhile still gets it."""
ROUNDING = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)
LATE = timedelta(seconds=5)
"""What a message may take from its claim to the far end's clock."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quota:
    """At most `messages` in any span of `window`."""

    messages: int
    window: timedelta

    def since(self, now: datetime) -> datetime:
        """Give the minute after which all that begin still count."""
        return now - self.window - MINUTE - LATE

    def resumes(self, counts: Iterable[tuple[datetime, int]], now: datetime) -> datetime | None:
        """Give when the next message may be claimed, by what was claimed in each minute, the oldest first.

        Nothing when that is now.
        """
        counted = [(minute, count) for minute, count in counts if minute > self.since(now)]
        used = sum(count for _, count in counted)
        if used < self.messages:
            return None
        for minute, count in counted:
            used -= count
            if used < self.messages:
                return minute + self.window + MINUTE + LATE
        return None


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for all senders together; None: no limit. `until` is when other limits follow, if that is known."""

    rate: float | None = None
    per_hour: int | None = None
    per_day: int | None = None
    until: datetime | None = None

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """The limits that are counted."""
        both = ((self.per_hour, HOUR), (self.per_day, DAY))
        return tuple(Quota(messages, window) for messages, window in both if messages is not None)


@dataclass(frozen=True, slots=True)
class Gate:
    """A rate in messages a second, and from when on the next one may go; None when none went yet."""

    rate: float
    free_at: datetime | None

    @property
    def most(self) -> int:
        """How many may be reserved at once."""
        return max(1, math.ceil(self.rate * CHUNK))

    def opens(self, now: datetime) -> datetime:
        """Give when the next message may go.

        What lies further ahead than anybody could have reserved at this rate is of another rate, or of a clock that was
        set back since: it holds no longer.
        """
        furthest = now + timedelta(seconds=AHEAD + self.most / self.rate) + ROUNDING
        return now if self.free_at is None or self.free_at > furthest else max(now, self.free_at)

    def after(self, messages: int, now: datetime) -> datetime:
        """Give from when on the next message may go once so many were reserved."""
        return self.opens(now) + timedelta(seconds=messages / self.rate)


@dataclass(frozen=True, slots=True)
class Turns:
    """Turns that may be taken: up to `messages`, the first after `wait` seconds, each other `every` seconds later.

    When there are none, `wait` is when to ask again.
    """

    messages: int
    wait: float = 0.0
    every: float = 0.0


def turns(wanted: int, gates: Iterable[Gate], now: datetime) -> Turns:
    """Give the next turns under all gates at once."""
    gates = list(gates)
    if not gates or wanted < 1:
        return Turns(max(wanted, 0))
    wait = max((gate.opens(now) - now).total_seconds() for gate in gates)
    if wait > AHEAD:
        return Turns(0, wait - AHEAD)
    return Turns(min(wanted, *(gate.most for gate in gates)), wait, max(1 / gate.rate for gate in gates))


def seconds_left(left: int, rate: float, hours: Iterable[int] = (), days: Iterable[int] = ()) -> float | None:
    """Estimate how many seconds so many messages take; nothing when none go at the moment.

    `hours` has how many may go in this hour and in each that follows, `days` the same of days; what they say nothing of
    has no limit.
    """
    if rate <= 0 or not left:
        return 0.0 if not left else None
    waits = [_passed(left, hours) * HOUR.total_seconds(), _passed(left, days) * DAY.total_seconds()]
    return max(left / rate, *waits)


def _passed(left: int, rooms: Iterable[int]) -> int:
    """Tell how many windows pass before the one in which the last message goes."""
    passed = 0
    for room in rooms:
        left -= room
        if left <= 0:
            return passed
        passed += 1
    return passed
