"""Runs one public function over texts made to be slow, in a process of its own that may use so much of a processor.

    echo NAME | python -m tests.collect.worst

Texts are of 12,000 characters, and a piece is given bare, in a paragraph or as attributes, each in turn; set
LENGTH=100000 for the full size, at which each piece is given in all three. The limit, for each text, is a cap and no
measure: linear work needs at most a third of it on a quiet machine, and a busy one is up to three times as slow;
quadratic work in Python needs more than all of it, and quadratic work in C does at the full size.
"""

import json
import math
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from xml.sax.saxutils import escape

from publisher import markup
from publisher.collect import asides, body, dates, identity, pictures, sharing, tails, wording
from publisher.collect.feed import entry, formats, same_page
from publisher.collect.markdown.article import Reader
from publisher.collect.markdown.links import Links
from publisher.collect.page import addresses, article, clutter, lines, listing, sitemap
from publisher.collect.wordpress import post, shortcodes
from publisher.config import Source
from publisher.deliver import bounces
from publisher.errors import PublisherError
from publisher.fetch import Response, robots
from tests.collect.newsroom import PUBLICATION

URL = "https://estuary.example.org/port-audit/"
MARKDOWN = Source(name="folder", kind="markdown", url=URL, path=Path("/nowhere"))
LENGTH = int(os.environ.get("LENGTH", "12000"))
"""Characters of one text."""
FULL = 100_000

SHARE = '<a href="https://t.me/share/url?url=x">x</a>'
PIECES = (
    *"a @»",
    *(" \n", "a,", "a, ", "1x,", "&nbsp; ", "@.", "…", "\0 ", "data:;base64,AAAA", "</p>", "<p> </p>", "<h1><h2>"),
    *("<a>", "<a ", '<a x="', '<a href="/~ff/">', '<a href="https://x.example/">x</a>', "/~ff/", "<img ", "a."),
    *('<img srcset="a ', "<ul><li>", "<div></div>", "<pre>\n", "<pre", "<!--", "<noscript>", "<iframe>", "<video>"),
    *('<p><b a="</b>">', '<div a="</div>">', "<td> </td>", "<h2>Related content</h2>", "<p>See also: ", "see also "),
    *("»read more", ". The post appeared first on ", "!la entrada ", "<p>Share</p>", f"<p>Share</p><p>{SHARE}</p>"),
    *("[a ", '[a x="', "[caption a]<img>", "[/a]", "[_]", "By Ana R, "),
    *("display: ", "12/", "18 ", "%41/../", "&amp;amp;", "{[", '"', "<a href='x?share=t'>"),
    *("[a](", "![](a)", "**a *b ", "{{< a ", "{% a ", "|-", "a|b\n-|-\n", "> - ", "[a]: b\n", "a: [", "a.", "- "),
)  # fmt: skip


def texts() -> Iterator[str]:
    """Give each piece repeated: bare, in a paragraph, and as attributes; one of them in turn where texts are short."""
    for place, piece in enumerate(PIECES):
        run = piece * (LENGTH // len(piece))
        quoted = run.replace('"', "")
        ways = (run, f"<p>{run}</p>.", f'<img srcset="{quoted}" style="{quoted}"><a href="{quoted[:5000]}">x</a>')
        yield from ways if LENGTH >= FULL else ways[place % 3 :][:1]


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


def page(text: str) -> None:
    source = Source(name="pages", kind="page", url=URL)
    data = f'<script type="application/ld+json">{text}</script>'
    for made in (text, f"<title>{text}</title>{data}<h1>{text[:500]}</h1><article><p>{text}</p></article>"):
        article.read(Response(URL, 200, {}, made.encode()), source, PUBLICATION, datetime(2026, 11, 20, tzinfo=UTC))


def page_list(text: str) -> None:
    source = Source(name="pages", kind="page", url=URL)
    quoted = text.replace('"', "")[:1900]
    card = f'<h2><a href="{quoted}" aria-label="{quoted}">{text[:5000]}</a></h2>'
    for made in (text, f"<main>{card * 20}{text}</main>", f"<h2>{text}</h2>" + '<a href="/a-b-c">Next</a>' * 500):
        listing.read(Response(URL, 200, {}, made.encode()), source)
    for address in (URL + quoted, f"{URL}?{quoted}", f"{URL}page/{quoted}"):
        addresses.is_linked_article(address, URL, source, in_heading=True)
        addresses.latest(address)


def page_sitemap(text: str) -> None:
    inside = escape(text)
    fields_ = "".join(f"<{name}>{inside}</{name}>" for name in ("loc", "lastmod", "title", "publication_date"))
    for made in (text, f"<urlset>{text}", f"<urlset><url>{text}{fields_}</url></urlset>", f"<!--{text}<urlset>"):
        sitemap.read(made.encode(), PUBLICATION.zone)


def robots_txt(text: str) -> None:
    for line in ("User-agent: {}\n", "Disallow: {}\n", "{}\n"):
        for made in (line.format(text), "User-agent: *\n" + line.format(text[:100]) * (LENGTH // 100)):
            robots.read(Response(URL, 200, {}, made.encode())).allows(URL + text[:1900])


def feed_entry(text: str) -> None:
    inside = escape(text.replace("\0", ""))
    fields_ = "".join(
        f"<{name}>{inside}</{name}>" for name in ("title", "author", "dc:creator", "category", "itunes:duration")
    )
    item = f"{fields_}<link>{URL}</link><pubDate>{inside[:5000]}</pubDate><description>{inside}</description>"
    feed(f"<rss version='2.0'><channel><pubDate>{inside[:5000]}</pubDate><item>{item}</item></channel></rss>")


def json_feed(text: str) -> None:
    item = dict.fromkeys(("title", "summary", "content_html", "content_text", "date_published", "image"), text)
    attachment = dict.fromkeys(("url", "mime_type", "title", "duration_in_seconds"), text)
    parts = [{**item, "url": f"{URL}#{part}", "title": part + text, "attachments": [attachment]} for part in "ab"]
    feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "next_url": text, "items": parts}))


def feed(document: str) -> None:
    source = Source(name="feed", kind="feed", url=URL)
    try:
        read = formats.read(Response(URL, 200, {}, document.encode()), 20_000_000)
    except PublisherError:
        return
    reading = entry.Reading(source, PUBLICATION, read, datetime(2026, 11, 20, tzinfo=UTC), {})
    same_page.pages(reading.entries(), PUBLICATION)


def markdown_file(text: str) -> None:
    reader = Reader(MARKDOWN, PUBLICATION, Path("/nowhere"), datetime(2026, 11, 20, tzinfo=UTC), {})
    short = text[:19_000]
    files = (f"---\n{short}\n---\n", f"+++\n{short}\n+++\n", f'{{"a": {short}', f"title: {text}")
    for written in (*files, f"---\ntitle: x\nimage: {json.dumps(short[:9000])}\n---\n{text}"):
        try:
            reader.facts("port-audit.md", written)
            reader.article("port-audit.md", written, Links({}), {})
        except PublisherError:
            continue


def bounce(text: str) -> None:
    head = "From: MAILER-DAEMON@mx.example.org\nSubject: failure notice\n"
    report = "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@example.org\nDiagnostic-Code: smtp; "
    for made in (
        f"{head}\n{text}",
        f"{head}Content-Type: text/html\n\n{text}",
        f"{report}{text}",
        f"Subject: {text}\n\n",
    ):
        bounces.read(bounces.take_apart(made.encode()))


RULES: dict[str, Callable[[str], object]] = {
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
    "dates": lambda text: dates.read(text, "es", UTC),
    "canonical_url": canonical,
    "shortcodes": shortcodes.without,
    "a line above a text": lambda text: lines.read(text, ("en", "es")),
    "the end of a text": lambda text: clutter.end_of([text[:1000], text[:700], text]),
}
KINDS: dict[str, Callable[[str], object]] = {
    "a WordPress post": wordpress_post,
    "a page": page,
    "a page that lists": page_list,
    "a sitemap": page_sitemap,
    "robots.txt": robots_txt,
    "a Markdown file": markdown_file,
    "a bounce": bounce,
}
FEEDS: dict[str, Callable[[str], object]] = {
    "a feed entry": feed_entry,
    "a JSON feed": json_feed,
}
SECONDS = max(3, LENGTH // 10_000)
"""Of processor time for one text."""


@contextmanager
def asked() -> Iterator[Callable[[str], list[object]]]:
    """Start what gives every text to a function, by the name of it, and tells its exit code and what it said."""
    command = [sys.executable, "-m", "tests.collect.worst"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def _told_of(name: str) -> list[object]:
            assert process.stdin is not None
            assert process.stdout is not None
            print(name, file=process.stdin, flush=True)
            told: list[object] = json.loads(process.stdout.readline())
            return told

        yield _told_of


def _give_all(name: str, told_to: int) -> None:
    os.dup2(told_to, sys.stderr.fileno())
    function = {**RULES, **KINDS, **FEEDS}[name]
    for made in texts():
        _allow(SECONDS)
        function(made)


def _allow(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = math.ceil(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


if __name__ == "__main__":
    # Whoever takes too long is killed for it, but all that the functions need is imported once.
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            process = get_context("fork").Process(target=_give_all, args=(line.strip(), said.fileno()))
            process.start()
            process.join()
            said.seek(0)
            print(json.dumps([process.exitcode, said.read()]), flush=True)
