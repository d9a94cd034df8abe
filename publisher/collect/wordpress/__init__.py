"""A WordPress site, by its REST API: all posts at first, then those that changed.

Two marks are remembered, both on the site's own clock: up to where posts were read by the time of their
last change, and by the date of their publication. The second is needed because WordPress does not touch
`modified` when a scheduled post goes out: it was last changed when somebody wrote it, days before.
Every run reaches back a little further than its marks; what did not change since falls out at the store.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice

from publisher import markup
from publisher.collect import batch
from publisher.collect.batch import Batch, Memory
from publisher.collect.wordpress import api, post, walk
from publisher.config import Publication, Source
from publisher.fetch import Door
from publisher.model import Article, Skipped

OVERLAP = timedelta(hours=28)
"""Wider than any two clocks differ: our UTC and a site's local time, the same before and after it moved zone."""

_MOST_TRANSLATIONS = 200


def collect(source: Source, door: Door, memory: Memory, now: datetime, publication: Publication) -> Iterator[Batch]:
    """Collect the posts that are new or changed since `memory`, oldest change first."""
    terms = batch.terms(source, publication)
    known = memory.values if memory.read_as(terms) else {}
    run = _Run(source, api.find(door, source.url), publication, _clock(now))
    marks = {**terms, "date": known.get("date", run.clock)}
    if "modified" in known:
        marks["modified"] = known["modified"]
    for posts, reached in walk.walk(run.site.page, walk.MODIFIED, _earlier(known.get("modified"))):
        marks["modified"] = max(min(reached, run.clock), marks.get("modified", ""))
        yield run.batch(posts, marks)
    marks["modified"] = run.clock
    if "date" in known:
        for posts, _ in walk.walk(run.site.page, walk.PUBLISHED, _earlier(known["date"])):
            yield run.batch(posts, marks)
    yield Batch((), (), Memory({**marks, "date": run.clock}))


@dataclass(slots=True)
class _Run:
    """One run over one site; each post is given once, and addresses of posts are kept for translations."""

    source: Source
    site: api.Api
    publication: Publication
    clock: str
    given: set[str] = field(default_factory=set)
    links: dict[int, str] = field(default_factory=dict)

    def batch(self, posts: Iterable[api.Post], marks: dict[str, str]) -> Batch:
        """Read the posts that this run has not given yet."""
        fresh = [found for found in posts if walk.key(found) not in self.given]
        self.given.update(map(walk.key, fresh))
        self._learn_links(fresh)
        reader = post.Reader(self.source, self.publication, self.links, self.site.zone)
        results = [self._read(reader, found) for found in fresh]
        articles = tuple(result for result in results if isinstance(result, Article))
        return Batch(articles, tuple(result for result in results if isinstance(result, Skipped)), Memory(marks))

    def _read(self, reader: post.Reader, found: api.Post) -> Article | Skipped:
        try:
            return reader.read(found)
        except Exception as error:  # noqa: BLE001 - a bug that one post meets costs that post and not the source
            reason = f"it cannot be read ({type(error).__name__}: {error}); tell whoever keeps this program"
            return Skipped(self.source.name, f"post {walk.key(found)}", markup.one_line(reason))

    def _learn_links(self, posts: list[api.Post]) -> None:
        for found in posts:
            if isinstance(found.get("id"), int) and isinstance(found.get("link"), str):
                self.links[found["id"]] = found["link"]
        missing = {
            number for found in posts for number in islice(post.translation_ids(found), _MOST_TRANSLATIONS)
        } - self.links.keys()
        self.links.update(self.site.links(missing))


def _clock(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def _earlier(mark: str | None) -> str | None:
    if not mark:
        return None
    try:
        return (datetime.fromisoformat(mark) - OVERLAP).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return None
