"""Asks a WordPress what it says of itself by its REST API, and takes a refusal for an answer."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from publisher import markup
from publisher.collect.survey import tongues
from publisher.collect.survey.home import Home
from publisher.collect.wordpress import find as finding
from publisher.collect.wordpress import tongues as spoken
from publisher.config import Publication, Source
from publisher.errors import PublisherError
from publisher.fetch import Door

_SAMPLE, _SHORT_SAMPLE = 100, 10
_OF_TERM = "id,name,slug,count"
_FIELDS = (
    "id,link,date,date_gmt,categories,lang,language,locale,translations,wpml_translations,wpml_current_locale,"
    "wpml_current_language_code,polylang_current_lang"
)
_BUILT_IN = frozenset({"posts", "pages", "media", "blocks", "templates", "template-parts", "navigation", "menu-items"})
_OF_PLUGINS = ("wp_", "menus", "global-styles", "font-", "elementor", "jetpack", "e-")
_NO_CATEGORY = (
    "uncategori",
    "sin-categor",
    "sem-categoria",
    "non-classe",
    "allgemein",
    "senza-categoria",
    "unkategorisiert",
)

_ANY_SOURCE = Source(name="site", kind="wordpress", url="https://example.org/")
_ANY_PUBLICATION = Publication(
    name="-", url=_ANY_SOURCE.url, languages=("und",), timezone="UTC", address="-", contact="nobody@example.org"
)
"""Of no language: a post that says none is in it."""


@dataclass(frozen=True)
class Found:
    """One WordPress whose posts are open to visitors, and the page it was found by."""

    door: Door
    root: str
    home: Home
    homes: Mapping[str, str]

    @property
    def own_language(self) -> str:
        """The language of its home page."""
        return tongues.tag(self.home.language)

    @property
    def _other_languages(self) -> list[str]:
        return [language for language, url in self.homes.items() if url != self.home.url]

    def language(self, post: Mapping[str, Any]) -> str:
        """Give the language of a post, as far as the site tells."""
        return _language(post, self.homes)

    def _ask(self, route: str, **parameters: str | int) -> Any:
        """Ask for what a site may refuse; None where it does, or answers with something else."""
        url = f"{self.root}{route}{'&' if '?' in self.root else '?'}{urlencode(parameters, safe=',')}"
        try:
            return json.loads(self.door.get(url, accept="application/json").body.decode("utf-8-sig"))
        except (PublisherError, ValueError, RecursionError):
            return None

    @cached_property
    def index(self) -> Mapping[str, Any]:
        """What the site says of itself."""
        found = self._ask("", _fields="name,description,url,home,gmt_offset,timezone_string")
        return found if isinstance(found, Mapping) else {}

    @cached_property
    def posts(self) -> tuple[Mapping[str, Any], ...]:
        """The newest posts, without their texts, and of the languages that are shown one at a time."""
        found = {str(post.get("link")): post for post in self._posts()}
        told = set(map(self.language, found.values()))
        for language in self._other_languages:
            for post in self._posts(language) if language not in told else ():
                found.setdefault(str(post.get("link")), {**post, "lang": self.language(post) or language})
        return tuple(found.values())

    def _posts(self, language: str = "") -> tuple[Mapping[str, Any], ...]:
        for count in (_SAMPLE, _SHORT_SAMPLE):
            found = self._ask("wp/v2/posts", per_page=count, _fields=_FIELDS, **_in(language))
            if isinstance(found, list):
                return tuple(post for post in found if isinstance(post, Mapping))
        return ()

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that its posts say they are in, the most used first; one that is hardly used is a slip."""
        counted = Counter(filter(None, map(self.language, self.posts)))
        used = (one for one, count in counted.most_common() if one in self.homes or count * 20 >= len(self.posts))
        return tuple(islice(used, tongues.MOST))

    def other_types(self) -> tuple[str, ...]:
        """Give the kinds of posts that the site has beside posts, and shows at addresses of their own."""
        found = self._ask("wp/v2/types")
        types = found.values() if isinstance(found, Mapping) else ()
        names = (markup.one_line(str(one.get("rest_base") or "")) for one in types if isinstance(one, Mapping))
        return tuple(name for name in names if name and name.isascii() and "/" not in name and not _is_built_in(name))

    @cached_property
    def categories(self) -> dict[int, str]:
        """The names of the most used categories by their ids, the most used first."""
        terms: dict[int, Mapping[str, Any]] = {}
        for language in ("", *(one for one in self._other_languages if one in self.languages)):
            found = self._ask(
                "wp/v2/categories", orderby="count", order="desc", per_page=100, _fields=_OF_TERM, **_in(language)
            )
            for term in found if isinstance(found, list) else ():
                if isinstance(term, Mapping) and isinstance(term.get("id"), int) and _count(term):
                    terms.setdefault(term["id"], term)
        ranked = sorted(terms.items(), key=lambda one: _count(one[1]), reverse=True)
        return {number: name for number, term in ranked if (name := _category(term))}


def _in(language: str) -> dict[str, str]:
    """Give what asks for a language: Polylang's and WPML's word for it, which all others ignore."""
    return {"lang": language, "wpml_language": language} if language else {}


def find(door: Door, home: Home, *others: Home) -> Found:
    """Find the REST API of a site by its home page; `others` are those in its other languages.

    Raises:
        PublisherError: when there is none, or it is closed.
    """
    homes = {tongues.tag(one.language): one.url for one in reversed((home, *others)) if tongues.tag(one.language)}
    return Found(door, finding.find(door, home.url).root, home, homes)


def _category(term: Mapping[str, Any]) -> str:
    is_none = str(term.get("slug") or "").startswith(_NO_CATEGORY)
    return "" if is_none else markup.line(str(term.get("name") or ""))


def _count(term: Mapping[str, Any]) -> int:
    count = term.get("count", 1)
    return count if isinstance(count, int) else 0


def _language(post: Mapping[str, Any], homes: Mapping[str, str]) -> str:
    """Give the language that a post says, or its address below a home page; empty where neither tells."""
    return tongues.tag(spoken.language(post, "", homes, (), _ANY_SOURCE, _ANY_PUBLICATION))


def _is_built_in(name: str) -> bool:
    return name in _BUILT_IN or name.startswith(_OF_PLUGINS)
