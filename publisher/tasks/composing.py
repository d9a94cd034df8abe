"""Composes the issues of a newsletter for a period: one in each of its languages.

Composing again gives the same issue, with what was collected since; an issue that was approved is frozen
and stays as it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher import compose as stage
from publisher.compose import period as periods
from publisher.config import Newsletter, Settings
from publisher.errors import UsageError
from publisher.model import IssueState, Period, StoredArticle
from publisher.store import Store, Transaction, articles, issues

REACH = timedelta(days=28)
"""How far before its issue's period an article that came in late may have been published."""


@dataclass(frozen=True, slots=True)
class ComposedIssue:
    """What came of one language: the issue's id, how many articles it carries, and its state."""

    id: int
    language: str
    articles: int
    state: IssueState

    @property
    def frozen(self) -> bool:
        """Whether the issue was no draft any more, approved or cancelled before, and was left as it is."""
        return self.state is not IssueState.DRAFT


def compose(
    store: Store,
    settings: Settings,
    newsletter_key: str,
    now: datetime,
    period_name: str | None = None,
    language: str | None = None,
) -> list[ComposedIssue]:
    """Compose the issues of `period_name`, or of the week that holds `now`.

    Raises:
        UsageError: for a newsletter, language or period that is none, or a period that has not begun.
    """
    newsletter = known_newsletter(settings, newsletter_key)
    languages = settings.languages_of(newsletter)
    if language is not None and language not in languages:
        raise UsageError(f'newsletter "{newsletter.key}" has no issue in "{language}"; it has {", ".join(languages)}')
    zone = settings.publication.zone
    period = periods.week(period_name, zone) if period_name else periods.week_of(now, zone)
    if period.start > now:
        raise UsageError(
            f"week {period.name} has not begun; it can be composed from {period.start.astimezone(zone):%F}"
        )
    return [
        _compose_one(store, settings, newsletter, one, period, now) for one in ([language] if language else languages)
    ]


def known_newsletter(settings: Settings, key: str) -> Newsletter:
    """Find a newsletter.

    Raises:
        UsageError: naming those there are.
    """
    newsletter = settings.newsletter(key)
    if newsletter is None:
        known = ", ".join(newsletter.key for newsletter in settings.newsletters)
        raise UsageError(f'newsletter "{key}" is not in the config; it has {known}')
    return newsletter


def _compose_one(
    store: Store, settings: Settings, newsletter: Newsletter, language: str, period: Period, now: datetime
) -> ComposedIssue:
    with store.writing() as transaction:
        known = issues.find(transaction, newsletter.key, language, period.name)
        if known is not None and known.state is not IssueState.DRAFT:
            carried = [placement for placement in issues.placements(transaction, known.id) if placement.section]
            return ComposedIssue(known.id, language, len(carried), known.state)
        earlier = _earlier(transaction, newsletter, language, period)
        number = known.number if known else issues.next_number(transaction, newsletter.key, language)
        composed = stage.compose(
            _candidates(transaction, period, earlier, now), settings, newsletter, language, period, number, earlier, now
        )
        issue = issues.put(
            transaction,
            newsletter.key,
            language,
            period,
            number,
            composed.title,
            composed.placements,
            composed.variant,
            now,
            audiences=composed.audiences,
        )
    carries = sum(placement.section is not None for placement in composed.placements)
    return ComposedIssue(issue, language, carries, IssueState.DRAFT)


def _earlier(transaction: Transaction, newsletter: Newsletter, language: str, period: Period) -> stage.Earlier:
    previous = issues.previous(transaction, newsletter.key, language, period.start)
    return stage.Earlier(
        carried=issues.carried(transaction, newsletter.key, language, period.name),
        since=previous.period.start if previous else None,
        composed=previous.composed if previous else None,
    )


def _candidates(transaction: Transaction, period: Period, earlier: stage.Earlier, now: datetime) -> list[StoredArticle]:
    since = min(filter(None, (period.start, min(now, period.end) - timedelta(days=8), earlier.since)))
    return articles.between(transaction, since - REACH, period.end)
