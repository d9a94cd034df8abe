"""The outside world becomes articles; one file (or folder) for each kind of source.

A kind is a function of the source, the door to the web, its memory of the last run and the time. It yields
batches: whoever stores a batch with its memory may stop after any of them and go on later.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from publisher.collect import feed, wordpress
from publisher.collect.batch import Batch, Memory
from publisher.config import Source
from publisher.fetch import Door

Kind = Callable[[Source, Door, Memory, datetime, tuple[str, ...]], Iterator[Batch]]

KINDS: dict[str, Kind] = {
    "wordpress": wordpress.collect,
    "feed": feed.collect,
}

__all__ = ["KINDS", "Batch", "Memory", "collect"]


def collect(source: Source, door: Door, memory: Memory, now: datetime, languages: tuple[str, ...]) -> Iterator[Batch]:
    """Collect what is new at a source since `memory`; at least one batch comes, even when nothing is new.

    Raises:
        FarEndError: when the source does not answer as it should.
        UnreadableInput: when what it answers is not what its kind says.
    """
    yield from KINDS[source.kind](source, door, memory, now, languages)
