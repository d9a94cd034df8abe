"""An issue as its templates need it: every word, link and measure ready, nothing left to decide.

All text is plain, which the templates escape, but `note` and the blocks among `parts`: those are safe HTML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from babel.dates import format_date

from publisher import addresses, markup, rights
from publisher.compose import notes, prose
from publisher.compose.entry import Entry
from publisher.compose.parts import TOP, Desk, Group, Part
from publisher.compose.period import scheduled
from publisher.compose.words import Words, words_in
from publisher.config import Newsletter, Settings, address_in, in_language
from publisher.config.settings import Publication
from publisher.config.theme import Theme
from publisher.languages import direction, locale
from publisher.model import Edits, IssueKind, Period, Place, Placement
from publisher.rights import AppealWords, Notice


@dataclass(frozen=True, slots=True)
class Asked:
    """The donation appeal at one place: whole, or in short."""

    words: AppealWords
    is_whole: bool


@dataclass(frozen=True, slots=True)
class View:
    """One issue. `more_count` counts the articles that only its web copy shows.

    `date` and `number` are empty in a dateline without them. `heading` stands over the note of an issue that is of no
    period. `greeting` is empty where nobody is greeted, `amended` where readers never had another issue.
    """

    settings: Settings
    product: Newsletter
    language: str
    period: Period
    title: str
    subject: str
    preheader: str
    date: str
    short_date: str
    day: str
    number: str
    heading: str
    note: str
    lead: Entry | None
    parts: tuple[Part, ...]
    is_empty: bool
    appeal_after_lead: Asked | None
    appeal_at_end: Asked | None
    publication_url: str
    greeting: str
    amended: str = ""
    more_count: int = 0
    recipient: str = Place.ADDRESS
    leave_url: str = Place.LEAVE_URL
    preferences_url: str = Place.PREFERENCES_URL
    helpful_url: str = Place.HELPFUL_URL
    unhelpful_url: str = Place.UNHELPFUL_URL

    @property
    def theme(self) -> Theme:
        """Colours, typefaces, logo and width."""
        return self.settings.theme

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
    def newsletter(self) -> str:
        """The newsletter's name."""
        return in_language(self.product.title, self.language)

    @property
    def more(self) -> str:
        """How many articles only the web copy shows, in words; empty where it shows no more."""
        return self.words.more(self.more_count, self.words_language) if self.more_count else ""

    @property
    def comments_to(self) -> str:
        """The address where a person reads what readers think."""
        return address_in(self.product.reply_to or self.publication.contact)

    @property
    def comments_url(self) -> str:
        """A link that begins a mail there, the issue named in its subject."""
        named = ", ".join(filter(None, (self.newsletter, self.number or self.title)))
        return f"mailto:{quote(self.comments_to, safe='@')}?subject={quote(named, safe='')}"

    @property
    def web_url(self) -> str:
        """The address of the web copy."""
        return addresses.of_issue(self.settings, self.product.key, self.language, self.period.name)

    @property
    def feeds_url(self) -> str:
        """The address of the list of feeds."""
        return addresses.of_feeds(self.settings)

    @property
    def feed_url(self) -> str:
        """The address of the newsletter's own feed in its language."""
        return addresses.of_feed(self.settings, f"{self.language}/{self.product.key}", "atom")

    @property
    def notice(self) -> Notice:
        """The license, and what the newsroom says of reuse."""
        return rights.notice(self.settings, self.language)

    @property
    def appeal(self) -> AppealWords | None:
        """The words of the donation appeal, where the issue has it at all."""
        asked = self.appeal_at_end or self.appeal_after_lead
        return asked.words if asked else None


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
    amended: datetime | None = None,
) -> View:
    """Give the whole issue, as its web copy shows it, for readers with a tag of `appeal.audiences`.

    The web copy says when it was `amended`, where readers had another before.
    """
    words, is_periodic = words_in(language)[1], kind is IssueKind.PERIODIC
    day = _day(period, newsletter, settings, now) if is_periodic else now.astimezone(settings.publication.zone)
    date = format_date(day, "long", locale=locale(language))
    desk = Desk(settings, newsletter, language, edits)
    lead, parts = desk.lead(placements), desk.parts(placements)
    title = _title(edits, lead, f"{in_language(newsletter.title, language)}: {date}")
    heading = title if not is_periodic and (edits.title or lead is None) else ""
    note = notes.note(edits.note, settings.publication.url, TOP + bool(heading))
    appealed = None if kind is IssueKind.WELCOME else day.date()
    asked = rights.appeal_on(settings, language, appealed, tag) if edits.has_appeal else None
    return View(
        settings=settings,
        product=newsletter,
        language=language,
        period=period,
        title=title,
        subject=prose.shortened(edits.subject or title, prose.SUBJECT_LENGTH) or title,
        preheader=_preheader(edits, lead, parts, note, words, settings.publication.name),
        # A welcome is read on any day after the one it was written on.
        date="" if kind is IssueKind.WELCOME else date,
        short_date="" if kind is IssueKind.WELCOME else format_date(day, "medium", locale=locale(language)),
        day=day.date().isoformat(),
        number=words.number.format(number=number) if is_periodic else "",
        heading=heading,
        note=note,
        lead=lead,
        parts=parts,
        is_empty=is_periodic and lead is None,
        appeal_after_lead=_after_lead(asked, settings, is_followed=bool(parts)),
        appeal_at_end=Asked(asked, is_whole=True) if asked and "end" in settings.appeal.placement else None,
        publication_url=settings.publication.url,
        greeting=Place.GREETING if newsletter.greeting else "",
        amended=words.amended.format(date=_written(amended, settings, language)) if amended else "",
    )


def _written(instant: datetime, settings: Settings, language: str) -> str:
    return format_date(instant.astimezone(settings.publication.zone), "long", locale=locale(language))


def _after_lead(asked: AppealWords | None, settings: Settings, *, is_followed: bool) -> Asked | None:
    """Give the first appeal. It is told once in full: twice in the same words would only be louder.

    In an issue of nothing but a lead, the short one would stand on the whole one, so it goes.
    """
    placement = settings.appeal.placement
    if asked is None or "after-lead" not in placement:
        return None
    if "end" in placement:
        return Asked(asked, is_whole=False) if is_followed else None
    return Asked(asked, is_whole=True)


def _title(edits: Edits, lead: Entry | None, otherwise: str) -> str:
    """Give the editor's title, else that of the lead."""
    own = prose.shortened(edits.title, prose.TITLE_LENGTH)
    return own or (lead.title if lead else otherwise)


def _day(period: Period, newsletter: Newsletter, settings: Settings, now: datetime) -> datetime:
    """The day an issue is of: that of composing, or for another week than this one the day it was due."""
    zone = settings.publication.zone
    is_current = period.start <= now < period.end
    return (now if is_current else scheduled(period, newsletter.schedule, zone)).astimezone(zone)


def _preheader(
    edits: Edits, lead: Entry | None, parts: Sequence[Part], note: str, words: Words, publication: str
) -> str:
    """Give the editor's line, else the headlines, else how the lead or the note begins."""
    own = prose.shortened(edits.preheader, prose.PREHEADER_LENGTHS[1])
    if own:
        return own
    sections = (part for part in parts if isinstance(part, Group) and part.form == "section")
    headlines = [entry.title for section in sections for entry in section.entries]
    told = lead.excerpt if lead else markup.first_paragraph(note) or words.nothing
    return prose.preheader(headlines, [told, words.promise.format(publication=publication)])
