"""Reads what a home page says of its site to machines, and where it leads people who want to give or to write."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from publisher import markup
from publisher.collect import identity, licenses
from publisher.collect.page import document
from publisher.collect.page.document import Page
from publisher.collect.survey import tongues
from publisher.collect.survey.findings import Moment
from publisher.fetch import Response

_MOST_LINKS = 3_000
_LONGEST_WORDS = 300
_LONGEST_TIME = 60
_FEED = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json|rdf\+xml)", re.IGNORECASE)
_COMMENTS = re.compile(r"\b(?:comments?|comentarios?|commentaires|kommentare?|commenti)\b", re.IGNORECASE)
_BEFORE = r"\W*(?:(?:please|make|make a|haz(?: tu)?|haga|fa[çc]a|fazer|faire|jetzt|una?|uma?|yo) )?+(?:una? |uma? )?+"
_GIVING = tuple(
    re.compile(rf"{_BEFORE}(?:{words})\b", re.IGNORECASE)
    for words in (
        r"donat(?:e|ions?|ivos?)|donar|dona(?! de)|done|donaci[oó]n(?:es)?|doa[çc](?:[ãa]o|[õo]es)|doar|doe|spenden?|"
        r"faire un don|donner|dons?|doneer|donazion[ei]",
        r"support (?:us|our|the)|ap[oó]y(?:a|e|anos|ar)|apoie|hazte (?:soci[oa]|miembro)|contribut(?:e|ions?)|"
        r"contribuy?[ae]|colabora|sost[eé]n(?:nos|er)?|unterst(?:ü|ue)tze[n]?|soutenez|soutenir|sostieni(?:ci)?|"
        r"become a member|memberships?|membres[ií]as?",
    )
)
"""How links begin that lead to a page where one can give: those that say so, and those that mostly do."""
_LONGEST_GIVING = 40
_DESKS = re.compile(
    r"redac\w*|editor\w*|desk|news\w*|prensa|press|contact\w*|info\w*|hello|hola|mail|office|cartas?|letters",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


@dataclass(frozen=True, slots=True)
class NamedFeed:
    """A feed that a page names; `language` where the page says it."""

    url: str
    title: str
    language: str


@dataclass(frozen=True)
class Home:
    """A home page; every address in it is absolute. Without a `page`, it says nothing.

    `named_language` is the one that whatever led to it says it is in.
    """

    url: str
    page: Page | None = None
    named_language: str = ""

    def _elements(self, *tags: str) -> Iterator[Any]:
        return (element for element in (self.page.elements if self.page else ()) if element.tag in tags)

    def _related(self, relation: str) -> Iterator[Any]:
        return self.page.linked(relation) if self.page else iter(())

    def _meta(self, *names: str) -> str:
        return markup.line(self.page.said(*names)) if self.page else ""

    def _address(self, element: Any) -> str:
        written = (element.get("href") or "").strip().replace(" ", "%20")
        return self.page.address(written) if self.page and len(written) <= identity.LONGEST else ""

    @cached_property
    def language(self) -> str:
        """The language the page says it is in, as the page writes it."""
        said = next((str(element.get("lang") or "") for element in self._elements("html")), "")
        return markup.one_line(said) or self._meta("og:locale", "content-language", "language") or self.named_language

    @cached_property
    def site_name(self) -> str:
        """What the page says its site is called."""
        return self._meta("og:site_name", "application-name")

    @cached_property
    def title(self) -> str:
        """The title of the page."""
        return next((markup.line(document.text_of(element)) for element in self._elements("title")), "")

    @cached_property
    def feeds(self) -> tuple[NamedFeed, ...]:
        """The feeds of articles that the page names; those of comments are left out."""
        found: dict[str, NamedFeed] = {}
        for element in self._related("alternate"):
            url, title = self._address(element), markup.line(element.get("title") or "")
            is_of_comments = _COMMENTS.search(title) or _COMMENTS.search(urlsplit(url).path.replace("/", " "))
            if _is_feed(element) and url and not is_of_comments:
                found.setdefault(url, NamedFeed(url, title, element.get("hreflang") or ""))
        return tuple(found.values())

    @cached_property
    def translations(self) -> dict[str, str]:
        """The home pages in other languages: what the page says to machines, else what its links say."""
        found: dict[str, str] = {}
        for element in (*self._elements("link"), *self._elements("a")):
            language, url = tongues.tag(element.get("hreflang") or ""), self._address(element)
            if language and url and not _is_feed(element) and language != tongues.tag(self.language):
                found.setdefault(language, url)
        return {language: url for language, url in found.items() if url != self.url}

    @cached_property
    def license_url(self) -> str:
        """The address of the Creative Commons deed that the page names as its license, else the one it links to."""
        named = (element.get("href") for element in self._related("license"))
        linked = (element.get("href") for element in self._elements("link", "a"))
        return next((found for found in map(deed, (*named, *linked)) if found), "")

    @cached_property
    def moments(self) -> tuple[Moment, ...]:
        """The times on the page that say how far from UTC they are."""
        found = (clock(element.get("datetime") or "") for element in self._elements("time"))
        return tuple(moment for moment in found if moment)

    @cached_property
    def giving(self) -> tuple[str, str]:
        """Where the page leads people who want to give, and the words of that link."""
        links = list(islice(self._links(), _MOST_LINKS))
        for words in _GIVING:
            for url, said in links:
                path = re.sub(r"[-_]", " ", unquote(urlsplit(url).path).strip("/").rpartition("/")[2])
                if any(len(one) <= _LONGEST_GIVING and words.match(one) for one in (said, path)):
                    return url, said
        return "", ""

    @cached_property
    def contact(self) -> str:
        """A mail address that the page names: of its own domain rather than another, of a desk rather than a person."""
        written = ((element.get("href") or "").strip()[:_LONGEST_WORDS] for element in self._elements("a"))
        mailed = (unquote(href[7:].partition("?")[0]).strip() for href in written if href.lower().startswith("mailto:"))
        found = [address for address in mailed if _MAIL.fullmatch(address)]
        host = (urlsplit(self.url).hostname or "").removeprefix("www.")
        return max(found, key=lambda one: (_is_of(one, host), bool(_DESKS.match(one))), default="")

    def _links(self) -> Iterator[tuple[str, str]]:
        """Give the links to pages with their words, from the top of the page to its end."""
        for element in self._elements("a"):
            url = self.page.canonical(element.get("href")) if self.page else ""
            words = document.text_of(element)[:_LONGEST_WORDS] or element.get("aria-label") or element.get("title")
            if url:
                yield url, markup.one_line(words or "")

    def names_wordpress(self) -> bool:
        """Whether the page says that WordPress made it."""
        return self._meta("generator").startswith("WordPress") or any(True for _ in self._related("https://api.w.org/"))


def clock(written: str) -> Moment | None:
    """Read a time with the zone that it names; None where it names none, or cannot be read."""
    for read_ in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, TypeError, OverflowError, IndexError):
            found = read_(written.strip()[:_LONGEST_TIME])
            if found.tzinfo:
                return found.astimezone(UTC), found.utcoffset() or timedelta()
    return None


def read(answer: Response) -> Home:
    """Read a home page out of whatever a server answered."""
    return Home(answer.url, document.read(answer))


def _is_feed(element: Any) -> bool:
    return _FEED.match((element.get("type") or "").strip()) is not None


def deed(address: Any) -> str:
    """Give the address of the Creative Commons deed that an address or a text names, as the config takes it."""
    found = licenses.first([address]) or ""
    named = re.match(
        r"https?://(?:www\.)?creativecommons\.org/((?:licenses|publicdomain)/[a-z-]+/[0-9.]+)(/[a-z]{2})?(?:/|$)",
        found.lower(),
    )
    return f"https://creativecommons.org/{named[1]}{named[2] or ''}/" if named else ""


def _is_of(address: str, host: str) -> bool:
    domain = address.rpartition("@")[2].lower()
    return domain == host or host.endswith(f".{domain}") or domain.endswith(f".{host}")
