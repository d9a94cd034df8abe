"""A page as a tree of elements in the order of the document, with what its head says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import lxml.html
from lxml import etree

from publisher.collect import identity
from publisher.collect.page import source
from publisher.errors import UnreadableInput
from publisher.fetch import Response

_MOST_META = 400
_LONGEST_META = 5_000
_MOST_IN_A_LINE = 12
"""Elements inside a heading or a line of credits."""
_MOST_IN_A_PARAGRAPH = 200
"""Elements: trafilatura takes quadratic time for what is inside a paragraph."""
_SPACE = re.compile(r"\s+")
_BLOCK_TAGS = """address article aside blockquote body center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol p pre section summary table caption tbody td
    tfoot th thead tr ul"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())


@dataclass(eq=False)
class Page:
    """A page. `elements` are all of its elements in their order; `meta` has what its head says, by lower-case name."""

    url: str
    base: str
    root: Any
    data: tuple[str, ...]
    meta: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def elements(self) -> list[Any]:
        """All elements in the order of the document."""
        return list(self.root.iter(etree.Element))

    @cached_property
    def index(self) -> dict[Any, int]:
        """The place of each element among `elements`."""
        return {element: place for place, element in enumerate(self.elements)}

    @cached_property
    def ends(self) -> list[int]:
        """Where each element ends: the place after its last descendant."""
        ends = list(range(1, len(self.elements) + 1))
        for place in range(len(ends) - 1, 0, -1):
            above = self.index[self.elements[place].getparent()]
            ends[above] = max(ends[above], ends[place])
        return ends

    def said(self, *names: str) -> str:
        """Give the first thing that one of these names of the head says; empty when none says any."""
        return next((words for name in names for words in self.meta.get(name, ())), "")

    def all_said(self, *names: str) -> list[str]:
        """Give all that the first of these names says that says anything."""
        return next((self.meta[name] for name in names if self.meta.get(name)), [])

    def linked(self, relation: str) -> Iterator[Any]:
        """Give the elements that link to something that stands in this relation to the page."""
        for element in self.elements:
            if element.tag in ("link", "a") and relation in (element.get("rel") or "").lower().split():
                yield element

    def address(self, written: str | None) -> str:
        """Give an address of the page, absolute; empty where it is none."""
        return identity.absolute(self.base, written) if written and written.strip() else ""

    def canonical(self, written: str | None) -> str:
        """Give the identity that an address of the page stands for; empty where it is none."""
        try:
            return identity.canonical_url(self.address(written))
        except UnreadableInput:
            return ""


def read(response: Response) -> Page | None:
    """Read a page; None where the bytes hold no element at all."""
    read_source = source.read(response)
    parser = lxml.html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False, collect_ids=False
    )
    try:
        root = lxml.html.document_fromstring(read_source.html.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    for paragraph in root.iter("p"):  # browsers end one where a block begins, this parser takes all blocks into it
        inside = islice(paragraph.iterdescendants(), _MOST_IN_A_PARAGRAPH)
        if any(child.tag in _BLOCKS for child in paragraph) and len(list(inside)) == _MOST_IN_A_PARAGRAPH:
            paragraph.tag = "div"
    _part_words(root)
    stated = next((str(tag.get("href")) for tag in root.iter("base") if tag.get("href")), "")
    base = identity.absolute(response.url, stated) if stated else ""
    return Page(response.url, base or response.url, root, read_source.data, _meta(root))


def _part_words(root: Any) -> None:
    """Put white space where a line or a block ends: what a browser shows on two lines is not one word."""
    for element in root.iter("br", *_BLOCKS):
        if not (element.tail or "")[:1].isspace() and next(element.iterancestors("pre"), None) is None:
            element.tail = f"\n{element.tail or ''}"


def _meta(root: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for tag in [tag for tag in root.iter("meta") if tag.get("content")][:_MOST_META]:
        words = words_of(str(tag.get("content"))[:_LONGEST_META])
        for name in {(tag.get(key) or "").strip().lower() for key in ("property", "name", "itemprop")} - {""}:
            if words:
                found.setdefault(name, []).append(words)
    return found


def text_of(element: Any) -> str:
    """Give the words of an element on one line."""
    return words_of("".join(element.itertext()))


def own_words(element: Any) -> str:
    """Give the words that stand in the element itself and in the phrases in it, without those of blocks inside it."""
    return words_of("".join(_own(element)))


def _own(element: Any) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag in _BLOCKS:
            yield " "
        elif isinstance(child.tag, str):
            yield from _own(child)
        yield child.tail or ""


def own_text(element: Any) -> bool:
    """Whether words stand in the element itself or in the phrases in it, and not only in blocks inside it."""
    if element.text and not element.text.isspace():
        return True
    for child in element:
        if child.tail and not child.tail.isspace():
            return True
        if child.tag not in _BLOCKS and isinstance(child.tag, str) and own_text(child):
            return True
    return False


def is_line(page: Page, element: Any) -> bool:
    """Whether an element is a block with words of its own and little in it, as a heading is."""
    place = page.index[element]
    return is_block(element) and page.ends[place] - place <= _MOST_IN_A_LINE and own_text(element)


def is_block(element: Any) -> bool:
    """Whether an element is a block of its own, as a paragraph is."""
    return element.tag in _BLOCKS


def words_of(written: str) -> str:
    """Give words on one line."""
    return _SPACE.sub(" ", written).strip()
