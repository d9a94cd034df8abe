"""Where each article stands in an issue, or why it does not stand there.

The rules of docs/decisions/0001-period.md. Every article gets exactly one place or reason, whatever order
they come in; the same articles give the same answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from publisher.compose.period import days_before
from publisher.config import Newsletter
from publisher.model import Period, Placement, Reason, StoredArticle
from publisher.sections import section_of, speaks

REACH_DAYS = 7
"""An issue reaches back at least so many days: the first one, made on a Friday, begins on a Friday."""

LATE = timedelta(days=28)
"""How much older than that an article may be that came in after the previous issue was composed."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What other issues of the newsletter in this language have done.

    `carried` are the ids of the articles in any of them; `since` is the start of the previous one's period
    and `composed` the instant it was composed.
    """

    carried: frozenset[int] = frozenset()
    since: datetime | None = None
    composed: datetime | None = None


def place(
    articles: Iterable[StoredArticle],
    newsletter: Newsletter,
    language: str,
    period: Period,
    earlier: Earlier,
    now: datetime,
    zone: ZoneInfo,
) -> list[Placement]:
    """Give every article exactly one place or reason.

    Sections come in the newsletter's order and hold the newest first. The lead is the newest article of the first
    section that has one. Articles left out follow, with no section.
    """
    rule = _Rule(newsletter, language, earlier, min(now, period.end), _since(period, earlier, now, zone))
    shelves: dict[str | None, list[tuple[StoredArticle, Reason]]] = {
        **{section.key: [] for section in newsletter.sections},
        None: [],
    }
    for article in _newest_first(articles):
        section, reason = rule.judge(article)
        shelves[section].append((article, reason))
    in_order = ((section, *found) for section, shelf in shelves.items() for found in shelf)
    return [
        Placement(article, section, position, Reason.LEAD if section and position == 0 else reason)
        for position, (section, article, reason) in enumerate(in_order)
    ]


def _newest_first(articles: Iterable[StoredArticle]) -> list[StoredArticle]:
    by_url = sorted(articles, key=lambda stored: (stored.article.url, stored.id))
    return sorted(by_url, key=lambda stored: stored.article.published, reverse=True)


def _since(period: Period, earlier: Earlier, now: datetime, zone: ZoneInfo) -> datetime:
    reach = days_before(min(now, period.end), REACH_DAYS, zone)
    return min(filter(None, (period.start, reach, earlier.since)))


@dataclass(frozen=True, slots=True)
class _Rule:
    newsletter: Newsletter
    language: str
    earlier: Earlier
    until: datetime
    since: datetime

    def judge(self, stored: StoredArticle) -> tuple[str | None, Reason]:
        refusal = self._refusal(stored)
        if refusal is not None:
            return None, refusal
        section = section_of(self.newsletter.sections, stored.article)
        if section is None:
            return None, Reason.NO_SECTION
        return section.key, Reason.EVERYTHING_ELSE if section.everything_else else Reason.MATCHED

    def _refusal(self, stored: StoredArticle) -> Reason | None:
        if stored.retracted_at is not None or stored.article.retracted:
            return Reason.RETRACTED
        if not speaks(stored.article.language, self.language):
            return Reason.OTHER_LANGUAGE
        if stored.id in self.earlier.carried:
            return Reason.IN_EARLIER_ISSUE
        if stored.article.published >= self.until:
            return Reason.FUTURE_DATE
        if stored.article.published < self.since and not self._came_late(stored):
            return Reason.BEFORE_PERIOD
        return None

    def _came_late(self, stored: StoredArticle) -> bool:
        composed = self.earlier.composed
        return composed is not None and stored.first_seen > composed and stored.article.published >= self.since - LATE
