"""One post of the REST API becomes an article, or is skipped with its reason.

The API's fields are what core WordPress gives with `_embed`, and, where they are there, those of widespread
plugins: languages by Polylang and WPML, authors by Yoast and co-author plugins.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from publisher import markup
from publisher.collect import body, identity, tails, wording
from publisher.collect.wordpress import media
from publisher.collect.wordpress.api import Post
from publisher.config import Publication, Source
from publisher.errors import UnreadableInput
from publisher.model import Article, Link, Skipped

_COUNTRIES = ("country", "countries")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the posts of one source. `links` maps ids of posts to their addresses."""

    source: Source
    publication: Publication
    links: Mapping[int, str]
    zone: Callable[[], tzinfo]

    def read(self, post: Post) -> Article | Skipped:
        """Give the post as an article, or why it is none."""
        address = str(post.get("link") or "")
        if reason := _why_not(post, address):
            return self._skipped(post, reason)
        try:
            url = identity.canonical_url(address)
        except UnreadableInput:
            return self._skipped(post, "its link is no web address")
        published = self._instant(post, "date")
        if published is None:
            return self._skipped(post, "its date cannot be read")
        return self._article(post, address, url, published)

    def _skipped(self, post: Post, reason: str) -> Skipped:
        what = str(post.get("link") or "") or f"post {post.get('id', 'without id')}"
        return Skipped(self.source.name, markup.line(what), reason)

    def _article(self, post: Post, address: str, url: str, published: datetime) -> Article:
        written_title = _rendered(post.get("title"))
        plain_title = markup.line(written_title)
        content, excerpt = (
            tails.cut(markup.clean(_rendered(post.get(name)), address), url, plain_title)
            for name in ("content", "excerpt")
        )
        text = body.read(content, self.publication)
        terms = list(_terms(post))
        return Article(
            url=url,
            language=wording.language(_language(post), self.source.language, self.publication.languages),
            title=wording.title(written_title, text.html, url),
            published=published,
            modified=max(published, self._instant(post, "modified") or published),
            source=self.source.name,
            body=text.html,
            summary=wording.summary(excerpt, text.html),
            kicker=next(iter(_names(terms, "kicker")), "") or markup.line(_rendered(post.get("kicker"))),
            authors=_authors(post),
            categories=_names(terms, "category"),
            countries=_names(terms, *_COUNTRIES),
            tags=_names(terms, "post_tag"),
            image=media.featured(post, address),
            translations=dict(self._translations(post, url)),
            images=text.images,
            parts=text.parts,
            see_also=text.see_also,
            related=text.related or tuple(_related(post)),
            retracted=wording.is_retracted(_every_name(terms), self.source.retracted_tag),
        )

    def _instant(self, post: Post, name: str) -> datetime | None:
        """Read the time in UTC; where only the site's local time is there, with the site's zone."""
        universal, local = _time(post.get(f"{name}_gmt")), _time(post.get(name))
        try:
            if universal:
                return universal.replace(tzinfo=universal.tzinfo or UTC).astimezone(UTC)
            return local.replace(tzinfo=local.tzinfo or self.zone()).astimezone(UTC) if local else None
        except OverflowError:
            return None

    def _translations(self, post: Post, url: str) -> Iterator[tuple[str, str]]:
        for said, where in _said_translations(post):
            address = self.links.get(where, "") if isinstance(where, int) else str(where)
            try:
                other = identity.canonical_url(address)
            except UnreadableInput:
                continue
            if other != url:
                yield wording.language(said, self.source.language, self.publication.languages), other


def translation_ids(post: Post) -> Iterator[int]:
    """Give the ids of posts that the post names as its translations."""
    for _, where in _said_translations(post):
        if isinstance(where, int) and where != post.get("id"):
            yield where


def _said_translations(post: Post) -> Iterator[tuple[str, int | str]]:
    """Read Polylang's `translations` (language to id, or to address) and WPML's list."""
    said = post.get("translations")
    for language, where in said.items() if isinstance(said, Mapping) else ():
        if isinstance(where, int | str) and not isinstance(where, bool):
            yield str(language), int(where) if re.fullmatch(r"[0-9]{1,18}", str(where)) else str(where)
    listed = post.get("wpml_translations")
    for found in listed if isinstance(listed, list) else ():
        if isinstance(found, Mapping) and found.get("href"):
            yield str(found.get("locale") or ""), str(found["href"])


def _why_not(post: Post, address: str) -> str:
    content = post.get("content")
    status = post.get("status", "publish")
    if status != "publish":
        return f'its status is "{status}", not "publish"'
    if isinstance(content, Mapping) and content.get("protected"):
        return "it is protected by a password"
    return "" if address else "it has no link"


def _rendered(value: Any) -> str:
    """Give a text field, which WordPress wraps in an object."""
    if isinstance(value, Mapping):
        value = value.get("rendered", value.get("raw"))
    return value if isinstance(value, str) else ""


def _language(post: Post) -> str:
    for name in ("lang", "language", "wpml_current_locale"):
        if isinstance(post.get(name), str) and post[name]:
            return str(post[name])
    return ""


def _time(written: Any) -> datetime | None:
    if not isinstance(written, str) or written.startswith("0000"):
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _embedded(post: Post, relation: str) -> list[Any]:
    embedded = post.get("_embedded")
    found = embedded.get(relation) if isinstance(embedded, Mapping) else None
    return found if isinstance(found, list) else []


def _terms(post: Post) -> Iterator[Mapping[str, Any]]:
    """Give the post's terms; a taxonomy that is not public is an error object among them."""
    for group in _embedded(post, "wp:term"):
        for term in group if isinstance(group, list) else ():
            if isinstance(term, Mapping) and isinstance(term.get("name"), str):
                yield term


def _names(terms: list[Mapping[str, Any]], *taxonomies: str) -> tuple[str, ...]:
    return wording.names(term["name"] for term in terms if term.get("taxonomy") in taxonomies)


def _every_name(terms: list[Mapping[str, Any]]) -> Iterator[str]:
    for term in terms:
        if term.get("taxonomy") in ("category", "post_tag"):
            yield from (markup.line(term["name"]), str(term.get("slug") or ""))


def _authors(post: Post) -> tuple[str, ...]:
    """Give the authors; where the list of users is closed, from the fields that plugins add to the post."""
    yoast, extra = post.get("yoast_head_json"), post.get("author_info")
    candidates = (
        [found for name in ("authors", "coauthors") if isinstance(post.get(name), list) for found in post[name]],
        _embedded(post, "author"),
        [yoast.get("author")] if isinstance(yoast, Mapping) else [],
        [extra],
    )
    return next((named for named in (wording.names(map(_author, found)) for found in candidates) if named), ())


def _author(found: Any) -> str:
    if isinstance(found, Mapping) and "code" not in found:
        found = found.get("display_name") or found.get("name")
    return found if isinstance(found, str) else ""


def _related(post: Post) -> Iterator[Link]:
    listed = post.get("related") or post.get("jetpack-related-posts")
    for found in listed if isinstance(listed, list) else ():
        if isinstance(found, Mapping):
            url, title = str(found.get("url") or found.get("link") or ""), markup.line(_rendered(found.get("title")))
            if title and url.startswith(("http://", "https://")):
                yield Link(url, title)
