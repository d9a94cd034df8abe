"""Compose: the week's articles become an issue, placed in sections and rendered once for all its readers.

Pure: the same articles, settings and instant give the same bytes. Whoever calls knows the store; this package
does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.compose import checks, prose, stories
from publisher.compose.findings import Kind, finding
from publisher.compose.place import Asked, Earlier, place
from publisher.compose.render import render
from publisher.compose.view import view
from publisher.config import Newsletter, Settings
from publisher.model import ARCHIVE, CORRECTIONS, Edits, Finding, IssueKind, Period, Placement, StoredArticle, Variant

__all__ = ["Composed", "Earlier", "compose", "rendered"]


@dataclass(frozen=True, slots=True)
class Composed:
    """An issue as composed: its title, where each article stands in it or why it does not, and its renderings.

    `audiences` has those of readers who get other words of appeal, by their tag.
    """

    title: str
    placements: tuple[Placement, ...]
    variant: Variant
    audiences: Mapping[str, Variant]
    findings: tuple[Finding, ...] = ()


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
    *,
    until: datetime | None = None,
    amended: datetime | None = None,
) -> Composed:
    """Compose the issue of a period in one language. Its title is that of its lead, and the mail's subject.

    One that is composed again is dated as before: `now` is then when it was composed first, articles may be of as late
    as `until`, and its web copy says since when it is `amended`, where readers had it before.
    """
    edits = edits or Edits()
    languages = settings.languages_of(newsletter)
    asked = Asked(newsletter, language, languages, period, until or now, settings.publication.zone)
    placements = place(articles, asked, earlier, edits)
    kind = IssueKind.PERIODIC
    made = rendered(placements, settings, newsletter, language, period, number, now, edits, kind, amended)
    untranslated = _untranslated(articles, placements, earlier.story, languages)
    return replace(made, findings=(*made.findings, *untranslated))


def _untranslated(
    articles: Sequence[StoredArticle],
    placements: Sequence[Placement],
    story: Mapping[int, int],
    languages: Sequence[str],
) -> tuple[Finding, ...]:
    """Tell which articles of the issue lack a translation into another language of the newsletter."""
    together, missing = stories.members(articles, story), dict[str, list[str]]()
    for placement in placements:
        one = placement.article
        if placement.section not in (None, ARCHIVE, CORRECTIONS):
            for lacking in stories.untranslated(together.get(story.get(one.id, one.id), [one]), languages):
                missing.setdefault(lacking, []).append(one.article.title)
    return tuple(_lacking(titles, language) for language, titles in missing.items())


def _lacking(titles: Sequence[str], language: str) -> Finding:
    if len(titles) == 1:
        return finding(Kind.UNTRANSLATED, title=titles[0], language=language)
    return finding(Kind.UNTRANSLATED_MANY, titles=titles, count=len(titles), language=language)


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
    amended: datetime | None = None,
) -> Composed:
    """Render an issue whose articles have their places, once for all readers and once for each audience."""
    made = {
        tag: render(view(placements, settings, newsletter, language, period, number, now, edits, kind, tag, amended))
        for tag in ("", *(audience.tag for audience in settings.appeal.audiences))
    }
    most = made.pop("")
    return Composed(
        prose.shortened(edits.title, prose.TITLE_LENGTH) or most.variant.subject,
        tuple(placements),
        most.variant,
        {tag: one.variant for tag, one in made.items()},
        tuple(checks.own_words(most.variant, most.own_octets, most.left_out)),
    )
