"""The claimed rows of a sending in the order of their turns, with their messages as far as those are made."""

from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from publisher.deliver.message import Message, Template
from publisher.errors import UnreadableInput
from publisher.model import Claim, Delivery, DeliveryState, Reply

AHEAD = 16
"""How many messages are filled in at once, which takes half as long as one at a time between other work."""
FRESH = 2.0
"""Seconds after which a claimed row that waits is to be given back: who left since must not get a message."""
MISSED = 0.1
"""Seconds whose turns, when they were missed, are made up for at once."""


@dataclass(slots=True)
class Row:
    """A claimed row, since and until when it may go, and its message if that is made yet, or why there is none."""

    delivery: Delivery
    since: float
    until: float
    message: Message | Reply | None = None


class Queue:
    """Rows that wait for their turns; `taken` counts those that left it, `every` is how many seconds lie between two.

    Instants are in seconds of any clock that never goes back.
    """

    def __init__(self, template: Template) -> None:
        """Begin empty."""
        self.taken = 0
        self.every = 0.0
        self._template = template
        self._rows: deque[Row] = deque()
        self._not_before = 0.0

    def __len__(self) -> int:
        return len(self._rows)

    def line_up(self, claim: Claim, made: Mapping[str, Message], now: float) -> None:
        """Let the rows of a claim made at `now` wait, with the messages that are made already, by their keys.

        Their turns come at once where there is no rate.
        """
        if claim.deliveries and claim.every != self.every:
            self.every, self._not_before = claim.every, 0.0
        first = now + claim.wait if claim.every else 0.0
        for number, delivery in enumerate(claim.deliveries):
            since = first + number * claim.every
            self._rows.append(Row(delivery, since, now + FRESH, made.get(delivery.key)))

    def put_back(self, rows: Iterable[Row]) -> None:
        """Let rows that were taken wait before all others."""
        self._rows.extendleft(rows)

    def take(self, now: float) -> Row | None:
        """Give the first row with its message, if its turn has come; a reply where no message can be made.

        Raises:
            Exception: whatever hinders a message from being made; the row stays.
        """
        if not self._rows or self.is_stale(now) or self.due > now:
            return None
        if self._rows[0].message is None:
            self._fill_ahead()
        self.taken += 1
        if self.every:
            self._not_before = max(self._not_before, now - MISSED) + self.every
        return self._rows.popleft()

    @property
    def due(self) -> float:
        """When the turn of the first row comes; there must be one."""
        return max(self._rows[0].since, self._not_before)

    def is_stale(self, now: float) -> bool:
        """Tell whether the first row has waited for too long."""
        return bool(self._rows) and self._rows[0].until <= now

    def give_back(self) -> list[Delivery]:
        """Give all rows, and keep none."""
        given_back = [row.delivery for row in self._rows]
        self._rows.clear()
        return given_back

    def _fill_ahead(self) -> None:
        first, *others = islice(self._rows, AHEAD)
        first.message = _filled(self._template, first.delivery)
        with suppress(Exception):  # Whatever hinders a later one is told when its turn has come.
            for row in others:
                row.message = row.message or _filled(self._template, row.delivery)


def _filled(template: Template, delivery: Delivery) -> Message | Reply:
    """Make a message; a reply stands for one whose recipient has no address."""
    try:
        return template.fill(delivery)
    except UnreadableInput as error:
        return Reply(DeliveryState.FAILED, enhanced="5.1.3", words=str(error))
