"""The other articles that a page shows under a heading such as "Related content", as cards or as a list."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from publisher.collect import wording
from publisher.collect.page import addresses, clutter, lines
from publisher.collect.page.document import Page, is_line, text_of
from publisher.model import Link

_MOST = 12
_MOST_AFTER = 400
_SHORTEST_TITLE, _LONGEST_TITLE = 15, 200
"""Characters; what is shorter is the name of a section or of a person."""
_LISTS = re.compile(
    r"(?:[\w-]+/)?(?:tags?|categor(?:y|ia)|authors?|autor(?:es)?|etiquetas?|topics?|temas?)/", re.IGNORECASE
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def read(page: Page, url: str) -> tuple[Link, ...]:
    """Read the related articles; `url` is the article's own identity."""
    for element in page.elements:
        if is_line(page, element) and clutter.is_related_heading(text_of(element)):
            found = dict(list(_cards(page, element, url))[:_MOST])
            if found:
                return tuple(Link(address, words) for address, words in found.items())
    return ()


def _cards(page: Page, heading: Any, url: str) -> Iterator[tuple[str, str]]:
    """Give address and title of each article below the heading, until the next heading of its kind."""
    titles: dict[str, str] = {}
    place = page.index[heading]
    for element in page.elements[page.ends[place] : page.ends[place] + _MOST_AFTER]:
        if element.tag in ("footer", "form") or _is_heading_above(element, heading):
            break
        if element.tag == "a" and (address := page.canonical(element.get("href"))) and _is_article(address, url):
            words = _title(element)
            if len(words) > len(titles.get(address, "")):
                titles[address] = words
    yield from ((address, words) for address, words in titles.items() if words)


def _is_heading_above(element: Any, heading: Any) -> bool:
    """Whether another part of the page begins: a heading of the same or a higher rank that leads nowhere."""
    if element.tag not in _HEADINGS or (heading.tag in _HEADINGS and element.tag > heading.tag):
        return False
    in_link = next(element.iterancestors("a"), None) is not None
    return not in_link and next(element.iter("a"), None) is None


def _is_article(address: str, url: str) -> bool:
    here, there = urlsplit(url), urlsplit(address)
    same = here.netloc.removeprefix("www.") == there.netloc.removeprefix("www.")
    depth = there.path.strip("/")
    is_list = _LISTS.match(depth) is not None or addresses.is_plainly_none(address) or address == url
    return same and not is_list and (len(depth) >= 10 or bool(there.query))


def _title(link: Any) -> str:
    """Give the title of a card: its heading, else its words, else what its picture is called."""
    inner = next((below for below in link.iter(*_HEADINGS) if text_of(below)), link)
    words = wording.line(text_of(inner)) or wording.line(link.get("title") or link.get("aria-label") or "")
    picture = next(link.iter("img"), None)
    words = words or wording.line((picture.get("alt") or "") if picture is not None else "")
    is_title = len(words) >= _SHORTEST_TITLE and not lines.is_byline(words)
    return words[:_LONGEST_TITLE] if is_title else ""
