"""What a page says about its article in JSON-LD, in the words of schema.org.

A page may hold many things beside its article: its site, its menu, other articles. What hangs below the article or
the page itself is read, and of several articles the one that says it is this page, or has its title.
"""

import html as entities
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.collect import licenses, pictures, wording
from publisher.collect.page.document import Page
from publisher.collect.page.said import Said
from publisher.model import Image

_MOST_NODES = 2_000
_MOST_VALUES = 100
_LONGEST = 2_000
_LONGEST_BODY = 300_000
_ARTICLE = re.compile(r"\w*Article|BlogPosting|LiveBlogPosting|Report|PodcastEpisode|Episode|Review|Interview")
_NO_ARTICLE = {"CollectionPage", "SearchResultsPage", "ProfilePage", "ContactPage", "QAPage"}
_ORGANIZATION = re.compile(r"\w*Organi[sz]ation")
_PAGE = re.compile(r"(?:Web|Item|About)Page")
_BELOW = ("@graph", "mainEntity", "mainEntityOfPage")
_WRAPPED = re.compile(r"\A\s*+(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*\]\]>|\]\]>|-->|;)\s*+\Z")
_PLACES = ("contentLocation", "spatialCoverage", "locationCreated")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Structured:
    """What is said, and whether it is said that the page is an article, or that it is a list of them."""

    said: Said
    is_article: bool
    is_list: bool


def read(page: Page) -> Structured:
    """Read the structured data of a page."""
    nodes = list(_nodes(page.data))
    by_id = {str(node["@id"]): node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    article = _the_one([node for node in nodes if _is_a(node, _ARTICLE)], page)
    of_page = next((node for node in nodes if _is_a(node, _PAGE)), {})
    is_list = any(kind in _NO_ARTICLE for node in nodes for kind in _kinds(node))
    if article is None:
        return Structured(_only_where_it_is(_Reading(of_page, by_id, page)), is_article=False, is_list=is_list)
    reading = _Reading({**of_page, **article}, by_id, page)
    return Structured(reading.said(_breadcrumbs(nodes, page)), is_article=True, is_list=False)


def _only_where_it_is(reading: "_Reading") -> Said:
    return Said(published=reading.text("datePublished"), modified=reading.text("dateModified"))


def _nodes(data: Sequence[str]) -> Iterator[Node]:
    """Give the things that the scripts speak of, those on the way from the page to its article."""
    waiting: list[Any] = [found for script in data if (found := _parsed(script)) is not None][::-1]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        found = waiting.pop()
        if isinstance(found, list):
            waiting.extend(reversed(found[:_MOST_NODES]))
        elif isinstance(found, Mapping):
            yield found
            waiting.extend(found[name] for name in reversed(_BELOW) if isinstance(found.get(name), dict | list))


def _parsed(script: str) -> Any:
    written = _WRAPPED.sub("", script).strip()
    for text in (written, entities.unescape(written) if "&quot;" in written else ""):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _kinds(node: Node) -> list[str]:
    return [kind.rpartition("/")[2].rpartition(":")[2] for kind in _listed(node.get("@type")) if isinstance(kind, str)]


def _is_a(node: Node, kind: re.Pattern[str]) -> bool:
    return any(kind.fullmatch(named) for named in _kinds(node))


def _the_one(articles: Sequence[Node], page: Page) -> Node | None:
    """Give the article that the page is about; the first where none of several says so."""
    if len(articles) < 2:
        return articles[0] if articles else None
    here = {page.canonical(page.url), *(page.canonical(link.get("href")) for link in page.linked("canonical"))} - {""}
    title = wording.line(page.said("og:title"))
    for article in articles:
        places = (article.get("url"), article.get("@id"), article.get("mainEntityOfPage"))
        if here & {page.canonical(_address(place)) for place in places}:
            return article
    return next(
        (article for article in articles if title and wording.line(_text(article.get("headline"))) == title),
        articles[0],
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads one node; what it only names by its `@id` is looked up."""

    node: Node
    by_id: Mapping[str, Node]
    page: Page

    def said(self, breadcrumbs: tuple[str, ...]) -> Said:
        countries = [_country(self.whole(place)) for name in _PLACES for place in self.values(name)]
        return Said(
            title=self.text("headline") or self.text("name"),
            kicker=self.text("alternativeHeadline") if len(self.text("alternativeHeadline")) <= 40 else "",
            summary=self.text("description") or self.text("abstract"),
            language=self.language(),
            published=self.text("datePublished") or self.text("dateCreated"),
            modified=self.text("dateModified"),
            authors=self.authors(),
            categories=wording.names(self.texts("articleSection")) or breadcrumbs,
            countries=wording.names(countries),
            tags=wording.names(_split(self.texts("keywords"))),
            image=self.image(),
            license_url=licenses.first(map(_address, map(self.whole, self.values("license")))),
            body=str(self.node.get("articleBody") or "")[:_LONGEST_BODY],
            translations=self.translations(),
        )

    def values(self, name: str) -> list[Any]:
        return _listed(self.node.get(name))[:_MOST_VALUES]

    def texts(self, name: str) -> list[str]:
        return [words for words in map(_text, map(self.whole, self.values(name))) if words]

    def text(self, name: str) -> str:
        return next(iter(self.texts(name)), "")

    def whole(self, value: Any) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("@id"), str):
            return {**self.by_id.get(value["@id"], {}), **value}
        return value

    def language(self) -> str:
        said = next((value for value in self.values("inLanguage")), "")
        return _text(said.get("alternateName") or said.get("name") if isinstance(said, Mapping) else said)

    def authors(self) -> tuple[str, ...]:
        """Give the people; an organisation only where nobody else is named, and never the publisher."""
        found = [self.whole(value) for name in ("author", "creator") for value in self.values(name)]
        publishers = {_text(self.whole(value)).casefold() for value in self.values("publisher")}
        groups = [value for value in found if isinstance(value, Mapping) and _is_a(value, _ORGANIZATION)]
        people = [value for value in found if value not in groups]
        for some in (people, groups):
            named = wording.names(name for value in some for name in _listed(_name(value)) if isinstance(name, str))
            names = tuple(name for name in named if name.casefold() not in publishers and not name.startswith("http"))
            if names:
                return names
        return ()

    def image(self) -> Image | None:
        found = (
            _image(self.whole(value), self.page) for name in ("image", "thumbnailUrl") for value in self.values(name)
        )
        return next((image for image in found if image), None)

    def translations(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in ("workTranslation", "translationOfWork"):
            for value in map(self.whole, self.values(name)):
                if isinstance(value, Mapping) and (url := self.page.canonical(_address(value))):
                    found.setdefault(_text(value.get("inLanguage")), url)
        return {language: url for language, url in found.items() if language}


def _name(value: Any) -> Any:
    return value.get("name") if isinstance(value, Mapping) else value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    """Give a value that may be a text, or a thing that has a name, as a text."""
    if isinstance(value, Mapping):
        value = value.get("name") or value.get("@value")
    return value[:_LONGEST].strip() if isinstance(value, str) else ""


def _address(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return value if isinstance(value, str) else ""


def _split(keywords: Sequence[str]) -> Iterator[str]:
    for written in keywords:
        yield from written.split(";" if ";" in written else ",")


def _country(place: Any) -> str:
    """Give the country of a place, where it is said to be one or to be in one."""
    if not isinstance(place, Mapping):
        return ""
    if "Country" in _kinds(place):
        return _text(place)
    address = place.get("address")
    return _text(address.get("addressCountry")) if isinstance(address, Mapping) else ""


def _image(value: Any, page: Page) -> Image | None:
    said: Node = value if isinstance(value, Mapping) else {}
    url = page.address(_address(said.get("contentUrl") or value) if said else _address(value))
    if not url:
        return None
    caption = wording.line(_text(said.get("caption")) or _text(said.get("description")))
    owner = next(
        (_text(said.get(name)) for name in ("creditText", "copyrightHolder", "creator", "author") if said.get(name)), ""
    )
    return Image(
        url=url,
        caption=caption,
        credit=wording.line(owner) or pictures.credit(caption),
        license_url=licenses.first([_address(said.get("license"))]),
        width=_pixels(said.get("width")),
        height=_pixels(said.get("height")),
    )


def _pixels(value: Any) -> int | None:
    found = re.match(
        r"[1-9][0-9]{0,4}(?![0-9])",
        str(_name(value) if not isinstance(value, Mapping) else value.get("value", ""))[:20],
    )
    return int(found[0]) if found else None


def _is_here(item: Node, page: Page) -> bool:
    """Whether a step of the way is the article itself: without an address of its own, or with the page's."""
    place = item.get("item")
    stated = _address(place) if place is not None else _address(item)
    return not stated or page.canonical(stated) == page.canonical(page.url)


def _breadcrumbs(nodes: Sequence[Node], page: Page) -> tuple[str, ...]:
    """Give the way from the home page to the article, without either."""
    for node in nodes:
        if "BreadcrumbList" in _kinds(node):
            items = [item for item in _listed(node.get("itemListElement")) if isinstance(item, Mapping)][1:6]
            return wording.names(_text(item) or _text(item.get("item")) for item in items if not _is_here(item, page))
    return ()
