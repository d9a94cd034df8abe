"""What publishing software writes above a text again: its title, who wrote it and when, as Drupal does in feeds."""

import re
from collections.abc import Collection

from publisher import markup

_TAG = r'(?: [\w-]++="[^"]*+")*+>'
_FIRST = re.compile(
    rf"\s*+<(h[1-6]|p|div|span|a|time){_TAG}(?P<inner>(?:[^<]++|<\1{_TAG}[^<]*+</\1>|<(?!/?\1[ >]))*+)</\1>"
)
_LONGEST = 1000
"""Characters of HTML of the longest of them."""
_TIME = re.compile(rf"\s*+<time{_TAG}[^<]*+</time>\s*+")


def cut(body: str, title: str, authors: Collection[str]) -> str:
    """Give clean HTML without the title at its beginning, and what else of the article's data follows it there.

    A text that is nothing else stays as it is.
    """
    start = 0
    while first := _FIRST.match(body, start):
        words = markup.line(first["inner"]) if len(first["inner"]) <= _LONGEST and "<img" not in first["inner"] else ""
        follows = start > 0 and (words in authors or _is_time(first))
        if not words or not (words == title or follows):
            break
        start = first.end()
    rest = body[start:].lstrip()
    return rest if markup.line(rest) or "<img" in rest else body


def _is_time(element: re.Match[str]) -> bool:
    return element[1] == "time" or _TIME.fullmatch(element["inner"]) is not None
