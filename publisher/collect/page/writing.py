"""Writes the text of an article as its page has it: the blocks that are text, and what belongs between them."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import islice
from typing import Any

from publisher import markup
from publisher.collect.page import clutter, figures, lines
from publisher.collect.page.document import Page, is_block, own_words, text_of

HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
NEAR_THE_TITLE = 5
"""Blocks from the first one on among which a line about author and date may stand."""
_RARELY = frozenset(("aside",))
_LISTS = frozenset(("ul", "ol", "dl", "table"))
_WHOLE = HEADINGS | _LISTS | {"blockquote", "pre", "p", "figure"}
_MEDIA = ("figure", "img", "picture", "video", "audio", "iframe")
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".svg", ".avif", ".pdf")
_MOST_IN_CLUTTER, _MOST_IN_A_FORM = 0.3, 0.5
"""Of the text: what holds more is the text, whatever it is called."""
_A_PARAGRAPH, _LONGEST_CAPTION = 80, 400
_ENDS = '.!?…"”»'
_MOST_LINKED, _MOST_IN_A_LIST = 0.3, 0.7
"""Of the words of a paragraph, and of a list in the text: what has more is a list of other articles."""


@dataclass(frozen=True, slots=True)
class Text:
    """The text as foreign HTML, where it begins among the elements, the place after it, and the picture above it.

    Before `settled`, a line about author and date may still stand in it.
    """

    html: str
    first: int
    settled: int
    end: int
    lead: Any = None


class Writer:
    """Writes the blocks that are text, and what belongs between them, as the page has them."""

    def __init__(
        self, page: Page, kept: list[Any], blocks: list[Any], title: str, *, trusts_names: bool = True
    ) -> None:
        self._page, self._title, self._trusts_names = page, title, trusts_names
        self._index, self._ends = page.index, page.ends
        self._places = [self._index[element] for element in kept]
        self._lengths = [0]
        for element in kept:
            self._lengths.append(self._lengths[-1] + len(own_words(element)))
        self._kept = set(kept)
        self._parents = {element.getparent() for element in kept}
        self._first, self._last = self._places[0], max(self._ends[place] for place in self._places) - 1
        later = (self._index[element] for element in blocks if not _is_of_picture(element))
        self._next = next((place for place in later if place > self._last), len(self._ends))
        self._end = self._first + 1
        self._written: dict[str, Any] = {}
        self._has_begun = False
        self._lead: Any = None

    def text(self) -> Text:
        """Give the text."""
        html = "".join(self._inside(self._container()))
        return Text(html, self._first, self._places[:NEAR_THE_TITLE][-1], self._end, self._lead)

    def _container(self) -> Any:
        """Give the smallest element that holds all of the text."""
        first = self._page.elements[self._first]
        found = first.getparent() if first.getparent() is not None else first
        while found.getparent() is not None and self._ends[self._index[found]] <= self._last:
            found = found.getparent()
        return found

    def _share(self, element: Any) -> float:
        """Give how much of the text is inside an element."""
        start, end = self._index[element], self._ends[self._index[element]]
        first, last = bisect_left(self._places, start), bisect_left(self._places, end)
        if first == last:
            return 0.0
        return max(self._lengths[last] - self._lengths[first], 1) / max(self._lengths[-1], 1)

    def _inside(self, container: Any) -> Iterator[str]:
        """Write what is inside a container; bare words and phrases between its blocks become paragraphs."""
        run: list[str] = [escape(container.text or "", quote=False)]
        for child in container:
            if not isinstance(child.tag, str):
                continue
            if is_block(child) or self._holds_blocks(child):
                yield from self._run(container, run, child)
                run = []
                yield from self._block(child)
            elif not self._goes(child):
                run.append(figures.html_of(child))
            run.append(escape(child.tail or "", quote=False))
        yield from self._run(container, run, None)

    def _run(self, container: Any, run: list[str], before: Any) -> Iterator[str]:
        """Write a run of words and pictures that ends before a block, or with its container."""
        written = "".join(run)
        place = self._index[before] if before is not None else self._ends[self._index[container]]
        between = container in self._parents and self._first < place <= self._last
        is_text = (container in self._kept and place <= self._next) or between
        if not written.strip() or not (is_text or "<img" in written or "<iframe" in written):
            return
        words = markup.line(written)
        if not clutter.is_box(words) and not clutter.is_end(words):
            self._end = place
            yield f"<p>{written}</p>"

    def _holds_blocks(self, element: Any) -> bool:
        return any(is_block(below) for below in element.iterdescendants())

    def _block(self, element: Any) -> Iterator[str]:
        share = self._share(element)
        if element.tag in figures.NEVER and not (share > _MOST_IN_A_FORM and element.tag in ("form", "footer")):
            return
        if share == 0:
            yield from self._unmarked(element)
        elif self._is_clutter(element, share):
            return
        elif element.tag in _WHOLE:
            yield from self._whole(element)
        else:
            yield from self._inside(element)

    def _is_clutter(self, element: Any, share: float) -> bool:
        if not self._trusts_names or share >= _MOST_IN_CLUTTER:
            return False
        called_so = element.tag in _RARELY or clutter.is_named_clutter(element) or clutter.is_hidden(element)
        is_box = element.tag not in _WHOLE and self._index[element] > self._first
        return called_so or (is_box and clutter.is_appeal(element))

    def _whole(self, element: Any) -> Iterator[str]:
        words, parent = text_of(element), element.getparent()
        if clutter.is_box(words) or clutter.is_end(words) or words == self._title:
            return
        if len(words) > _A_PARAGRAPH and self._written.setdefault(words, parent) is not parent:
            return  # the same text once more, for screens of another size
        self._has_begun = self._has_begun or next(element.iterancestors("header"), None) is None
        self._end = self._ends[self._index[element]]
        yield figures.html_of(element, without=self._goes)

    def _goes(self, element: Any) -> bool:
        """Whether an element inside a block that stays goes."""
        if element.tag in figures.NEVER or figures.is_button(element) or self._is_card(element):
            return True
        return self._trusts_names and (clutter.is_hidden(element) or clutter.is_named_clutter(element))

    def _is_card(self, element: Any) -> bool:
        """Whether a picture is a link to another article, with its title for a caption."""
        if element.tag != "figure" or element in self._kept:
            return False
        words = len(text_of(element))
        linked = sum(len(text_of(link)) for link in element.iter("a") if self._leads_to_a_page(link))
        return words > 0 and linked > _MOST_IN_A_LIST * words

    def _unmarked(self, element: Any) -> Iterator[str]:
        """Write what is no text to trafilatura and stands among it: pictures, films, a paragraph it left out."""
        place = self._index[element]
        if element.tag in ("aside", "nav") or self._goes(element) or place >= self._next:
            return
        if self._is_picture(element):
            if not self._has_begun and self._lead is None and next(element.iter("img"), None) is not None:
                self._lead = element
            else:
                yield figures.figure(element)
        elif element.getparent() in self._parents and self._is_lost(element, place):
            yield from self._whole(element)
        elif place > self._first:
            yield from self._pictures_inside(element)

    def _is_picture(self, element: Any) -> bool:
        """Whether it is a picture or film and the words about it, and no way to another article."""
        if element.tag != "figure" and clutter.may_be_clutter(element):
            return False
        media = [below for below in element.iter(*_MEDIA) if below is not element and not figures.is_button(below)]
        if not media or len(text_of(element)) > _LONGEST_CAPTION:
            return False
        if element.tag != "figure" and len(list(islice(element.iterdescendants("figure"), 2))) > 1:
            return False  # each has its own caption
        headings = any(below.tag in HEADINGS for below in element.iterdescendants())
        return not headings and not self._leads_on(element)

    def _leads_on(self, element: Any) -> bool:
        """Whether a picture in it is a link to another page."""
        links = (next(picture.iterancestors("a"), None) for picture in element.iter("img"))
        return any(self._leads_to_a_page(link) for link in links if link is not None)

    def _leads_to_a_page(self, link: Any) -> bool:
        """Whether a link leads to neither a picture nor this page."""
        address = self._page.address(link.get("href")).partition("#")[0]
        return bool(address) and address != self._page.url and not address.partition("?")[0].lower().endswith(_PICTURES)

    def _is_lost(self, element: Any, place: int) -> bool:
        """Whether a block beside blocks of the text is one too: any between them, a paragraph before and after."""
        words = text_of(element)
        if element.tag not in _WHOLE or not words or clutter.is_end(words) or clutter.is_box(words):
            return False
        if element.tag == "p" and is_sentence(element):
            return True
        linked = sum(len(text_of(link)) for link in element.iter("a")) / len(words)
        between = self._first < place < self._last and not clutter.may_be_clutter(element)
        return between and not says_who_or_when(element) and (element.tag not in _LISTS or linked < _MOST_IN_A_LIST)

    def _pictures_inside(self, element: Any) -> Iterator[str]:
        figures_in_it = sum(1 for _ in element.iter("figure"))
        if len(text_of(element)) > _LONGEST_CAPTION * max(figures_in_it, 2) or clutter.may_be_clutter(element):
            return
        for picture in element.iter("figure", "iframe"):
            if picture.tag == "iframe" or self._is_picture(picture):
                yield figures.figure(picture)


def _is_of_picture(element: Any) -> bool:
    """Whether its words are about a picture: a picture does not end the text after which it stands."""
    return element.tag == "figure" or next(element.iterancestors("figure"), None) is not None


def says_who_or_when(element: Any) -> bool:
    """Whether a block is a byline, or nothing but what the markup calls a time."""
    words = own_words(element)
    return lines.is_byline(words) or any(own_words(time) == words for time in element.iter("time"))


def is_sentence(element: Any) -> bool:
    """Whether a paragraph is one of a text, by its length, its end and the few links in it."""
    words = text_of(element)
    if len(words) < _A_PARAGRAPH or words[-1] not in _ENDS or clutter.is_end(words) or clutter.is_box(words):
        return False
    return sum(len(text_of(link)) for link in element.iter("a")) < _MOST_LINKED * len(words)
