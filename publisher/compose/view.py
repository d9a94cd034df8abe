"""An issue as its templates need it: every word, link and measure ready, nothing left to decide.

URLs that lead to no web page are left out here, so that no template can print one. All text is plain; the
templates escape it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from babel.dates import format_date

from publisher import addresses, markup, rights
from publisher.compose import prose
from publisher.compose.period import scheduled
from publisher.compose.words import Words, words_in
from publisher.config import Newsletter, Settings, address_in, in_language
from publisher.config.settings import Publication
from publisher.languages import direction, locale
from publisher.model import Article, Image, Period, Place, Placement, Reason
from publisher.rights import AppealWords, Notice

COLUMN_WIDTH = 600
LEAD_HEIGHT = 460
THUMB_WIDTH = 96
THUMB_HEIGHT = 112


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture at the size it is shown; `height` is None where the source does not tell its shape."""

    url: str
    alt: str
    width: int
    height: int | None
    caption: str
    credit: str
    license_name: str
    license_url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in an issue. `is_brief`: headline and byline alone, where a mail would grow too large."""

    url: str
    title: str
    kicker: str
    excerpt: str
    byline: str
    minutes: str
    picture: Picture | None
    is_brief: bool = False


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
    """One issue. `more` counts the articles that only its web copy shows."""

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
        """The title: that of the lead."""
        return self.lead.title if self.lead else f"{self.newsletter}: {self.date}"

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
        """The donation appeal. It is told once in full: twice in the same words would only be louder."""
        placement = self.settings.appeal.placement
        at_end = "whole" if "end" in placement else ""
        after_lead = ("short" if at_end else "whole") if "after-lead" in placement else ""
        return Appeals(rights.appeal(self.settings, self.language), after_lead, at_end)


def view(
    placements: Sequence[Placement],
    settings: Settings,
    newsletter: Newsletter,
    language: str,
    period: Period,
    number: int,
    now: datetime,
) -> View:
    """Give the whole issue, as its web copy shows it."""
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
    )


def within(whole: View, full: int, listed: int) -> View:
    """Give an issue whose first `full` articles are told, the others up to `listed` in brief, the rest only counted."""
    kept, count = [], 0
    for group in whole.groups:
        entries = group.entries[: max(listed - count, 0)]
        kept.append(
            replace(
                group,
                entries=tuple(replace(entry, is_brief=count + at >= full) for at, entry in enumerate(entries)),
            )
        )
        count += len(entries)
    total = sum(len(group.entries) for group in whole.groups)
    return replace(whole, groups=tuple(group for group in kept if group.entries), more=total - count)


def _day(period: Period, newsletter: Newsletter, settings: Settings, now: datetime) -> datetime:
    """The day an issue is of: that of composing, or for another week than this one the day it was due."""
    zone = settings.publication.zone
    is_current = period.start <= now < period.end
    return (now if is_current else scheduled(period, newsletter.schedule, zone)).astimezone(zone)


def _lead(placements: Sequence[Placement], newsletter: Newsletter, language: str, words: Words) -> Entry | None:
    found = next((placement for placement in placements if placement.reason is Reason.LEAD), None)
    if found is None:
        return None
    article = found.article.article
    section = next(section for section in newsletter.sections if section.key == found.section)
    picture = _picture(article.image, article, language, COLUMN_WIDTH, LEAD_HEIGHT)
    entry = _entry(article, language, words, picture)
    return replace(entry, kicker=entry.kicker or in_language(section.title, language))


def _groups(placements: Sequence[Placement], newsletter: Newsletter, language: str, words: Words) -> tuple[Group, ...]:
    entries: Mapping[str, list[Entry]] = {section.key: [] for section in newsletter.sections}
    for placement in placements:
        if placement.section is not None and placement.reason is not Reason.LEAD:
            article = placement.article.article
            picture = _picture(article.image, article, language, THUMB_WIDTH, THUMB_HEIGHT)
            entries[placement.section].append(_entry(article, language, words, picture))
    titles = {section.key: in_language(section.title, language) for section in newsletter.sections}
    return tuple(Group(titles[key], tuple(found)) for key, found in entries.items() if found)


def _entry(article: Article, language: str, words: Words, picture: Picture | None) -> Entry:
    length = prose.minutes(article)
    return Entry(
        url=_web(article.url),
        title=markup.one_line(article.title) or article.url,
        kicker=markup.one_line(article.kicker),
        excerpt=prose.excerpt(article),
        byline=rights.by(article.authors, language),
        minutes=words.minutes.format(minutes=length) if length else "",
        picture=picture,
    )


def _picture(image: Image | None, article: Article, language: str, width: int, height: int) -> Picture | None:
    """Fit a picture into a box, never larger than it is; one nobody could see stays out."""
    if image is None or not _web(image.url) or not _web(article.url):
        return None
    shown_width, shown_height = width, None
    if image.width and image.height:
        scale = min(width / image.width, height / image.height, 1)
        shown_width, shown_height = max(round(image.width * scale), 1), max(round(image.height * scale), 1)
    license_url = _web(image.license_url or "")
    return Picture(
        url=image.url,
        alt=markup.one_line(image.alt or image.caption or article.title),
        width=shown_width,
        height=shown_height,
        caption=markup.one_line(image.caption),
        credit=rights.picture_credit(image, language),
        license_name=rights.license_name(license_url) if license_url else "",
        license_url=license_url,
    )


def _preheader(lead: Entry | None, groups: Sequence[Group], words: Words, publication: str) -> str:
    headlines = [entry.title for group in groups for entry in group.entries]
    told = [lead.excerpt] if lead else [words.nothing]
    return prose.preheader(headlines, [*told, words.promise.format(publication=publication)])


def _web(url: str) -> str:
    return url if url.lower().startswith(("https://", "http://")) else ""
