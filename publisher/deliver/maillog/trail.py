"""Ties the lines of a log together, and what they tell to deliveries of ours.

A line names a delivery by the Message-ID or by the return path of its mail; later ones only by the name that the server
gave the mail in its queue, which it may give another once this one is gone.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import orjson

from publisher.deliver.maillog import events, exim, opensmtpd, postfix, records, times
from publisher.deliver.maillog.fact import Fact
from publisher.model import DeliveryState, Reply

_KEY = re.compile(r"<?([0-9a-f]{20})(?:@[^<>@\s]+>?)?")
_GAP = timedelta(hours=1)
"""A log that is silent for so long may lack a part; so may the time between two files."""
_MOST_QUEUED = 500_000
"""So many names are known at a time; the oldest are those of mails that were refused, or are tried for days."""
_HEAD = 100
"""In so many lines a log says when it begins."""


@dataclass(slots=True)
class Became:
    """What became of a delivery: since when the server has its mail, and what it says of it."""

    reply: Reply
    at: datetime | None


class Trail:
    """What was read so far. `became` has each delivery that was taken, by its key.

    `key_of` gives the key that a return path names, or nothing; `now` tells which year a line is of.
    """

    def __init__(self, key_of: Callable[[str], str | None], now: datetime) -> None:
        self._key_of = key_of
        self._now = now
        self._queues: dict[str, str] = {}
        self.became: dict[str, Became] = {}
        self.new: set[str] = set()
        self.lines = 0
        self.malformed = 0
        self._spans: list[tuple[datetime, datetime]] = []

    def forget(self, keys: Iterable[str]) -> None:
        """Drop deliveries that nobody asks for."""
        dropped = set(keys)
        self.became = {key: one for key, one in self.became.items() if key not in dropped}
        self._queues = {queue: key for queue, key in self._queues.items() if key not in dropped}

    def read_log(self, lines: Iterable[str]) -> None:
        """Read the lines of one file of a mail server's log, in the order in which they were written."""
        first = last = ""
        for line in lines:
            self.lines += 1
            written, fact, is_line = _read(line)
            self.malformed += not is_line
            first, last = first or written, written or last
            if fact is not None:
                self._take(fact, written)
        self._span(first, last)

    def read_events(self, lines: Iterable[str]) -> None:
        """Read a relay's events, in any order."""
        for line in lines:
            self.lines += 1
            try:
                found = events.read(line)
            except ValueError:
                self.malformed += 1
                continue
            for event in found:
                key = next(filter(None, map(_key, event.names)), "")
                if key:
                    self._hear(key, event.reply, event.at)

    def covers(self, begin: datetime, end: datetime) -> bool:
        """Tell whether what was read goes on from one instant to another without a part that may be missing."""
        whole: list[tuple[datetime, datetime]] = []
        for first, last in sorted(self._spans):
            if whole and first - whole[-1][1] <= _GAP:
                whole[-1] = (whole[-1][0], max(whole[-1][1], last))
            else:
                whole.append((first, last))
        return any(first <= begin and end <= last for first, last in whole)

    def _span(self, first: str, last: str) -> None:
        begin, end = times.instant(first, self._now), times.instant(last, self._now)
        if begin and end:
            self._spans.append((begin, end))

    def _take(self, fact: Fact, written: str) -> None:
        key = _key(fact.message_id or "") or (fact.sender and self._key_of(fact.sender))
        if key:
            self._queues[fact.queue] = key
            if len(self._queues) > _MOST_QUEUED:
                del self._queues[next(iter(self._queues))]
        elif fact.message_id is not None:
            # The name in the queue is another message's by now.
            self._queues.pop(fact.queue, None)
        key = self._queues.get(fact.queue)
        if key and fact.reply:
            self._hear(key, fact.reply, written)
        if fact.is_last:
            self._queues.pop(fact.queue, None)

    def _hear(self, key: str, reply: Reply, written: str) -> None:
        """Keep what is worse, or says more: a mail that a filter took may still be given up when it comes back."""
        known = self.became.get(key)
        if known is None:
            self.became[key] = Became(reply, times.instant(written, self._now))
            self.new.add(key)
        elif reply.state is DeliveryState.FAILED or (known.reply.state is not DeliveryState.FAILED and reply.words):
            known.reply = reply


def begins(lines: Iterable[str], now: datetime) -> datetime | None:
    """Give when the first line of a log was written that says so; None where none of the first does."""
    stamps = (_read(line)[0] for line in islice(lines, _HEAD))
    return next((found for one in stamps if one and (found := times.instant(one, now))), None)


def _read(line: str) -> tuple[str, Fact | None, bool]:
    """Give when a line was written, what it tells, and whether it is a line of a log at all."""
    if not line.startswith("{"):
        written, fact = times.stamp(line), _told(line)
        return written, fact, bool(written or fact or not line.strip())
    try:
        record = orjson.loads(line)
    except ValueError:
        return "", None, False
    text = records.line(record)
    return str(records.instant(record) or times.stamp(text)), records.read(record) or _told(text), True


def _told(line: str) -> Fact | None:
    return postfix.read(line) or opensmtpd.read(line) or exim.read(line)


def _key(name: str) -> str:
    """Give the key that a Message-ID or a tag of ours has; empty for another's."""
    found = _KEY.fullmatch(name)
    return found[1] if found else ""
