"""What a feed remembers of its entries between runs.

Of an article: what its entries said when it was given last, and their ids, so that a deletion that names an id is
understood when the feed had it at the last reading. Of an entry without a date: when it was first seen.
"""

import hashlib
from collections.abc import Mapping

from publisher.collect.feed.same_page import Page

_SEEN = "seen "
_READ = "read "


def seen(values: Mapping[str, str]) -> dict[str, str]:
    """Give when entries without a date were first seen, by URL."""
    return {name.removeprefix(_SEEN): when for name, when in values.items() if name.startswith(_SEEN)}


def as_seen(when: Mapping[str, str]) -> dict[str, str]:
    """Give the same to be remembered."""
    return {_SEEN + url: instant for url, instant in when.items()}


def read(values: Mapping[str, str]) -> dict[str, str]:
    """Give what was remembered of each article, by URL."""
    return {name.removeprefix(_READ): said for name, said in values.items() if name.startswith(_READ)}


def as_read(said: Mapping[str, str]) -> dict[str, str]:
    """Give the same to be remembered."""
    return {_READ + url: value for url, value in said.items()}


def said(page: Page, before: str | None) -> str:
    """Give what to remember of an article; `before`, when its entries say nothing that was not said then.

    A page of many parts leaves the feed part by part, which is no change of the article.
    """
    if len(page.parts) == 1:
        return f"{_digest(repr(page.article))} {_digest(page.parts[0].id)}"
    parts = [_digest(repr((part.id, part.article))) for part in page.parts]
    return before if before and set(parts) <= set(before.split()) else " ".join(parts)


def urls_of(id_: str, values: Mapping[str, str]) -> list[str]:
    """Give the URLs of articles that an entry with this id was."""
    digest = " " + _digest(id_)
    return [url for url, value in read(values).items() if value.endswith(digest)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
