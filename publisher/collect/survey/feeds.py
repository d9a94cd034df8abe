"""Finds the feeds of a site: those that its pages name, else those that stand where feeds mostly do.

A feed is kept when it has articles that those before it should have and have not. So the same feed in another
format goes, and so does a feed of one topic beside that of all; feeds of other languages and sections stay.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from urllib.parse import urljoin

from publisher import markup
from publisher.collect import feed as kind
from publisher.collect import identity
from publisher.collect.batch import Memory
from publisher.collect.feed import encoding, fields, formats
from publisher.collect.feed.document import Document
from publisher.collect.survey import home as pages
from publisher.collect.survey import tongues
from publisher.collect.survey.findings import Guess, Moment
from publisher.collect.survey.home import Home
from publisher.config import Publication, Source
from publisher.errors import PublisherError
from publisher.fetch import Door, Response
from publisher.model import Article

MOST_ASKED, MOST_KEPT = 12, 6
_USUAL = ("feed/", "rss.xml", "atom.xml", "feed.xml", "index.xml", "rss", "feed.json")
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.8, */*;q=0.5"
_FIRST_ENTRY = re.compile(r'<(?:item|entry)[\s>]|"items"\s*+:\s*+\[', re.IGNORECASE)
_LONGEST_HEAD = 100_000
"""Characters in which a feed tells of itself."""
_DEED = re.compile(r"https?://(?:www\.)?creativecommons\.org/[\w./-]{1,60}", re.IGNORECASE)
_DATE = re.compile(
    r"<(?:pubDate|published|updated|dc:date)\b[^<>]{0,100}>\s*+([^<>]{10,60})<|"
    r'"date_(?:published|modified)"\s{0,3}:\s{0,3}"([^"]{10,40})"'
)
_MOST_DATES = 200
UNKNOWN = "und"
"""The language of what does not say its own (BCP 47)."""
_FEWEST_WORDS = 60
"""Of a whole article; a summary has half as many."""


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that can be read, and what it says of itself; `evidence` is how it was found."""

    url: str
    title: str
    language: str
    language_evidence: str
    home: str
    license_url: str
    moments: tuple[Moment, ...]
    articles: tuple[Article, ...]
    evidence: str


def find(door: Door, homes: Sequence[Home], now: datetime) -> tuple[FoundFeed, ...]:
    """Find the feeds of a site by its home pages, the site's own first."""
    named: dict[str, tuple[str, str]] = {}
    for home in homes:
        for feed in home.feeds:
            named.setdefault(feed.url, (feed.language or home.language, f"a feed that {home.url} names"))
    found = _kept(door, named, now, MOST_KEPT)
    if found or not homes:
        return found
    folders = dict.fromkeys((urljoin(homes[0].url, "."), urljoin(homes[0].url, "/")))
    usual = {
        folder + place: (homes[0].language, "a place where feeds mostly are") for folder in folders for place in _USUAL
    }
    return _kept(door, usual, now, 1)


def _kept(door: Door, named: dict[str, tuple[str, str]], now: datetime, most: int) -> tuple[FoundFeed, ...]:
    kept: list[FoundFeed] = []
    for url, (language, evidence) in islice(named.items(), max(MOST_ASKED, len(_USUAL) * 2)):
        found = _read(door, url, now, language, evidence)
        if found and _adds(found, kept):
            kept.append(found)
        if len(kept) == most:
            break
    return tuple(kept)


def _adds(found: FoundFeed, kept: Sequence[FoundFeed]) -> bool:
    known = {article.url for feed in kept for article in feed.articles}
    akin = next((feed for feed in kept if feed.language == found.language), None)
    since = min(article.published for article in akin.articles) if akin else None
    return any(article.url not in known and (not since or article.published > since) for article in found.articles)


def _read(door: Door, url: str, now: datetime, language: str, evidence: str) -> FoundFeed | None:
    try:
        answer = door.get(url, accept=_ACCEPT)
        found = of_answer(door, answer, now, language, evidence) if is_feed(answer) else None
    except PublisherError:
        return None  # another may do; when none does, the survey says so
    return found if found and found.articles else None


def is_feed(answer: Response) -> bool:
    """Whether an answer looks like a feed."""
    beginning = answer.body[:5000].decode("utf-8", "replace").replace("\0", "")
    looks = re.search(r"<(?:rss|feed|(?:rdf:)?RDF)[\s>]|jsonfeed\.org/version", beginning)
    is_page = re.search(r"<html[\s>]", beginning, re.IGNORECASE) and "http://www.w3.org/2005/Atom" not in beginning
    return answer.body.startswith(b"\x1f\x8b") or (looks is not None and not is_page)


def of_answer(door: Door, answer: Response, now: datetime, language: str, evidence: str) -> FoundFeed:
    """Give what a feed says; `language` is that of the page it was found by.

    Raises:
        PublisherError: when it cannot be read after all.
    """
    read = formats.read(answer, door.max_bytes)
    text = encoding.text(answer.body, answer.headers.get("content-type", ""))
    first = _FIRST_ENTRY.search(text)
    head = text[: min(first.start() if first else _LONGEST_HEAD, _LONGEST_HEAD)]
    own = tongues.tag(fields.text(read.feed, "language")) or tongues.tag(_xml_language(head))
    said = own or tongues.tag(language)
    articles = _articles(door, answer.url, now, said or UNKNOWN)
    return FoundFeed(
        url=answer.url,
        title=markup.line(fields.text(read.feed, "title")),
        language=said,
        language_evidence="what the feed says" if own else "the page that names the feed",
        home=_home(read),
        license_url=next((deed for deed in map(pages.deed, _DEED.findall(head)) if deed), ""),
        moments=tuple(islice(_moments(text), _MOST_DATES)),
        articles=articles,
        evidence=evidence,
    )


def _articles(door: Door, url: str, now: datetime, language: str) -> tuple[Article, ...]:
    publication = Publication(
        name=url, url=url, languages=(language,), timezone="UTC", address=url, contact="nobody@example.org"
    )
    batches = kind.collect(Source(name="feed", kind="feed", url=url), door, Memory(), now, publication)
    return next((batch.articles for batch in batches), ())


def _xml_language(head: str) -> str:
    found = re.search(r"<(?:feed|rss|channel)\b[^<>]{0,2000}?\bxml:lang=[\"']([\w-]{2,20})", head)
    return found[1] if found else ""


def _home(read: Document) -> str:
    """Give the address of the site that a feed is of."""
    link = fields.text(read.feed, "link")
    site = identity.absolute(read.url, link) if link else read.site
    return site if site and site != read.url else urljoin(read.url, "/")


def _moments(text: str) -> Iterator[Moment]:
    """Give the dates of a feed with the zones that they name."""
    found = (pages.clock(tag[1] or tag[2]) for tag in _DATE.finditer(text))
    yield from (moment for moment in found if moment)


def full_text(found: FoundFeed) -> Guess[str]:
    """Say that the whole texts are on the pages, where most articles of a feed break off or are a line or two."""
    short = sum(
        markup.is_cut_off(one.body) or len(markup.text(one.body).split()) < _FEWEST_WORDS for one in found.articles
    )
    if short * 2 <= len(found.articles):
        return Guess("")
    return Guess("page", f"{short} of {len(found.articles)} articles, which are short or break off")


def languages(feeds: Iterable[FoundFeed]) -> list[str]:
    """Give the languages that feeds say they are in, and then those of many of their articles."""
    feeds = tuple(feeds)
    found = [feed.language for feed in feeds if feed.language]
    for feed in feeds:
        counted = Counter(article.language for article in feed.articles)
        unknown = "" if feed.language else UNKNOWN
        found += [one for one, count in counted.most_common() if count * 5 >= len(feed.articles) and one != unknown]
    return found
