"""When an issue of a week is due, by its newsletter's schedule, and when the schedule sends it. Pure."""

from datetime import datetime, timedelta

from publisher.compose import period as periods
from publisher.config import Newsletter, Settings
from publisher.model import Issue, IssueKind, IssueState, Period


def due_period(newsletter: Newsletter, settings: Settings, now: datetime) -> Period:
    """Give the newest period whose time has come."""
    zone = settings.publication.zone
    this_week = periods.week_of(now, zone)
    if periods.scheduled(this_week, newsletter.schedule, zone) <= now:
        return this_week
    return periods.week_of(this_week.start - timedelta(days=1), zone)


def is_in_time(newsletter: Newsletter, settings: Settings, period: Period, now: datetime) -> bool:
    """Tell whether the issue of a period whose time has come is made within the grace."""
    return late(newsletter, settings, period, now) <= timedelta(hours=newsletter.grace_hours)


def late(newsletter: Newsletter, settings: Settings, period: Period, now: datetime) -> timedelta:
    """Give how long ago the time of a period was."""
    return now - periods.scheduled(period, newsletter.schedule, settings.publication.zone)


def is_to_be_sent(issue: Issue, settings: Settings, now: datetime) -> bool:
    """Tell whether the schedule sends an issue now, without a person's `issue send`.

    An approved issue goes at its time, or when it is approved later, within the grace; later it waits for a person.
    One whose sending has begun goes on until its last row is settled, whoever began or resumed it. An issue that is no
    period goes when a person sends it.
    """
    newsletter = settings.newsletter(issue.newsletter)
    if newsletter is None or issue.approved is None:
        return False
    if issue.state is IssueState.SENDING:
        return True
    if issue.kind is not IssueKind.PERIODIC:
        return False
    return timedelta() <= waited(issue, newsletter, settings, now) <= timedelta(hours=newsletter.grace_hours)


def waited(issue: Issue, newsletter: Newsletter, settings: Settings, now: datetime) -> timedelta:
    """Give how long an issue could have gone: since its time, or since it was approved when that was later."""
    since_its_time = late(newsletter, settings, issue.period, now)
    return min(since_its_time, now - issue.approved) if issue.approved else since_its_time
