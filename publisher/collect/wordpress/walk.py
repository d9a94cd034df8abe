"""Walks through the posts of a site in an order that loses none while the site is edited.

A page number alone is not safe: a post that is saved while we read moves to the end, the rest moves up, and
one slips from the page not yet read to the page already read. So each page begins where the last one ended,
one second earlier, by the same column the posts are ordered by. WordPress compares `modified_after` (since
5.7) and `after` with times of the site's own clock when they name no zone, and orders by the same; therefore
those times are handed back as they came, never converted.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from publisher.collect.wordpress.api import Page, Post
from publisher.errors import FarEndError

Ask = Callable[[Mapping[str, str | int]], Page]

_MOST_STALE_PAGES = 3
_MOST_REMEMBERED = 2_000
"""Posts: twenty of the longest pages, more than are saved anew while one page is read."""

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Latest(dict[_Key, _Value]):
    """What was learnt last, as much as one overlap needs, however much passes by."""

    def learn(self, found: Mapping[_Key, _Value]) -> None:
        """Keep what was found, and forget the oldest beyond what is needed."""
        self.update(found)
        while len(self) > _MOST_REMEMBERED:
            del self[next(iter(self))]


class _CursorIgnored(Exception):
    """The server does not know the parameter: WordPress before 5.7 has no `modified_after`."""


@dataclass(frozen=True, slots=True)
class Column:
    """A time of posts by which they can be ordered, and the parameter that begins after one."""

    name: str
    parameter: str


MODIFIED = Column("modified", "modified_after")
PUBLISHED = Column("date", "after")


def walk(ask: Ask, column: Column, since: str | None) -> Iterator[tuple[list[Post], bool]]:
    """Give the posts whose `column` is after `since`, and whether all up to the last of them were given."""
    try:
        for posts in _forwards(ask, column, since):
            yield posts, True
    except _CursorIgnored:
        for posts in _backwards(ask, column, since):
            yield posts, False  # the latest come first: nothing is settled before the end


def _forwards(ask: Ask, column: Column, since: str | None) -> Iterator[list[Post]]:
    """Give the earliest first."""
    cursor, number, stale = since, 1, 0
    given: Latest[str, None] = Latest()
    first = ""
    while True:
        after = {column.parameter: cursor} if cursor else {}
        page = ask({"orderby": column.name, "order": "asc", "page": number, **after})
        times = [str(post.get(column.name) or "") for post in page.posts]
        if cursor and any(time and time <= cursor for time in times):
            raise _CursorIgnored
        fresh = [] if not cursor and _began_again(page, number, first) else _not_yet(page, given)
        first = first or (key(page.posts[0]) if page.posts else "")
        if fresh:
            yield fresh
        stale = 0 if fresh else stale + 1
        if page.is_last or (not page.posts and page.is_last is None):
            return
        _check_progress(stale)
        following = _second_before(times[-1]) if times else None
        if following and following > (cursor or ""):
            cursor, number = following, 1
        else:
            number += 1


def _backwards(ask: Ask, column: Column, since: str | None) -> Iterator[list[Post]]:
    """Give the latest first.

    For servers that cannot begin after a time. A post saved meanwhile moves to pages already read and is
    found by the next run; nothing slips the other way.
    """
    number, stale = 1, 0
    given: Latest[str, None] = Latest()
    first = ""
    while True:
        page = ask({"orderby": column.name, "order": "desc", "page": number})
        fresh = [] if _began_again(page, number, first) else _not_yet(page, given)
        first = first or (key(page.posts[0]) if page.posts else "")
        recent = [post for post in fresh if str(post.get(column.name) or "") >= (since or "")]
        if recent:
            yield recent
        stale = 0 if fresh else stale + 1
        if page.is_last or not page.posts or len(recent) < len(fresh):
            return
        _check_progress(stale)
        number += 1


def key(post: Post) -> str:
    """Name a post for telling it from others of one site: of whatever type, no two have one id."""
    named = post.get("id") or post.get("link")
    return str(named) if isinstance(named, int | float | str) else ""


def _began_again(page: Page, number: int, first: str) -> bool:
    """Whether a later page begins as the first one did: all pages are one, out of a cache."""
    return number > 1 and first != "" and bool(page.posts) and key(page.posts[0]) == first


def _not_yet(page: Page, given: Latest[str, None]) -> list[Post]:
    fresh = [post for post in page.posts if key(post) not in given]
    given.learn(dict.fromkeys(map(key, fresh)))
    return fresh


def _check_progress(stale: int) -> None:
    if stale >= _MOST_STALE_PAGES:
        raise FarEndError(
            "the posts' pages are all the same, whatever page is asked for; ask the site's team to keep "
            "wp-json out of its cache",
            permanent=True,
        )


def _second_before(written: str) -> str | None:
    try:
        return (datetime.fromisoformat(written) - timedelta(seconds=1)).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return None
