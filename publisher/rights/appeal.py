"""The donation appeal: the newsroom's words, those of a campaign on its days, other words for some readers, or none.

Feeds and copies carry the newsroom's own words always: they outlive a campaign.
"""

from dataclasses import dataclass
from datetime import date

from publisher.config import Settings, in_language
from publisher.config.appeals import Appeal, Audience, Campaign


@dataclass(frozen=True, slots=True)
class AppealWords:
    """The donation appeal in one language, plain text. `goal` says what is to be reached, and may be empty."""

    heading: str
    text: str
    button: str
    url: str
    goal: str = ""


def appeal(settings: Settings, language: str) -> AppealWords:
    """Give the newsroom's appeal."""
    return _words([settings.appeal], language)


def appeal_on(settings: Settings, language: str, day: date | None, tag: str = "") -> AppealWords | None:
    """Give the appeal of an issue of a day, for readers with a tag of `appeal.audiences`; None where there is none.

    Without a day, as for a mail that goes out for years, no campaign counts. An audience's words win over a
    campaign's, and those over the newsroom's, one by one.
    """
    words = settings.appeal
    audience = next((one for one in words.audiences if one.tag == tag), None)
    if day in words.muted or (audience and audience.no_appeal):
        return None
    campaign = next((one for one in words.calendar if day and one.first <= day <= one.last), None)
    return _words([source for source in (audience, campaign, words) if source], language)


def audience_of(settings: Settings, tags: tuple[str, ...]) -> str:
    """Give the tag by which a subscriber gets other words of appeal; empty for all others."""
    return next((audience.tag for audience in settings.appeal.audiences if audience.tag in tags), "")


def _words(sources: list[Appeal | Audience | Campaign], language: str) -> AppealWords:
    def _first(name: str) -> str:
        given = (getattr(source, name, {}) for source in sources)
        return next((in_language(texts, language) for texts in given if texts), "")

    return AppealWords(*(_first(name) for name in ("heading", "text", "button", "url", "goal")))
