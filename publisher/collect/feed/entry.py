"""One entry of a feed becomes an article, or is skipped with its reason."""

import html as entities
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag

from publisher import markup
from publisher.collect import body, dates, heads, identity, licenses, tails, wording
from publisher.collect.feed import enclosures, fields, picture
from publisher.collect.feed.addresses import Addresses
from publisher.collect.feed.document import Document, Entry
from publisher.config import Publication, Source
from publisher.model import Article, Remark, Skipped

_COUNTRIES = re.compile(r"(?:.*[^a-z])?(?:country|countries)/?", re.IGNORECASE)
_KICKER = re.compile(r"(?:.*[^a-z])?kicker/?", re.IGNORECASE)
_LONGEST_SCHEME = 500
_ITUNES = "http://www.itunes.com/"
"""What the parser says of keywords, which are for search engines, and of the shelves of a shop."""


@dataclass(frozen=True, slots=True)
class Read:
    """An entry as an article; `part` is the part of the page that it leads to, and `titled` that it has a title.

    `is_dated` is False where the article is dated by when it was first seen.
    """

    article: Article
    id: str
    part: str
    titled: bool
    is_dated: bool
    remarks: tuple[Remark, ...] = ()


@dataclass(slots=True)
class Reading:
    """Reads the entries of one document, and keeps the account of what was skipped.

    An entry without a date is an article like the others, and no reason to call a run incomplete. `seen` maps the URL
    of each entry that names no date of publication to when it was first seen; `still_seen` is what of it to remember.
    `latest` is when an entry without any date was published at the latest. `withdrawn` are the URLs of what is behind
    a password now, and `is_accounted` says that every entry has a URL.
    """

    source: Source
    publication: Publication
    document: Document
    latest: datetime
    seen: Mapping[str, str]
    still_seen: dict[str, str] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    urls: set[str] = field(default_factory=set)
    is_accounted: bool = True
    addresses: Addresses = field(init=False)

    def __post_init__(self) -> None:
        self.addresses = Addresses(self.document)

    def entries(self) -> list[Read]:
        """Give the entries that are articles; a bug that one entry meets costs that entry and not the source."""
        found = []
        for entry in self.document.entries:
            try:
                read = self.read(entry)
            except Exception as error:  # noqa: BLE001 - see above
                self.is_accounted = False
                self.skip(
                    entry, f"it cannot be read ({type(error).__name__}: {error}); tell whoever keeps this program"
                )
            else:
                found += [read] if read else []
        return found

    def read(self, entry: Entry) -> Read | None:
        """Give the entry as an article; None when it was skipped."""
        link = self.addresses.of(entry)
        if not link:
            self.is_accounted = False
            self.skip(entry, "the entry names no web address")
            return None
        url, part = identity.canonical_url(link), urldefrag(link).fragment
        if re.fullmatch(r"comment-?\d+", part):
            self.skip(entry, "it is a reader's comment and no article; name the feed of the articles")
            return None
        if _is_protected(entry):
            self.withdrawn.append(url)
            self.skip(entry, "it is protected by a password")
            return None
        self.urls.add(url)
        return self._read(entry, link, url, part)

    def skip(self, entry: Entry, reason: str) -> None:
        """Note that the entry could not be used."""
        title = fields.text(fields.mapping(entry, "title_detail"), "value")
        what = markup.line((title or fields.text(entry, "title", "id"))[:1000])
        self.skipped.append(Skipped(self.source.name, what or "an entry without a title", reason))

    def _read(self, entry: Entry, link: str, url: str, part: str) -> Read:
        written_title = self._html(fields.mapping(entry, "title_detail"))
        authors = self._authors(entry)
        whole, summary = self._texts(entry, link, url, markup.line(written_title))
        text = body.read(heads.cut(whole, wording.line(written_title), authors), self.publication)
        terms = _Terms(entry)
        language = self._language(entry, terms.all)
        dated = self._dates(entry, url, language)
        article = Article(
            url=url,
            language=language,
            title=wording.title(written_title, text.html, url),
            published=dated.published,
            modified=max(dated.published, dated.modified),
            source=self.source.name,
            body=text.html,
            summary=summary,
            kicker=next(iter(terms.kickers), ""),
            authors=authors,
            categories=terms.categories,
            countries=terms.countries,
            image=picture.of_entry(entry, link, text),
            license_url=_license(entry),
            images=text.images,
            enclosures=enclosures.of_entry(entry, link),
            parts=text.parts,
            see_also=text.see_also,
            related=text.related,
            retracted=wording.is_retracted(terms.all, self.source.retracted_tag),
        )
        remarks = (Remark(self.source.name, url, dated.remark),) if dated.remark else ()
        named = fields.text(entry, "id")
        return Read(article, named, part, bool(wording.line(written_title)), dated.is_known, remarks)

    def _authors(self, entry: Entry) -> tuple[str, ...]:
        """Give the authors: the entry's own, or the feed's where the format says so and they are people."""
        own = _authors(entry)
        if own or not self.document.inherits:
            return own
        newsroom = {self.publication.name.casefold(), markup.line(fields.text(self.document.feed, "title")).casefold()}
        return tuple(name for name in _authors(self.document.feed) if name.casefold() not in newsroom)

    def _dates(self, entry: Entry, url: str, language: str) -> "_Dates":
        written = [fields.own_text(entry, name) for name in ("published", "created", "updated")]
        published, created, modified = (dates.read(date, language, self.publication.zone) for date in written)
        if first := published or created:
            return _Dates(first, modified or first)
        unread = written[0] or written[1] or ("" if modified else written[2])
        remark = (
            f'its date "{markup.line(unread[:80])}" cannot be read; it is dated when it was first seen, write it anew'
        )
        seen = self._first_seen(url, modified)
        return _Dates(seen, modified or seen, modified is not None, remark if unread else "")

    def _first_seen(self, url: str, modified: datetime | None) -> datetime:
        """Give when the entry came, as its first change or our clock said; a later change does not make it new."""
        known = self.still_seen.get(url) or self.seen.get(url)
        self.still_seen[url] = known or (modified or self.latest).isoformat()
        return datetime.fromisoformat(self.still_seen[url])

    def _texts(self, entry: Entry, link: str, url: str, title: str) -> tuple[str, str]:
        """Give the body as clean HTML and the summary: of its texts the longest, and the one beside it.

        Of pictures with few words each, the words about them all may be longer and are no body.
        """
        summary = self._text(fields.mapping(entry, "summary_detail"), link, url, title)
        summary = summary or self._text({"value": fields.value(entry, "summary")}, link, url, title)
        contents = [self._text(content, link, url, title) for content in fields.mappings(entry, "content")]
        whole = max((*contents, summary), key=_words)
        gallery = max(contents, key=_pictures, default="")
        if _words(gallery) and _pictures(gallery) > _pictures(whole) + 1:
            whole = gallery
        beside = summary if whole is not summary else next(iter(contents), "")
        if not _words(whole):  # some say it all in the description of the picture
            whole += self._text({"value": fields.value(entry, "media_caption")}, link, url, title)
        return whole, wording.summary(beside, wording.paragraphs(whole))

    def _text(self, detail: Any, link: str, url: str, title: str) -> str:
        if fields.text(detail, "type").startswith(("image", "audio", "video")):
            return ""
        html = _ABOUT_A_FORM.sub("", self._html(detail))
        return tails.cut(markup.clean(html, self._base(detail, link)), url, title)

    def _html(self, detail: Any) -> str:
        """Give a text construct as HTML. In Atom, plain text is meant literally; in RSS nobody keeps to that."""
        value = fields.text(detail, "value")
        is_plain = self.document.is_atom and detail.get("type") == "text/plain"
        return entities.escape(value, quote=False) if is_plain else value

    def _base(self, detail: Any, link: str) -> str:
        """Relative addresses count from an explicit xml:base, else from the article's own page."""
        base = self.addresses.absolute(fields.text(detail, "base"))
        return base if base and base not in (self.document.url, self.document.site) else link

    def _language(self, entry: Entry, terms: tuple[str, ...]) -> str:
        feed = self.document.feed
        of_feed = fields.text(fields.mapping(feed, "title_detail"), "language")
        details = (fields.mapping(entry, name) for name in ("summary_detail", "title_detail"))
        own = (fields.text(detail, "language") for detail in (*details, *fields.mappings(entry, "content")))
        said = fields.text(entry, "language") or next((tag for tag in own if tag and tag != of_feed), "")
        said = said or wording.language_by_terms(terms, self.source)
        said = said or self.source.language or fields.text(feed, "language") or of_feed
        return wording.language(said, self.source.language, self.publication.languages)


_ABOUT_A_FORM = re.compile(r'<p class="cta-caption">[^<>]*+</p>')
"""What Substack writes above the form to subscribe, which goes with all forms."""


def _words(body: str) -> int:
    """Give about how many characters of clean HTML are words."""
    return len(re.sub(r"<[^<>]*>|&nbsp;|\s", "", body))


def _pictures(body: str) -> int:
    return body.count("<img")


_PASSWORD_ASKED = re.compile(
    r"<form\b[^<>]*\bpostpass\b|"
    r"\A\s*+(?:There is no excerpt because this is a protected post|No hay extracto porque es una entrada protegida)"
    r"\.\s*+\Z"
)


def _is_protected(entry: Entry) -> bool:
    """Whether it is the shell of a post with a password, which WordPress puts into its feeds."""
    details = (fields.mapping(entry, "summary_detail"), *fields.mappings(entry, "content"))
    return any(_PASSWORD_ASKED.search(fields.text(detail, "value")) for detail in details)


@dataclass(frozen=True, slots=True)
class _Dates:
    """When an entry was published and changed; `is_known` is False where that is when it was first seen."""

    published: datetime
    modified: datetime
    is_known: bool = True
    remark: str = ""


class _Terms:
    """What an entry is filed under."""

    def __init__(self, entry: Entry) -> None:
        tags = [tag for tag in fields.mappings(entry, "tags") if fields.text(tag, "scheme") != _ITUNES]
        of_countries = [tag for tag in tags if _is_of(_COUNTRIES, tag)]
        of_kickers = [tag for tag in tags if _is_of(_KICKER, tag)]
        self.all = _names(tags)
        self.countries = _names(of_countries)
        self.kickers = _names(of_kickers)
        self.categories = _names(tag for tag in tags if tag not in of_countries and tag not in of_kickers)


def _names(tags: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return wording.names(fields.text(tag, "label", "term") for tag in tags)


def _is_of(kind: re.Pattern[str], tag: Mapping[str, Any]) -> bool:
    return kind.fullmatch(fields.text(tag, "scheme")[-_LONGEST_SCHEME:]) is not None


_BY = re.compile(r"\A(?:by|por)(?:\s*+:\s*+|\s++)(?=[^\W\d_])", re.IGNORECASE)


def _authors(entry: Entry) -> tuple[str, ...]:
    named = [fields.text(author, "name") for author in fields.mappings(entry, "authors")]
    return wording.names(_BY.sub("", name) for name in named or [fields.text(entry, "author")])


def _license(entry: Entry) -> str | None:
    """Give the license that the entry states for itself; beside a picture, `dcterms:license` is the picture's."""
    linked = (link.get("href") for link in fields.mappings(entry, "links") if link.get("rel") == "license")
    of_picture = any(True for _ in fields.mappings(entry, "media_content"))
    return licenses.first(
        (*linked, "" if of_picture else fields.text(entry, "dcterms_license"), fields.text(entry, "rights"))
    )
