"""A WordPress site, by its REST API: all posts at first, then those that changed.

`find` finds the API, `api` asks it, `walk` reads a list of posts so that none is lost, `marks` remember up to where,
`run` does so for every list of the site, and `post` makes an article of each.
"""

from collections.abc import Iterator
from datetime import datetime

from publisher.collect import batch
from publisher.collect.batch import Batch, Memory
from publisher.collect.wordpress import post
from publisher.collect.wordpress.run import Run
from publisher.collect.wordpress.site import Site
from publisher.config import Publication, Source
from publisher.fetch import Door


def collect(source: Source, door: Door, memory: Memory, now: datetime, publication: Publication) -> Iterator[Batch]:
    """Collect the posts that are new or changed since `memory`, oldest change first."""
    terms = batch.terms(source, publication)
    known = memory.values if memory.read_as(terms) else {}
    site = Site.open(door, source, publication, terms, known)
    reader = post.Reader(source, publication, site.links, site.zone, site.looked_up, site.coauthors, site.homes)
    yield from Run(site, reader, now, known).batches()
