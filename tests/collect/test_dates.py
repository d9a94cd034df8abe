from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.collect import dates

BOGOTA = ZoneInfo("America/Bogota")
MORNING = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
"""18 November 2026, 9:30 in Bogotá."""
NIGHT = datetime(2026, 11, 18, 5, tzinfo=UTC)
"""The midnight with which that day begins in Bogotá."""


def read(written: str, language: str = "en", zone: tzinfo = BOGOTA) -> datetime | None:
    return dates.read(written, language, zone)


@pytest.mark.parametrize(
    "written",
    [
        "Wed, 18 Nov 2026 09:30:00 -0500",
        "Wed,18 Nov 2026 09:30:00 -0500",
        "Wed, 18 November 2026 14:30:00 GMT",
        "Wed, 18 Nov 26 09:30 EST",
        "18-Nov-2026 15:30:00 CET",
        "Wed, 18 Nov 2026 14:30:00 +0000 GMT",
        "Wed, 18 Nov 2026 09:30:00 GMT-05:00",
        "Wed Nov 18 14:30:00 UTC 2026",
        "Wed Nov 18 2026 15:30:00 GMT+0100 (Central European Standard Time)",
        "Wed, 18 Nov 2026 15:30:00 UT+1",
        "2026-11-18T14:30:00Z",
        "2026-11-18T14:30Z",
        "2026-11-18T16:30:00.123+02:00",
        "2026-11-18 14:30:00 UTC",
        "2026-11-18T15:30:00+01:00[Europe/Madrid]",
        "20261118T143000Z",
        "November 18, 2026 9:30 AM ET",
        "1795012200",
        "1795012200000",
    ],
)
def test_a_date_that_names_its_zone_is_that_instant(written: str) -> None:
    assert read(written, zone=ZoneInfo("Asia/Tokyo")) == MORNING


@pytest.mark.parametrize(
    "written",
    [
        "Wed, 18 Nov 2026 09:30:00",
        "Wed Nov 18 09:30:00 2026",
        "2026-11-18T09:30:00",
        "2026-11-18 09:30:00",
        "2026/11/18 09:30:00",
        "20261118093000",
        "18/11/2026 - 09:30",
        "18.11.2026 09:30",
        "11/18/2026 09:30:00",
        "Wed, 18 Nov 2026 09:30:00 XYZ",
    ],
)
def test_a_time_that_names_no_zone_is_in_the_publications(written: str) -> None:
    assert read(written) == MORNING


@pytest.mark.parametrize(
    "written",
    ["2026-11-18", "20261118", "18/11/2026", "18 nov 2026", "Nov. 18, 2026", "18-Nov-2026",
     "Wednesday 18th November 2026", "18. 11. 2026", "le 18 novembre 2026"],
)  # fmt: skip
def test_a_date_alone_is_the_midnight_of_the_publication(written: str) -> None:
    assert read(written) == NIGHT


@pytest.mark.parametrize(
    "written",
    [
        "mié, 18 nov 2026 09:30:00 -0500",
        "miércoles, 18 de noviembre de 2026 09:30",
        "18 de noviembre del 2026, a las 9:30 a. m.",
        "9:30 a. m. 18 de noviembre de 2026",
        "quarta-feira, 18 de novembro de 2026 às 09h30",
        "18 novembre 2026 à 09:30",
        "Mi., 18.11.2026 um 09.30 Uhr",
        "Mittwoch, 18. November 2026 09:30:00",
        "среда, 18 ноября 2026 г. 09:30",
        "Τετ, 18 Νοέ 2026 09:30:00",
        "2026年11月18日 09:30",
        "2026년 11월 18일 09:30",
    ],
)
def test_dates_of_other_languages_are_read(written: str) -> None:
    assert read(written) == MORNING


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("ene", 1), ("janeiro", 1), ("fév", 2), ("março", 3), ("März", 3), ("abr", 4), ("avril", 4), ("mayo", 5),
        ("maio", 5), ("maggio", 5), ("junio", 6), ("juin", 6), ("giugno", 6), ("julho", 7), ("luglio", 7),
        ("ago", 8), ("août", 8), ("set", 9), ("septiembre", 9), ("out", 10), ("ottobre", 10), ("Oktober", 10),
        ("listopada", 11), ("dic", 12), ("dez", 12), ("décembre", 12), ("MAR", 3),
    ],
)  # fmt: skip
def test_months_are_known_by_their_names(name: str, month: int) -> None:
    assert read(f"3 {name} 2026", "es", UTC) == datetime(2026, month, 3, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "hour"), [("America/Bogota", 15), ("America/Mexico_City", 15), ("Asia/Shanghai", 1)])
def test_a_name_that_two_zones_have_is_the_publications_if_it_is_one_of_them(zone: str, hour: int) -> None:
    found = read("Wed, 18 Nov 2026 09:30:00 CST", zone=ZoneInfo(zone))

    assert found == datetime(2026, 11, 18, hour, 30, tzinfo=UTC)


def test_the_publications_zone_has_its_summer() -> None:
    madrid = ZoneInfo("Europe/Madrid")

    assert [read(f"2026-{month}-18 09:30", zone=madrid) for month in ("01", "07")] == [
        datetime(2026, 1, 18, 8, 30, tzinfo=UTC),
        datetime(2026, 7, 18, 7, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    ("written", "language", "day"),
    [
        ("03/11/2026", "es", (11, 3)),
        ("03/11/2026", "en", None),
        ("03/03/2026", "en", (3, 3)),
        ("25/12/2026", "en", (12, 25)),
    ],
)
def test_in_english_a_day_that_may_be_a_month_is_not_guessed(
    written: str, language: str, day: tuple[int, int] | None
) -> None:
    assert read(written, language, UTC) == (datetime(2026, *day, tzinfo=UTC) if day else None)


@pytest.mark.parametrize(
    ("written", "hour"), [("12:05 am", 0), ("12:05 p.m.", 12), ("9:05 pm", 21), ("09:05PM", 21), ("21:05 pm", 21)]
)
def test_hours_may_be_counted_twice_a_day(written: str, hour: int) -> None:
    assert read(f"18 Nov 2026 {written}", zone=UTC) == datetime(2026, 11, 18, hour, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-18T24:00:00Z", datetime(2026, 11, 19, tzinfo=UTC)),
        ("Wed, 18 Nov 2026 23:59:60 GMT", datetime(2026, 11, 18, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_day_may_end_at_24_and_a_minute_with_a_leap_second(written: str, instant: datetime) -> None:
    assert read(written) == instant


@pytest.mark.parametrize("written", ["Mon, 11/09/2026 - 12:00", "Monday 11/09/2026 12:00"])
def test_a_weekday_tells_which_of_two_numbers_is_the_day(written: str) -> None:
    assert read(f"{written} +0000", "en") == datetime(2026, 11, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize("written", ["Tue, 11/09/2026", "Sun, 01/00/2026", "Sun, 11/01/2026"])
def test_a_weekday_that_fits_no_day_or_two_tells_nothing(written: str) -> None:
    assert read(written, "en") is None


@pytest.mark.parametrize(
    "written", ["", "soon", "32 nov 2026", "18 foo 2026", "0/0/2026", "18 nov 2026 25:00", "2026", "2026-11", "10:30",
                "18 nov 2026 09:30 +99:00"]
)  # fmt: skip
def test_what_is_no_date_is_none(written: str) -> None:
    assert read(written, "es") is None


@pytest.mark.parametrize(
    "written", ["1970-01-01T00:00:00Z", "Wed, 31 Dec 1969 19:00:00 -0500", "0001-01-01T00:00:00", "0000-00-00 00:00:00"]
)
def test_what_programs_write_where_they_know_no_date_is_none(written: str) -> None:
    assert read(written) is None


@given(st.datetimes(min_value=datetime(1000, 1, 3), max_value=datetime(9998, 1, 1)), st.integers(-23, 23))  # noqa: DTZ001 - hypothesis wants them so
def test_every_instant_is_read_back(instant: datetime, hours: int) -> None:
    local = instant.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))

    for form in ("%d/%m/%Y %H:%M:%S %z", "%a, %d %b %Y %H:%M:%S %z", "%Y-%m-%dT%H:%M:%S%z"):
        assert read(local.strftime(form), "es") == local.astimezone(UTC)


@given(st.text(max_size=80))
def test_any_text_is_an_instant_or_none(written: str) -> None:
    found = read(written)

    assert found is None or found.tzinfo is UTC
