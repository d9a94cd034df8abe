"""Where each article stands in an issue, or why it does not stand there.

The rules of docs/decisions/0001-period.md. Every article gets exactly one place or reason, whatever order
they come in; the same articles give the same answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from publisher.compose import archive, prose
from publisher.compose import stories as telling
from publisher.compose.period import days_before
from publisher.config import Newsletter, Section
from publisher.model import ARCHIVE, CORRECTIONS, Edits, Period, Placement, Reason, StoredArticle
from publisher.sections import section_of, speaks, takes

REACH_DAYS = 7
"""An issue reaches back at least so many days: the first one, made on a Friday, begins on a Friday."""

LATE = timedelta(days=28)
"""How much older than that an article may be that came in after the previous issue was composed."""

_NOT_FOR_ARCHIVE = (Reason.WAITS, Reason.LIMIT, Reason.DROPPED, Reason.RETRACTED, Reason.FUTURE_DATE)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What other issues of the newsletter in this language have done.

    `carried` are the ids of the articles in any of them; `refused` those that a limit or an editor kept out for good;
    `waiting` those that wait for their turn; `own` those that this issue itself had when it was composed before;
    `later` those that stand in issues of later periods, in whatever section. `since` is the start of the previous
    one's period and `composed` the instant it was composed. `story` has the story of each article, by its id
    (`stories.stories`); `corrected` are articles of the last issues that were corrected or taken back since and not
    told; `related` gives those of the archive that belong to others.
    """

    carried: frozenset[int] = frozenset()
    refused: Mapping[int, Reason] = field(default_factory=dict)
    waiting: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()
    later: frozenset[int] = frozenset()
    since: datetime | None = None
    composed: datetime | None = None
    story: Mapping[int, int] = field(default_factory=dict)
    corrected: Sequence[StoredArticle] = ()
    related: archive.Related = archive.nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """The issue that is asked for. `languages` are all that its newsletter appears in, `until` is where it ends."""

    newsletter: Newsletter
    language: str
    languages: Sequence[str]
    period: Period
    now: datetime
    zone: ZoneInfo

    @property
    def until(self) -> datetime:
        """The end of what the issue covers."""
        return min(self.now, self.period.end)


def place(articles: Iterable[StoredArticle], asked: Asked, earlier: Earlier, edits: Edits) -> list[Placement]:
    """Give every article exactly one place or reason.

    Sections come in the newsletter's order. The lead stands first and stays in its section; without an editor's word
    or a rule it is the first of the first section that has one. Then come corrections of earlier issues, what the
    archive adds, and the articles left out, with no section.
    """
    rule = _Rule(asked, earlier, edits, _Told(articles, earlier.story, asked.languages))
    shelves: dict[str, list[_Taken]] = {section.key: [] for section in asked.newsletter.sections}
    left_out: list[Placement] = []
    for stored in rule.told.newest_first:
        key, reason = rule.judge(stored)
        if key is None:
            left_out.append(Placement(stored, None, 0, reason))
        else:
            shelves[key].append(_Taken(stored, key, reason))
    pinned = rule.lead([taken for shelf in shelves.values() for taken in shelf])
    kept: list[_Taken] = []
    for section in asked.newsletter.sections:
        within, over = rule.limited(section, shelves[section.key], pinned)
        kept += within
        left_out += [Placement(taken.article, None, 0, _over(section)) for taken in over]
    placed = _led(kept, pinned)
    placed += _corrected(placed, earlier.corrected, edits)
    placed += _from_archive(placed, left_out, asked, earlier, edits)
    standing = {placement.article.id for placement in placed}
    out = sorted(
        (placement for placement in left_out if placement.article.id not in standing),
        key=lambda placement: rule.told.rank(placement.article),
    )
    return [replace(placement, position=position) for position, placement in enumerate([*placed, *out])]


def _corrected(placed: Sequence[Placement], corrected: Sequence[StoredArticle], edits: Edits) -> list[Placement]:
    standing = {placement.article.id for placement in placed}
    told = [stored for stored in corrected if stored.id not in standing and stored.id not in edits.dropped]
    return [Placement(stored, CORRECTIONS, 0, Reason.CORRECTION) for stored in told]


def _from_archive(
    placed: Sequence[Placement], out: Sequence[Placement], asked: Asked, earlier: Earlier, edits: Edits
) -> list[Placement]:
    limit = asked.newsletter.archive.limit
    if not limit or not placed:
        return []
    # The archive neither uses up what waits for its turn, nor brings back what somebody kept out.
    kept_out = {placement.article.id for placement in out if placement.reason in _NOT_FOR_ARCHIVE}
    standing = {placement.article.id for placement in placed}
    without = {*standing, *kept_out, *earlier.waiting, *earlier.refused, *earlier.later, *edits.dropped}
    related = earlier.related([placement.article.article for placement in placed], without)
    return [Placement(stored, ARCHIVE, 0, Reason.ARCHIVE) for stored in related[:limit]]


@dataclass(frozen=True, slots=True)
class _Taken:
    article: StoredArticle
    section: str
    reason: Reason


class _Told:
    """The articles that are looked at, as stories: in the order of their dates, each story together."""

    def __init__(self, articles: Iterable[StoredArticle], story: Mapping[int, int], languages: Sequence[str]) -> None:
        articles = sorted(articles, key=lambda stored: (stored.article.url, stored.id))
        self._story = {stored.id: story.get(stored.id, stored.id) for stored in articles}
        self._languages = languages
        self.members = telling.members(articles, story)
        # Both languages of an issue keep one order: that of the day on which a story was first told.
        self._dates = {
            key: min(stored.article.published for stored in together) for key, together in self.members.items()
        }
        dated = sorted(articles, key=lambda stored: (self.date(stored), stored.article.published), reverse=True)
        self.newest_first = dated
        self._ranks = {stored.id: rank for rank, stored in enumerate(dated)}

    def story(self, stored: StoredArticle) -> list[StoredArticle]:
        return self.members[self._story[stored.id]]

    def date(self, stored: StoredArticle) -> datetime:
        return self._dates[self._story[stored.id]]

    def rank(self, stored: StoredArticle) -> int:
        return self._ranks[stored.id]

    def stands_for(self, stored: StoredArticle) -> bool:
        """Tell whether an article is the one that tells its story where no article is in the reader's language."""
        shown = [one for one in self.story(stored) if not _is_retracted(one)]
        by_language = (one for tag in self._languages for one in shown if speaks(one.article.language, tag))
        return next(by_language, None) is stored


@dataclass(frozen=True, slots=True)
class _Rule:
    asked: Asked
    earlier: Earlier
    edits: Edits
    told: _Told

    def judge(self, stored: StoredArticle) -> tuple[str | None, Reason]:
        """Give the section of an article, or why it has none."""
        sections = self.asked.newsletter.sections
        if _is_retracted(stored):
            return None, Reason.RETRACTED
        if stored.id in self.edits.dropped:
            return None, Reason.DROPPED
        chosen = self.edits.sections.get(stored.id)
        if chosen in [section.key for section in sections]:
            return chosen, Reason.EDITOR
        section = section_of(sections, stored.article)
        if stored.id == self.edits.lead:
            return (section or sections[0]).key, Reason.EDITOR
        refusal = self._refusal(stored)
        if refusal is not None or section is None:
            return None, refusal or Reason.NO_SECTION
        return section.key, Reason.EVERYTHING_ELSE if section.everything_else else Reason.MATCHED

    def _refusal(self, stored: StoredArticle) -> Reason | None:
        asked, earlier = self.asked, self.earlier
        if not self._is_for_readers_of_the_language(stored):
            return Reason.OTHER_LANGUAGE
        if any(one.id in earlier.carried for one in self._same(stored)):
            return Reason.IN_EARLIER_ISSUE
        if stored.id in earlier.refused:
            return earlier.refused[stored.id]
        if stored.article.published >= asked.until:
            return Reason.FUTURE_DATE
        # Whatever became of other issues meanwhile, this one loses nothing it had.
        stays = stored.id in earlier.waiting or stored.id in earlier.own
        if stored.article.published < self._since and not stays and not self._came_late(stored):
            return Reason.BEFORE_PERIOD
        return None

    def _same(self, stored: StoredArticle) -> list[StoredArticle]:
        """Give what a reader would call the same article again."""
        return self.told.story(stored) if self.asked.newsletter.untranslated == "show" else [stored]

    def _is_for_readers_of_the_language(self, stored: StoredArticle) -> bool:
        language = self.asked.language
        if speaks(stored.article.language, language):
            return True
        if self.asked.newsletter.untranslated == "skip" or not self.told.stands_for(stored):
            return False
        return bool(telling.untranslated(self.told.story(stored), [language]))

    @property
    def _since(self) -> datetime:
        asked = self.asked
        reach = days_before(asked.until, REACH_DAYS, asked.zone)
        return min(filter(None, (asked.period.start, reach, self.earlier.since)))

    def _came_late(self, stored: StoredArticle) -> bool:
        composed = self.earlier.composed
        return composed is not None and stored.first_seen > composed and stored.article.published >= self._since - LATE

    def lead(self, taken: Sequence[_Taken]) -> int | None:
        """Give the id of the article that the editor or a rule wants to lead."""
        if any(one.article.id == self.edits.lead for one in taken):
            return self.edits.lead
        rules = self.asked.newsletter.lead
        if not rules.are_given and not rules.minutes:
            return None
        fitting = [one.article for one in taken if takes(rules, one.article.article) and self._is_long_enough(one)]
        return min(fitting, key=self.told.rank).id if fitting else None

    def _is_long_enough(self, taken: _Taken) -> bool:
        # By the longest of its languages, so that all languages of an issue have one lead.
        lengths = (prose.minutes(one.article) or 0 for one in self.told.story(taken.article))
        return max(lengths) >= self.asked.newsletter.lead.minutes

    def limited(
        self, section: Section, shelf: Sequence[_Taken], pinned: int | None
    ) -> tuple[list[_Taken], list[_Taken]]:
        """Give what a section shows, in its order, and what its limit keeps out.

        What an editor put there is never kept out, and what waited comes before what is new.
        """
        in_order = sorted(shelf, key=lambda taken: self._order(section, taken.article))
        if section.limit is None or len(in_order) <= section.limit:
            return in_order, []
        turns = sorted(in_order, key=lambda taken: (not self._is_wanted(taken, pinned), *self._turn(taken)))
        room = max(section.limit, sum(self._is_wanted(taken, pinned) for taken in turns))
        within = {taken.article.id for taken in turns[:room]}
        kept = [taken for taken in in_order if taken.article.id in within]
        return kept, [taken for taken in in_order if taken.article.id not in within]

    def _is_wanted(self, taken: _Taken, pinned: int | None) -> bool:
        ordered = self.edits.order.get(taken.section, ())
        return taken.reason is Reason.EDITOR or taken.article.id in ordered or taken.article.id == pinned

    def _turn(self, taken: _Taken) -> tuple[bool, int]:
        """Give whose turn comes first: of those that have waited the oldest; the rest in the order of the section."""
        has_waited = taken.article.id in self.earlier.waiting
        return not has_waited, -self.told.rank(taken.article) if has_waited else 0

    def _order(self, section: Section, stored: StoredArticle) -> tuple[int, str, int]:
        first = self.edits.order.get(section.key, ())
        chosen = first.index(stored.id) if stored.id in first else len(first)
        rank = self.told.rank(stored)
        title = stored.article.title.casefold() if section.order == "title" else ""
        return chosen, title, -rank if section.order == "oldest" else rank


def _over(section: Section) -> Reason:
    return Reason.WAITS if section.over_limit == "wait" else Reason.LIMIT


def _is_retracted(stored: StoredArticle) -> bool:
    return stored.retracted_at is not None or stored.article.retracted


def _led(kept: Sequence[_Taken], pinned: int | None) -> list[Placement]:
    """Let the lead stand first."""
    lead = next((taken for taken in kept if taken.article.id == pinned), kept[0] if kept else None)
    rest = [Placement(taken.article, taken.section, 0, taken.reason) for taken in kept if taken is not lead]
    return [Placement(lead.article, lead.section, 0, Reason.LEAD), *rest] if lead else []
