"""Runs one public function over texts made to be slow, in a process of its own that may use so much of a processor.

    python -m tests.collect.worst NAME SECONDS

The limit, for each text, is a cap and no measure: linear work needs a twentieth of it, quadratic work many times as
much.
"""

import resource
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from publisher import markup
from publisher.collect import asides, body, identity, pictures, sharing, tails, wording
from publisher.collect.feed import dates, document, entry
from publisher.collect.wordpress import post
from publisher.config import Source
from publisher.errors import PublisherError
from publisher.fetch import Response
from tests.collect.newsroom import PUBLICATION

URL = "https://estuary.example.org/port-audit/"
LENGTH = 100_000
"""Characters of one text."""

SHARE = '<a href="https://t.me/share/url?url=x">x</a>'
PIECES = (
    *"a @»",
    *(" \n", "a,", "a, ", "1x,", "&nbsp; ", "@.", "…", "\0 ", "data:;base64,AAAA", "</p>", "<p> </p>", "<h1><h2>"),
    *("<a>", "<a ", '<a x="', '<a href="/~ff/">', '<a href="https://x.example/">x</a>', "/~ff/", "<img ", "a."),
    *('<img srcset="a ', "<ul><li>", "<div></div>", "<pre>\n", "<pre", "<!--", "<noscript>", "<iframe>", "<video>"),
    *('<p><b a="</b>">', '<div a="</div>">', "<td> </td>", "<h2>Related content</h2>", "<p>See also: ", "see also "),
    *("»read more", ". The post appeared first on ", "!la entrada ", "<p>Share</p>", f"<p>Share</p><p>{SHARE}</p>"),
    *("display: ", "12/", "18 ", "%41/../", "&amp;amp;", "{[", '"', "<a href='x?share=t'>"),
)  # fmt: skip


def texts() -> Iterator[str]:
    """Give each piece repeated: bare, in a paragraph, and as attributes."""
    for piece in PIECES:
        run = piece * (LENGTH // len(piece))
        quoted = run.replace('"', "")
        yield run
        yield f"<p>{run}</p>."
        yield f'<img srcset="{quoted}" style="{quoted}"><a href="{quoted[:5000]}">x</a>'


def canonical(text: str) -> None:
    for address in (text, URL + text[:1900], f"https://{text[:1900]}", f"{URL}?{text[:1900]}"):
        try:
            identity.canonical_url(address)
        except PublisherError:
            continue


def wordpress_post(text: str) -> None:
    source = Source(name="site", kind="wordpress", url=URL)
    fields = {name: {"rendered": text} for name in ("title", "content", "excerpt")}
    said = {"id": 1, "link": URL, "date_gmt": "2026-11-09T10:00:00", **fields}
    post.Reader(source, PUBLICATION, {}, lambda: UTC).read(said)


def feed_entry(text: str) -> None:
    source = Source(name="feed", kind="feed", url=URL)
    inside = escape(text.replace("\0", ""))
    document_text = (
        f"<rss version='2.0'><channel><item><title>Port audit</title><link>{URL}</link>"
        f"<pubDate>{inside[:5000]}</pubDate><description>{inside}</description></item></channel></rss>"
    )
    try:
        read = document.read(Response(URL, 200, {}, document_text.encode()), 20_000_000)
    except PublisherError:
        return
    reading = entry.Reading(source, PUBLICATION, read, datetime(2026, 11, 20, tzinfo=UTC), {})
    for found in read.entries:
        reading.article(found)


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "clean": lambda text: markup.clean(text, URL),
    "text": markup.text,
    "line": markup.line,
    "one_line": markup.one_line,
    "first_paragraph": markup.first_paragraph,
    "links": markup.links,
    "is_cut_off": markup.is_cut_off,
    "asides": asides.take_out,
    "pictures": pictures.inside,
    "parts": lambda text: body.parts(text, {"analysis": ".*analysis|Análisis.*"}),
    "tails": lambda text: tails.cut(text, URL, "Port audit"),
    "sharing": lambda text: sharing.without_buttons(text, URL),
    "title": lambda text: wording.title(text, text, URL),
    "summary": lambda text: wording.summary(text, text),
    "paragraphs": wording.paragraphs,
    "names": lambda text: wording.names([text]),
    "language": lambda text: wording.language(text, None, ("en",)),
    "dates": lambda text: dates.read(text, "es"),
    "canonical_url": canonical,
    "a WordPress post": wordpress_post,
    "a feed entry": feed_entry,
}


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, resource.RLIM_INFINITY))


if __name__ == "__main__":
    name, seconds = sys.argv[1], int(sys.argv[2])
    for made in texts():
        _allow(seconds)
        FUNCTIONS[name](made)
