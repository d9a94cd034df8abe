"""Dates that the feed parser cannot read: months by their names in other languages, days before months.

A date that names no time zone is taken as UTC, as the parser takes the others.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = (
    "jan|ene|gen|janv|januar|januari",
    "feb|fev|fév|févr|febr",
    "mar|mär|mars|mrt|maer",
    "apr|abr|avr",
    "may|mai|mag|maio|mayo|mei|maj",
    "jun|giu|juin",
    "jul|lug|juil",
    "aug|ago|aoû|aou",
    "sep|set",
    "oct|out|ott|okt",
    "nov",
    "dec|dic|dez|déc",
)
_CLOCK = (
    r"(?:\D{1,4}?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<zone>Z|GMT|UTC|[+-]\d{2}:?\d{2})?)?"
)
_NAMED = re.compile(
    rf"(?:\w+\.?,?\s+)?(?P<day>\d{{1,2}})\.?\s+(?:de\s+)?(?P<month>[^\W\d]{{3,12}})\.?,?\s+(?:de\s+)?(?P<year>\d{{4}}){_CLOCK}",
    re.IGNORECASE,
)
_NUMBERS = re.compile(rf"(?P<day>\d{{1,2}})[/.](?P<month>\d{{1,2}})[/.](?P<year>\d{{4}}){_CLOCK}")


_LONGEST = 200
"""Characters; no date has half as many."""


def read(written: str, language: str) -> datetime | None:
    """Give the instant in UTC; None when it cannot be read, or in English may be two days."""
    line = " ".join(written[:_LONGEST].split())
    if named := _NAMED.fullmatch(line):
        return _instant(named, int(named["day"]), _month(named["month"]))
    if numbers := _NUMBERS.fullmatch(line):
        first, second = int(numbers["day"]), int(numbers["month"])
        if second > 12:
            return _instant(numbers, second, first)
        if first > 12 or first == second or not language.startswith("en"):
            return _instant(numbers, first, second)
    return None


def _month(name: str) -> int:
    found = (number for number, names in enumerate(_MONTHS, 1) if re.match(names, name.lower()))
    return next(found, 0)


def _instant(parts: re.Match[str], day: int, month: int) -> datetime | None:
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    try:
        zone = _zone(parts["zone"])
        return datetime(int(parts["year"]), month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(written: str | None) -> timezone:
    if not written or written.upper() in ("Z", "GMT", "UTC"):
        return UTC
    digits = written[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if written[0] == "-" else offset)
