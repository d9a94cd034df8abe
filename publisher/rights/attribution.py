"""Who made an article and where its original is: in bylines, under pictures, and in whole copies.

A copy carries what the license and the newsroom's conditions oblige it to: the byline with author and newsroom,
the link to the original before the first paragraph and after the last, the license and the reuse statement; and
the appeal. Its links say what they are to machines too (ccREL).
"""

from collections.abc import Sequence

from babel.dates import format_date
from babel.lists import format_list
from markupsafe import Markup

from publisher import markup
from publisher.config import Settings
from publisher.languages import direction, locale, spoken_in
from publisher.model import Article, Image
from publisher.rights.appeal import appeal
from publisher.rights.license import is_ours, license_name
from publisher.rights.notice import byline_name, notice
from publisher.rights.wording import WORDINGS, wording_in


def by(people: Sequence[str], language: str) -> str:
    """Give the words that name an article's authors: "By Ana and Bruno"; empty without any."""
    authors = names(people, language)
    return wording_in(language).byline.format(authors=authors) if authors else ""


def names(people: Sequence[str], language: str) -> str:
    """Give names as a list in the language: "Ana, Bruno and Carla"."""
    people = [name for person in people if (name := markup.one_line(person))]
    return format_list(people, style="standard", locale=locale(language)) if people else ""


def byline(article: Article, settings: Settings) -> str:
    """Give the byline that a copy must carry: the authors, and the newsroom."""
    newsroom = byline_name(settings)
    authors = [author for author in article.authors if markup.one_line(author).casefold() != newsroom.casefold()]
    both = filter(None, (names(authors, article.language), newsroom))
    return wording_in(article.language).byline.format(authors=", ".join(both))


def picture_credit(image: Image, language: str) -> str:
    """Give who made a picture; a credit that says already what it is stays as it is."""
    credit = markup.one_line(image.credit)
    return wording_in(language).picture.format(credit=credit) if credit and ":" not in credit else credit


def copy_html(article: Article, settings: Settings) -> str:
    """Give a copy of an article that complies, without its title."""
    wording, spoken = wording_in(article.language), spoken_in(article.language, WORDINGS)
    is_foreign = spoken != article.language.partition("-")[0]
    mark = Markup(' lang="{}" dir="{}"').format(spoken, direction(spoken)) if is_foreign else ""
    day = article.published.astimezone(settings.publication.zone)
    parts = [
        Markup('<p class="byline"{}>{}</p>').format(mark, byline(article, settings)),
        Markup("<p{}>{}</p>").format(
            mark,
            _safe(wording.first_published).format(
                newsroom=_newsroom_link(article, settings),
                date=format_date(day, "long", locale=locale(spoken if is_foreign else article.language)),
                original=_link(article.url, markup.one_line(article.title) or article.url),
            ),
        ),
        _safe(figure_html(article)),
        _safe(article.body),
        Markup("<hr>\n<p{}>{}</p>").format(
            mark,
            _safe(wording.original).format(newsroom=byline_name(settings), original=_link(article.url, article.url)),
        ),
        _safe(closing_html(article.language, settings)),
    ]
    return "\n".join(part for part in parts if part)


def closing_html(language: str, settings: Settings, license_url: str | None = None) -> str:
    """Give what stands under everything we hand out: the license, the reuse statement, the appeal.

    With the license of an article that has its own, that stands there and nothing is said of reuse.
    """
    given, asked = notice(settings, language), appeal(settings, language)
    statement = (
        Markup('<a rel="license" href="{}">{}</a>').format(license_url, license_name(license_url))
        if license_url and not is_ours(license_url, settings)
        else _safe(given.statement_html)
    )
    is_foreign = given.language != language.partition("-")[0]
    mark = Markup(' lang="{}" dir="{}"').format(given.language, direction(given.language)) if is_foreign else ""
    return Markup('<p{}>{}</p>\n<p><strong>{}.</strong> {} <a href="{}">{}</a></p>').format(
        mark, statement, asked.heading, asked.text, asked.url, asked.button
    )


def figure_html(article: Article) -> str:
    """Give the article's picture with its caption, credit and own license; empty where its text shows it already."""
    image = article.image
    if image is None or image.url in article.body:
        return ""
    said = [markup.one_line(image.caption), picture_credit(image, article.language)]
    if image.license_url:
        said.append(_link(image.license_url, license_name(image.license_url)))
    words = Markup(" ").join(word for word in said if word)
    caption = Markup("<figcaption>{}</figcaption>").format(words) if words else ""
    sizes = Markup(' width="{}" height="{}"').format(image.width, image.height) if image.width and image.height else ""
    alt = markup.one_line(image.alt)
    return Markup('<figure><img src="{}" alt="{}"{}>{}</figure>').format(image.url, alt, sizes, caption)


def _newsroom_link(article: Article, settings: Settings) -> Markup:
    """The words and the address that ccREL asks an attribution to carry."""
    return Markup('<a rel="cc:attributionURL" property="cc:attributionName" href="{}">{}</a>').format(
        article.url, byline_name(settings)
    )


def _safe(html: str) -> Markup:
    """Mark as HTML what is safe already: words of our own, and bodies, which `markup` cleaned when they came in."""
    return Markup(html)  # noqa: S704 - see above


def _link(url: str, words: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url, words)
