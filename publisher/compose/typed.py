"""A note as plain text, as a person would have typed it: wrapped, lists with stars, links numbered and listed below.

One `Typist` writes one mail, so that its numbers go through the whole of it.
"""

import textwrap
from dataclasses import dataclass
from html.parser import HTMLParser

WIDTH = 70

_BLOCKS = frozenset({"p", *(f"h{level}" for level in range(1, 7)), "ul", "ol", "li", "blockquote", "pre", "tr", "hr"})


def wrapped(text: str, first: str = "", rest: str | None = None, width: int = WIDTH) -> str:
    """Break plain text into lines as a person would, never inside a word or an address."""
    kept_together = "\N{NO-BREAK SPACE}"
    filled = textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace(kept_together, " ")


def underlined(heading: str, line: str) -> str:
    """Give a heading with a line of its own length beneath it."""
    return f"{heading}\n{line * max(map(len, heading.splitlines()), default=0)}"


class Typist:
    """Writes the notes of one mail, one after the other."""

    def __init__(self) -> None:
        self._links = 0

    def __call__(self, html: str) -> str:
        """Give clean HTML as plain text."""
        reader = _Reader(self._links)
        reader.feed(html)
        reader.close()
        self._links = reader.links
        return reader.text()


@dataclass
class _List:
    number: int | None
    mark: str = "* "

    def next(self) -> None:
        if self.number is not None:
            self.mark = f"{self.number}. "
            self.number += 1


@dataclass
class _Block:
    """A paragraph, ready wrapped; items of a list and rows of a table stand without a blank line between."""

    text: str
    is_item: bool = False
    quotes: int = 0


class _Reader(HTMLParser):
    def __init__(self, links: int) -> None:
        super().__init__()
        self.links = links
        self._blocks: list[_Block] = []
        self._words: list[str] = []
        self._below: list[str] = []
        self._lists: list[_List] = []
        self._quotes = 0
        self._begins_item = False
        self._anchor: tuple[str, int] | None = None
        self._is_code = False

    def text(self) -> str:
        self._end_block("")
        text = ""
        for before, block in zip([None, *self._blocks], self._blocks, strict=False):
            if before is not None:
                quoted = ">" * min(before.quotes, block.quotes)
                text += "\n" if before.is_item and block.is_item else f"\n{quoted}\n"
            text += block.text
        return text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _BLOCKS:
            self._end_block("")
            self._begin_block(tag, given)
        elif tag == "a" and given.get("href"):
            self._anchor = (given["href"], len(self._words))
        elif tag == "img" and given.get("alt"):
            self._words.append(f"[{given['alt']}]")
        elif tag == "br":
            self._words.append("\n")
        elif tag in ("td", "th") and "".join(self._words).strip():
            self._words.append(" | ")

    def _begin_block(self, tag: str, given: dict[str, str]) -> None:
        if tag == "ol":
            start = given.get("start", "")
            self._lists.append(_List(int(start) if start.isdecimal() else 1))
        elif tag == "ul":
            self._lists.append(_List(None))
        elif tag == "li" and self._lists:
            self._lists[-1].next()
            self._begins_item = True
        elif tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._is_code = True
        elif tag == "hr":
            self._blocks.append(_Block("* * *"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        if tag in _BLOCKS:
            self._end_block(tag)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        elif tag == "blockquote":
            self._quotes -= 1
        elif tag == "pre":
            self._is_code = False

    def handle_data(self, data: str) -> None:
        self._words.append(data if self._is_code else data.replace("\n", " "))

    def _end_link(self) -> None:
        if self._anchor is None:
            return
        href, start = self._anchor
        self._anchor = None
        address = href.removeprefix("mailto:")
        if "".join(self._words[start:]).strip() == address:
            return
        self.links += 1
        self._words.append(f" [{self.links}]")
        self._below.append(f"[{self.links}] {address}")

    def _end_block(self, tag: str) -> None:
        lines = "".join(self._words).strip("\n").split("\n")
        self._words, below, self._below = [], self._below, []
        if not any(line.strip() for line in lines):
            return
        first, rest = self._indents()
        if self._is_code:
            kept = [f"{rest}    {line}".rstrip() for line in lines]
        else:
            kept = [wrapped(" ".join(line.split()), rest if at else first, rest) for at, line in enumerate(lines)]
        if tag[:1] == "h":
            kept.append("-" * len(max("\n".join(kept).split("\n"), key=len)))
        kept += [f"{rest}{line}" for line in below]
        self._blocks.append(_Block("\n".join(kept), bool(self._lists) or tag == "tr", self._quotes))

    def _indents(self) -> tuple[str, str]:
        """Give what stands before the first line of a paragraph, and before the others."""
        quoted = "> " * self._quotes
        inside = "".join(" " * len(one.mark) for one in self._lists)
        if not self._lists or not self._begins_item:
            return quoted + inside, quoted + inside
        self._begins_item = False
        mark = self._lists[-1].mark
        return quoted + inside[: len(inside) - len(mark)] + mark, quoted + inside
