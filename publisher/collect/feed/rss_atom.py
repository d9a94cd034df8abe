"""RSS 0.9x to 2.0, RDF and Atom become a document, in bounded work, or one sentence on what they are instead.

Parsed by feedparser, whose own sanitising is off because `markup.clean` does it better and faster.
"""

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import feedparser

from publisher import markup
from publisher.collect import identity
from publisher.collect.feed import fields, limits
from publisher.collect.feed.document import MOST_ENTRIES, Deleted, Document
from publisher.errors import FarEndError, UnreadableInput

_RENAMED = (
    # a caption would be taken for the entry's own description
    (re.compile(rb"<media:description\b[^<>]*+(?<!/)>"), rb"<media:caption>"),
    (re.compile(rb"</media:description\s*+>"), rb"</media:caption>"),
    # words for search engines, which the parser takes quadratic time to count
    (re.compile(rb"<(/?[\w.-]++):keywords\b"), rb"<\1:words"),
    # of which the parser knows "yes" and "clean" alone
    (re.compile(rb"<(/?[\w.-]++):explicit\b"), rb"<\1:explicitly"),
)
_BARE_AMPERSAND = re.compile(
    rb"(<!\[CDATA\[(?:[^\]]++|\](?!\]>))*+(?:\]\]>)?+|<!--(?:[^-]++|-(?!->))*+)|&(?!#?[A-Za-z0-9]{1,32};)"
)
"""Outside of CDATA and comments. Where it is left, the parser makes "AT&T;" of AT&T, and "©=3" of a link's &copy=3."""
_TOMBSTONES, _HISTORY = b"http://purl.org/atompub/tombstones/1.0", b"http://purl.org/syndication/history/1.0"
_TOMBSTONE = re.compile(rb"<(?:[\w.-]++:)?deleted-entry\b([^<>]{0,4000})>")
_LINK = re.compile(rb"\s*+<(?:[\w.-]++:)?link\b([^<>]{0,4000})>")
_ATTRIBUTE = rb"""\s%s\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')"""
_REF, _HREF = re.compile(_ATTRIBUTE % b"ref"), re.compile(_ATTRIBUTE % b"href")
_MOST_TOMBSTONES = 1_000
_COMPLETE = re.compile(rb"<[\w.-]++:complete\s*+(?:/>|></)")


def read(url: str, text: str, max_bytes: int) -> Document:
    """Read a feed out of its text.

    Raises:
        UnreadableInput: when it is none, or one that nobody can read.
        FarEndError: when it breaks off before its first entry ends.
    """
    body = limits.checked(text, url, max_bytes)
    parsed = _parsed(url, body)
    entries = tuple(parsed.entries)
    version = str(parsed.get("version") or "")
    if not version and not entries:
        raise UnreadableInput(_no_feed(url, text[:200_000]))
    breaks_off = entries[-1] if entries and _ends_in_an_entry(body) else None
    if breaks_off is not None and len(entries) == 1:
        raise FarEndError(f"{url} breaks off in the middle of its first entry; try again later")
    if not entries and not _is_closed(body):
        raise FarEndError(f"{url} breaks off before its first entry; try again later")
    is_atom = version.startswith("atom")
    home = "" if is_atom else fields.text(parsed.feed, "link")
    whole = entries if breaks_off is None else entries[:-1]
    return Document(
        url,
        identity.absolute(url, home) or url,
        parsed.feed,
        whole[:MOST_ENTRIES],
        is_atom=is_atom,
        inherits=is_atom,
        breaks_off=breaks_off,
        left_out=max(len(whole) - MOST_ENTRIES, 0),
        following=_following(url, parsed.feed),
        is_complete=_HISTORY in body and _COMPLETE.search(body) is not None,
        deleted=tuple(islice(_deleted(body), _MOST_TOMBSTONES)) if _TOMBSTONES in body else (),
    )


def _parsed(url: str, body: bytes) -> Any:
    for found, written in _RENAMED:
        body = found.sub(written, body)
    body = _BARE_AMPERSAND.sub(lambda found: found[1] or b"&amp;", body)
    try:
        return feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # the parser stumbles over broken feeds in more ways than it documents
        raise UnreadableInput(f"{url} cannot be read as a feed ({error}); open it and see what it is") from error


def _ends_in_an_entry(body: bytes) -> bool:
    if _is_closed(body):
        return False
    opened, closed = (len(re.findall(tag, body)) for tag in (rb"<(?:item|entry)[\s>]", rb"</(?:item|entry)\s*>"))
    return opened > closed


def _is_closed(body: bytes) -> bool:
    beyond = rb"</(?:[\w.-]++:)?(?:rss|feed|rdf|channel)\s*>"
    return re.search(beyond, body, re.IGNORECASE) is not None


def _following(url: str, feed: Any) -> str:
    """Give where older entries are: in the archive (RFC 5005 §4) rather than on the next page (§3)."""
    for relation in ("prev-archive", "next"):
        for link in fields.mappings(feed, "links"):
            if fields.text(link, "rel") == relation and (there := identity.absolute(url, fields.text(link, "href"))):
                return there
    return ""


def _deleted(body: bytes) -> Iterator[Deleted]:
    """Give what stands in the feed for what was deleted (RFC 6721)."""
    for tombstone in _TOMBSTONE.finditer(body):
        link = None if tombstone[1].endswith(b"/") else _LINK.match(body, tombstone.end())
        yield Deleted(
            _attribute(_REF, tombstone[1]),
            _attribute(_HREF, tombstone[1]) or (_attribute(_HREF, link[1]) if link else ""),
        )


def _attribute(name: re.Pattern[bytes], written: bytes) -> str:
    found = name.search(written)
    return markup.line((found[1] or found[2] or b"").decode("utf-8", "replace")) if found else ""


def _no_feed(url: str, beginning: str) -> str:
    if not beginning.strip():
        return f"{url} is empty; open it and see what it is"
    for tag in re.findall(r"<link\b[^<>]*>", beginning, re.IGNORECASE):
        if re.search(r"application/(?:(?:rss|atom)\+xml|feed\+json)", tag) and (
            named := re.search(r'href=["\']?([^"\'\s>]+)', tag)
        ):
            found = markup.links(markup.clean(f'<a href="{named[1]}">feed</a>', url))
            if found:
                return f"{url} is a page and no feed; the feed that it names is {identity.canonical_url(found[0][0])}"
    if re.search(r"<(?:[\w.-]{1,40}:)?(?:urlset|sitemapindex)[\s>]", beginning):
        return f'{url} is a sitemap and no feed; write kind = "page" for this source'
    return f"{url} is no RSS, Atom or JSON feed; open it and see what it is"
