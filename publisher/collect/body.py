"""The body of an article, the same for every kind of source: asides taken out, its parts and pictures found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from publisher import markup
from publisher.collect import asides, pictures, wording
from publisher.config import Publication
from publisher.model import Image, Link

_HEADING = re.compile(
    r"<(?P<tag>h[1-6])(?: [\w-]++=\"[^\"]*+\")*+>(?P<words>(?:[^<]++|<(?!/?h[1-6][ >]))*+)</(?P=tag)>"
    r"|<p>\s*+<(?P<bold>strong|b)>(?P<bold_words>[^<]{1,200})</(?P=bold)>\s*+</p>"
)
"""A heading, or a paragraph that is nothing but bold words, as people write one where no heading is at hand."""


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

    A part ends where the next heading of its own or a higher rank begins.
    """
    found: dict[str, str] = {}
    if not headings:
        return found
    marks = [(mark, _rank(mark), markup.line(mark["words"] or mark["bold_words"])) for mark in _HEADING.finditer(html)]
    for at, (mark, rank, words) in enumerate(marks):
        for name, pattern in headings.items():
            if name not in found and re.fullmatch(pattern, words, re.IGNORECASE):
                end = next((later.start() for later, its_rank, _ in marks[at + 1 :] if its_rank <= rank), len(html))
                found[name] = html[mark.end() : end].strip()
    return {name: part for name, part in found.items() if part}


def _rank(mark: re.Match[str]) -> int:
    return int(mark["tag"][1]) if mark["tag"] else 7
