"""The outside world becomes articles; one file (or folder) for each kind of source.

A kind is a function of the source, the door to the web, its memory of the last run and the time. It yields
batches: whoever stores a batch with its memory may stop after any of them and go on later.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from publisher.collect import feed, markdown, page, remarks, wordpress
from publisher.collect.batch import Batch, Listed, Memory
from publisher.config import Publication, Source
from publisher.fetch import Door

Kind = Callable[[Source, Door, Memory, datetime, Publication], Iterator[Batch]]

KINDS: dict[str, Kind] = {
    "wordpress": wordpress.collect,
    "feed": feed.collect,
    "page": page.collect,
    "markdown": markdown.collect,
}

__all__ = ["KINDS", "Batch", "Listed", "Memory", "collect"]


def collect(source: Source, door: Door, memory: Memory, now: datetime, publication: Publication) -> Iterator[Batch]:
    """Collect what is new at a source since `memory`; at least one batch comes, even when nothing is new.

    Raises:
        FarEndError: when the source does not answer as it should.
        UnreadableInput: when what it answers is not what its kind says.
    """
    for batch in KINDS[source.kind](source, door, memory, now, publication):
        odd = tuple(remark for article in batch.articles for remark in remarks.about(article, now))
        yield replace(batch, remarks=batch.remarks + odd) if odd else batch
