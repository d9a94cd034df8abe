"""Articles, copies for republishers and issues as entries of a feed.

Each carries the license, the reuse statement and the appeal under its text, in `rights`' words.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from publisher import addresses, markup, rights
from publisher.config import Settings
from publisher.model import Article, Image, Issue, StoredArticle
from publisher.syndicate.view import Entry, Picture

_MEDIA_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}


def of_article(stored: StoredArticle, settings: Settings) -> Entry:
    """Give the entry of the ordinary feeds: the whole article."""
    article = stored.article
    told = _safe(article.body) or Markup("<p>{}</p>").format(_summary(article))
    closing = rights.closing_html(article.language, settings, article.license_url)
    return _entry(stored, settings, "\n".join(filter(None, (rights.figure_html(article), told, closing))))


def of_copy(stored: StoredArticle, settings: Settings) -> Entry:
    """Give the entry of a feed for republishers: a copy that complies.

    Its identity is its own: readers that keep one entry for each identity would mix up the article and the copy.
    """
    entry = _entry(stored, settings, rights.copy_html(stored.article, settings))
    return replace(entry, id=f"{entry.url}#republish")


def of_issue(issue: Issue, settings: Settings) -> Entry:
    """Give the entry of a newsletter's feed: the issue's web copy.

    It is dated when it was approved: from then on it is frozen but for amendments, and when the last of its mails has
    left is no change a reader can see.
    """
    url = addresses.of_issue(settings, issue.newsletter, issue.language, issue.period.name)
    public = issue.approved or issue.composed
    closing = rights.closing_html(issue.language, settings)
    return Entry(
        id=url,
        url=url,
        language=issue.language,
        title=markup.one_line(issue.title) or issue.period.name,
        summary=markup.one_line(issue.variant.preheader),
        html=markup.valid_xml("\n".join(filter(None, (_inside(issue.variant.web, url), closing)))),
        authors=_newsroom(settings),
        tags=(),
        published=public,
        updated=issue.amended or public,
        rights=_rights(settings, issue.language),
        license_url=settings.license.url,
        license_name=rights.license_name(settings.license.url),
    )


def _entry(stored: StoredArticle, settings: Settings, html: str) -> Entry:
    article = stored.article
    license_url = _uri(article.license_url or "") or settings.license.url
    is_ours = rights.is_ours(license_url, settings)
    return Entry(
        id=article.url,
        url=article.url,
        language=article.language,
        title=markup.one_line(article.title) or article.url,
        summary=_summary(article),
        html=markup.valid_xml(html),
        authors=_lines(article.authors) or _newsroom(settings),
        tags=_lines((*article.categories, *article.countries, *article.tags)),
        published=article.published,
        updated=stored.updated,
        rights=_rights(settings, article.language) if is_ours else f"{rights.license_name(license_url)}: {license_url}",
        license_url=license_url,
        license_name=rights.license_name(license_url),
        picture=_picture(article.image) if article.image else None,
        translations=tuple(sorted((tag, uri) for tag, url in article.translations.items() if (uri := _uri(url)))),
    )


def _summary(article: Article) -> str:
    return markup.one_line(article.summary) or markup.first_paragraph(article.body)


def _newsroom(settings: Settings) -> tuple[str, ...]:
    return (markup.one_line(rights.byline_name(settings)),)


def _rights(settings: Settings, language: str) -> str:
    return markup.one_line(rights.copyright_line(settings, language))


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(markup.one_line, texts))))


def _picture(image: Image) -> Picture | None:
    url, license_url = _uri(image.url), _uri(image.license_url or "")
    if not url:
        return None
    return Picture(
        url=url,
        media_type=_MEDIA_TYPES.get(urlsplit(url).path.rpartition(".")[2].lower()),
        width=image.width or None,
        height=image.height or None,
        description=markup.one_line(image.caption or image.alt),
        credit=markup.one_line(image.credit),
        license_url=license_url,
        license_name=rights.license_name(license_url) if license_url else "",
    )


def _uri(url: str) -> str:
    """Give a web address in the characters of RFC 3986; empty where it is none."""
    if not re.match(r"https?://[\w.:\[\]-]+(?:[/?#]|$)", url, re.ASCII):
        return ""
    return quote(markup.valid_xml(url), safe="!#$%&'()*+,/:;=?@[]~")


def _inside(page: str, url: str) -> str:
    """Give the text of a web copy: without its heading, which the feed has, and the panels, said once below."""
    found = re.search(r"<main\b[^>]*>(.*)</main>", page, re.DOTALL)
    said_elsewhere = re.compile(r'<h1\b.*?</h1>|<section class="panel\b.*?</section>', re.DOTALL)
    without = said_elsewhere.sub("", found[1] if found else "")
    return re.sub(r"\n{2,}", "\n", markup.clean(without, url)).strip()


def _safe(html: str) -> Markup:
    """Mark as HTML what is safe already: `markup` cleaned it when the article came in."""
    return Markup(html)  # noqa: S704 - see above
