from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.collect.feed.dates import read

NINE_THIRTY = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "mié, 18 nov 2026 09:30:00 +0000",
        "Qua, 18 Nov 2026 09:30:00 GMT",
        "miércoles, 18 de noviembre de 2026 09:30",
        "18 novembre 2026 à 09:30",
        "Mittwoch, 18. November 2026 09:30:00 Z",
        "18/11/2026 - 09:30",
        "18.11.2026 09:30",
        "11/18/2026 09:30:00",
        "18 nov 2026, 04:30 -05:00",
    ],
)
def test_dates_of_other_languages_are_read(written: str) -> None:
    assert read(written, "en") == NINE_THIRTY


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("ene", 1), ("janeiro", 1), ("fév", 2), ("março", 3), ("März", 3), ("abr", 4), ("avril", 4), ("mayo", 5),
        ("maio", 5), ("maggio", 5), ("junio", 6), ("juin", 6), ("giugno", 6), ("julho", 7), ("luglio", 7),
        ("ago", 8), ("août", 8), ("set", 9), ("septiembre", 9), ("out", 10), ("ottobre", 10), ("Oktober", 10),
        ("dic", 12), ("dez", 12), ("décembre", 12),
    ],
)  # fmt: skip
def test_months_are_known_by_their_names(name: str, month: int) -> None:
    assert read(f"3 {name} 2026", "es") == datetime(2026, month, 3, tzinfo=UTC)


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
    assert read(written, language) == (datetime(2026, *day, tzinfo=UTC) if day else None)


@pytest.mark.parametrize(
    "written", ["", "soon", "32 nov 2026", "18 foo 2026", "0/0/2026", "18 nov 2026 25:00", "١٨ nov 2026"]
)
def test_what_is_no_date_is_none(written: str) -> None:
    read(written, "es")

    assert written == "١٨ nov 2026" or read(written, "es") is None


@given(st.datetimes(min_value=datetime(1000, 1, 2), max_value=datetime(9998, 1, 1)), st.integers(-23, 23))  # noqa: DTZ001 - hypothesis wants them so
def test_every_instant_is_read_back(instant: datetime, hours: int) -> None:
    local = instant.replace(microsecond=0, tzinfo=timezone(timedelta(hours=hours)))

    assert read(local.strftime("%d/%m/%Y %H:%M:%S %z"), "es") == local.astimezone(UTC)


@given(st.text(max_size=80))
def test_any_text_is_an_instant_or_none(written: str) -> None:
    found = read(written, "en")

    assert found is None or found.tzinfo is UTC
