"""An RSS, Atom or JSON feed: one answer, and at first the older documents that it names.

A feed that did not change answers 304, or with the same bytes. An entry that does not say when it was published
counts as published when it was first seen, which is remembered as long as the feed lists it. So is what each entry
said, and only those that say something else are given again.
"""

from collections.abc import Iterator
from datetime import datetime

from publisher.collect import batch
from publisher.collect.batch import Batch, Memory
from publisher.collect.feed import remembered
from publisher.collect.feed.collecting import ACCEPT, Collecting
from publisher.config import Publication, Source
from publisher.fetch import Door, Validators


def collect(source: Source, door: Door, memory: Memory, now: datetime, publication: Publication) -> Iterator[Batch]:
    """Collect a feed: with one request and an empty batch when it did not change."""
    terms = batch.terms(source, publication)
    known = memory if memory.read_as(terms) else Memory()
    seen = remembered.seen(memory.values) if memory.values.get("url") == source.url else {}
    asked = Validators(known.values.get("etag"), known.values.get("last-modified"))
    response = door.get(source.url, accept=ACCEPT, validators=asked)
    collecting = Collecting(source, door, now, publication, known)
    yield from collecting.current(response, terms, seen)
    yield from collecting.older()
