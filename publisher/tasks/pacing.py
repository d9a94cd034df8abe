"""How fast an issue may leave, as the config and the editor say, and how long it takes then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import chain, repeat

from publisher import pace
from publisher.config import Settings
from publisher.deliver import relays
from publisher.errors import NotAllowed
from publisher.model import IssueState
from publisher.pace import Limits
from publisher.store import Store, issue_events, pacing
from publisher.tasks import issuing

RATE = "rate"
"""What is noted when an issue gets a rate of its own, or loses it."""


def limits(settings: Settings, now: datetime) -> Limits:
    """Give the limits that hold now for all senders together; those of an issue's own rate come beside them."""
    delivery = settings.delivery
    ordinary = Limits(delivery.rate, delivery.per_hour, delivery.per_day)
    if delivery.warm_up is None:
        return ordinary
    zone = settings.publication.zone
    today = now.astimezone(zone).date()
    day = max((today - delivery.warm_up.since).days, 0)
    if day >= len(delivery.warm_up.days):
        return ordinary
    midnight = datetime.combine(today + timedelta(days=1), time(), zone)
    most = min(delivery.warm_up.days[day], delivery.per_day or delivery.warm_up.days[day])
    return replace(ordinary, per_day=most, until=midnight)


def resumes(store: Store, settings: Settings, now: datetime) -> datetime | None:
    """Give when mails may go again, when what may go in an hour or a day is used up; nothing when it is not."""
    with store.reading() as transaction:
        return pacing.resumes(transaction, limits(settings, now), now)


def rest(store: Store, settings: Settings, refusal: str, now: datetime) -> datetime | None:
    """Let nothing go on by itself for a while when a refusal means that our quota is used up; give until when."""
    span = relays.configured(settings).quota(refusal)
    if span is None:
        return None
    with store.writing() as transaction:
        pacing.rest(transaction, now + span)
    return now + span


def rate(store: Store, settings: Settings, issue_id: int) -> float | None:
    """Give the rate that holds for an issue, in messages a second: its own, else that of the config.

    Raises:
        UsageError: for an unknown issue.
    """
    issuing.known_issue(store, issue_id)
    with store.reading() as transaction:
        return pacing.rate_of(transaction, issue_id) or settings.delivery.rate


def set_rate(store: Store, issue_id: int, to: float | None, now: datetime, who: str) -> None:
    """Give an issue a rate of its own, which a sender at work keeps to within a second; None: that of the config.

    Raises:
        UsageError: for an unknown issue.
        NotAllowed: when it is sent or was cancelled.
    """
    issue = issuing.known_issue(store, issue_id)
    if issue.state in (IssueState.SENT, IssueState.CANCELLED):
        raise NotAllowed(f"issue {issue_id} is {issue.state}; a rate is for one that is still to be sent")
    with store.writing() as transaction:
        pacing.set_rate(transaction, issue_id, to)
        words = "that of the config" if to is None else f"{to:g} messages a second"
        issue_events.add(transaction, issue_id, now, who, RATE, words)


def seconds_left(store: Store, settings: Settings, left: int, per_second: float, now: datetime) -> float | None:
    """Estimate how long so many messages take at a rate, with the quotas in mind; nothing when none go."""
    holding = limits(settings, now)
    with store.reading() as transaction:
        hour, day = pacing.rooms_of(transaction, holding, now)
    hours = chain([hour], repeat(holding.per_hour or hour)) if hour is not None else ()
    days = chain([day], _days_to_come(settings, now)) if day is not None else ()
    return pace.seconds_left(left, per_second, hours, days)


def _days_to_come(settings: Settings, now: datetime) -> Iterator[int]:
    """Give how many messages may go on each day from tomorrow on, as long as there is a limit."""
    ahead = now
    while True:
        ahead += pace.DAY
        most = limits(settings, ahead).per_day
        if most is None:
            return
        yield most
