"""What stands visibly around the text of an article: the line above its title, byline and date, its picture.

Only what is near is read: what stands between title and text, right above the title, and, for terms, right below the
text. The same words elsewhere on a page are about other articles.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from publisher import markup
from publisher.collect import licenses, pictures, wording
from publisher.collect.page import clutter, figures, lines, terms
from publisher.collect.page.document import Page, is_block, is_line, own_text, own_words, text_of
from publisher.collect.page.said import Said
from publisher.collect.page.writing import Text
from publisher.model import Image

_ABOVE, _BELOW = 12, 150
"""Elements above the title and below the text that may be about the article."""
_MOST_BETWEEN = 400
_NEAR = 3
"""Levels up from the title inside which the line above it stands."""
_LONGEST_NAME = 50
_LONGEST_TITLE = 500
PARTS_OF_TITLE = re.compile(r"\s+[|\-–—«»·:/]+\s+")
"""What stands between the title of an article and the name of its site."""
_AUTHOR_CALLED = re.compile(
    r"(?:^|[\s_-])(?:author|autor|autora|byline|auteur|writer|username)s?(?:[\s_-]?(?:name|link|nombre|wrap))?(?:$|[\s_-])",
    re.IGNORECASE,
)
_KICKER_CALLED = re.compile(
    r"kicker|eyebrow|overline|volanta|ante-?titulo|(?:pre|super|over)-?title|chapeu|surtitre|dachzeile", re.IGNORECASE
)
_ELSEWHERE = frozenset(("header", "nav", "ol", "ul", "figure", "figcaption", "button", "form"))
_CREDIT_CALLED = re.compile(r"credit|copyright|byline|photographer|autor|author|creator", re.IGNORECASE)
_BY = re.compile(r"^(?:by|por|par|von|di|door)\s+", re.IGNORECASE)


def title_of(page: Page) -> Any:
    """Give the element that is the title: of the first headings, the one most like what the head calls the page.

    Where the first heading is the name of the site, the title is a lower one.
    """
    marked = (element for element in page.elements if element.get("itemprop") == "headline" and text_of(element))
    found = [element for element in page.root.iter("h1") if text_of(element) and not clutter.is_hidden(element)]
    found = [element for element in found if not clutter.is_list_heading(text_of(element))]
    found = [element for element in found if not _leads_home(page, element)]
    if len(found) < 2:
        shown = found[0] if found else next((element for element in marked if not element.get("content")), None)
        return _below_name_of_site(page, shown)
    said = page.said("og:title", "twitter:title") or text_of(next(page.root.iter("title"), page.root))
    wanted = _words(said)
    return max(found, key=lambda element: len(wanted & _words(text_of(element))) / (len(_words(text_of(element))) + 3))


def _leads_home(page: Page, heading: Any) -> bool:
    """Whether a heading is a link to the home page of its site, or of one of its languages, as names of sites are."""
    links = [*heading.iter("a"), *heading.iterancestors("a")]
    addresses = (page.canonical(link.get("href")) for link in links)
    return any(url and url != page.canonical(page.url) and len(urlsplit(url).path.strip("/")) <= 2 for url in addresses)


def _below_name_of_site(page: Page, heading: Any) -> Any:
    """Give a lower heading where the page's `title` names it beside this one, or where this one is none."""
    element = next(page.root.iter("title"), None)
    parts = PARTS_OF_TITLE.split(text_of(element)[:_LONGEST_TITLE]) if element is not None else []
    shown = text_of(heading) if heading is not None else ""
    if shown and (len(parts) < 2 or shown not in parts):
        return heading
    lower = (below for below in page.root.iter("h2", "h3") if text_of(below) != shown and text_of(below) in parts)
    return next(lower, heading)


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """Give names, each once, however it is written."""
    first = {name.casefold(): name for name in reversed(names)}
    return wording.names(name for name in names if first[name.casefold()] == name)


def _words(line: str) -> set[str]:
    return set(re.findall(r"\w+", line.casefold()))


def read(page: Page, title: Any, found: Text | None, languages: tuple[str, ...]) -> Said:
    """Read what stands around the text."""
    place = page.index[title] if title is not None else (found.first if found else 0)
    end = found.settled if found and found.settled > place else place + _MOST_BETWEEN
    near = page.elements[max(place - _ABOVE, 0) : min(end, place + _MOST_BETWEEN)]
    between = list(terms.outside_menus(page, near))
    line = _together(page, between, languages)
    below = list(terms.outside_menus(page, _below(page, found)))
    filed = terms.of(page, [*between, *below])
    return Said(
        kicker=_kicker(page, title, line) if title is not None else "",
        language=line.language,
        published=_time(between) or line.published,
        modified=line.modified,
        authors=_all_of(_authors(between), line.authors) or _authors(below) or filed["authors"],
        categories=_once([*filed["categories"], line.category]) or terms.crumbs(page, title),
        countries=filed["countries"],
        tags=filed["tags"],
        image=_lead(page, found, between),
        license_url=_license(page, found),
    )


def shows_below(page: Page, title: Any, words: str) -> bool:
    """Tell whether a line of its own below the title says just these words."""
    place = page.index[title]
    lines_below = (element for element in page.elements[place + 1 : place + _MOST_BETWEEN] if is_line(page, element))
    return any(text_of(element) == words for element in lines_below)


def _together(page: Page, between: Sequence[Any], languages: tuple[str, ...]) -> lines.Line:
    """Give what the lines near the title say; what the first says holds."""
    said: dict[str, Any] = {}
    for element in between:
        if is_line(page, element) or element.tag in ("span", "time", "small", "em"):
            line = lines.read(text_of(element)[: lines.LONGEST + 1], languages)
            for name in ("category", "published", "modified", "authors", "language") if line else ():
                if value := getattr(line, name):
                    said.setdefault(name, value)
    return lines.Line(**said)


def _time(between: Sequence[Any]) -> str:
    marked = (element for element in between if element.get("itemprop") == "datePublished" or element.tag == "time")
    return next((written for element in marked if (written := element.get("datetime") or element.get("content"))), "")


def _all_of(marked: tuple[str, ...], written: tuple[str, ...]) -> tuple[str, ...]:
    """Give the authors whom the markup names; all of the byline where only some of them have a page to link to."""
    return written if not marked or set(marked) < set(written) else marked


def _authors(elements: Sequence[Any]) -> tuple[str, ...]:
    """Give the authors that the markup names, in any spelling; else what it calls an author and is a name."""
    marked = [text_of(element) for element in elements if "author" in (element.get("rel") or "").split()]
    marked = marked or [_marked_name(element) for element in elements if element.get("itemprop") == "author"]
    if named := wording.names(_BY.sub("", words) for words in marked if 1 < len(words) <= _LONGEST_NAME):
        return named
    called = (element for element in elements if _AUTHOR_CALLED.search((element.get("class") or "")[:200]))
    within = (
        inner for element in called if len(text_of(element)) <= 2 * _LONGEST_NAME for inner in _blocks_of(element)
    )
    found = (lines.names(_BY.sub("", own_words(inner))) for inner in within)
    return wording.names(name for names in found for name in names)


def _blocks_of(element: Any) -> Iterator[Any]:
    yield element
    yield from (below for below in element.iterdescendants() if is_block(below))


def _marked_name(element: Any) -> str:
    inner = next((below for below in element.iter() if below.get("itemprop") == "name"), element)
    return str(inner.get("content") or text_of(inner))


def _below(page: Page, found: Text | None) -> Iterator[Any]:
    """Give the elements right below the text, up to the heading of a list of other articles."""
    if found is None:
        return
    for element in page.elements[found.end : found.end + _BELOW]:
        is_footer = element.tag == "footer" and next(element.iterancestors("article"), None) is None
        if (
            is_footer
            or element.tag == "article"
            or (is_line(page, element) and clutter.is_list_heading(text_of(element)))
        ):
            return
        yield element


def _kicker(page: Page, title: Any, line: lines.Line) -> str:
    """Give the line right above the title, where it is a word or two and neither byline nor way home."""
    place = page.index[title]
    above = title
    for _ in range(_NEAR):
        above = above.getparent() if above.getparent() is not None else above
    for element in reversed(page.elements[max(place - _ABOVE, 0) : place]):
        if page.ends[page.index[element]] > place or not own_text(element):
            continue
        words, is_called_so = text_of(element), _KICKER_CALLED.search((element.get("class") or "")[:200]) is not None
        is_near = page.index[element] > page.index[above]
        if not (is_near or is_called_so) or _is_elsewhere(page, element, place):
            return ""
        is_kicker = lines.is_label(words) and not lines.is_byline(words) and not pictures.credit(words)
        return words if is_kicker and not clutter.is_box(words) and words != line.category else ""
    return ""


def _is_elsewhere(page: Page, element: Any, place: int) -> bool:
    """Whether it is part of a list, a menu, the way from home or a picture that ends before the title."""
    around = [element, *element.iterancestors()]
    ended = [one for one in around if page.ends[page.index[one]] <= place]
    return any(one.tag in _ELSEWHERE or terms.is_way_here(one) or terms.is_menu(one) for one in ended)


def _lead(page: Page, found: Text | None, between: Sequence[Any]) -> Image | None:
    """Give the picture above the text, with its caption and whose it is."""
    pictured = (
        element for element in between if element.tag == "figure" and next(element.iter("img"), None) is not None
    )
    figure = found.lead if found and found.lead is not None else next(pictured, None)
    if figure is None:
        return None
    image = next(iter(pictures.inside(markup.clean(figures.figure(figure), page.base))), None)
    if image is None or (image.width or 200) < 200:
        return None
    return Image(
        url=image.url,
        alt=image.alt,
        caption=image.caption,
        credit=image.credit or _credit(figure),
        license_url=image.license_url,
        width=image.width,
        height=image.height,
    )


def _credit(figure: Any) -> str:
    inner = figure.iterdescendants("span", "cite", "small", "p", "div")
    called = (below for below in inner if _CREDIT_CALLED.search(f"{below.get('class')} {below.get('itemprop')}"[:200]))
    return next((words for below in called if (words := text_of(below)) and len(words) <= 120), "")


def _license(page: Page, found: Text | None) -> str | None:
    """Give the license that a link right below the text names."""
    links = (element.get("href") for element in _below(page, found) if element.tag == "a")
    return licenses.first(page.address(href) for href in links if href and "creativecommons.org/licenses" in href)
