"""One run over a feed: its current document, then the way back through older ones."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from publisher.collect import dates, identity
from publisher.collect.batch import Batch, Listed, Memory
from publisher.collect.feed import fields, formats, history, remembered, same_page
from publisher.collect.feed.changes import Changes
from publisher.collect.feed.document import MOST_ENTRIES, Deleted, Document
from publisher.collect.feed.entry import Reading
from publisher.collect.feed.full_text import Pages, Whole
from publisher.collect.feed.history import Mark
from publisher.collect.feed.same_page import Page
from publisher.config import Publication, Source
from publisher.errors import FarEndError, PublisherError, UnreadableInput
from publisher.fetch import Door, Response
from publisher.model import Skipped

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, application/json;q=0.8, */*;q=0.5"
)
_PAGES_AT_ONCE = 20
"""Articles whose pages are read before they are stored."""
_STATE = ("digest", "etag", "last-modified")
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Collecting:
    """One run; `memory` is right once what was given so far is stored."""

    source: Source
    door: Door
    now: datetime
    publication: Publication
    memory: Memory
    visited: set[str] = field(default_factory=set)

    def current(self, response: Response, terms: Mapping[str, str], seen: Mapping[str, str]) -> Iterator[Batch]:
        """Give what is new in the current document; `seen` is when entries without a date were first seen."""
        self.visited = {self.source.url, response.url}
        known = self.memory.values
        if response.not_modified or _digest(response) == known.get("digest"):
            yield Batch((), (), self.memory)
            return
        document = formats.read(response, self.door.max_bytes)
        before, mark = remembered.read(known), Mark.of(known)
        reading = self._reading(document, seen, is_first=not before)
        pages = same_page.pages(reading.entries(), self.publication)
        closing = Batch(
            (),
            _skipped(reading),
            self.memory,
            withdrawn=_withdrawn(reading, known),
            listed=_listed(reading, pages),
        )
        begun = {**terms, **(mark.as_memory() if mark else {}), **remembered.as_seen(reading.still_seen)}
        mark = mark or Mark("" if document.is_complete else document.following)
        changes = Changes.since(before, pages)
        yield from self._give(changes, closing, begun, mark.as_memory(), _state(response, document))

    def older(self) -> Iterator[Batch]:
        """Go the way back from where it was left, a document at a time."""
        if history.is_done(self.memory.values):
            return
        given = set(remembered.read(self.memory.values))
        hosts = {urlsplit(url).netloc.lower() for url in self.visited | given}
        while (mark := Mark.of(self.memory.values)) and mark.following:
            reason = history.why_not(mark, hosts, self.visited)
            if reason:
                yield self._left_out(mark, reason, Mark("", mark.count))
                return
            self.visited.add(mark.following)
            try:
                response = self.door.get(mark.following, accept=ACCEPT)
                document = formats.read(response, self.door.max_bytes)
                _check_end(document)
            except PublisherError as error:
                passes = isinstance(error, FarEndError) and not error.permanent
                yield self._left_out(mark, str(error), mark if passes else Mark("", mark.count))
                return
            yield from self._archived(document, mark, given)
            if Mark.of(self.memory.values) == mark.again(mark):
                return

    def _archived(self, document: Document, mark: Mark, given: set[str]) -> Iterator[Batch]:
        reading = self._reading(document, {}, is_first=True)
        pages = same_page.pages(reading.entries(), self.publication)
        new = [page for page in pages if page.article.url not in given]
        given.update(page.article.url for page in pages)
        after = Mark(document.following if new or not pages else "", mark.count + 1)
        closing = Batch((), _skipped(reading), self.memory)
        before = {page.article.url: "" for page in new} if mark.tried else {}
        again = mark.again(after).as_memory()
        yield from self._give(Changes(new, before, {}), closing, self.memory.values, after.as_memory(), again=again)

    def _left_out(self, mark: Mark, why: str, after: Mark) -> Batch:
        self.memory = Memory({**self.memory.values, **after.as_memory()})
        skipped = Skipped(self.source.name, f"the entries before these, at {mark.following}", why)
        return Batch((), (skipped,), self.memory)

    def _reading(self, document: Document, seen: Mapping[str, str], *, is_first: bool) -> Reading:
        return Reading(self.source, self.publication, document, self._latest(document) if is_first else self.now, seen)

    def _latest(self, document: Document) -> datetime:
        """Give when an entry of a feed that is new to us was published at the latest: when the feed was written."""
        language = fields.text(document.feed, "language")
        written = (fields.own_text(document.feed, name) for name in ("published", "updated"))
        read = (dates.read(date, language, self.publication.zone) for date in written)
        return min(max(filter(None, read), default=self.now), self.now)

    def _give(
        self,
        changes: Changes,
        closing: Batch,
        begun: Mapping[str, str],
        ended: Mapping[str, str],
        state: Mapping[str, str] = MappingProxyType({}),
        again: Mapping[str, str] = MappingProxyType({}),
    ) -> Iterator[Batch]:
        """Give what changed, and with the last of it what `closing` has.

        `begun` is remembered from the first batch on, `ended` from the last one, and so is `state`, which tells next
        time that nothing changed, unless a page is to be read again: then `again` is remembered instead.
        """
        pages, together = changes.fresh, _PAGES_AT_ONCE if self.source.full_text == "page" else len(changes.fresh) or 1
        for start in range(0, len(pages) or 1, together):
            wholes = [self._whole(page, changes) for page in pages[start : start + together]]
            is_last = start + together >= len(pages)
            ending = {**ended, **(state if changes.are_settled else again)} if is_last else {}
            memory = Memory({**begun, **remembered.as_read(changes.reads), **ending})
            self.memory = self.memory if not pages and _says_the_same(memory, self.memory) else memory
            yield replace(
                closing if is_last else Batch((), (), self.memory),
                articles=tuple(whole.article for whole in wholes if whole.article),
                remarks=tuple(remark for whole in wholes for remark in whole.remarks),
                memory=self.memory,
            )

    def _whole(self, page: Page, changes: Changes) -> Whole:
        if self.source.full_text == "page":
            reader = Pages(self.source, self.door, self.now, self.publication)
            whole = reader.whole(page, was_collected=page.article.url in changes.before)
        else:
            whole = Whole(page.article, page.remarks)
        changes.settle(page, whole)
        return whole


def _check_end(archived: Document) -> None:
    if archived.breaks_off is not None:
        raise FarEndError(f"{archived.url} breaks off inside an entry; try again later")


def _skipped(reading: Reading) -> tuple[Skipped, ...]:
    if reading.document.breaks_off is not None:
        reading.skip(reading.document.breaks_off, "the feed breaks off inside it; it is read again by the next run")
    if left_out := reading.document.left_out:
        reason = f"a feed is read up to its {MOST_ENTRIES}th entry; name a feed of the newest articles only"
        reading.skipped.append(Skipped(reading.source.name, f"the last {left_out} entries", reason))
    return tuple(reading.skipped)


def _listed(reading: Reading, pages: Sequence[Page]) -> Listed | None:
    """Give what the feed shows, when all of it was read.

    It counts from the oldest change in it: a feed in the order of changes has all that was published since then, and so
    has one in the order of publication.
    """
    document = reading.document
    if not document.is_whole or not reading.is_accounted:
        return None
    if document.is_complete:
        return Listed(_BEGINNING, frozenset(reading.urls))
    dated = [part.article.modified for page in pages for part in page.parts if part.is_dated]
    return Listed(min(dated), frozenset(reading.urls)) if dated else None


def _withdrawn(reading: Reading, known: Mapping[str, str]) -> tuple[str, ...]:
    """Give what the feed says is public no more: behind a password, or deleted and not there again.

    What it says of other sites is not heard.
    """
    gone = set(reading.withdrawn)
    hosts = {urlsplit(url).netloc for url in (*reading.urls, *remembered.read(known), reading.document.site)}
    for deleted in reading.document.deleted:
        gone.update(remembered.urls_of(deleted.id, known) if deleted.id else ())
        gone.update(url for url in _addresses(deleted) if urlsplit(url).netloc in hosts)
    return tuple(sorted(gone - reading.urls))


def _addresses(deleted: Deleted) -> Iterator[str]:
    for address in (deleted.url, deleted.id):
        with suppress(UnreadableInput):
            yield identity.canonical_url(address)


def _state(response: Response, document: Document) -> dict[str, str]:
    """Give what tells next time that nothing changed; nothing does when half of it is missing."""
    if document.breaks_off is not None:
        return {}
    given = {"etag": response.validators.etag, "last-modified": response.validators.last_modified}
    return {"digest": _digest(response), **{name: value for name, value in given.items() if value}}


def _says_the_same(now: Memory, before: Memory) -> bool:
    """Whether nothing changed but the document around the entries, as when it says at what moment it was made.

    Then what was remembered stays, and nothing is written, although that document is read again each time.
    """
    return _without_state(now) == _without_state(before)


def _without_state(memory: Memory) -> dict[str, str]:
    return {name: value for name, value in memory.values.items() if name not in _STATE}


def _digest(response: Response) -> str:
    return hashlib.sha256(response.body).hexdigest()
