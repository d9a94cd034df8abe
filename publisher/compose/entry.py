"""One article as it stands in an issue: its words, link and picture, ready to be shown.

URLs that lead to no web page are left out here, so that no template can print one. All text is plain; the
templates escape it.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from publisher import markup, rights
from publisher.compose import marks, prose
from publisher.compose.words import words_in
from publisher.languages import direction, locale
from publisher.model import Article, Image
from publisher.sections import speaks

ALT_LENGTH = 250
CAPTION_LENGTH = 300
CREDIT_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Box:
    """The room for a picture, in pixels. A thumb has a smaller rendition and no caption."""

    width: int
    height: int
    is_thumb: bool


LEAD_HEIGHT = 460
THUMB = Box(96, 112, is_thumb=True)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture at the size it is shown; `height` is None where the source does not tell its shape.

    `alt` is empty where it would only say again what stands beside the picture. A link needs words of its own
    (WCAG 2.2, H2 and F89), so such a picture is none. `is_credit_worded`: the credit has words of ours in it.
    """

    url: str
    alt: str
    width: int
    height: int | None
    caption: str
    credit: str
    is_credit_worded: bool
    license_name: str
    license_url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in an issue. `is_brief`: headline and byline alone, where a mail would grow too large.

    `language` and `direction` are empty where they are those of the issue; `spoken` says in words which language the
    article is in, where it is another. `section` is the heading over a lead that has no kicker. `note` is in words of
    ours. `date` is when an article from the archive was published.
    """

    url: str
    title: str
    kicker: str = ""
    excerpt: str = ""
    byline: str = ""
    minutes: str = ""
    picture: Picture | None = None
    language: str = ""
    direction: str = ""
    spoken: str = ""
    section: str = ""
    note: str = ""
    date: str = ""
    is_brief: bool = False


def headline(article: Article, language: str) -> Entry:
    """Give an article as its headline alone, as it stands in an issue in a language."""
    title = prose.shortened(article.title, prose.TITLE_LENGTH)
    is_foreign = not speaks(article.language, language)
    return Entry(
        url=_web(article.url),
        title=title or prose.shortened(article.url, prose.TITLE_LENGTH) or "…",
        language=article.language if is_foreign else "",
        direction=direction(article.language) if is_foreign else "",
        spoken=_spoken(article.language, language),
    )


def entry(article: Article, language: str, box: Box, excerpt: str) -> Entry:
    """Give an article as it stands in an issue in a language, its picture fitted into a box."""
    words, length, told = words_in(language)[1], prose.minutes(article), headline(article, language)
    return replace(
        told,
        kicker=prose.shortened(article.kicker, prose.LABEL_LENGTH),
        excerpt=excerpt,
        byline=prose.byline(article.authors, language, words.more_authors),
        # A minute may be no more than the words beside a recording: it says nothing that helps.
        minutes=words.minutes.format(minutes=length) if length and length > 1 else "",
        picture=_picture(article.image, told.title, language, box) if article.image and told.url else None,
    )


def _spoken(article_language: str, language: str) -> str:
    """Say which language an article is in, where readers of the issue may not expect it."""
    own, expected = (tag.partition("-")[0].casefold() for tag in (article_language, language))
    if own == expected:
        return ""
    spoken, words = words_in(language)
    return words.spoken.format(language=locale(spoken).languages.get(own, article_language))


def _picture(image: Image, title: str, language: str, box: Box) -> Picture | None:
    """Fit a picture into a box, never larger than it is; one nobody could see stays out."""
    url = _web(image.url)
    if not url:
        return None
    width, height = _fitted(image, box)
    caption = prose.shortened(image.caption, CAPTION_LENGTH)
    credit = prose.shortened(image.credit, CREDIT_LENGTH)
    worded = rights.picture_credit(replace(image, credit=credit), language)
    license_url = _web(image.license_url or "")
    return Picture(
        url=(_web(image.small_url) or url) if box.is_thumb else url,
        alt=_alt(image, title, caption if box.is_thumb else ""),
        width=width,
        height=height,
        caption=caption,
        credit=worded,
        is_credit_worded=worded != credit,
        license_name=prose.shortened(rights.license_name(license_url), prose.LABEL_LENGTH) if license_url else "",
        license_url=license_url,
    )


def _fitted(image: Image, box: Box) -> tuple[int, int | None]:
    if not image.width or not image.height:
        return box.width, None
    scale = min(box.width / image.width, box.height / image.height, 1)
    return max(round(image.width * scale), 1), max(round(image.height * scale), 1)


def _alt(image: Image, title: str, caption: str) -> str:
    """Give what the picture shows, else its caption where that is not shown; never the headline a second time."""
    alt = prose.shortened(image.alt, ALT_LENGTH) or caption[:ALT_LENGTH]
    return "" if alt.casefold() == title.casefold() else alt


def _web(url: str) -> str:
    """Give the address of a web page or picture on one line; empty for any other, or one that spells a mark."""
    line = markup.one_line(url).replace(" ", "%20")
    try:
        parts = urlsplit(line)
    except ValueError:
        return ""
    is_web = parts.scheme in ("https", "http") and parts.netloc
    return line if is_web and not marks.are_spelled(line) else ""
