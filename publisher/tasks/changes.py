"""What changed in an article, from each of its earlier texts to the next."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import pairwise

from publisher import markup
from publisher.model import Article, StoredArticle
from publisher.store import Store, articles

_READ_OUT_OF_THE_BODY = ("images", "parts")
_MOVES_BY_ITSELF = ("modified", "source")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of an article: the text it replaced, when, and what is different afterwards.

    `differences` maps a field's name to lines that begin with "- " for what went and "+ " for what came; the body's
    lines are its paragraphs as plain text.
    """

    revision: int
    replaced: datetime
    before: Article
    differences: dict[str, list[str]]


def of(store: Store, stored: StoredArticle) -> list[Change]:
    """Give the changes of an article, the first one first."""
    with store.reading() as transaction:
        earlier = articles.revisions(transaction, stored.id)
    texts = [*(one.article for one in earlier), stored.article]
    return [
        Change(one.number, one.replaced, before, dict(_differences(before, after)))
        for one, (before, after) in zip(earlier, pairwise(texts), strict=True)
    ]


def _differences(before: Article, after: Article) -> Iterator[tuple[str, list[str]]]:
    for field in fields(Article):
        was, came = getattr(before, field.name), getattr(after, field.name)
        if was == came or field.name in (*_READ_OUT_OF_THE_BODY, *_MOVES_BY_ITSELF):
            continue
        if field.name == "body":
            yield field.name, _paragraphs(was, came) or ["~ its markup"]
        else:
            yield field.name, [f"{sign} {value}" for sign, value in (("-", was), ("+", came)) if value]


def _paragraphs(before: str, after: str) -> list[str]:
    was, came = (markup.text(html).split("\n\n") for html in (before, after))
    compared = difflib.unified_diff(was, came, n=0, lineterm="")
    return [f"{line[0]} {line[1:]}" for line in compared if not line.startswith(("---", "+++", "@@"))]
