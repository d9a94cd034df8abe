"""When a line of a log was written. What names no time zone is read as of this machine's."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

_ISO = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?"
_BSD = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d"
_STAMP = re.compile(rf"(?:<\d{{1,3}}>(?:\d )?)?({_ISO}|{_BSD})(?![\d:])")
_DIGITS = re.compile(r"\d{10}(?:\d{3}|\d{6})?(?:\.\d+)?")
_SECONDS_DIGITS = 10
_AHEAD = timedelta(days=1)
_YEARS = 9
"""So many years hold a 29 February."""


def stamp(line: str) -> str:
    """Give the time at the beginning of a line as it is written; empty where there is none."""
    found = _STAMP.match(line)
    return found[1] if found else ""


def instant(written: Any, now: datetime) -> datetime | None:
    """Read a time; None for what is none. One without a year is the newest that is not ahead of `now`."""
    text = str(written).strip()
    try:
        if digits := _DIGITS.fullmatch(text):
            whole, _, rest = digits[0].partition(".")
            return datetime.fromtimestamp(float(f"{whole[:_SECONDS_DIGITS]}.{whole[_SECONDS_DIGITS:]}{rest}"), UTC)
        if text[:1].isdigit():
            return datetime.fromisoformat(text.replace(",", ".").replace(" +", "+").replace(" -", "-")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return _without_year(text, now)


@lru_cache(maxsize=64)
def _without_year(text: str, now: datetime) -> datetime | None:
    for year in range(now.year + 1, now.year - _YEARS, -1):
        try:
            found = datetime.strptime(f"{year} {text}", "%Y %b %d %H:%M:%S").astimezone(UTC)
        except ValueError:
            continue
        if found <= now + _AHEAD:
            return found
    return None
