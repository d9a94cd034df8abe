"""One article from its copies: what the first source says holds, what it leaves empty the next ones fill."""

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import reduce
from typing import Any

from publisher.model import Article


def merge(copies: Sequence[Article]) -> Article:
    """Merge copies of one article, given in the order of the sources in the config.

    Taken back at one source is taken back everywhere; translations are those of all copies.
    """
    return reduce(_filled, copies)


def _filled(first: Article, later: Article) -> Article:
    gaps: dict[str, Any] = {
        field.name: getattr(later, field.name) for field in fields(Article) if not getattr(first, field.name)
    }
    return replace(first, **gaps, **_of_both(first, later, gaps))


def _of_both(first: Article, later: Article, gaps: dict[str, Any]) -> dict[str, Any]:
    return {} if "translations" in gaps else {"translations": {**later.translations, **first.translations}}
