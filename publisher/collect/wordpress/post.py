"""One post of the REST API becomes an article, or is skipped with its reason.

The API's fields are what core WordPress gives with `_embed`, and, where they are there, those of widespread plugins.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from publisher import markup
from publisher.collect import body, identity, tails, wording
from publisher.collect.wordpress import media, people, shortcodes, terms, tongues
from publisher.collect.wordpress.api import UNREAD, Post
from publisher.config import Publication, Source
from publisher.errors import UnreadableInput
from publisher.model import Article, Link, Skipped


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the posts of one source.

    `links` maps ids of posts to their addresses, `looked_up` and `coauthors` are terms and names that posts
    do not show, `homes` the home pages of the site's languages.
    """

    source: Source
    publication: Publication
    links: Mapping[int, str]
    zone: Callable[[], tzinfo]
    looked_up: terms.Known = field(default_factory=dict)
    coauthors: Mapping[str, str] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)

    def read(self, post: Post, asked: str = "") -> Article | Skipped:
        """Give a post as an article, or why it is none; `asked` is the language whose posts were asked for."""
        address = str(post.get("link") or "")
        if reason := str(post.get(UNREAD) or "") or hidden(post) or ("" if address else "it has no link"):
            return self._skipped(post, reason)
        try:
            url = identity.canonical_url(address)
        except UnreadableInput:
            return self._skipped(post, "its link is no web address")
        published = self.instant(post, "date")
        if published is None:
            return self._skipped(post, "its date cannot be read")
        return self._article(post, address, url, published, asked)

    def _skipped(self, post: Post, reason: str) -> Skipped:
        what = address(post) or str(post.get("link") or "") or f"post {post.get('id', 'without id')}"
        return Skipped(self.source.name, markup.line(what), reason)

    def _article(self, post: Post, address: str, url: str, published: datetime, asked: str) -> Article:
        written, written_title = _rendered(post.get("content")), _rendered(post.get("title"))
        content, excerpt = self._texts(post, written, address, url, markup.line(written_title))
        text = body.read(content, self.publication)
        found = terms.of(post, self.source, self.looked_up)
        image = media.featured(post, address)
        words, taxonomies = terms.names_and_slugs(found, self.source), self.source.taxonomies
        return Article(
            url=url,
            language=tongues.language(post, asked, self.homes, words, self.source, self.publication),
            title=wording.title(written_title, text.html, url),
            published=published,
            modified=max(published, self.instant(post, "modified") or published),
            source=self.source.name,
            body=text.html,
            summary=wording.summary(excerpt, text.html),
            kicker=next(iter(terms.names(found, taxonomies.kicker)), "") or markup.line(_rendered(post.get("kicker"))),
            authors=people.authors(post, found, self.coauthors, text.html),
            categories=terms.names(found, taxonomies.categories),
            countries=terms.names(found, taxonomies.countries),
            tags=terms.names(found, taxonomies.tags),
            image=image,
            translations=dict(self._translations(post, url)),
            images=media.completed(text.images, image, post, written, address),
            parts=text.parts,
            see_also=text.see_also,
            related=text.related or tuple(_related(post)),
            retracted=wording.is_retracted(words, self.source.retracted_tag),
        )

    def _texts(self, post: Post, written: str, address: str, url: str, title: str) -> tuple[str, str]:
        """Give the text and the excerpt; where only the excerpt is written, it is the text."""
        content, excerpt = (
            tails.cut(markup.clean(shortcodes.without(html), address), url, title) if html else ""
            for html in (written, _rendered(post.get("excerpt")))
        )
        return content or excerpt, excerpt

    def instant(self, post: Post, name: str) -> datetime | None:
        """Read the time in UTC; where only the site's local time is there, with the site's zone."""
        universal, local = _time(post.get(f"{name}_gmt")), _time(post.get(name))
        try:
            if universal:
                return universal.replace(tzinfo=universal.tzinfo or UTC).astimezone(UTC)
            return local.replace(tzinfo=local.tzinfo or self.zone()).astimezone(UTC) if local else None
        except OverflowError:
            return None

    def _translations(self, post: Post, url: str) -> Iterator[tuple[str, str]]:
        for said, where in tongues.said_translations(post):
            address = self.links.get(where, "") if isinstance(where, int) else str(where)
            try:
                other = identity.canonical_url(address)
            except UnreadableInput:
                continue
            if other != url:
                yield wording.language(said, self.source.language, self.publication.languages), other


def hidden(post: Post) -> str:
    """Give why the public may not see a post; empty where it may."""
    content = post.get("content")
    status = post.get("status", "publish")
    if status != "publish":
        return f'its status is "{status}", not "publish"'
    if isinstance(content, dict) and content.get("protected"):
        return "it is protected by a password"
    return ""


def address(post: Post) -> str:
    """Give the identity of a post; empty where it has none."""
    try:
        return identity.canonical_url(str(post.get("link") or ""))
    except UnreadableInput:
        return ""


def public_address(post: Post) -> str:
    """Give the identity of a post that the public may see; empty where there is none."""
    return "" if hidden(post) else address(post)


def translation_ids(post: Post) -> Iterator[int]:
    """Give the ids of posts that the post names as its translations."""
    for _, where in tongues.said_translations(post):
        if isinstance(where, int) and where != post.get("id"):
            yield where


def _rendered(value: Any) -> str:
    """Give a text field, which WordPress wraps in an object."""
    if isinstance(value, dict):
        value = value.get("rendered", value.get("raw"))
    return value if isinstance(value, str) else ""


def _time(written: Any) -> datetime | None:
    if not isinstance(written, str) or written.startswith("0000"):
        return None
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _related(post: Post) -> Iterator[Link]:
    listed = post.get("related") or post.get("jetpack-related-posts")
    for found in listed if isinstance(listed, list) else ():
        if isinstance(found, dict):
            url, title = str(found.get("url") or found.get("link") or ""), markup.line(_rendered(found.get("title")))
            if title and url.startswith(("http://", "https://")):
                yield Link(url, title)
