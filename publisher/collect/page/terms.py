"""The terms that an article is filed under, as links near it show them, and the way to it from the home page.

What kind of term one is, is told by where its link leads: `/country/peru/`, `/tag/ports/`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from publisher.collect import wording
from publisher.collect.page.document import Page, text_of

_LONGEST = 60
_MOST_IN_A_MENU = 8
_KINDS = (
    ("countries", "countr(?:y|ies)|pa[ií]s(?:es)?|pays|land|laender"),
    ("tags", "tags?|etiquetas?|keywords?|mots?-cles?|temas?|topics?|t[oó]picos?|schlagwort"),
    ("categories", "categor(?:y|ies|ia|ias|ie)|secci[oó]n(?:es)?|sections?|rubriques?|kategorie"),
    ("authors", "authors?|autor(?:es|a|as)?|auteurs?|users?|staff|people|equipo|byline|profile|perfil"),
)
_PATHS = tuple((name, re.compile(rf"(?:^|/)(?:{words})/[^/]+", re.IGNORECASE)) for name, words in _KINDS)
_CRUMBS = re.compile(r"bread-?crumb|migas", re.IGNORECASE)
_MENU = re.compile(r"(?:^|[\s_-])(?:nav\w*|menu\w*|navigation|masthead)(?:$|[\s_-])", re.IGNORECASE)


def of(page: Page, elements: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """Give countries, tags, categories and authors to which the links among the elements lead."""
    found: dict[str, list[str]] = {name: [] for name, _ in _PATHS}
    for element in elements:
        words = text_of(element) if element.tag == "a" and element.get("href") else ""
        if not words or len(words) > _LONGEST:
            continue
        path = urlsplit(page.address(element.get("href"))).path
        kind = next((name for name, pattern in _PATHS if pattern.search(path)), None)
        if kind and not any(map(is_menu, element.iterancestors())):
            found[kind].append(words.lstrip("#"))
    return {name: wording.names(words) for name, words in found.items()}


def outside_menus(page: Page, elements: Iterable[Any]) -> Iterator[Any]:
    """Give those of the elements that are in no menu."""
    until = 0
    for element in elements:
        if page.index[element] < until:
            continue
        if is_menu(element):
            until = page.ends[page.index[element]]
        else:
            yield element


def is_menu(element: Any) -> bool:
    """Whether it is a menu, by its tag or its links or by what the markup calls it."""
    if element.tag in ("nav", "select", "form") or element.get("role") == "navigation":
        return True
    called = f"{element.get('class') or ''} {element.get('id') or ''}"[:300]
    many = element.tag in ("ul", "ol") and sum(1 for _ in element.iter("a")) > _MOST_IN_A_MENU
    return many or (element.tag in ("ul", "ol", "div") and _MENU.search(called) is not None)


def crumbs(page: Page, title: Any) -> tuple[str, ...]:
    """Give the way from the home page to the article, as links above the title, without either."""
    above = page.elements[: page.index[title]] if title is not None else []
    for element in reversed(above):
        if is_way_here(element):
            links = [text_of(link) for link in element.iter("a")]
            if 1 < len(links) <= _MOST_IN_A_MENU:
                return wording.names(
                    words for words in links[1:6] if len(words) <= _LONGEST and words != text_of(title)
                )
    return ()


def is_way_here(element: Any) -> bool:
    """Whether the markup calls it the way from the home page."""
    called = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('aria-label') or ''}"[:300]
    return _CRUMBS.search(called) is not None or "BreadcrumbList" in (element.get("itemtype") or "")
