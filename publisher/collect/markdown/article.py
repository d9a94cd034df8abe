"""One Markdown file becomes an article, or is none.

The names of fields are those that Hugo, Jekyll, Eleventy, Zola and Pelican give them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from publisher import front_matter as front
from publisher import markup
from publisher.collect import body, dates, identity, licenses, tails, wording
from publisher.collect.markdown import place, text
from publisher.collect.markdown.links import Links
from publisher.collect.markdown.notebook import Facts
from publisher.collect.markdown.pictures import Beside
from publisher.collect.markdown.place import Place
from publisher.config import Publication, Source
from publisher.errors import UnreadableInput
from publisher.front_matter import NO, YES, Document, Fields, Value
from publisher.model import Article, Enclosure, Remark

_PUBLISHED = ("publishdate", "published", "date", "pubdate", "datepublished", "publishedat")
_MODIFIED = ("lastmod", "updated", "modified", "lastmodified", "datemodified", "updatedat", "lastupdated")
_HIDDEN = ("draft", "hidden", "private", "pending")
_MOST_REMARKS = 10
"""On the pictures of one article: where all are missing, their folder is."""
_CATEGORIES, _TAGS = ("categories", "category"), ("tags", "tag", "keywords")


@dataclass(slots=True)
class Reader:
    """Reads the files of one folder. `seen` maps the URL of each article without a date to when it was first seen."""

    source: Source
    publication: Publication
    root: Path
    now: datetime
    seen: dict[str, str]
    remarks: list[Remark] = field(default_factory=list)

    def facts(self, name: str, written: str) -> Facts:
        """Give what other files must know of a file.

        Raises:
            UnreadableInput: when it cannot be read, with the reason alone.
        """
        document = front.read(written)
        if _is_readme(name, document) or not _is_article(name, document):
            return Facts()
        found = place.of(name, document.fields, self.source, self.publication)
        url = identity.canonical_url(found.url)
        if _is_draft(name, document.fields):
            return Facts(draft_url=url)
        return Facts(url, self._language(document.fields, found), found.group)

    def article(self, name: str, written: str, links: Links, translations: Mapping[str, str]) -> Article:
        """Give a file that has the facts of an article as one."""
        document = front.read(written)
        fields, found = document.fields, place.of(name, document.fields, self.source, self.publication)
        url, language = identity.canonical_url(found.url), self._language(document.fields, found)
        published, modified = self._dates(fields, found, url, language)
        beside = self._beside(name)
        title, html = text.read(document.body, front.text(fields, "title"))
        whole = markup.clean(links.placed(beside.placed(html), name), found.url)
        read = body.read(tails.cut(whole, url, wording.line(title)), self.publication)
        image = beside.of_front_matter(fields)
        self._remark_on_missing(url, beside)
        return Article(
            url=url,
            language=language,
            title=wording.title(title, read.html, url),
            published=published,
            modified=max(published, modified),
            source=self.source.name,
            body=read.html,
            summary=wording.summary(front.text(fields, "summary", "description", "excerpt"), read.html),
            kicker=markup.line(front.text(fields, "kicker")),
            authors=wording.names(_authors(fields)),
            categories=_names(fields, *_CATEGORIES),
            countries=_names(fields, "countries", "country"),
            tags=_names(fields, *_TAGS),
            image=image,
            images=read.images,
            enclosures=tuple(_enclosures(fields, found.url)),
            parts=read.parts,
            translations={**translations, **dict(self._translations(fields, url))},
            see_also=read.see_also,
            related=read.related,
            retracted=self._is_retracted(fields),
            license_url=licenses.first([front.text(fields, "license", "licence", "licenseurl")]),
        )

    def _is_retracted(self, fields: Fields) -> bool:
        return front.says(fields, "retracted", *YES) or wording.is_retracted(_terms(fields), self.source.retracted_tag)

    def _language(self, fields: Fields, found: Place) -> str:
        said = front.text(fields, "language", "lang", "locale") or found.language
        said = said or wording.language_by_terms(_terms(fields), self.source)
        return wording.language(said, self.source.language, self.publication.languages)

    def _beside(self, name: str) -> Beside:
        base = place.base(self.source, self.publication)
        return Beside(self.root, (self.root / name).parent, base, place.folder_url(base, name))

    def _remark_on_missing(self, url: str, beside: Beside) -> None:
        for written in list(dict.fromkeys(beside.missing))[:_MOST_REMARKS]:
            words = f'its picture "{markup.one_line(written)[:200]}" is not in the folder; put it beside the text'
            self._remark(url, words)

    def _dates(self, fields: Fields, found: Place, url: str, language: str) -> tuple[datetime, datetime]:
        written = [front.text(fields, name) for name in _PUBLISHED]
        published = self._instant([*written, found.date], language)
        modified = self._instant([front.text(fields, name) for name in _MODIFIED], language)
        if published is None:
            unread = next((said for said in written if said and said.lower() not in (*YES, *NO)), "")
            why = f'its date "{markup.one_line(unread)[:100]}" cannot be read' if unread else "it has no date"
            self._remark(url, f"{why} and counts as published when it was first seen; write its `date`, as 2026-11-20")
            self.seen.setdefault(url, (modified or self.now).isoformat())
            published = datetime.fromisoformat(self.seen[url])
        return published, modified or published

    def _instant(self, written: Iterable[str], language: str) -> datetime | None:
        read = (dates.read(said, language, self.publication.zone) for said in written if said)
        return next(filter(None, read), None)

    def _translations(self, fields: Fields, url: str) -> Iterator[tuple[str, str]]:
        """Give the translations that the front matter names, as a table or as a list of tables."""
        said = list(front.table(fields, "translations").items())
        listed = (one for one in front.several(fields, "translations") if isinstance(one, dict))
        said += [(front.text(one, "lang", "language"), front.text(one, "url", "href")) for one in listed]
        for language, address in said:
            there = str(address).strip() and identity.absolute(place.base(self.source, self.publication), str(address))
            try:
                other = identity.canonical_url(there)
            except UnreadableInput:
                continue
            if other != url:
                yield wording.language(language, self.source.language, self.publication.languages), other

    def _remark(self, url: str, words: str) -> None:
        self.remarks.append(Remark(self.source.name, url, words))


def _is_readme(name: str, document: Document) -> bool:
    return not document.fields and name.rpartition("/")[2].lower().startswith("readme.")


def _is_article(name: str, document: Document) -> bool:
    """Whether a file with front matter is an article: neither the home page nor a page that stands for all time."""
    if not document.fields:
        raise UnreadableInput("it has no front matter; begin it with its fields between two lines of ---")
    is_home = re.fullmatch(r"index\.(?:[\w-]+\.)?\w+", name) is not None
    is_page = any(front.says(document.fields, field_, "page", "pages", "home") for field_ in ("layout", "type"))
    return not is_home and not (is_page and not any(map(document.fields.get, _PUBLISHED)))


def _is_draft(name: str, fields: Fields) -> bool:
    return (
        front.says(fields, "draft", *YES)
        or front.says(fields, "published", *NO)
        or front.says(fields, "permalink", *NO)
        or front.says(fields, "status", *_HIDDEN)
        or "_drafts" in name.split("/")[:-1]
    )


def _terms(fields: Fields) -> tuple[str, ...]:
    return (*_names(fields, *_CATEGORIES), *_names(fields, *_TAGS))


def _names(fields: Fields, *names: str) -> tuple[str, ...]:
    """Give the names of terms: a list of them, or one text with commas between."""
    given = next((fields[name] for name in names if fields.get(name)), "")
    divided: Sequence[Value] = re.split(r"[,;]", given) if isinstance(given, str) else front.several(fields, *names)
    return wording.names(map(_name, divided))


def _name(value: Value) -> str:
    return value if isinstance(value, str) else front.text(value, "name", "title") if isinstance(value, dict) else ""


def _authors(fields: Fields) -> Iterator[str]:
    """Give the authors, each by itself: commas divide whole names, and stand in "Ruiz, Ana" too."""
    for value in front.several(fields, "authors", "author", "byline"):
        written = _name(value)
        by_commas = [name.strip() for name in written.split(",")]
        if ";" in written:
            yield from written.split(";")
        else:
            yield from by_commas if all(" " in name for name in by_commas) else [written]


def _enclosures(fields: Fields, link: str) -> Iterator[Enclosure]:
    for given in front.several(fields, "enclosure", "enclosures", "audio", "podcast"):
        said: Fields = given if isinstance(given, dict) else {"url": given}
        address = front.text(said, "url", "src", "href", "file")
        url, length = identity.absolute(link, address), front.text(said, "length", "size")
        if address and url:
            yield Enclosure(
                url=url,
                media_type=markup.one_line(front.text(said, "type", "mime_type", "mimetype")),
                length=int(length) if re.fullmatch(r"[1-9][0-9]{0,12}", length) else None,
                title=markup.line(front.text(said, "title")),
            )
