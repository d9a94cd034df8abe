"""The body of an article, the same for every kind of source: asides taken out, its parts and pictures found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from publisher import markup
from publisher.collect import asides, pictures, wording
from publisher.config import Publication
from publisher.model import Image, Link

_TAG = r'(?: [\w-]++="[^"]*+")*+>'
_BEFORE_BOLD = r"(?:[\s:.]|&nbsp;|<(?!(?:strong|b)>|img |/?(?:p|div|h[1-6])[ >])[^<>]*+>)*+"
_HEADING = re.compile(
    rf"<(?P<tag>h[1-6]){_TAG}(?P<words>(?:[^<]++|<(?!/?h[1-6][ >]))*+)</(?P=tag)>"
    rf"|<(?P<block>p|div){_TAG}(?={_BEFORE_BOLD}<(?:strong|b)>)"
    r"(?P<bold>(?:[^<]|<(?!/?(?:p|div|h[1-6])[ >])){1,400}+)</(?P=block)>"
)
"""A heading, or a paragraph: one that is nothing but bold words is a heading where people have no other at hand."""
_BOLD = re.compile(r"<(strong|b)>(?:[^<]++|<(?!/?\1>))*+</\1>")
_NO_WORDS = re.compile(r"(?:<(?!img )[^<>]*+>|&nbsp;|[\s:.])*+")
_BELOW_ALL = 7
_LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Body:
    """A body as clean HTML without its asides, and what was found in it."""

    html: str
    see_also: tuple[Link, ...]
    related: tuple[Link, ...]
    images: tuple[Image, ...]
    parts: Mapping[str, str]


def read(clean_html: str, publication: Publication) -> Body:
    """Read a body out of clean HTML, in which bare words become a paragraph."""
    aside = asides.take_out(wording.paragraphs(clean_html))
    return Body(
        aside.body, aside.see_also, aside.related, pictures.inside(aside.body), parts(aside.body, publication.parts)
    )


def parts(html: str, headings: Mapping[str, str]) -> dict[str, str]:
    """Give the parts of clean HTML whose heading is wholly matched by one of the patterns, by the pattern's name.

    A part ends where the next heading of its own or a higher rank begins. A colon behind a heading does not count.
    """
    found: dict[str, str] = {}
    marks = [mark for mark in _HEADING.finditer(html) if _is_heading(mark)] if headings else []
    for at, mark in enumerate(marks):
        words = markup.line(mark["words"] or mark["bold"] or "")
        for name, pattern in headings.items():
            if name not in found and _says(words, pattern):
                ends = (later.start() for later in marks[at + 1 :] if _rank(later) <= _rank(mark))
                found[name] = markup.clean(html[mark.end() : next(ends, len(html))], "").strip()
    return {name: part for name, part in found.items() if part}


def _is_heading(mark: re.Match[str]) -> bool:
    return mark["tag"] is not None or (
        _BOLD.search(mark["bold"]) is not None and _NO_WORDS.fullmatch(_BOLD.sub("", mark["bold"])) is not None
    )


def _says(words: str, pattern: str) -> bool:
    return 0 < len(words) <= _LONGEST_HEADING and any(
        re.fullmatch(pattern, said, re.IGNORECASE) for said in (words, words.rstrip(" :."))
    )


def _rank(mark: re.Match[str]) -> int:
    return int(mark["tag"][1]) if mark["tag"] else _BELOW_ALL
