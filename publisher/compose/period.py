"""Weeks and the instants in them, by the clock of the publication's time zone.

A week runs from Monday 00:00 to Monday 00:00 on that clock, half-open, so weeks tile whatever the clock does.
A time the clock skips is the first instant after the gap; a time it shows twice is the first of the two.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from publisher.config.values import WEEKDAYS
from publisher.errors import UsageError
from publisher.model import Period

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


def week(name: str, zone: ZoneInfo) -> Period:
    """Give the ISO week of a name such as `2026-W47`.

    Raises:
        UsageError: when no week has that name.
    """
    monday = _monday(name)
    return Period(name, _midnight(monday, zone), _midnight(monday + _WEEK, zone))


def week_of(now: datetime, zone: ZoneInfo) -> Period:
    """Give the week that holds an instant."""
    today = now.astimezone(zone).date()
    # Where midnight itself is repeated, Sunday's last minutes come again in Monday's week.
    near = (week(_name(day), zone) for day in (today, today - _DAY, today + _DAY))
    return next(period for period in near if period.start <= now < period.end)


def scheduled(period: Period, schedule: str, zone: ZoneInfo) -> datetime:
    """Give the instant of a schedule such as `fri 09:00` in a week."""
    weekday, clock = schedule.split()
    day = _monday(period.name) + WEEKDAYS.index(weekday) * _DAY
    return _first_instant(datetime.combine(day, time.fromisoformat(clock)), zone)


def days_before(instant: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Give the instant so many days earlier at the same time of the clock."""
    local = instant.astimezone(zone).replace(tzinfo=None, fold=0)
    return _first_instant(local - timedelta(days=days), zone)


def _monday(name: str) -> date:
    parts = re.fullmatch(r"([0-9]{4})-W([0-9]{2})", name)
    try:
        # A week needs its own end, so the last week of year 9999 is none.
        found = date.fromisocalendar(int(parts[1]), int(parts[2]), 1) if parts else date.max
    except ValueError:
        found = date.max
    if not date(1900, 1, 1) <= found < date(9999, 1, 1):
        raise UsageError(f'"{name}" is not a week; write its year and number, as "2026-W47"')
    return found


def _name(day: date) -> str:
    year, number, _ = day.isocalendar()
    return f"{year:04}-W{number:02}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return _first_instant(datetime.combine(day, time()), zone)


def _first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Give the first instant at which the zone's clock shows `wall` or, where it skips that, later."""
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if _shown(found, zone) == wall:
        return found
    # In a gap the two readings of `wall` lie on either side of it (PEP 495); the clock jumps in between.
    before, after = wall.replace(tzinfo=zone, fold=1).astimezone(UTC), found
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        before, after = (before, middle) if _shown(middle, zone) >= wall else (middle, after)
    return after.replace(microsecond=0)


def _shown(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
