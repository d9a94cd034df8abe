"""What the head of a page says about its article: Open Graph, `article:`, Dublin Core, parsely, sailthru, links."""

import re
from collections.abc import Iterable, Iterator

from publisher.collect import licenses, wording
from publisher.collect.page.document import Page
from publisher.collect.page.said import Said
from publisher.model import Image

_MOST_LINKS = 200

_NAMES = {
    "title": "og:title twitter:title dc.title dcterms.title citation_title parsely-title sailthru.title headline",
    "summary": "og:description description twitter:description dc.description dcterms.abstract sailthru.description",
    "published": """article:published_time article:published og:published_time datepublished parsely-pub-date
        sailthru.date dcterms.created dcterms.issued dc.date.issued dcterms.date dc.date citation_publication_date
        citation_date article.published publish_date pubdate publication_date date cxenseparse:recs:publishtime""",
    "modified": """article:modified_time og:updated_time datemodified dcterms.modified dc.date.modified
        article.updated last-modified lastmod""",
    "categories": "article:section parsely-section articlesection cxenseparse:recs:category section",
    "tags": "article:tag parsely-tags sailthru.tags news_keywords keywords",
    "language": "og:locale inlanguage dc.language dcterms.language content-language language",
    "authors": """author parsely-author sailthru.author dc.creator dcterms.creator citation_author article:author
        cxenseparse:author""",
    "image": """og:image:secure_url og:image og:image:url twitter:image twitter:image:src parsely-image-url
        sailthru.image.full thumbnail""",
    "license": "dcterms.license dc.rights dcterms.rights dc.rights.license",
}
_LANGUAGE = ("lang", "{http://www.w3.org/XML/1998/namespace}lang")


def read(page: Page) -> Said:
    """Read the head of a page."""
    return Said(
        title=_said(page, "title"),
        summary=_said(page, "summary"),
        language=next((tag for name in _LANGUAGE if (tag := page.root.get(name))), "").strip()
        or _said(page, "language"),
        published=_said(page, "published"),
        modified=_said(page, "modified"),
        authors=_authors(page),
        categories=wording.names(page.all_said(*_NAMES["categories"].split())),
        tags=wording.names(_split(page.all_said(*_NAMES["tags"].split()))),
        image=_image(page),
        license_url=_license(page),
        translations=dict(_translations(page)),
    )


def _said(page: Page, what: str) -> str:
    return page.said(*_NAMES[what].split())


def _authors(page: Page) -> tuple[str, ...]:
    """Give the authors; `article:author` is often the address of a profile, which is no name."""
    for name in _NAMES["authors"].split():
        named = wording.names(page.all_said(name))
        names = tuple(author for author in named if not re.match(r"(?:https?:)?//|www\.|@", author))
        if names:
            return names
    return ()


def _split(written: Iterable[str]) -> Iterator[str]:
    for words in written:
        yield from words.split(";" if ";" in words else ",")


def _image(page: Page) -> Image | None:
    url = page.address(_said(page, "image"))
    if not url:
        link = next((element.get("href") for element in page.linked("image_src")), None)
        url = page.address(link)
    alt = wording.line(page.said("og:image:alt", "twitter:image:alt"))
    width, height = (_pixels(page.said(f"og:image:{side}")) for side in ("width", "height"))
    return Image(url, alt=alt, width=width, height=height) if url else None


def _pixels(written: str) -> int | None:
    return int(written) if re.fullmatch(r"[1-9][0-9]{0,4}", written) else None


def _license(page: Page) -> str | None:
    """Give the license that the page states for itself: `rel="license"` beside none of its pictures."""
    in_pictures = (link for figure in page.root.iter("figure") for link in figure.iter("a"))
    pictured = set(in_pictures)
    linked = [link for link in page.linked("license") if link not in pictured]
    return licenses.first((*(page.address(link.get("href")) for link in linked), _said(page, "license")))


def _translations(page: Page) -> Iterator[tuple[str, str]]:
    links = [link for link in page.linked("alternate") if link.get("hreflang")][:_MOST_LINKS]
    for link in links:
        language, url = (link.get("hreflang") or "").strip(), page.canonical(link.get("href"))
        if url and language.lower() != "x-default":
            yield language, url
