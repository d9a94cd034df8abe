"""An RSS or Atom feed: one answer, one batch.

A feed that did not change answers 304, or with the same bytes. An entry that does not say when it was published
counts as published when it was first seen, which is remembered as long as the feed lists it. So is what each entry
said, and only those that say something else are given again.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from publisher.collect import batch
from publisher.collect.batch import Batch, Memory
from publisher.collect.feed import document, entry
from publisher.collect.merge import merge
from publisher.config import Publication, Source
from publisher.fetch import Door, Response, Validators
from publisher.model import Article, Skipped

_ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, */*;q=0.5"
_SEEN = "seen "
_READ = "read "


def collect(source: Source, door: Door, memory: Memory, now: datetime, publication: Publication) -> Iterator[Batch]:
    """Collect a feed in one batch; an empty one when it did not change."""
    terms = batch.terms(source, publication)
    known = memory.values if memory.read_as(terms) else {}
    asked = Validators(known.get("etag"), known.get("last-modified"))
    response = door.get(source.url, accept=_ACCEPT, validators=asked)
    if response.not_modified or _digest(response) == known.get("digest"):
        yield Batch((), (), memory)
        return
    read = document.read(response, door.max_bytes)
    reading = entry.Reading(source, publication, read, now, _seen(source, memory))
    articles = _articles(reading)
    seen = {_SEEN + url: when for url, when in reading.still_seen.items()}
    said = {_READ + article.url: _said(article) for article in articles}
    fresh = tuple(article for article in articles if known.get(_READ + article.url) != said[_READ + article.url])
    yield Batch(fresh, _skipped(reading), Memory({**terms, **_state(response, read), **seen, **said}))


def _articles(reading: entry.Reading) -> tuple[Article, ...]:
    articles: dict[str, Article] = {}
    for found in reading.document.entries:
        article = _article(reading, found)
        if article is None:
            continue
        other = articles.setdefault(article.url, article)
        if other.title == article.title:
            articles[article.url] = merge([other, article])
        else:
            reading.skip(found, f'its address is that of another entry, "{other.title}"')
    return tuple(articles.values())


def _article(reading: entry.Reading, found: Any) -> Article | None:
    try:
        return reading.article(found)
    except Exception as error:  # noqa: BLE001 - a bug that one entry meets costs that entry and not the source
        reading.skip(found, f"it cannot be read ({type(error).__name__}: {error}); tell whoever keeps this program")
        return None


def _skipped(reading: entry.Reading) -> tuple[Skipped, ...]:
    if reading.document.breaks_off:
        reading.skip(reading.document.breaks_off, "the feed breaks off inside it; it is read again by the next run")
    if left_out := reading.document.left_out:
        reason = f"a feed is read up to its {document.MOST_ENTRIES}th entry; name a feed of the newest articles only"
        reading.skipped.append(Skipped(reading.source.name, f"the last {left_out} entries", reason))
    return tuple(reading.skipped)


def _seen(source: Source, memory: Memory) -> dict[str, str]:
    if memory.values.get("url") != source.url:
        return {}
    return {name.removeprefix(_SEEN): when for name, when in memory.values.items() if name.startswith(_SEEN)}


def _state(response: Response, read: document.Document) -> dict[str, str]:
    """Give what tells next time that nothing changed; nothing does when half of it is missing."""
    if read.breaks_off:
        return {}
    given = {"etag": response.validators.etag, "last-modified": response.validators.last_modified}
    return {"digest": _digest(response), **{name: value for name, value in given.items() if value}}


def _digest(response: Response) -> str:
    return hashlib.sha256(response.body).hexdigest()


def _said(article: Article) -> str:
    return hashlib.sha256(repr(article).encode("utf-8", "replace")).hexdigest()[:16]
