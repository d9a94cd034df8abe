"""One run over one site: its lists of posts one after the other, each up to its end.

A list that fails costs itself: the others are read, and the failure is told at the end. What was taken off the site
or hidden shows in two ways: a post that the API gives and says to be hidden, and one that it gives no more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from publisher import markup
from publisher.collect.batch import Batch, Listed, Memory
from publisher.collect.wordpress import post, walk
from publisher.collect.wordpress.addresses import Addresses
from publisher.collect.wordpress.api import Lane, NotOrderedByChange, Page, Post
from publisher.collect.wordpress.marks import Marks
from publisher.collect.wordpress.site import Site
from publisher.errors import FarEndError, PublisherError
from publisher.model import Article, Skipped

_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Run:
    """One run; each post is given once."""

    site: Site
    reader: post.Reader
    now: datetime
    known: Mapping[str, str]
    marks: dict[str, Marks] = field(default_factory=dict)
    given: walk.Latest[str, None] = field(default_factory=walk.Latest)
    newest: list[Listed | None] = field(default_factory=list)
    addresses: Addresses = field(default_factory=lambda: Addresses({}))

    def batches(self) -> Iterator[Batch]:
        """Give what is new or changed, oldest change first; what failed is raised when all that can be read was."""
        lanes = self.site.lanes()
        self.marks = {lane.name: Marks.read(lane.name, self.known, self.now) for lane in lanes}
        self.addresses = Addresses.read(self.known)
        failures: list[PublisherError] = []
        for lane in lanes:
            try:
                yield from self._lane(lane)
            except PublisherError as error:
                failures.append(error)
        if len(failures) < len(lanes):
            if not failures:
                self.addresses.settle()
            yield Batch((), (), self._memory(), listed=_together(self.newest) if not failures else None)
        if failures:
            raise _one(failures)

    def _lane(self, lane: Lane) -> Iterator[Batch]:
        mark = self.marks[lane.name]
        is_first, dates = not mark.date, _Latest(mark, walk.PUBLISHED)
        if not mark.by_date:
            mark.date = mark.date or mark.clock  # until the end is reached: what goes out meanwhile is found by it
            try:
                yield from self._by_change(lane, dates)
            except NotOrderedByChange:
                mark.by_date, mark.date = True, "" if is_first else mark.date
        newest = self.site.api.newest(lane)
        self.newest.append(self._listed(newest))
        self.addresses.see(newest)
        yield from self._moved(lane, newest)
        if mark.by_date or (not is_first and self._misses_some(mark, newest)):
            for posts, _ in walk.walk(self._asking(lane), walk.PUBLISHED, mark.since_publication()):
                dates.see(posts)
                if mark.by_date:
                    mark.date = max(mark.date, dates.time)
                yield from self._batch(lane, posts)
        mark.date = dates.time if is_first else max(mark.date, dates.time)

    def _by_change(self, lane: Lane, dates: "_Latest") -> Iterator[Batch]:
        mark = self.marks[lane.name]
        changes = _Latest(mark, walk.MODIFIED)
        for posts, is_settled in walk.walk(self._asking(lane), walk.MODIFIED, mark.since_change()):
            changes.see(posts)
            dates.see(posts)
            if is_settled:
                mark.modified = max(mark.modified, changes.time)
            yield from self._batch(lane, posts)
        mark.modified = max(mark.modified, changes.time)

    def _asking(self, lane: Lane) -> walk.Ask:
        return lambda parameters: self.site.page(lane, parameters)

    def _batch(self, lane: Lane, posts: list[Post]) -> Iterator[Batch]:
        """Read the posts that this run has not given yet, and that are not as they were when they were given last."""
        mark = self.marks[lane.name]
        fresh = [found for found in posts if walk.key(found) not in self.given and not mark.knows(found)]
        self.given.learn(dict.fromkeys(map(walk.key, posts)))
        mark.note(posts)
        if fresh:
            yield self._given(lane, fresh)

    def _given(self, lane: Lane, fresh: list[Post]) -> Batch:
        self.site.look_up(lane, fresh)
        results = [self._read(found, lane.language) for found in fresh]
        read = [found for found, result in zip(fresh, results, strict=True) if isinstance(result, Article)]
        moved = {before: post.address(found) for found in read if (before := self.addresses.before(found))}
        self.addresses.note(read)
        return Batch(
            tuple(result for result in results if isinstance(result, Article)),
            tuple(result for result in results if isinstance(result, Skipped)),
            self._memory(),
            withdrawn=tuple(filter(None, (post.address(found) for found in fresh if post.hidden(found)))),
            moved=moved,
        )

    def _moved(self, lane: Lane, newest: Page | None) -> Iterator[Batch]:
        """Read the posts of which nothing but the address changed, as when a site's permalinks do."""
        ids = [found["id"] for found in (newest.posts if newest else ()) if self.addresses.before(found)]
        per_page = self.site.api.per_page
        for start in range(0, len(ids), per_page):
            posts = list(self.site.page(lane, {"include": ",".join(map(str, ids[start : start + per_page]))}).posts)
            if posts:
                yield self._given(lane, posts)

    def _read(self, found: Post, language: str) -> Article | Skipped:
        try:
            return self.reader.read(found, language)
        except Exception as error:  # noqa: BLE001 - a bug that one post meets costs that post and not the source
            reason = f"it cannot be read ({type(error).__name__}: {error}); tell whoever keeps this program"
            return Skipped(self.reader.source.name, f"post {walk.key(found)}", markup.one_line(reason))

    def _memory(self) -> Memory:
        values = {**self.site.values(), **self.addresses.values()}
        for mark in self.marks.values():
            values |= mark.values()
        return Memory(values)

    def _misses_some(self, mark: Marks, newest: Page | None) -> bool:
        """Whether posts may have been published of late that did not come in by their last change."""
        since = mark.since_publication() or ""
        if newest is None:
            return True
        recent = [found for found in newest.posts if str(found.get("date") or "") > since]
        reaches_back = len(recent) < len(newest.posts) or newest.is_last or not newest.posts
        new = (found for found in recent if walk.key(found) not in self.given and walk.key(found) not in mark.seen)
        return not reaches_back or any(True for _ in new)

    def _listed(self, newest: Page | None) -> Listed | None:
        """Give what a list shows of the last it published, if it is in order and nothing in it is unclear."""
        if newest is None or (not newest.posts and not newest.is_last):
            return None
        instants = [self.reader.instant(found, "date") for found in newest.posts]
        times = [instant for instant in instants if instant]
        urls = frozenset(filter(None, map(post.address, newest.posts)))
        dates = [str(found.get("date") or "") for found in newest.posts]
        if len(times) < len(instants) or len(urls) < len(instants) or dates != sorted(dates, reverse=True):
            return None
        # Others of the very second of the last may be on the next page.
        return Listed(_BEGINNING if newest.is_last else min(times) + timedelta(seconds=1), urls)


@dataclass(slots=True)
class _Latest:
    """The latest time of a column that was seen and may be a mark."""

    mark: Marks
    column: walk.Column
    time: str = ""

    def see(self, posts: list[Post]) -> None:
        self.time = self.mark.latest(self.column, posts, self.time)


def _together(newest: list[Listed | None]) -> Listed | None:
    """Give what all lists show, from when on all of them are known; None where one of them is not."""
    told = [one for one in newest if one]
    if not told or len(told) < len(newest):
        return None
    return Listed(max(one.since for one in told), frozenset().union(*(one.urls for one in told)))


def _one(failures: list[PublisherError]) -> PublisherError:
    said = list(dict.fromkeys(map(str, failures)))
    if len(said) == 1:
        return failures[0]
    return FarEndError("; besides, ".join(said), permanent=all(failure.permanent for failure in failures))
