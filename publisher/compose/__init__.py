"""Compose: the week's articles become an issue, placed in sections and rendered once for all its readers.

Pure: the same articles, settings and instant give the same bytes. Whoever calls knows the store; this package
does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.compose.place import Earlier, place
from publisher.compose.render import render
from publisher.compose.view import view
from publisher.config import Newsletter, Settings
from publisher.model import Edits, IssueKind, Period, Placement, StoredArticle, Variant

__all__ = ["Composed", "Earlier", "compose"]


@dataclass(frozen=True, slots=True)
class Composed:
    """An issue as composed: its title, where each article stands in it or why it does not, and its renderings.

    `audiences` has those of readers who get other words of appeal, by their tag.
    """

    title: str
    placements: tuple[Placement, ...]
    variant: Variant
    audiences: Mapping[str, Variant]


def compose(
    articles: Sequence[StoredArticle],
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    number: int,
    earlier: Earlier,
    now: datetime,
    edits: Edits | None = None,
) -> Composed:
    """Compose the issue of a period in one language. Its title is that of its lead, and the mail's subject."""
    placements = place(articles, newsletter, language, period, earlier, now, settings.publication.zone)
    return rendered(
        placements, settings, newsletter, language, period, number, now, edits or Edits(), IssueKind.PERIODIC
    )


def rendered(
    placements: Sequence[Placement],
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    number: int,
    now: datetime,
    edits: Edits,
    kind: IssueKind,
) -> Composed:
    """Render an issue whose articles have their places, once for all readers and once for each audience."""
    variants = {
        tag: render(view(placements, settings, newsletter, language, period, number, now, edits, kind, tag))
        for tag in ("", *(audience.tag for audience in settings.appeal.audiences))
    }
    variant = variants.pop("")
    return Composed(edits.title or variant.subject, tuple(placements), variant, variants)
