"""Weeks by the clock of a place: they tile, and a schedule lands in its own week whatever the clock does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.compose import period as periods
from publisher.config.values import WEEKDAYS
from publisher.errors import UsageError

ZONES = (
    "America/Bogota",
    "America/Santiago",
    "America/Mexico_City",
    "America/Havana",
    "America/New_York",
    "Europe/Madrid",
    "Africa/Cairo",
    "Asia/Beirut",
    "Asia/Tehran",
    "Australia/Lord_Howe",
)
CLOCKS = ("00:00", "00:30", "02:30", "09:00", "23:59")
instants = st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds of hypothesis are naive
zones = st.sampled_from(ZONES).map(ZoneInfo)


def _changes(zone: ZoneInfo) -> Iterator[datetime]:
    """Give every instant from 2020 to 2035 at which the clock jumps, found to the second."""
    days = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(16 * 366)]
    for before, after in pairwise(days):
        if before.astimezone(zone).utcoffset() == after.astimezone(zone).utcoffset():
            continue
        while after - before > timedelta(seconds=1):
            middle = before + (after - before) // 2
            same = middle.astimezone(zone).utcoffset() == before.astimezone(zone).utcoffset()
            before, after = (middle, after) if same else (before, middle)
        yield after


@pytest.mark.parametrize("name", ZONES)
def test_weeks_meet_without_gap_or_overlap_at_every_change_of_the_clock(name: str) -> None:
    zone = ZoneInfo(name)

    for change in _changes(zone):
        week = periods.week_of(change, zone)
        assert periods.week_of(week.end, zone).start == week.end
        assert periods.week_of(week.start - timedelta(microseconds=1), zone).end == week.start
        assert week.start.astimezone(zone).isoweekday() == 1


@pytest.mark.parametrize("name", ZONES)
def test_every_schedule_lands_on_its_day_at_every_change_of_the_clock(name: str) -> None:
    zone = ZoneInfo(name)

    for change in _changes(zone):
        week = periods.week_of(change, zone)
        for number, weekday in enumerate(WEEKDAYS, 1):
            times = [periods.scheduled(week, f"{weekday} {clock}", zone) for clock in CLOCKS]
            assert times == sorted(times)
            assert all(week.start <= time < week.end for time in times)
            assert {time.astimezone(zone).isoweekday() for time in times} == {number}


@pytest.mark.parametrize("name", set(ZONES) - {"America/Bogota"})
def test_the_zones_of_these_tests_do_change_their_clocks(name: str) -> None:
    assert list(_changes(ZoneInfo(name)))


@given(instants, zones)
def test_an_instant_is_in_exactly_the_week_that_its_name_gives_back(now: datetime, zone: ZoneInfo) -> None:
    week = periods.week_of(now, zone)

    assert week.start <= now < week.end
    assert periods.week(week.name, zone) == week
    assert timedelta(days=6, hours=22) <= week.end - week.start <= timedelta(days=7, hours=2)


@given(instants, zones, st.integers(0, 40))
def test_days_before_keep_the_time_of_the_clock(now: datetime, zone: ZoneInfo, days: int) -> None:
    earlier = periods.days_before(now, days, zone)

    assert abs(now - earlier - timedelta(days=days)) <= timedelta(hours=2)
    assert (now.astimezone(zone).date() - earlier.astimezone(zone).date()).days == days


def test_a_midnight_the_clock_skips_is_the_first_instant_after_it() -> None:
    santiago = ZoneInfo("America/Santiago")
    week = periods.week("2026-W36", santiago)

    due = periods.scheduled(week, "sun 00:00", santiago)

    assert due.astimezone(santiago).isoformat() == "2026-09-06T01:00:00-03:00"


def test_a_week_that_begins_in_a_skipped_hour_begins_after_it() -> None:
    tehran = ZoneInfo("Asia/Tehran")

    week = periods.week("2021-W12", tehran)

    assert week.start.astimezone(tehran).isoformat() == "2021-03-22T01:00:00+04:30"
    assert periods.week("2021-W11", tehran).end == week.start


def test_a_time_the_clock_shows_twice_is_the_first() -> None:
    madrid = ZoneInfo("Europe/Madrid")

    due = periods.scheduled(periods.week("2026-W43", madrid), "sun 02:30", madrid)

    assert due == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_last_days_of_december_can_be_in_the_first_week_of_the_next_year() -> None:
    zone = ZoneInfo("America/Bogota")

    assert periods.week_of(datetime(2025, 12, 30, 12, tzinfo=UTC), zone).name == "2026-W01"


@pytest.mark.parametrize(
    "name", ["2026-W54", "2026-W00", "2026-w47", "2026-47", "last week", "", "9999-W52", "٢٠٢٦-W47"]
)
def test_what_is_no_week_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(UsageError, match='is not a week; write its year and number, as "2026-W47"'):
        periods.week(name, ZoneInfo("America/Bogota"))
