"""The text of an article, out of its page: trafilatura tells where it stands, and the page itself what it is.

What trafilatura writes has lost captions, embedded films and paragraphs whose class looked odd to it. So each block of
the page gets a mark, the marks that come out of trafilatura tell which blocks are text, and those are taken from the
page as they stand there, with the pictures between them. What the page calls something else goes.
"""

import logging
import re
from collections.abc import Iterator
from typing import Any, Literal

import trafilatura

from publisher import markup
from publisher.collect.page import clutter, lines
from publisher.collect.page.document import Page, is_block, own_text, own_words, text_of
from publisher.collect.page.writing import HEADINGS, NEAR_THE_TITLE, Text, Writer, is_sentence, says_who_or_when

logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)  # what it cannot read is told by us

_MARKS = 1000
_FIRST_MARKS = (0x13000, 0x17000)
"""Hieroglyphs, or Tangut: letters like others to every rule of trafilatura, and on no page of a newsroom."""
_MOST_BLOCKS = 20_000
_MOST = 0.9
"""Of the text that was found: what is left may stand above the title and be none."""
_LONGEST_HEADING = 120
_LEAST = 0.6
"""Of the text that was found: when less of it remains, what the page calls its parts is not to be trusted."""


def read(page: Page, title: str, heading: Any = None) -> Text | None:
    """Read the text of a page; None where there is none. `heading` is the element with the title, if there is one."""
    blocks = [element for element in page.elements if is_block(element) and own_text(element)][:_MOST_BLOCKS]
    kept = _below(page, heading, _outside_pictures(_kept(page, blocks)))
    kept = _without_beginning(_introduced(page, heading, title, blocks, kept), title)
    kept = kept[: clutter.end_of([own_words(element) for element in kept])]
    while kept and kept[-1].tag in HEADINGS and len(own_words(kept[-1])) <= _LONGEST_HEADING:
        kept.pop()
    if not kept:
        return None
    found = Writer(page, kept, blocks, title).text()
    if len(markup.line(found.html)) < _LEAST * _length(kept):
        return Writer(page, kept, blocks, title, trusts_names=False).text()
    return found


def _outside_pictures(kept: list[Any]) -> list[Any]:
    """Leave captions to the pictures that they are about, unless the page has its text in pictures."""
    free = (element for element in kept if next(element.iterancestors("figure"), None) is None)
    outside = [element for element in free if not clutter.is_caption(element)]
    return outside if _length(outside) >= _LEAST * _length(kept) else kept


def _below(page: Page, heading: Any, kept: list[Any]) -> list[Any]:
    """Leave out what ends before the title, unless the text does."""
    place = page.index[heading] if heading is not None else 0
    below = [element for element in kept if page.ends[page.index[element]] > place]
    return below if _length(below) >= _MOST * _length(kept) else kept


def _introduced(page: Page, heading: Any, title: str, blocks: list[Any], kept: list[Any]) -> list[Any]:
    """Take in whole paragraphs between title and text: before a gallery trafilatura takes them for none of it."""
    if heading is None or not kept or text_of(heading) != title:
        return kept
    start, end = page.ends[page.index[heading]], page.index[kept[0]]
    between = [block for block in blocks if block.tag == "p" and start <= page.index[block] < end]
    return [block for block in between if is_sentence(block) and not clutter.is_inside(block)] + kept


def _length(blocks: list[Any]) -> int:
    return sum(len(own_words(element)) for element in blocks)


def _kept(page: Page, blocks: list[Any]) -> list[Any]:
    """Give the blocks that trafilatura takes for the text."""
    whole = "".join(map(str, page.root.itertext()))
    free = (first for first in _FIRST_MARKS if not re.search(f"[{chr(first)}-{chr(first + _MARKS - 1)}]", whole))
    first = next(free, None)
    if first is None:
        return []
    marks = [
        (element, slot, getattr(element, slot), chr(first + number // _MARKS) + chr(first + number % _MARKS))
        for number, block in enumerate(blocks)
        for element, slot in _slots(block)
    ]
    for element, slot, words, mark in marks:
        setattr(element, slot, mark + (words or ""))
    try:
        written = _extracted(page.root)
    finally:
        for element, slot, words, _ in marks:
            setattr(element, slot, words)
    digits = [ord(letter) - first for letter in written if first <= ord(letter) < first + _MARKS]
    numbers = {high * _MARKS + low for high, low in zip(digits[::2], digits[1::2], strict=False)}
    return [blocks[number] for number in sorted(numbers) if number < len(blocks)]


def _slots(block: Any) -> Iterator[tuple[Any, Literal["text", "tail"]]]:
    """Give where the lines of a block begin."""
    yield block, "text"
    for child in block:
        if child.tail and not child.tail.isspace() and (child.tag in ("br", "hr") or is_block(child)):
            yield child, "tail"


def _extracted(root: Any) -> str:
    try:
        found = trafilatura.bare_extraction(root, include_comments=False, include_links=True, include_formatting=True)
    except Exception:  # noqa: BLE001 - it stumbles over broken pages in more ways than it documents
        return ""
    return "".join(map(str, found.body.itertext())) if isinstance(found, trafilatura.settings.Document) else ""


def _without_beginning(kept: list[Any], title: str) -> list[Any]:
    """Leave out what stands between title and text: the title again, the section, who wrote it and when."""
    start = 0
    while start < len(kept) and _is_no_text(kept[start], title):
        start += 1
    near = kept[start : start + NEAR_THE_TITLE]
    return [element for element in near if not says_who_or_when(element)] + kept[start + NEAR_THE_TITLE :]


def _is_no_text(element: Any, title: str) -> bool:
    words = own_words(element)
    is_heading = element.tag in HEADINGS and next(element.iter("a"), None) is None
    return words == title or lines.is_byline(words) or (lines.is_label(words) and not is_heading)
