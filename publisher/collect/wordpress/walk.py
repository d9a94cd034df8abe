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

from publisher.collect.wordpress.api import Page, Post
from publisher.errors import FarEndError

Ask = Callable[[Mapping[str, str | int]], Page]

_MOST_STALE_PAGES = 3


class _CursorIgnored(Exception):
    """The server does not know the parameter: WordPress before 5.7 has no `modified_after`."""


@dataclass(frozen=True, slots=True)
class Column:
    """A time of posts by which they can be ordered, and the parameter that begins after one."""

    name: str
    parameter: str


MODIFIED = Column("modified", "modified_after")
PUBLISHED = Column("date", "after")


def walk(ask: Ask, column: Column, since: str | None) -> Iterator[tuple[list[Post], str]]:
    """Give the posts whose `column` is after `since`, and up to which time of it all posts were given."""
    try:
        for posts in _forwards(ask, column, since):
            yield posts, str(posts[-1].get(column.name) or "")
    except _CursorIgnored:
        for posts in _backwards(ask, column, since):
            yield posts, ""  # the latest come first: nothing is settled before the end


def _forwards(ask: Ask, column: Column, since: str | None) -> Iterator[list[Post]]:
    """Give the earliest first."""
    cursor, number, stale = since, 1, 0
    given: set[str] = set()
    while True:
        after = {column.parameter: cursor} if cursor else {}
        page = ask({"orderby": column.name, "order": "asc", "page": number, **after})
        times = [str(post.get(column.name) or "") for post in page.posts]
        if cursor and any(time and time <= cursor for time in times):
            raise _CursorIgnored
        fresh = _not_yet(page, given)
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
    given: set[str] = set()
    while True:
        page = ask({"orderby": column.name, "order": "desc", "page": number})
        fresh = _not_yet(page, given)
        recent = [post for post in fresh if str(post.get(column.name) or "") >= (since or "")]
        if recent:
            yield recent
        stale = 0 if fresh else stale + 1
        if page.is_last or not page.posts or len(recent) < len(fresh):
            return
        _check_progress(stale)
        number += 1


def key(post: Post) -> str:
    """Name a post for telling it from others of one site."""
    named = post.get("id") or post.get("link")
    return str(named) if isinstance(named, int | float | str) else ""


def _not_yet(page: Page, given: set[str]) -> list[Post]:
    fresh = [post for post in page.posts if key(post) not in given]
    given.update(map(key, fresh))
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
