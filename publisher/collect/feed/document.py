"""A feed's bytes become a parsed document, in bounded work, or one sentence on what they are instead.

Parsed by feedparser, whose own sanitising is off because `markup.clean` does it better and faster. Its encoding
is what the bytes say: servers announce one that the feed has not, more often than text is valid UTF-8 by chance.
"""

import io
import re
import zlib
from dataclasses import dataclass
from typing import Any

import feedparser

from publisher import markup
from publisher.collect import identity
from publisher.collect.feed import fields, limits
from publisher.errors import FarEndError, UnreadableInput
from publisher.fetch import Response

MOST_ENTRIES = 2_000
"""Of one feed; sites list ten to a hundred."""


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed feed. `url` is where it is, `site` what its relative links count from.

    `breaks_off` is the entry in which it ends too early, when it does; `entries` are the others, and `left_out` is how
    many there are beyond those that are read.
    """

    url: str
    site: str
    is_atom: bool
    feed: Any
    entries: tuple[Any, ...]
    breaks_off: Any = None
    left_out: int = 0


def read(response: Response, max_bytes: int) -> Document:
    """Read a feed.

    Raises:
        UnreadableInput: when it is none, or one that nobody can read.
        FarEndError: when it breaks off before its first entry ends.
    """
    body = limits.checked(_unpacked(response, max_bytes), response.url, max_bytes)
    parsed = _parsed(response, body)
    entries = tuple(parsed.entries)
    version = str(parsed.get("version") or "")
    if not version and not entries:
        raise UnreadableInput(_no_feed(response.url, body))
    breaks_off = entries[-1] if entries and _ends_in_an_entry(body) else None
    if breaks_off is not None and len(entries) == 1:
        raise FarEndError(f"{response.url} breaks off in the middle of its first entry; try again later")
    if not entries and not _is_closed(body):
        raise FarEndError(f"{response.url} breaks off before its first entry; try again later")
    is_atom = version.startswith("atom")
    home = "" if is_atom else fields.text(parsed.feed, "link")
    site = identity.absolute(response.url, home) or response.url
    whole = entries if breaks_off is None else entries[:-1]
    left_out = max(len(whole) - MOST_ENTRIES, 0)
    return Document(response.url, site, is_atom, parsed.feed, whole[:MOST_ENTRIES], breaks_off, left_out)


def _unpacked(response: Response, max_bytes: int) -> bytes:
    """Unpack gzip that no header announces."""
    if not response.body.startswith(b"\x1f\x8b"):
        return response.body
    unpacking = zlib.decompressobj(31)
    try:
        body = unpacking.decompress(response.body, max_bytes + 1)
    except zlib.error as error:
        raise UnreadableInput(
            f"{response.url} is packed with gzip and cannot be unpacked ({error}); tell whoever keeps that site"
        ) from error
    if len(body) > max_bytes:
        raise UnreadableInput(
            f"{response.url} unpacks to more than {max_bytes} bytes; if that is right, raise fetch.max_bytes"
        )
    if not unpacking.eof:
        raise FarEndError(f"{response.url} is packed with gzip that breaks off in the middle; try again later")
    return body


def _parsed(response: Response, body: bytes) -> Any:
    # a caption under `media:description` would be taken for the entry's own description
    renamed = re.sub(rb"<media:description\b[^<>]*+(?<!/)>", b"<media:caption>", body)
    renamed = re.sub(rb"</media:description\s*+>", b"</media:caption>", renamed)
    kind = response.headers.get("content-type", "").partition(";")[0].strip() or "application/xml"
    try:
        return feedparser.parse(
            io.BytesIO(renamed),
            response_headers={"content-type": kind + ("; charset=utf-8" if _is_utf8(body) else "")},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # the parser stumbles over broken feeds in more ways than it documents
        raise UnreadableInput(
            f"{response.url} cannot be read as a feed ({error}); open it and see what it is"
        ) from error


def _is_utf8(body: bytes) -> bool:
    try:
        return not body.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False


def _ends_in_an_entry(body: bytes) -> bool:
    if _is_closed(body):
        return False
    opened, closed = (len(re.findall(tag, body)) for tag in (rb"<(?:item|entry)[\s>]", rb"</(?:item|entry)\s*>"))
    return opened > closed


def _is_closed(body: bytes) -> bool:
    beyond = rb"</(?:[\w.-]++:)?(?:rss|feed|rdf|channel)\s*>"
    return re.search(beyond, body, re.IGNORECASE) is not None


def _no_feed(url: str, body: bytes) -> str:
    beginning = body[:200_000].decode("utf-8", "replace")
    if not beginning.strip():
        return f"{url} is empty; open it and see what it is"
    if "jsonfeed.org/version" in beginning:
        return f"{url} is a JSON Feed, which is not read; name the site's RSS or Atom feed instead"
    for tag in re.findall(r"<link\b[^<>]*>", beginning, re.IGNORECASE):
        if re.search(r"application/(?:rss|atom)\+xml", tag) and (named := re.search(r'href=["\']?([^"\'\s>]+)', tag)):
            found = markup.links(markup.clean(f'<a href="{named[1]}">feed</a>', url))
            if found:
                return f"{url} is a page and no feed; the feed that it names is {identity.canonical_url(found[0][0])}"
    return f"{url} is no RSS or Atom feed; open it and see what it is"
