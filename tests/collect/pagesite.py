"""The Estuary Desk's site as nothing but pages, with a sitemap and a page that lists them."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from publisher.config import Source
from tests.collect.newsroom import MONDAY
from tests.collect.web import Answer, Request, Web

HTML = {"Content-Type": "text/html; charset=utf-8"}
XML = {"Content-Type": "application/xml"}
NAMESPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
BEGINNING = (
    "<p>The harbour office counted the ships that came in during the night and found two that nobody had announced. "
    "Both were empty when the guards went on board in the morning.</p>"
)
END = (
    "<p>Who sent them is not known. The owner named in the papers says that the ships were sold a year ago, and that "
    "the buyer never gave an address.</p>"
)
"""Between which the text of every article stands."""


@dataclass
class PageSite:
    """A site of pages: each attribute is a way in which real ones differ.

    `pages` are answers by their path. What is published is listed in the sitemap, newest last, and at /news/ in pages
    of `per_page`, newest first.
    """

    web: Web
    listed: dict[str, datetime | str] = field(default_factory=dict)
    pages: dict[str, Answer] = field(default_factory=dict)
    per_page: int = 10
    validators: bool = False
    before: Callable[[Request], Answer | None] = lambda _request: None
    place: str = "sitemap.xml"
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.web.respond = self.respond

    @property
    def source(self) -> Source:
        return Source(name="pages", kind="page", url=f"{self.web.url}/{self.place}", **self.settings)  # type: ignore[arg-type]

    def publish(
        self,
        slug: str,
        *,
        published: datetime = MONDAY,
        title: str | None = None,
        body: str = "<p>The port is open.</p>",
    ) -> None:
        self.listed[slug] = published
        self.pages[f"/{slug}/"] = Answer(article(slug if title is None else title, published, body), headers=HTML)

    def edit(self, slug: str, *, title: str, modified: datetime) -> None:
        self.publish(slug, title=title)
        self.listed[slug] = modified

    def publish_nonsense(self) -> None:
        self.listed["our-staff"] = MONDAY
        self.pages["/our-staff/"] = Answer(b"<!DOCTYPE html><title>Staff</title><p>Ana, Bruno</p>", headers=HTML)

    def withdraw(self, slug: str, status: int = 404) -> None:
        self.pages[f"/{slug}/"] = Answer(b"<!DOCTYPE html><title>Gone</title>", status, HTML)

    def url(self, slug: str) -> str:
        return f"{self.web.url}/{slug}/"

    def asked(self, slug: str) -> int:
        """How often a page was asked for."""
        return sum(request.path == f"/{slug}/" for request in self.web.requests)

    def serves(self, path: str, text: str | bytes, headers: Mapping[str, str] = XML) -> None:
        self.pages[path] = Answer(text if isinstance(text, bytes) else text.encode(), headers=headers)

    def respond(self, request: Request) -> Answer:
        given = self.before(request)
        if given:
            return given
        if request.path == "/robots.txt" and request.path not in self.pages:
            return Answer(b"none", 404)
        answer = self.pages.get(request.path) or self._list(request)
        if not self.validators or answer.status != 200:
            return answer
        tag = f'"{hashlib.sha256(answer.body).hexdigest()[:8]}"'
        if request.headers.get("if-none-match") == tag:
            return Answer(status=304, headers={"ETag": tag})
        return Answer(answer.body, headers={**answer.headers, "ETag": tag})

    def _list(self, request: Request) -> Answer:
        if request.path == "/sitemap.xml":
            return Answer(urlset(*(entry(self.url(slug), when) for slug, when in self.listed.items())), headers=XML)
        if request.path == "/news/":
            return self._page(int(request.query.get("page", "1")))
        return Answer(b"<!DOCTYPE html><title>Not found</title>", 404, HTML)

    def _page(self, number: int) -> Answer:
        slugs = list(reversed(self.listed))[(number - 1) * self.per_page : number * self.per_page]
        if not slugs and number > 1:
            return Answer(b"<!DOCTYPE html><title>Not found</title>", 404, HTML)
        onward = f'<a href="?page={number + 1}">Older stories</a>' if len(self.listed) > number * self.per_page else ""
        return Answer(listing(slugs, onward), headers=HTML)


def article(title: str, published: datetime, body: str) -> bytes:
    """Give the page of an article."""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{published.isoformat()}"></head>'
        f"<body><main><article><h1>{title}</h1>{BEGINNING}{body}{END}</article></main></body></html>"
    ).encode()


def listing(slugs: list[str], onward: str = "") -> bytes:
    """Give a page that lists articles."""
    cards = "".join(f'<article><h2><a href="/{slug}/">{escape(slug)}</a></h2></article>' for slug in slugs)
    return f'<!DOCTYPE html><nav><a href="/about-us/">About us</a></nav><main>{cards}{onward}</main>'.encode()


def entry(url: str, changed: datetime | str = "", inner: str = "") -> str:
    """Give an entry of a sitemap."""
    written = changed if isinstance(changed, str) else changed.isoformat()
    time = f"<lastmod>{written}</lastmod>" if written else ""
    return f"<url><loc>{escape(url)}</loc>{time}{inner}</url>"


def urlset(*entries: str) -> bytes:
    """Give a sitemap."""
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {NAMESPACES}>{"".join(entries)}</urlset>'.encode()


def index(*entries: str) -> bytes:
    """Give an index of sitemaps."""
    inner = "".join(entries).replace("<url>", "<sitemap>").replace("</url>", "</sitemap>")
    return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex {NAMESPACES}>{inner}</sitemapindex>'.encode()
