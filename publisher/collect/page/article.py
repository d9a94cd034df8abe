"""One page of a site becomes an article, or is skipped with its reason.

What the page says in its structured data holds first, then what its head says, then what stands visibly on it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from typing import Literal
from urllib.parse import urlsplit

from publisher import markup
from publisher.collect import body, dates, identity, tails, wording
from publisher.collect.page import document, heading, kind, language, lines, related, structured, text, visible
from publisher.collect.page.document import Page
from publisher.collect.page.said import together
from publisher.config import Publication, Source
from publisher.fetch import Response
from publisher.model import Article, Image, Skipped

_IN_URL = re.compile(r"/((?:19|20)\d{2})[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?:[/-]|$)")
_HOST = re.compile(r"^(?:www|m|mobile|amp)\.")
_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}", re.IGNORECASE)
_CUT_OFF = re.compile(r"\s*(?:…|\.\.\.)$")
_NO_NAMES = "admin administrator wordpressadmin editor staff noauthor author by follow webmaster root"
_NOBODY = frozenset(_NO_NAMES.split())
"""What programs write where nobody is named."""
_MOST_AUTHORS = 20
_RETRIED = 0.5
"""Of the text that the structured data holds: what was found of it on the page must be more, or that one is taken."""


@dataclass(frozen=True, slots=True)
class Found:
    """The article of a page; without a date on the page, it is dated when it was read."""

    article: Article
    is_dated: bool


def read(response: Response, source: Source, publication: Publication, now: datetime) -> Article | Skipped:
    """Read the article that a page holds; what holds none is skipped, whatever its bytes are.

    An article without a date is dated `now`.
    """
    found = find(response, source, publication, now)
    return found.article if isinstance(found, Found) else found


def find(response: Response, source: Source, publication: Publication, now: datetime) -> Found | Skipped:
    """Read the article that a page holds, as `read` does, and whether the page says when it was published."""
    try:
        found = _found(response, source, publication, now)
    except Exception as error:  # noqa: BLE001 - a bug that one page meets costs that page and not the source
        found = f"it cannot be read ({type(error).__name__}: {error}); tell whoever keeps this program"
    return Skipped(source.name, response.url, found) if isinstance(found, str) else found


def _found(response: Response, source: Source, publication: Publication, now: datetime) -> Found | str:
    if response.status >= 400:
        return f"it answers {response.status}"
    if other := kind.not_html(response):
        return f"it is no page but {other}; leave such addresses out with article_urls"
    page = document.read(response)
    if page is None:
        return "it is empty"
    return _Reading(page, source, publication, now).found()


class _Reading:
    """Reads one page."""

    def __init__(self, page: Page, source: Source, publication: Publication, now: datetime) -> None:
        self._page, self._source, self._publication, self._now = page, source, publication, now
        self._structured = structured.read(page)
        self._head = heading.read(page)
        self._h1 = visible.title_of(page)
        self._title = self._read_title()
        self._text = text.read(page, self._title, self._h1)
        self._visible = visible.read(page, self._h1, self._text, publication.languages)
        self._parts = (self._structured.said, self._head, self._visible)
        self._said = together(self._parts)
        self._url = self._identity()

    def found(self) -> Found | str:
        html = self._body()
        length = len(markup.line(html))
        declared = self._language(html)
        published = self._instant(self._dates("article:published_time", "published"), declared) or self._day_in_url()
        marked = self._structured.is_article or kind.is_marked(self._page)
        told = not marked and self._text is not None and kind.tells_of_others(self._page, self._text)
        listed = told or self._structured.is_list
        reason = kind.why_not(self._page, marked=marked, listed=listed, dated=published is not None, length=length)
        if reason:
            return f"it is no article: {reason}; leave such addresses out with article_urls"
        return Found(self._article(html, declared, published or self._now), is_dated=published is not None)

    def _article(self, html: str, tag: str, published: datetime) -> Article:
        whole = body.read(html, self._publication)
        said = self._said
        terms = (*said.categories, *said.tags)
        authors = self._authors()
        return Article(
            url=self._url,
            language=tag,
            title=wording.title(escape(self._title), whole.html, self._url),
            published=published,
            modified=max(published, self._instant(self._dates("article:modified_time", "modified"), tag) or published),
            source=self._source.name,
            body=whole.html,
            summary=wording.summary(escape(said.summary, quote=False), whole.html),
            kicker=self._kicker(),
            authors=authors,
            categories=tuple(name for name in said.categories if name not in authors),
            countries=said.countries,
            tags=tuple(tag for tag in said.tags if tag not in (self._title, self._page.said("og:site_name"))),
            image=self._image(whole.images),
            license_url=said.license_url,
            images=whole.images,
            parts=whole.parts,
            translations=self._translations(tag),
            see_also=whole.see_also,
            related=whole.related or related.read(self._page, self._url),
            retracted=wording.is_retracted(terms, self._source.retracted_tag),
        )

    def _body(self) -> str:
        """Give the text as clean HTML; that of the structured data where the page shows less than half of it."""
        shown = self._clean(self._text.html) if self._text else ""
        shown = self._with_standfirst(shown)
        stated = self._structured.said.body
        if stated and len(markup.line(shown)) < _RETRIED * len(markup.line(stated)):
            is_markup = re.search(r"<p[\s>]|<br", stated[:5000]) is not None
            paragraphs = (f"<p>{escape(line, quote=False)}</p>" for line in stated.splitlines() if line.strip())
            return self._clean(stated if is_markup else "".join(paragraphs))
        return shown

    def _with_standfirst(self, html: str) -> str:
        """Put before the text what the page shows between it and the title, where that is the summary."""
        summary = self._said.summary
        if not html or _letters(summary) in _letters(markup.text(html)):
            return html
        is_shown = self._h1 is not None and visible.shows_below(self._page, self._h1, summary)
        return f"<p>{escape(summary, quote=False)}</p>{html}" if is_shown else html

    def _clean(self, html: str) -> str:
        return tails.cut(markup.clean(html, self._page.base), self._url, self._title)

    def _identity(self) -> str:
        """Give the address that the page says is its own, if it is on the same site; else the one it was found at."""
        here = identity.canonical_url(self._page.url)
        stated = [
            self._page.canonical(link.get("href")) for link in self._page.linked("canonical") if link.tag == "link"
        ]
        stated.append(self._page.canonical(self._page.said("og:url")))
        own = (url for url in stated if url and _site(url) == _site(here) and urlsplit(url).path != "/")
        return next(own, here)

    def _read_title(self) -> str:
        shown = _plain(document.text_of(self._h1)) if self._h1 is not None else ""
        stated = _plain(self._structured.said.title)
        if shown and _CUT_OFF.search(stated) and shown.startswith(_CUT_OFF.sub("", stated)):
            stated = shown
        element = next(self._page.root.iter("title"), None)
        named = _plain(document.text_of(element)) if element is not None else ""
        return self._without_site(stated or _plain(self._head.title) or shown or named)

    def _without_site(self, title: str) -> str:
        """Give a title without the name of the site that follows it."""
        *kept, last = visible.PARTS_OF_TITLE.split(title) or [""]
        names = {
            _letters(self._page.said("og:site_name", "application-name", "al:ios:app_name")),
            _letters(self._publication.name),
        }
        host = _letters(_site(self._page.url))
        called = _letters(last)
        if kept and called and (called in names or (len(called) > 3 and (called in host or host in called))):
            return self._without_site(title[: title.rindex(last)].rstrip(" |-–—«»·:/"))
        return title

    def _language(self, html: str) -> str:
        """Give the language: what stands beside the byline, what the page declares, what its terms stand for."""
        declared = (self._visible.language, self._head.language, self._structured.said.language)
        said = next((tag for tag in declared if _TAG.fullmatch(tag)), "")
        terms = (*self._said.categories, *self._said.tags)
        said = said or wording.language_by_terms(terms, self._source)
        known = [*([self._source.language] if self._source.language else []), *self._publication.languages]
        tag = wording.language(said, self._source.language, self._publication.languages)
        if self._visible.language:
            return tag
        told = language.of(markup.text(html), tag, known)
        return wording.language(told, self._source.language, self._publication.languages)

    def _dates(self, name: str, said: Literal["published", "modified"]) -> Iterator[str]:
        """Give the dates that are stated. Open Graph's is first: it is written by the same program that shows it."""
        yield self._page.said(name)
        yield from (getattr(part, said) for part in self._parts)
        if said == "published":
            element = next(self._page.root.iter("title"), None)
            parts = visible.PARTS_OF_TITLE.split(document.text_of(element)[:500]) if element is not None else ()
            yield from (part for part in parts if part in lines.dates(part))

    def _instant(self, written: Iterable[str], tag: str) -> datetime | None:
        read_ = (dates.read(words, tag, self._publication.zone) for words in written if words)
        return next((instant for instant in read_ if instant), None)

    def _day_in_url(self) -> datetime | None:
        day = _IN_URL.search(urlsplit(self._url).path)
        return dates.read("-".join(part.zfill(2) for part in day.groups()), "", self._publication.zone) if day else None

    def _kicker(self) -> str:
        kicker = _plain(self._said.kicker)
        is_name = _letters(kicker) in {_letters(self._publication.name), _letters(self._page.said("og:site_name"))}
        return "" if is_name or kicker.casefold() == self._title.casefold() else kicker

    def _authors(self) -> tuple[str, ...]:
        """Give the people; the newsroom itself is no author of its own articles."""
        own = {_letters(self._publication.name), _letters(self._page.said("og:site_name")), *_NOBODY}
        for part in self._parts:
            named = wording.names(name for name in part.authors if _letters(name) not in own)
            if 0 < len(named) <= _MOST_AUTHORS:
                return named
        return ()

    def _image(self, inside: Sequence[Image]) -> Image | None:
        """Give the picture that stands for the article, with what the page says about it wherever it shows it."""
        shown = self._visible.image
        stated = self._structured.said.image or self._head.image
        if stated is None:
            return shown
        same = (image for image in (shown, *inside) if image and _file(image.url) == _file(stated.url))
        about = next(same, None) or shown
        if about is None:
            return stated
        url = stated.url
        return replace(
            stated,
            url=url,
            alt=stated.alt or about.alt,
            caption=stated.caption or about.caption,
            credit=stated.credit or about.credit,
            license_url=stated.license_url or about.license_url,
        )

    def _translations(self, own: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for said, url in [*self._structured.said.translations.items(), *self._head.translations.items()]:
            if _TAG.fullmatch(said) and url != self._url and len(urlsplit(url).path.strip("/")) > 5:
                tag = wording.language(said, self._source.language, self._publication.languages)
                if tag != own:
                    found.setdefault(tag, url)
        return found


def _plain(written: str) -> str:
    """Give words as one line of plain text; a tag that nothing closes is one that they speak of."""
    return wording.line(written if "</" in written else escape(written, quote=False))


def _site(url: str) -> str:
    return _HOST.sub("", urlsplit(url).netloc.lower())


def _letters(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).casefold()


def _file(url: str) -> str:
    """Give what is the same of the addresses of one picture in several sizes."""
    name = urlsplit(url).path.rpartition("/")[2].rpartition(".")[0]
    return re.sub(r"-\d{2,5}x\d{2,5}$|-scaled$", "", name)
