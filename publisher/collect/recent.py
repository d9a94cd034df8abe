"""What a source would remember if all that it published before an instant were collected already.

For whoever wants to see its newest articles and not read it from the beginning.
"""

from datetime import datetime

from publisher.collect import batch
from publisher.collect.batch import Memory
from publisher.collect.wordpress.api import Lane
from publisher.collect.wordpress.marks import Marks
from publisher.config import Publication, Source


def memory(source: Source, publication: Publication, since: datetime) -> Memory:
    """Give the memory; of a kind that shows its newest articles first anyway, nothing is remembered."""
    if source.kind != "wordpress":
        return Memory()
    values = batch.terms(source, publication)
    for kind in source.post_types:
        name = Lane(kind.strip("/ ")).name
        clock = Marks.read(name, {}, since).clock
        values |= Marks(name, clock, modified=clock, date=clock).values()
    return Memory(values)
