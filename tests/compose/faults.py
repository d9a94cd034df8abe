"""Ten faults that mails have in the wild, and how each is found: eight in what is sent, two in a browser.

A finding begins with the number of its fault:

 1. clipped by Gmail                         6. dark CSS that makes words vanish (browser)
 2. scrolled sideways (browser)              7. layout that Word ignores
 3. no language, direction or layout tables  8. links that lead nowhere, say nothing, or are unfilled
 4. pictures without words, size or pixels   9. a preheader that is none
 5. weak contrast (browser)                 10. headings that jump, a text part that lacks or mangles something
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from lxml.html import HtmlElement
from PIL import Image

from publisher.model import Place
from tests.compose import browser, page
from tests.compose.kinds import FILLED, Mail

LARGEST_HTML, LARGEST_STYLE = 80_000, 16_000
LARGEST_PICTURE, LARGEST_PICTURES = 150_000, 300_000
THUMB, WIDE_THUMB = 96, 120
"""Pixels: a thumb grows where there is room."""
SAYS_NOTHING = {
    *("read more", "more", "here", "click here", "link", "view in browser", "continue reading"),
    *("leer más", "más", "aquí", "clic aquí", "enlace", "ver en el navegador", "seguir leyendo"),
}
UNFILLED = re.compile(r"xPLACEx|\{\{|\{%|%\}|\}\}|\{\w*\}|\bNone\b|\bundefined\b|\*\|\w+\|\*")


def faults(mail: Mail) -> list[str]:
    """Find what is wrong with a mail, as far as reading it tells; empty when nothing is."""
    root = page.parsed(mail.html)
    return [
        *_clipped(mail),
        *_unmarked(root),
        *_pictures(root, mail),
        *_unknown_to_word(mail),
        *_links(root, mail),
        *_preheader(root, mail),
        *_headings(root),
        *untyped(mail),
    ]


def _clipped(mail: Mail) -> Iterator[str]:
    if len(mail.html.encode()) >= LARGEST_HTML:
        yield f"1: {len(mail.html.encode())} bytes of HTML"
    if sum(len(block.encode()) for block in page.style_blocks(mail.html)) >= LARGEST_STYLE:
        yield "1: a style block that Gmail drops"


def _unmarked(root: HtmlElement) -> Iterator[str]:
    wrapper = root.body[0]
    for name in ("lang", "dir"):
        if not root.get(name) or root.get(name) != wrapper.get(name):
            yield f"3: {name} is {root.get(name)!r} on the page and {wrapper.get(name)!r} on its wrapper"
    for table in root.iter("table"):
        if table.get("role") != "presentation" and not table.xpath(".//th[@scope]"):
            yield "3: a table that is neither layout nor has headings"


def _pictures(root: HtmlElement, mail: Mail) -> Iterator[str]:
    images = list(root.iter("img"))
    for image in images:
        yield from _picture(image, mail.files.get(image.get("src", "")))
    shown = {mail.files[url] for image in images if (url := image.get("src", "")) in mail.files}
    if sum(file.stat().st_size for file in shown) > LARGEST_PICTURES:
        yield "4: pictures that weigh too much together"


def _picture(image: HtmlElement, file: Path | None) -> Iterator[str]:
    source, width, height = (image.get(name, "") for name in ("src", "width", "height"))
    if image.get("alt") is None or (not image.get("alt") and image.xpath("ancestor::a")):
        yield f"4: no words for {source}"
    if not image.xpath("ancestor::td[@bgcolor]"):
        yield f"4: nothing behind {source} while it is not loaded"
    if not (width.isdecimal() and height.isdecimal()):
        yield f"4: no size for {source}"
    elif file is None:
        yield f"4: no such picture as {source}"
    else:
        yield from _pixels(file, int(width), int(height))


def _pixels(file: Path, width: int, height: int) -> Iterator[str]:
    with Image.open(file) as picture:
        pixels, lines = picture.size
    if pixels < 2 * (WIDE_THUMB if width == THUMB else width):
        yield f"4: {file.name} has too few pixels to be {width} wide"
    if abs(lines * width / pixels - height) > 1:
        yield f"4: {file.name} is shown out of shape"
    if file.stat().st_size > LARGEST_PICTURE:
        yield f"4: {file.name} is too heavy"


def _unknown_to_word(mail: Mail) -> Iterator[str]:
    for tag, kind, name, value in page.styles(mail.html):
        is_padded = name.startswith("padding") and not re.fullmatch(r"0(px)?( 0(px)?)*", value)
        holds_padding = tag in ("td", "th") or (tag == "a" and "button" in kind)
        is_dropped = (
            (is_padded and not holds_padding)
            or name in ("float", "position", "gap")
            or (name == "display" and re.search("flex|grid", value))
            or (name == "max-width" and tag not in ("table", "img"))
            or (name == "width" and tag in ("div", "p", "span") and value != "100%")
        )
        if is_dropped:
            yield f"7: {name}: {value} on <{tag}>, which Word drops"


def _links(root: HtmlElement, mail: Mail) -> Iterator[str]:
    for link in root.iter("a"):
        href = link.get("href", "")
        pictured = [str(image.get("alt", "")) for image in link.iter("img")]
        words = " ".join([link.text_content(), *pictured]).split()
        if not re.fullmatch(r"https://[^\s/]+\.\S+|mailto:[^\s@]+@\S+", href):
            yield f"8: a link to {href!r}"
        if not words or " ".join(words).casefold().rstrip(" .:…→»") in SAYS_NOTHING:
            yield f"8: a link that says {' '.join(words)!r}"
    for part in (mail.subject, mail.preheader, mail.html, mail.text):
        if found := UNFILLED.search(re.sub(r"<style.*?</style>", "", part, flags=re.DOTALL)):
            yield f"8: {found[0]!r} is not filled in"
    if FILLED[Place.LEAVE_URL] not in page.links(mail.html):
        yield "8: no link to leave"


def _preheader(root: HtmlElement, mail: Mail) -> Iterator[str]:
    first = next((text for text in root.body.itertext() if text.strip()), "").strip()
    hidden = [element for element in root.body.iter("div", "span") if "display:none" in _style(element)]
    if not hidden or (hidden[0].text_content().strip() != first):
        yield "9: nothing hidden stands first"
    elif first.casefold() == mail.subject.casefold() or first.casefold().rstrip(".") in SAYS_NOTHING:
        yield f"9: a preheader that adds nothing: {first!r}"
    if not 40 <= len(first) <= 140:
        yield f"9: a preheader of {len(first)} characters"


def _style(element: HtmlElement) -> str:
    return re.sub(r"\s", "", str(element.get("style") or ""))


def _headings(root: HtmlElement) -> Iterator[str]:
    levels = [int(str(heading.tag)[1]) for heading in root.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"10: headings of the levels {levels}, of which one 1 should be the first"
    yield from (f"10: a heading {after} after a {before}" for before, after in pairwise(levels) if after > before + 1)


def untyped(mail: Mail) -> Iterator[str]:
    """Find what nobody would have typed so in the text part, and what it lacks of the HTML."""
    lines = mail.text.splitlines()
    for url in page.links(mail.html):
        # A person types an address, and not what the link writes into the subject.
        typed = url.removeprefix("mailto:").partition("?")[0] if url.startswith("mailto:") else url
        if typed not in mail.text:
            yield f"10: the text lacks {url}"
    for line in lines:
        if len(line) > 72 and "://" not in line and " " in line.strip(" *>"):
            yield f"10: a line of {len(line)} characters: {line}"
        if line != line.rstrip() and line != "-- ":
            yield f"10: a blank at the end of {line!r}"
    shown = page.parsed(mail.html).text_content()
    for found in re.findall(r"&(?:#\w+|[a-z]+);|</?[a-z]+[ >/]|\n{4}|[\xa0\t\u200b\ufeff]", _words(mail.text)):
        if found.isspace() or found not in shown:
            yield f"10: {found!r} in the text"
    if lines.count("-- ") != 1:
        yield f"10: {lines.count('-- ')} lines that begin a signature"
    for label in _labels(page.parsed(mail.html)) - _headlines(lines):
        yield f"10: the heading {label!r} does not stand out in the text"


def _words(text: str) -> str:
    """Leave out the addresses, which may hold anything."""
    return re.sub(r"\S*://\S*", "…", text)


def _labels(root: HtmlElement) -> set[str]:
    """Give the headings of sections, which are those with headings under them."""
    labels = root.xpath("//h2[following::*[self::h2 or self::h3][1][self::h3]]")
    return {" ".join(label.text_content().split()).casefold() for label in labels}


def _headlines(lines: list[str]) -> set[str]:
    """Give the lines that are underlined."""
    return {line.strip().casefold() for line, after in pairwise(lines) if re.fullmatch(r"[-=*_]{3,}", after.strip())}


def seen_faults(html: str, folder: Path) -> list[str]:
    """Find what is wrong with a mail or page as a browser shows it, on a phone and on light and dark screens."""
    found = []
    if (width := browser.look(html, folder, width=320).width) != 320:
        found.append(f"2: {width} pixels wide on a phone")
    for number, dark in ((5, False), (6, True)):
        found += [f"{number}: {fault}" for fault in _weak(browser.look(html, folder, width=640, dark=dark))]
    return found


def _weak(seen: browser.Seen) -> Iterator[str]:
    for text in seen.texts:
        shown = browser.contrast(text.colour, text.ground)
        inverted = browser.contrast(browser.flipped(text.colour), browser.flipped(text.ground))
        if min(shown, inverted) < 4.5:
            yield f"contrast {shown:.2f}, inverted {inverted:.2f}: {text.words!r}"
