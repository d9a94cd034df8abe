"""What the sample newsroom's site holds at one moment, with the ids and addresses that WordPress would give.

Made anew for each of the site's two states and never changed, so that any number of requests can read it.
Ids do not depend on the state: they are counted over everything the site will ever show.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from publisher.demo.newsroom import manuscripts, prose
from publisher.demo.newsroom.manuscripts import HERE, ZONE, Manuscript

LANGUAGES = ("en", "es")
PICTURES = "/wp-content/uploads/"
"""Where the site keeps its pictures."""
TAXONOMIES = {"category": "categories", "post_tag": "tags", "country": "countries", "kicker": "kickers"}
"""Each taxonomy of the site and its name in addresses of the REST API."""
TERM_PATHS = {"category": "category", "post_tag": "tag", "country": "country", "kicker": "kicker"}
_UNCATEGORIZED = {"en": "Uncategorized", "es": "Sin categoría"}
_RELATED = {"en": "Related content", "es": "Contenido relacionado"}


@dataclass(frozen=True, slots=True)
class Term:
    """A category, tag, country or kicker."""

    id: int
    taxonomy: str
    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes. A guest has no account on the site."""

    id: int
    name: str
    slug: str
    about: str
    guest: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as the media library keeps it, once for each language."""

    id: int
    name: str
    language: str
    alt: str
    caption: str
    credit: str

    @property
    def path(self) -> str:
        """Where the file is, under the site."""
        return f"{PICTURES}{self.name}.jpg"

    @property
    def small_path(self) -> str:
        """Where its small rendition is."""
        return f"{PICTURES}{self.name}-300x160.jpg"


@dataclass(frozen=True, slots=True)
class Post:
    """An article as published. Times are aware, in the site's zone."""

    id: int
    manuscript: Manuscript
    published: datetime
    modified: datetime
    terms: tuple[Term, ...]
    authors: tuple[Person, ...]
    picture: Picture | None

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.manuscript.slug

    @property
    def language(self) -> str:
        """The language it is written in."""
        return self.manuscript.language

    @property
    def path(self) -> str:
        """The address of its page, under the site."""
        return f"/{self.slug}/" if self.language == LANGUAGES[0] else f"/{self.language}/{self.slug}/"

    @property
    def title(self) -> str:
        """Its title, as HTML."""
        return prose.texturize(self.manuscript.title)

    @property
    def excerpt(self) -> str:
        """Its excerpt, as HTML."""
        return prose.excerpt(self.manuscript.summary, self.manuscript.body)


@dataclass(frozen=True)
class Archive:
    """Everything the site shows, the newest first."""

    url: str
    posts: tuple[Post, ...]
    people: tuple[Person, ...]
    pictures: tuple[Picture, ...]
    terms: tuple[Term, ...]

    @cached_property
    def by_slug(self) -> dict[str, Post]:
        """The posts by the last part of their addresses."""
        return {post.slug: post for post in self.posts}

    @cached_property
    def _bodies(self) -> dict[int, str]:
        return {post.id: self._body(post) for post in self.posts}

    def body(self, post: Post) -> str:
        """Give the body of a post as HTML, with its related articles at the end."""
        return self._bodies[post.id]

    def _body(self, post: Post) -> str:
        related = [self.by_slug[slug] for slug in post.manuscript.related]
        listed = prose.links_list(_RELATED[post.language], [(self.url + other.path, other.title) for other in related])
        return prose.to_html(post.manuscript.body, self._address) + listed

    def _address(self, target: str) -> str:
        if target.startswith(("http://", "https://")):
            return target
        return self.url + (target if target.startswith("/") else self.by_slug[target].path)

    def translations(self, post: Post) -> dict[str, Post]:
        """Give the post in each language it is published in, itself included."""
        twins = [post]
        for other in self.posts:
            if other.slug == post.manuscript.translates or other.manuscript.translates == post.slug:
                twins.append(other)
        return {language: twin for language in LANGUAGES for twin in twins if twin.language == language}


def build(url: str, now: datetime, *, second: bool) -> Archive:
    """Give the archive of the site at `url`: as it is at first, or as it is after its editors' `second` look."""
    first, later = manuscripts.read_all(HERE / "articles"), manuscripts.read_all(HERE / "articles" / "second")
    ever = first | later
    friday = manuscripts.newest_friday(now)
    maker = _Maker(friday, now.astimezone(ZONE), _terms(ever.values()), _people(), _pictures())
    posts = [
        maker.post(number, (later if second else first).get(slug) or first[slug], edited_now=second and slug in later)
        for number, slug in enumerate(_in_order(first, ever, friday), start=1)
        if second or slug in first
    ]
    posts.sort(key=lambda post: (post.published, post.id), reverse=True)
    return Archive(url, tuple(posts), maker.people, maker.pictures, maker.terms)


def _in_order(first: dict[str, Manuscript], ever: dict[str, Manuscript], friday: date) -> list[str]:
    """Give the slugs in the order they came onto the site: by date, late arrivals last."""
    return sorted(ever, key=lambda slug: (slug not in first, ever[slug].published_at(friday), slug))


@dataclass(frozen=True, slots=True)
class _Maker:
    friday: date
    now: datetime
    terms: tuple[Term, ...]
    people: tuple[Person, ...]
    pictures: tuple[Picture, ...]

    def post(self, number: int, written: Manuscript, *, edited_now: bool) -> Post:
        return Post(
            id=1200 + 7 * number,
            manuscript=written,
            published=written.published_at(self.friday),
            modified=self.now if edited_now else written.edited_at(self.friday),
            terms=tuple(self._terms_of(written)),
            authors=tuple(next(person for person in self.people if person.name == name) for name in written.authors),
            picture=self._picture_of(written),
        )

    def _terms_of(self, written: Manuscript) -> Iterator[Term]:
        wanted = _names(written)
        yield from (term for key in wanted for term in self.terms if (term.taxonomy, term.name) == key)

    def _picture_of(self, written: Manuscript) -> Picture | None:
        key = (written.picture, written.language)
        return next(picture for picture in self.pictures if (picture.name, picture.language) == key) if key[0] else None


def _names(written: Manuscript) -> list[tuple[str, str]]:
    named = {
        "category": written.categories or (_UNCATEGORIZED[written.language],),
        "post_tag": written.tags,
        "country": written.countries,
        "kicker": (written.kicker,) if written.kicker else (),
    }
    return [(taxonomy, name) for taxonomy, names in named.items() for name in names]


def _terms(ever: Iterable[Manuscript]) -> tuple[Term, ...]:
    keys = sorted({key for written in ever for key in _names(written)})
    taken: Counter[tuple[str, str]] = Counter()
    terms = []
    for number, (taxonomy, name) in enumerate(keys, start=2):
        key = (taxonomy, slug(name))
        taken[key] += 1
        # "Opinion" and "Opinión" would share an address; the second gets a number, as WordPress gives it.
        terms.append(Term(number, taxonomy, name, f"{key[1]}-{taken[key]}" if taken[key] > 1 else key[1]))
    return tuple(terms)


def slug(name: str) -> str:
    """Give a name as WordPress writes it in addresses."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")


def _people() -> tuple[Person, ...]:
    listed = _toml("people.toml")["people"]
    return tuple(
        Person(number, found["name"], slug(found["name"]), found["about"], bool(found.get("guest")))
        for number, found in enumerate(listed, start=3)
    )


def _pictures() -> tuple[Picture, ...]:
    return tuple(
        Picture(900 + number, name, language, **said[language])
        for number, (name, language, said) in enumerate(
            (name, language, said) for name, said in _toml("pictures.toml").items() for language in LANGUAGES
        )
    )


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))
