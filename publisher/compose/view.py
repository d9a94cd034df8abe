"""An issue as its templates need it: every word, link and measure ready, nothing left to decide.

All text is plain; the templates escape it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from babel.dates import format_date

from publisher import addresses, rights
from publisher.compose import entry as entries
from publisher.compose import prose
from publisher.compose.entry import Entry
from publisher.compose.period import scheduled
from publisher.compose.words import Words, words_in
from publisher.config import Newsletter, Settings, address_in, in_language
from publisher.config.settings import Publication
from publisher.languages import direction, locale
from publisher.model import Edits, IssueKind, Period, Place, Placement, Reason
from publisher.rights import AppealWords, Notice


@dataclass(frozen=True, slots=True)
class Group:
    """A section with its heading."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Appeals:
    """The donation appeal: its words, and where it stands whole (`"whole"`), in short (`"short"`) or not."""

    words: AppealWords
    after_lead: str
    end: str


@dataclass(frozen=True, slots=True)
class View:
    """One issue. `more` counts the articles that only its web copy shows; `tag` is that of the audience it is for."""

    settings: Settings
    product: Newsletter
    language: str
    period: Period
    date: str
    day: str
    number: str
    preheader: str
    lead: Entry | None
    groups: tuple[Group, ...]
    edits: Edits
    kind: IssueKind
    tag: str
    more: int = 0
    recipient: str = Place.ADDRESS
    leave_url: str = Place.LEAVE_URL

    @property
    def direction(self) -> str:
        """The way the issue's language is written."""
        return direction(self.language)

    @property
    def words(self) -> Words:
        """What the issue says of itself."""
        return words_in(self.language)[1]

    @property
    def words_language(self) -> str:
        """The language `words` are in."""
        return words_in(self.language)[0]

    @property
    def words_direction(self) -> str:
        """The way `words` are written."""
        return direction(self.words_language)

    @property
    def publication(self) -> Publication:
        """The newsroom."""
        return self.settings.publication

    @property
    def tagline(self) -> str:
        """The newsroom's line above the name; may be empty."""
        return in_language(self.publication.tagline, self.language)

    @property
    def contact(self) -> str:
        """Where a person reads mail."""
        return address_in(self.publication.contact)

    @property
    def newsletter(self) -> str:
        """The newsletter's name."""
        return in_language(self.product.title, self.language)

    @property
    def subject(self) -> str:
        """The title: that of the lead, as much of it as a mailbox has room for."""
        return prose.shortened(
            self.lead.title if self.lead else f"{self.newsletter}: {self.date}", prose.SUBJECT_LENGTH
        )

    @property
    def web_url(self) -> str:
        """The address of the web copy."""
        return addresses.of_issue(self.settings, self.product.key, self.language, self.period.name)

    @property
    def feeds_url(self) -> str:
        """The address of the list of feeds."""
        return addresses.of_feeds(self.settings)

    @property
    def notice(self) -> Notice:
        """The license, and what the newsroom says of reuse."""
        return rights.notice(self.settings, self.language)

    @property
    def appeals(self) -> Appeals:
        """The donation appeal. It is told once in full: twice in the same words would only be louder.

        With nothing between them the short one would stand on the whole one, so it goes.
        """
        placement = self.settings.appeal.placement
        at_end = "whole" if "end" in placement else ""
        short = "short" if self.groups else ""
        after_lead = (short if at_end else "whole") if "after-lead" in placement else ""
        return Appeals(rights.appeal(self.settings, self.language), after_lead, at_end)


def view(
    placements: Sequence[Placement],
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    number: int,
    now: datetime,
    edits: Edits,
    kind: IssueKind,
    tag: str,
) -> View:
    """Give the whole issue, as its web copy shows it, for readers with a tag of `appeal.audiences`."""
    words = words_in(language)[1]
    day = _day(period, newsletter, settings, now)
    lead = _lead(placements, newsletter, language, words)
    groups = _groups(placements, newsletter, language, words)
    return View(
        settings=settings,
        product=newsletter,
        language=language,
        period=period,
        date=format_date(day, "long", locale=locale(language)),
        day=day.date().isoformat(),
        number=words.number.format(number=number),
        preheader=_preheader(lead, groups, words, settings.publication.name),
        lead=lead,
        groups=groups,
        edits=edits,
        kind=kind,
        tag=tag,
    )


def _day(period: Period, newsletter: Newsletter, settings: Settings, now: datetime) -> datetime:
    """The day an issue is of: that of composing, or for another week than this one the day it was due."""
    zone = settings.publication.zone
    is_current = period.start <= now < period.end
    return (now if is_current else scheduled(period, newsletter.schedule, zone)).astimezone(zone)


def _lead(placements: Sequence[Placement], newsletter: Newsletter, language: str, words: Words) -> Entry | None:
    found = next((placement for placement in placements if placement.reason is Reason.LEAD), None)
    if found is None:
        return None
    section = next(section for section in newsletter.sections if section.key == found.section)
    lead = entries.entry(found.article.article, language, words, entries.LEAD)
    return replace(lead, kicker=lead.kicker or in_language(section.title, language))


def _groups(placements: Sequence[Placement], newsletter: Newsletter, language: str, words: Words) -> tuple[Group, ...]:
    found: dict[str, list[Entry]] = {section.key: [] for section in newsletter.sections}
    for placement in placements:
        if placement.section is not None and placement.reason is not Reason.LEAD:
            found[placement.section].append(entries.entry(placement.article.article, language, words, entries.THUMB))
    titles = {section.key: in_language(section.title, language) for section in newsletter.sections}
    return tuple(Group(titles[key], tuple(shelf)) for key, shelf in found.items() if shelf)


def _preheader(lead: Entry | None, groups: Sequence[Group], words: Words, publication: str) -> str:
    headlines = [entry.title for group in groups for entry in group.entries]
    told = [lead.excerpt] if lead else [words.nothing]
    return prose.preheader(headlines, [*told, words.promise.format(publication=publication)])
