"""Finds out how a source lists its articles, and reads that: sitemaps, or pages that lead to the articles.

What the config names is read for what it is. Of a site that is named by its home page, the sitemaps are read that
robots.txt names, else those at the usual places; a site without any, or with one that nobody kept for months, is read
by its home page. Lists in pages are followed as long as they show something new.
"""

import re
from urllib.parse import urljoin, urlsplit

from publisher.collect.page import addresses, listing
from publisher.collect.page.gathered import Gathered, Mark
from publisher.collect.page.listing import Listing
from publisher.collect.page.register import FIRST_REACH, Found
from publisher.collect.page.sitemap import Entry
from publisher.collect.page.sitemaps import Sitemaps
from publisher.errors import PublisherError, UnreadableInput
from publisher.fetch import Response

MOST_PAGES = 10
"""Of a list in pages, in one run."""
_USUAL = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/sitemap-news.xml")
_BY_PAGES = "pages"
_UNREAD = "unread"
"""Marks a page of a list that could not be read: the pages before it show nothing new by the next run."""


def read(gathered: Gathered) -> None:
    """Read what is new in the lists of a source.

    Raises:
        FarEndError: when there is none that can be asked for.
        UnreadableInput: when it is no list of articles.
    """
    url = gathered.source.url
    parts = urlsplit(url)
    if not parts.path.strip("/") and not parts.query:
        if gathered.home == _BY_PAGES or not _read_sitemaps_of_home(gathered):
            _read_pages(gathered, url, gathered.ask(url))
        return
    response = gathered.ask(url)
    sitemaps = Sitemaps(gathered)
    read_sitemap = None if response.not_modified else sitemaps.read(response)
    if read_sitemap is None:
        _read_pages(gathered, url, response)
    else:
        sitemaps.take(url, response, read_sitemap)


def _read_sitemaps_of_home(gathered: Gathered) -> bool:
    """Read the sitemaps of a site; False when it has none that is kept."""
    home = gathered.source.url
    written = [addresses.named(one, home) for one in gathered.door.robots(home).sitemaps]
    named = list(dict.fromkeys(url for url in written if url)) or gathered.home.split()
    for places in (named, *([urljoin(home, place)] for place in _USUAL)):
        if not places or set(places) <= gathered.asked:
            continue
        told = len(gathered.skipped)
        failure = Sitemaps(gathered).read_all(Entry(url) for url in places)
        if failure is None:
            return _are_kept(gathered, places)
        if not failure.permanent:
            raise failure
        del gathered.skipped[told:]
    gathered.home = _BY_PAGES
    return False


def _are_kept(gathered: Gathered, places: list[str]) -> bool:
    """Remember where the sitemaps are, unless nobody kept them for months: programs that were given up leave such."""
    horizon = (gathered.now - FIRST_REACH).timestamp()
    if gathered.home or any(not one.stamp or one.stamp >= horizon for one in gathered.found):
        gathered.home = " ".join(places)
        return True
    gathered.home = _BY_PAGES
    gathered.found.clear()
    gathered.whole.clear()
    return False


def _read_pages(gathered: Gathered, url: str, response: Response) -> None:
    """Read a list in pages, from its first page on, and those that could not be read before."""
    unread = [place for place, known in gathered.marks.items() if known.changed == _UNREAD]
    if not response.not_modified:
        shown = listing.read(response, gathered.source)
        if not shown.articles:
            raise UnreadableInput(_nothing_listed(response))
        gathered.marks[url] = Mark().with_validators(response.validators)
        _follow(gathered, shown)
    for place in unread:
        onward = None if place in gathered.asked else _page(gathered, place, is_certain=True)
        if onward is not None:
            _follow(gathered, onward)


def _follow(gathered: Gathered, shown: Listing) -> None:
    for _ in range(MOST_PAGES - 1):
        if not _take(gathered, shown):
            return
        pages = (_page(gathered, url, is_certain=shown.is_certain) for url in shown.following)
        onward = next((page for page in pages if page is not None), None)
        if onward is None:
            return
        shown = onward
    _take(gathered, shown)


def _page(gathered: Gathered, url: str, *, is_certain: bool) -> Listing | None:
    """Read another page of a list; None when it cannot be had, or lists nothing. What is guessed may not be there."""
    if url in gathered.asked:
        return None
    try:
        onward = listing.read(gathered.ask(url), gathered.source)
    except PublisherError as error:
        if is_certain:
            gathered.skip(url, error)
            gathered.marks.pop(url, None)
            if not error.permanent:
                gathered.marks[url] = Mark(_UNREAD)
        return None
    gathered.marks.pop(url, None)
    return onward if onward.articles else None


def _take(gathered: Gathered, shown: Listing) -> bool:
    """Take in what one page lists; False when nothing of it is new."""
    seen = {one.url for one in gathered.found}
    fresh = [one for one in shown.articles if one not in seen]
    gathered.found += [Found(one, "", Entry(one)) for one in fresh]
    register = gathered.register
    return any(one not in register.pages and not register.is_left_alone(one, 0) for one in fresh)


def _nothing_listed(response: Response) -> str:
    if re.search(rb"<(?:rss|feed|rdf:rdf)\b", response.body[:2000].lower()):
        return f'{response.url} is a feed and no list of pages; collect it with kind = "feed"'
    return (
        f"{response.url} is no sitemap and no page that links to articles; open it and see what it is, or say in "
        "article_urls what their addresses look like"
    )
