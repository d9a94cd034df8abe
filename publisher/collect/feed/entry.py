"""One entry of a feed becomes an article, or is skipped with its reason."""

import html as entities
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag, urlsplit

from publisher import markup
from publisher.collect import body, identity, licenses, tails, wording
from publisher.collect.feed import dates, fields, picture
from publisher.collect.feed.document import Document
from publisher.config import Publication, Source
from publisher.errors import UnreadableInput
from publisher.model import Article, Skipped


@dataclass(slots=True)
class Reading:
    """Reads the entries of one feed, and keeps the account of what was skipped.

    An entry without a date is an article like the others, and no reason to call a run incomplete. `seen` maps the URL
    of each entry that names no date of publication to when it was first seen; `still_seen` is what of it to remember.
    """

    source: Source
    publication: Publication
    document: Document
    now: datetime
    seen: Mapping[str, str]
    still_seen: dict[str, str] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)

    def article(self, entry: Any) -> Article | None:
        """Give the entry as an article; None when it was skipped."""
        link = self._link(entry)
        if not link:
            self.skip(entry, "the entry names no web address")
            return None
        if re.fullmatch(r"comment-?\d+", urldefrag(link).fragment):
            self.skip(entry, "it is a reader's comment and no article; name the feed of the articles")
            return None
        if _is_protected(entry):
            self.skip(entry, "it is protected by a password")
            return None
        return self._article(entry, link, identity.canonical_url(link))

    def skip(self, entry: Any, reason: str) -> None:
        """Note that the entry could not be used."""
        what = markup.line(fields.text(entry, "title", "id")[:1000]) or "an entry without a title"
        self.skipped.append(Skipped(self.source.name, what, reason))

    def _article(self, entry: Any, link: str, url: str) -> Article:
        written_title = self._html(fields.mapping(entry, "title_detail"))
        whole, summary = self._texts(entry, link, url, markup.line(written_title))
        text = body.read(whole, self.publication)
        terms = wording.names(fields.text(tag, "label", "term") for tag in fields.mappings(entry, "tags"))
        language = self._language(entry)
        published, modified = self._dates(entry, url, language)
        return Article(
            url=url,
            language=language,
            title=wording.title(written_title, text.html, url),
            published=published,
            modified=max(published, modified),
            source=self.source.name,
            body=text.html,
            summary=summary,
            authors=_authors(entry),
            categories=terms,
            image=picture.of_entry(entry, link, text.html),
            license_url=_license(entry),
            images=text.images,
            parts=text.parts,
            see_also=text.see_also,
            related=text.related,
            retracted=wording.is_retracted(terms, self.source.retracted_tag),
        )

    def _link(self, entry: Any) -> str:
        """Give where the entry leads, absolute; empty when it leads nowhere.

        Podcasts link every episode to their home page: then its id, or the episode itself, is the address.
        """
        addresses = [address for address in map(self._absolute, _addresses(entry)) if address]
        return next((address for address in addresses if self._is_of_one_entry(address)), next(iter(addresses), ""))

    def _is_of_one_entry(self, address: str) -> bool:
        parts = urlsplit(address)
        is_home = address in (self.document.site, self.document.url) or not (parts.path.strip("/") or parts.query)
        return not is_home and "/~r/" not in parts.path  # FeedBurner's, for counting

    def _absolute(self, address: str) -> str:
        absolute = identity.absolute(self.document.site, address) if address else ""
        try:
            identity.canonical_url(absolute)
        except UnreadableInput:
            return ""
        return absolute

    def _dates(self, entry: Any, url: str, language: str) -> tuple[datetime, datetime]:
        modified = _instant(entry, "updated", language)
        published = _instant(entry, "published", language) or _instant(entry, "created", language)
        if published is None:
            published = self._first_seen(url, modified)
        return published, modified or published

    def _first_seen(self, url: str, modified: datetime | None) -> datetime:
        """Give when the entry came, as its first change or our clock said; a later change does not make it new."""
        known = self.still_seen.get(url) or self.seen.get(url)
        self.still_seen[url] = known or (modified or self.now).isoformat()
        return datetime.fromisoformat(self.still_seen[url])

    def _texts(self, entry: Any, link: str, url: str, title: str) -> tuple[str, str]:
        """Give the body as clean HTML and the summary: of its texts the longest, and the one beside it."""
        summary = self._text(fields.mapping(entry, "summary_detail"), link, url, title)
        summary = summary or self._text({"value": fields.value(entry, "summary")}, link, url, title)
        contents = [self._text(content, link, url, title) for content in fields.mappings(entry, "content")]
        whole = max((*contents, summary), key=_words)
        beside = summary if whole is not summary else next(iter(contents), "")
        if not _words(whole):  # some say it all in the description of the picture
            whole += self._text({"value": fields.value(entry, "media_caption")}, link, url, title)
        return whole, wording.summary(beside, wording.paragraphs(whole))

    def _text(self, detail: Any, link: str, url: str, title: str) -> str:
        if fields.text(detail, "type").startswith(("image", "audio", "video")):
            return ""
        return tails.cut(markup.clean(self._html(detail), self._base(detail, link)), url, title)

    def _html(self, detail: Any) -> str:
        """Give a text construct as HTML. In Atom, plain text is meant literally; in RSS nobody keeps to that."""
        value = fields.text(detail, "value")
        is_plain = self.document.is_atom and detail.get("type") == "text/plain"
        return entities.escape(value, quote=False) if is_plain else value

    def _base(self, detail: Any, link: str) -> str:
        """Relative addresses count from an explicit xml:base, else from the article's own page."""
        base = self._absolute(fields.text(detail, "base"))
        return base if base and base not in (self.document.url, self.document.site) else link

    def _language(self, entry: Any) -> str:
        feed = self.document.feed
        of_feed = fields.text(fields.mapping(feed, "title_detail"), "language")
        details = (fields.mapping(entry, name) for name in ("summary_detail", "title_detail"))
        own = (fields.text(detail, "language") for detail in (*details, *fields.mappings(entry, "content")))
        said = fields.text(entry, "language") or next((tag for tag in own if tag and tag != of_feed), "")
        said = said or self.source.language or fields.text(feed, "language") or of_feed
        return wording.language(said, self.source.language, self.publication.languages)


def _words(body: str) -> int:
    """Give about how many characters of clean HTML are words."""
    return len(re.sub(r"<[^<>]*>|&nbsp;|\s", "", body))


_PASSWORD_ASKED = re.compile(
    r"<form\b[^<>]*\bpostpass\b|"
    r"\A\s*+(?:There is no excerpt because this is a protected post|No hay extracto porque es una entrada protegida)"
    r"\.\s*+\Z"
)


def _is_protected(entry: Any) -> bool:
    """Whether it is the shell of a post with a password, which WordPress puts into its feeds."""
    details = (fields.mapping(entry, "summary_detail"), *fields.mappings(entry, "content"))
    return any(_PASSWORD_ASKED.search(fields.text(detail, "value")) for detail in details)


def _addresses(entry: Any) -> Iterator[str]:
    """Give what may be the entry's address, the best first: what a feed service says it was before counting clicks,
    its link, its id when it is one, the sound or film it encloses."""
    for name in ("feedburner_origlink", "pheedo_origlink", "link"):
        yield fields.text(entry, name)
    named = fields.text(entry, "id")
    yield named if re.match(r"https?://", named) else ""
    for enclosed in fields.mappings(entry, "enclosures"):
        if fields.text(enclosed, "type").startswith(("audio", "video")):
            yield fields.text(enclosed, "href")


def _instant(entry: Any, name: str, language: str) -> datetime | None:
    # feedparser's own look-up gives one date for the other, with a warning
    found = dict.get(entry, f"{name}_parsed")
    try:
        if found:
            year, month, day, hour, minute, second = found[:6]
            return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        pass
    return dates.read(str(dict.get(entry, name) or ""), language)


def _authors(entry: Any) -> tuple[str, ...]:
    named = [fields.text(author, "name") for author in fields.mappings(entry, "authors")]
    return wording.names(named or [fields.text(entry, "author")])


def _license(entry: Any) -> str | None:
    """Give the license that the entry states for itself; beside a picture, `dcterms:license` is the picture's."""
    linked = (link.get("href") for link in fields.mappings(entry, "links") if link.get("rel") == "license")
    of_picture = any(True for _ in fields.mappings(entry, "media_content"))
    return licenses.first(
        (*linked, "" if of_picture else fields.text(entry, "dcterms_license"), fields.text(entry, "rights"))
    )
