"""Up to where one list of posts was read: marks that move with the posts alone, never with our clock.

Two marks are kept, both times of the site's own clock as it wrote them: the latest change and the latest publication
that were seen. The second is needed because WordPress does not touch `modified` when a scheduled post goes out: it
was last changed when somebody wrote it, days before. Every run reaches back a little further than its marks; the
posts in between are remembered as they were, so that only those are read again that changed since.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from publisher.collect.wordpress import walk
from publisher.collect.wordpress.api import UNREAD, Post

OVERLAP = timedelta(hours=28)
"""Wider than any two clocks differ: our UTC and a site's local time, the same before and after it moved zone."""
OVERLAP_BY_DATE = timedelta(days=14)
"""How far back corrections are looked for at a site that cannot order its posts by their last change."""
_FURTHEST_AHEAD = timedelta(hours=14)
"""How far local time is ahead of UTC at most; what is dated later is no mark: it would hide all that comes before."""
_MOST_SEEN = 500

_Times = tuple[str, str]


@dataclass(slots=True)
class Marks:
    """The marks of one lane, called `name` in the memory; `clock` is the beginning of the run in UTC.

    `by_date` says that the site does not order posts by their last change.
    """

    name: str
    clock: str
    modified: str = ""
    date: str = ""
    by_date: bool = False
    seen: dict[str, _Times] = field(default_factory=dict)

    @classmethod
    def read(cls, name: str, values: Mapping[str, str], now: datetime) -> "Marks":
        """Read what the memory has of a lane."""
        written = values.get(f"{name}.seen", "")
        seen = (parts for entry in written.split("\n") if len(parts := entry.split(" ")) == 3)
        return cls(
            name,
            now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds"),
            values.get(f"{name}.modified", ""),
            values.get(f"{name}.date", ""),
            f"{name}.by-date" in values,
            {key: (modified, date) for key, modified, date in seen},
        )

    def values(self) -> dict[str, str]:
        """Give what the memory keeps; the same posts give the same, in whatever order they came."""
        since_change, since_publication = self.since_change() or "", self.since_publication() or ""
        kept = sorted(
            ((modified, date, key) for key, (modified, date) in self.seen.items()
             if modified > since_change or date > since_publication),
            key=lambda entry: (max(entry[0], entry[1]), entry),
        )[-_MOST_SEEN:]  # fmt: skip
        self.seen = {key: (modified, date) for modified, date, key in kept}
        said = {
            "modified": self.modified,
            "date": self.date,
            "by-date": "yes" if self.by_date else "",
            "seen": "\n".join(f"{key} {modified} {date}" for modified, date, key in kept),
        }
        return {f"{self.name}.{what}": value for what, value in said.items() if value}

    def since_change(self) -> str | None:
        """Give from where to read by the last change; None: from the beginning."""
        return _earlier(self.modified, OVERLAP)

    def since_publication(self) -> str | None:
        """Give from where to read by the date of publication; None: from the beginning."""
        return _earlier(self.date, OVERLAP_BY_DATE if self.by_date else OVERLAP)

    def knows(self, post: Post) -> bool:
        """Whether the post was given before, as it is now."""
        return self.seen.get(walk.key(post)) == _times(post)

    def note(self, posts: Iterable[Post]) -> None:
        """Remember posts as given; those that the site did not give are asked for again."""
        given = (post for post in posts if UNREAD not in post and _is_writable(post))
        self.seen.update({walk.key(post): _times(post) for post in given})

    def latest(self, column: walk.Column, posts: Iterable[Post], so_far: str) -> str:
        """Give the latest time of a column that may be a mark."""
        end = _later(self.clock, _FURTHEST_AHEAD)
        times = (str(post.get(column.name) or "") for post in posts)
        return max((so_far, *(time for time in times if time <= end)))


def _times(post: Post) -> _Times:
    return str(post.get("modified") or ""), str(post.get("date") or "")


def _is_writable(post: Post) -> bool:
    """Whether the memory can hold it on a line of three words."""
    return all(len(word) < 200 and len(word.split()) == 1 for word in (walk.key(post), *_times(post)))


def _earlier(mark: str, overlap: timedelta) -> str | None:
    try:
        return (datetime.fromisoformat(mark) - overlap).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return None


def _later(clock: str, ahead: timedelta) -> str:
    try:
        return (datetime.fromisoformat(clock) + ahead).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return clock
