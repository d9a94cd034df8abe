"""RSS in JSON (http://scripting.com/2012/09/10/rssInJsonForReal): the elements of RSS 2.0 as JSON objects.

An element that has attributes is an object, with its text as `#value`; one that stands several times is a list.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from publisher.collect import identity
from publisher.collect.feed import fields
from publisher.collect.feed.document import MOST_ENTRIES, Document, Entry

_TEXT = ("#value", "#text", "$t", "_")
"""What different programs call the text of an element that has attributes."""
_ADDRESSED = re.compile(r"[^\s@]{1,200}@[^\s@]{1,200} \(([^()]+)\)")
"""An author as RSS wants one: a mail address, and the name behind it."""


def read(url: str, said: Mapping[str, Any]) -> Document | None:
    """Give the document; None when it is no RSS in JSON."""
    channel = fields.mapping(fields.mapping(said, "rss"), "channel")
    if not channel:
        return None
    items = [item for item in _elements(channel, "item") if isinstance(item, Mapping)]
    return Document(
        url,
        identity.absolute(url, _text(channel, "link")) or url,
        {
            "title": _text(channel, "title"),
            "language": _text(channel, "language"),
            "published": _text(channel, "pubDate"),
            "updated": _text(channel, "lastBuildDate"),
        },
        tuple(map(_entry, items[:MOST_ENTRIES])),
        left_out=max(len(items) - MOST_ENTRIES, 0),
    )


def _entry(item: Mapping[str, Any]) -> Entry:
    return {
        "id": _text(item, "guid"),
        "link": _text(item, "link"),
        "title_detail": {"value": _text(item, "title")},
        "summary_detail": {"value": _text(item, "description")},
        "content": [{"value": _text(item, "content:encoded")}],
        "published": _text(item, "pubDate"),
        "updated": _text(item, "dc:date"),
        "authors": [{"name": name} for name in _authors(item)],
        "tags": [
            {"term": _text_of(category), "scheme": fields.text(category, "domain")}
            for category in _elements(item, "category")
        ],
        "enclosures": [
            {"href": fields.text(enclosed, "url"), "type": fields.text(enclosed, "type"), "length": enclosed["length"]}
            for enclosed in _elements(item, "enclosure")
            if isinstance(enclosed, Mapping) and "length" in enclosed
        ],
    }


def _authors(item: Mapping[str, Any]) -> Iterator[str]:
    creators = [_text_of(creator) for creator in _elements(item, "dc:creator")]
    for written in creators or map(_text_of, _elements(item, "author")):
        addressed = _ADDRESSED.fullmatch(written)
        yield addressed[1] if addressed else written


def _elements(of: Mapping[str, Any], name: str) -> list[Any]:
    found = of.get(name, [])
    return found if isinstance(found, list) else [found]


def _text(of: Mapping[str, Any], name: str) -> str:
    return next((text for text in map(_text_of, _elements(of, name)) if text), "")


def _text_of(element: Any) -> str:
    return element.strip() if isinstance(element, str) else fields.text(element, *_TEXT)
