"""Foretells how large a mail becomes by its CSS: to write that into it takes most of the time that composing takes.

Elements of one name and class grow alike, by the `style` they get. Of mails of the same templates, one that was written
tells of every other, within a hundredth or so.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Self

_TAG = re.compile(r"<([a-z][a-z0-9]*)\b([^<>]*)>")
_CLASS = re.compile(r'\bclass="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Growth:
    """By how many octets each element grows, and the whole beside: less, for its style block goes."""

    each: Mapping[str, float]
    otherwise: float
    beside: float

    @classmethod
    def seen(cls, plain: str, inlined: str) -> Self:
        """Learn from a mail before and after."""
        grown, counts = Counter[str](), Counter[str]()
        for (kind, before), (_, after) in zip(_elements(plain), _elements(inlined), strict=False):
            grown[kind] += len(after.encode()) - _octets(before)
            counts[kind] += 1
        each = {kind: grown[kind] / count for kind, count in counts.items()}
        learned = cls(each, grown.total() / max(counts.total(), 1), 0)
        return replace(learned, beside=len(inlined.encode()) - learned.foretold(plain))

    def foretold(self, plain: str) -> float:
        """Give the octets that a mail has once it is inlined."""
        grown = sum(self.each.get(kind, self.otherwise) for kind, _ in _elements(plain))
        return _octets(plain) + grown + self.beside


def _octets(plain: str) -> int:
    """Measure a mail whose quotation marks are written as what they are, as the one that is inlined has them."""
    return len(plain.replace("&#34;", '"').replace("&#39;", "'").encode())


def _elements(html: str) -> Iterator[tuple[str, str]]:
    """Give each element of a body: its name and class, and all from its tag to the next one that opens."""
    tags = list(_TAG.finditer(html, max(html.find("<body"), 0)))
    for tag, following in zip_longest(tags, tags[1:]):
        named = _CLASS.search(tag[2])
        yield f"{tag[1]} {named[1] if named else ''}", html[tag.start() : following.start() if following else None]


OURS = Growth({}, 62, -7_500)
"""What mails of our own templates grow by, more or less."""
