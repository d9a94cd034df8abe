"""Compose: the week's articles become an issue, placed in sections and rendered once for all its readers.

Pure: the same articles, settings and instant give the same bytes. Whoever calls knows the store; this package
does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.compose.place import Earlier, place
from publisher.compose.render import render
from publisher.compose.view import view
from publisher.config import Newsletter, Settings
from publisher.model import Period, Placement, StoredArticle, Variant

__all__ = ["Composed", "Earlier", "compose"]


@dataclass(frozen=True, slots=True)
class Composed:
    """An issue as composed: its title, where each article stands in it or why it does not, and its rendering."""

    title: str
    placements: tuple[Placement, ...]
    variant: Variant


def compose(
    articles: Sequence[StoredArticle],
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    number: int,
    earlier: Earlier,
    now: datetime,
) -> Composed:
    """Compose the issue of a period in one language. Its title is that of its lead, and the mail's subject."""
    placements = place(articles, newsletter, language, period, earlier, now, settings.publication.zone)
    variant = render(view(placements, settings, newsletter, language, period, number, now))
    return Composed(variant.subject, tuple(placements), variant)
