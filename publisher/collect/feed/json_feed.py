"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import html as entities
from collections.abc import Iterator, Mapping
from typing import Any

from publisher.collect import identity
from publisher.collect.feed import fields
from publisher.collect.feed.document import MOST_ENTRIES, Document, Entry


def read(url: str, said: Mapping[str, Any]) -> Document | None:
    """Give the document; None when it is no JSON Feed."""
    items = said.get("items")
    if "jsonfeed.org/version" not in fields.text(said, "version") and not isinstance(items, list):
        return None
    listed = [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    return Document(
        url,
        identity.absolute(url, fields.text(said, "home_page_url")) or url,
        {"title": fields.text(said, "title"), "language": fields.text(said, "language"), "authors": _authors(said)},
        tuple(map(_entry, listed[:MOST_ENTRIES])),
        inherits=True,
        left_out=max(len(listed) - MOST_ENTRIES, 0),
        following=identity.absolute(url, fields.text(said, "next_url")) if fields.text(said, "next_url") else "",
    )


def _entry(item: Mapping[str, Any]) -> Entry:
    body = fields.text(item, "content_html") or paragraphs(fields.text(item, "content_text"))
    return {
        "id": _id(item),
        "link": fields.text(item, "url"),
        "title_detail": {"value": literal(fields.text(item, "title"))},
        "summary_detail": {"value": literal(fields.text(item, "summary"))},
        "content": [{"value": body}],
        "published": fields.text(item, "date_published"),
        "updated": fields.text(item, "date_modified"),
        "language": fields.text(item, "language"),
        "authors": _authors(item),
        "tags": [{"term": term} for term in _texts(item.get("tags"))],
        "image": {"href": fields.text(item, "image", "banner_image")},
        "enclosures": list(_attachments(item)),
        "links": [{"rel": "license", "href": fields.text(fields.mapping(item, "_license"), "about")}],
    }


def _id(item: Mapping[str, Any]) -> str:
    """Give the id; some write a number."""
    said = item.get("id")
    return str(said) if isinstance(said, int | float) else fields.text(item, "id")


def _authors(said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the authors; 1.0 had one."""
    return list(fields.mappings(said, "authors")) or [fields.mapping(said, "author")]


def _attachments(item: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for attached in fields.mappings(item, "attachments"):
        yield {
            "href": fields.text(attached, "url"),
            "type": fields.text(attached, "mime_type"),
            "title": fields.text(attached, "title"),
            "length": attached.get("size_in_bytes"),
            "duration": attached.get("duration_in_seconds"),
        }


def _texts(values: Any) -> Iterator[str]:
    yield from (one for one in values if isinstance(one, str)) if isinstance(values, list) else ()


def literal(plain: str) -> str:
    """Give plain text as HTML."""
    return entities.escape(plain, quote=False)


def paragraphs(plain: str) -> str:
    """Give plain text as HTML, with a paragraph for each of its own."""
    blocks = (block.strip() for block in literal(plain).replace("\r\n", "\n").split("\n\n"))
    return "".join("<p>" + block.replace("\n", "<br>") + "</p>" for block in blocks if block)
