"""Finds where a site that has neither an API nor a feed lists its articles: its sitemap, else its home page."""

import re
from urllib.parse import urljoin

from publisher.collect import identity
from publisher.collect.survey import tongues
from publisher.collect.survey.findings import Collected, FoundSource, Guess
from publisher.collect.survey.home import Home
from publisher.errors import PublisherError
from publisher.fetch import Door

_USUAL = ("sitemap.xml", "sitemap_index.xml", "sitemap-index.xml", "news-sitemap.xml")
_NO_ARTICLES = re.compile(r"image|video|author|categor|tag[s_-]", re.IGNORECASE)
_MOST_ASKED = 4


def collected(door: Door, home: Home) -> Collected:
    """Give the place where the articles of a site are listed, as a source of pages."""
    url, evidence = _sitemap(door, home) or (home.url, "the home page; no API, no feed and no sitemap answered")
    language = Guess(tongues.tag(home.language), "the language of the home page")
    return Collected(sources=(Guess(FoundSource("pages", "page", url, language), evidence),))


def _sitemap(door: Door, home: Home) -> tuple[str, str] | None:
    root = urljoin(home.url, "/")
    named = [url for url in _named(door, root) if not _NO_ARTICLES.search(url)]
    usual = [urljoin(root, place) for place in _USUAL]
    for url in dict.fromkeys((*named[:_MOST_ASKED], *usual)):
        if _is_sitemap(door, url):
            where = "the sitemap that robots.txt names" if url in named else "a place where sitemaps mostly are"
            return url, f"{where}; no API and no feed answered"
    return None


def _named(door: Door, root: str) -> list[str]:
    try:
        written = door.robots(root).sitemaps
    except PublisherError:
        return []
    return [url for url in (identity.absolute(root, one) for one in written) if url and not re.search(r"\s", url)]


def _is_sitemap(door: Door, url: str) -> bool:
    try:
        beginning = door.get(url, accept="application/xml, text/xml").body[:5000]
    except PublisherError:
        return False
    return (
        beginning.startswith(b"\x1f\x8b")
        or re.search(rb"<(?:[\w-]{1,20}:)?(?:urlset|sitemapindex)\b", beginning) is not None
    )
