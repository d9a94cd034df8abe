"""One article from its copies: what the first source says holds, what it leaves empty the next ones fill.

A body that breaks off, as excerpts do, is as good as none where another copy has the whole of it.
"""

from collections.abc import Sequence
from dataclasses import fields
from functools import reduce
from typing import Any

from publisher import markup
from publisher.model import Article


def merge(copies: Sequence[Article]) -> Article:
    """Merge copies of one article, given in the order of the sources in the config.

    Taken back at one source is taken back everywhere; translations are those of all copies.
    """
    return reduce(_filled, copies)


def _filled(first: Article, later: Article) -> Article:
    filled: dict[str, Any] = {
        field.name: getattr(first, field.name) or getattr(later, field.name) for field in fields(Article)
    }
    filled["translations"] = {**later.translations, **first.translations}
    told = later if _tells_more(later, first) else first
    return Article(**{**filled, **{name: getattr(told, name) for name in _TOLD}})


_TOLD = ("body", "images", "parts")
"""What is read out of one text, and belongs together."""


def _tells_more(later: Article, first: Article) -> bool:
    if not first.body or not later.body:
        return not first.body
    return markup.is_cut_off(first.body) and not markup.is_cut_off(later.body)
