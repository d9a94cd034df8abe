"""A sitemap's bytes become the addresses it lists: an urlset, a news sitemap, an index of others, or lines of text.

Read from its first own tag on, so that a document type with entities is never seen, element by element, and at most as
many as the protocol allows. Namespaces are not looked at: sites write them wrong. A sitemap that breaks off gives what
came before.

Where a whole list carries one and the same time, that is when the list was made and says nothing of its articles.
"""

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

from publisher import markup

MOST_ENTRIES = 50_000
"""Of one sitemap (sitemaps.org protocol)."""
_LONGEST_ADDRESS = 2_048
_LONGEST_TITLE = 1_000
_MOST_ALTERNATES = 100
_BEFORE_THE_ROOT = 20_000
"""Characters in which a style sheet, comments and the warnings of a broken server stand."""
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(urlset|sitemapindex)\b")
_DECLARED = re.compile(rb"""<\?xml[^>]{1,200}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""")
_WESTERN = re.compile(
    r"(?:windows|cp)-?125\d|iso-?8859-\d{1,2}|latin-?\d|us-ascii|koi8-[ru]|gb\w{1,6}|big5|shift_jis|euc-\w\w"
)
_WIDE = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_FEWEST_AT_ONCE = 10
_AT_ONCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Entry:
    """One address that a list gives, and what the list says of it.

    `changed` is when it was last changed, `to_the_minute` whether that names a time; `published` is the date of a news
    sitemap. `translations` are addresses of the same in other languages, by their tags as written.
    """

    url: str
    changed: datetime | None = None
    to_the_minute: bool = False
    published: datetime | None = None
    title: str = ""
    language: str = ""
    image: str = ""
    translations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What a sitemap lists: articles, or other sitemaps. `is_whole` is False where it breaks off or is cut."""

    entries: tuple[Entry, ...] = ()
    sitemaps: tuple[Entry, ...] = ()
    is_whole: bool = True


def read(body: bytes, zone: ZoneInfo) -> Sitemap | None:
    """Read a sitemap; None when it is none. `zone` is that of times which name none."""
    text = _decoded(body)
    root = _ROOT.search(text, 0, _BEFORE_THE_ROOT)
    if root is None or re.search(r"<html\b", text[: root.start()], re.IGNORECASE):
        return _lines(text)
    elements = _elements(markup.valid_xml(text[root.start() :]).encode())
    entries = [entry for entry in (_entry(element, zone) for element in islice(elements, MOST_ENTRIES)) if entry.url]
    is_closed = re.search(rf"</[\w.:-]*{root[1]}\s*>|/>\s*\Z", text[-2000:]) is not None
    is_whole = is_closed and next(elements, None) is None
    if root[1] == "sitemapindex":
        return Sitemap(sitemaps=tuple(entries), is_whole=is_whole)
    return Sitemap(entries=_without_made_up_times(entries), is_whole=is_whole)


def _decoded(body: bytes) -> str:
    for mark, encoding in _WIDE:
        if body.startswith(mark):
            return body.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return body.decode()
    except UnicodeDecodeError:
        declared = _DECLARED.match(body[:400].lstrip())
        name = declared[1].decode("ascii", "replace").lower() if declared else ""
        try:
            return body.decode(name if _WESTERN.fullmatch(name) else "utf-8", "replace")
        except LookupError:
            return body.decode("utf-8", "replace")


def _elements(xml: bytes) -> Iterator[Any]:
    """Give each element that lists an address, and forget it afterwards."""
    reader = etree.iterparse(
        io.BytesIO(xml),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in reader:
            yield element
            element.clear()
            above = element.getparent()
            if above is not None:
                del above[: above.index(element)]
    except etree.XMLSyntaxError:
        return


def _entry(element: Any, zone: ZoneInfo) -> Entry:
    said: dict[str, str] = {}
    translations: dict[str, str] = {}
    for inner in element.iter(etree.Element):
        name = _local(inner)
        if name == "link" and inner.get("hreflang") and len(translations) < _MOST_ALTERNATES:
            translations.setdefault(inner.get("hreflang").strip()[:40], (inner.get("href") or "")[:_LONGEST_ADDRESS])
        above = inner.getparent()
        if name == "loc" and above is not element:
            name = "image" if above is not None and _local(above) == "image" else "other"
        if words := (inner.text or "").strip():
            said.setdefault(name, words[:_LONGEST_ADDRESS])
    changed, to_the_minute = _instant(said.get("lastmod", ""), zone)
    published, _ = _instant(said.get("publication_date", ""), zone)
    address = said.get("loc", "")
    return Entry(
        url=address if len(address) < _LONGEST_ADDRESS else "",
        changed=changed,
        to_the_minute=to_the_minute,
        published=published,
        title=markup.one_line(said.get("title", ""))[:_LONGEST_TITLE],
        language=said.get("language", "")[:40],
        image=said.get("image", ""),
        translations=translations,
    )


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _instant(written: str, zone: ZoneInfo) -> tuple[datetime | None, bool]:
    """Give an instant, and whether it names a time (W3C date and time formats; RFC 822 as some write)."""
    line = " ".join(written[:60].split())
    if not line:
        return None, False
    try:
        found = datetime.fromisoformat(line) if line[:4].isdigit() else parsedate_to_datetime(line)
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC), ":" in line
    except (ValueError, TypeError, OverflowError, IndexError):
        return None, False


def _without_made_up_times(entries: list[Entry]) -> tuple[Entry, ...]:
    times = [entry.changed for entry in entries if entry.changed]
    if len(times) >= _FEWEST_AT_ONCE and len(times) == len(entries) and max(times) - min(times) <= _AT_ONCE:
        return tuple(replace(entry, changed=None, to_the_minute=False) for entry in entries)
    return tuple(entries)


def _lines(text: str) -> Sitemap | None:
    """Read a sitemap that is nothing but addresses, one a line."""
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    if not lines or not all(re.fullmatch(r"https?://\S{1,2048}", line, re.IGNORECASE) for line in lines):
        return None
    return Sitemap(tuple(map(Entry, lines[:MOST_ENTRIES])), is_whole=len(lines) <= MOST_ENTRIES)
