"""Dates as sources write them: by the standards (RFC 822, ISO 8601), in words of many languages, in numbers.

A date that names no time zone is in the publication's; one without a time is the midnight with which that day begins
there. What may be two days is none, and so is the instant that programs write where they know no date.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_LONGEST = 200
"""Characters; no date has half as many."""
_UNSET = datetime(1970, 1, 1, tzinfo=UTC)


def _folded(words: str) -> str:
    """Give words in lower case and without accents, as months and zones are looked up."""
    parts = unicodedata.normalize("NFKD", words.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


_MONTHS = tuple(
    tuple(_folded(names).split())
    for names in (
        "jan ene gen xan ian sty led oca янв січ ιαν",
        "feb fev fév lut úno şub фев лют φεβ",
        "mar mär mrt maer bře már мар бер μαρ",
        "apr abr avr kwi dub nis ápr апр кві απρ",
        "may mai mag maio mei maj kvě máj мая май трав μαι",
        "jun giu juin iun cze červen červn haz xuñ jún июн чер ιουν",
        "jul lug juil iul lip červenec července tem xul júl июл лип ιουλ",
        "aug ago aou agu agt sie srp ağu авг сер αυγ",
        "sep set wrz zář eyl sze сен вер σεπ",
        "oct out ott okt paź říj eki окт жов οκτ",
        "nov noi lis kas ноя лис νοε",
        "dec dic dez déc des gru pro ara дек гру δεκ",
    )
)
"""How months begin in European languages, Turkish and Indonesian."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2,
    "mest": 2, "mesz": 2, "eet": 2, "sast": 2, "cat": 2, "eest": 3, "eat": 3, "msk": 3, "trt": 3, "gst": 4, "pkt": 5,
    "ist": 5.5, "npt": 5.75, "wib": 7, "ict": 7, "wita": 8, "hkt": 8, "sgt": 8, "pht": 8, "awst": 8, "jst": 9, "kst": 9,
    "wit": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "ndt": -2.5, "nst": -3.5,
    "adt": -3, "art": -3, "brt": -3, "clst": -3, "uyt": -3, "pyst": -3, "ast": -4, "edt": -4, "clt": -4, "bot": -4,
    "vet": -4, "pyt": -4, "est": -5, "cdt": -5, "cot": -5, "pet": -5, "ect": -5, "cst": -6, "mdt": -6, "mst": -7,
    "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10,
}  # fmt: skip
"""The zones of RFC 822 and those in which the press writes, by the names people give them."""
_PLACES = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}

_OFFSET = r"(?:gmt|utc?)?\s?(?P<sign>[+\u2212-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?![\d:])"
_ZONE = rf"(?:\s*+(?:{_OFFSET}|(?P<zone>{'|'.join(sorted((*_HOURS, *_PLACES), key=len, reverse=True))})\b))?"
_CLOCK = re.compile(
    r"(?<![\d:.+])(?<!\d-)(?P<hour>\d{1,2})(?::|\s?h\s?|\.(?=\d\d(?:\s?[ap]\.?\s?m|\s*+\Z|\s?uhr|\s?h)))(?P<minute>\d{2})"
    r"(?:[:m]\s?(?P<second>\d{1,2}))?(?:[.,]\d{1,12})?(?!\d)(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?"
    r"(?:\s?(?:hs?|hrs?|horas?|uhr|uur|heures)\b\.?)?" + _ZONE
)
_BEFORE_A_CLOCK = re.compile(
    r"(?:(?<=\d)t|[\s,|·•–—-]*(?:\b(?:at|a las?|a|as|alle ore|alle|ore|um|om|kl\.?|klo|в|о))?)[\s,|·•–—-]*\Z"
)
_LEFT_OUT = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
"""Java and JavaScript write the name of the zone after its offset."""

_WORDS = r"(?:(?:[^\W\d_]|-){1,20}(?:[.,:]++\s*+|\s++)){0,3}?"
_MONTH = r"(?P<month>[^\W\d_]{3,12})"
_END = r"(?:\s+[^\W\d_]{1,5}\.?)?"
"""A zone that nobody knows, or the word for "year"."""
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})(?:\.?\s?[-/.]\s?|\s?年\s?|\s?{_folded('년')}\s?)(?P<month>\d{{1,2}})"
    rf"(?:\.?\s?[-/.]\s?|\s?月\s?|\s?{_folded('월')}\s?)(?P<day>\d{{1,2}})(?:\.|\s?日|\s?{_folded('일')})?{_ZONE}{_END}"
)
_COMPACT = re.compile(
    rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d)(?:t?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)?{_ZONE})?"
)
_DAY_FIRST = re.compile(
    rf"{_WORDS}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|o|a|\.)?(?:\s+|-|/)(?:de\s+|d['’]\s?|of\s+)?{_MONTH}[.,]*(?:\s+|-|/)"
    rf"(?:del?\s+)?(?P<year>\d{{4}}|\d\d){_END}"
)
_MONTH_FIRST = re.compile(rf"{_WORDS}{_MONTH}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_END}")
_NUMBERS = re.compile(
    rf"{_WORDS}(?P<day>\d{{1,2}})(?P<mark>[/.-])\s?(?P<month>\d{{1,2}})(?P=mark)\s?(?P<year>\d{{4}}){_END}"
)


def read(written: str, language: str, zone: tzinfo) -> datetime | None:
    """Give the instant in UTC; None when it cannot be read, or in English may be two days.

    `zone` is the publication's, for what names none.
    """
    line = " ".join(_LEFT_OUT.sub(" ", _folded(" ".join(written[:_LONGEST].split()))).split())[:_LONGEST]
    if re.fullmatch(r"[0-9]{10}|[0-9]{13}", line):
        return datetime.fromtimestamp(int(line[:10]), UTC)
    if compact := _COMPACT.fullmatch(line):
        return _instant((int(compact["year"]), int(compact["month"]), int(compact["day"])), compact, zone)
    clock = _CLOCK.search(line)
    found = _day(_beside(line, clock) if clock else line, language)
    if found is None:
        return None
    day, match = found
    return _instant(day, clock or match, zone)


def _beside(line: str, clock: re.Match[str]) -> str:
    return f"{_BEFORE_A_CLOCK.sub('', line[: clock.start()])} {line[clock.end() :]}".strip(" ,|·•–—-")


def _day(line: str, language: str) -> tuple[tuple[int, int, int], re.Match[str]] | None:
    """Give year, month and day, and the match in which a zone may stand."""
    if numbers := _YEAR_FIRST.fullmatch(line):
        return (int(numbers["year"]), int(numbers["month"]), int(numbers["day"])), numbers
    for form in (_DAY_FIRST, _MONTH_FIRST):
        named = form.fullmatch(line)
        if named and (month := _month(named["month"])):
            return (_year(named["year"]), month, int(named["day"])), named
    if numbers := _NUMBERS.fullmatch(line):
        first, second = int(numbers["day"]), int(numbers["month"])
        if second > 12:
            return (int(numbers["year"]), first, second), numbers
        if first > 12 or first == second or not language.startswith("en"):
            return (int(numbers["year"]), second, first), numbers
        return _on_its_weekday(line, numbers)
    return None


def _on_its_weekday(line: str, numbers: re.Match[str]) -> tuple[tuple[int, int, int], re.Match[str]] | None:
    """Tell day and month apart by the weekday that stands beside them, as in "Mon, 11/09/2026"."""
    year, first, second = (int(numbers[name]) for name in ("year", "day", "month"))
    days = ((year, second, first), (year, first, second))
    fitting = [day for day in days if _weekday(*day) == line[:3]]
    return (fitting[0], numbers) if len(fitting) == 1 else None


def _weekday(year: int, month: int, day: int) -> str:
    """Give how a day of the week begins in English; empty where there is no such day."""
    try:
        return _WEEKDAYS[date(year, month, day).weekday()]
    except ValueError:
        return ""


def _month(name: str) -> int:
    found = (number for number, names in enumerate(_MONTHS, 1) if name.startswith(names))
    return next(found, 0)


def _year(written: str) -> int:
    """Give a year; of two digits as RFC 5322 §4.3 reads them."""
    short = int(written)
    return short if len(written) == 4 else short + (2000 if short < 50 else 1900)


def _instant(day: tuple[int, int, int], parts: re.Match[str], zone: tzinfo) -> datetime | None:
    said = parts.groupdict()
    hour, minute, second = (int(said.get(name) or 0) for name in ("hour", "minute", "second"))
    if said.get("half") and hour <= 12:
        hour = hour % 12 + (12 if said["half"] == "p" else 0)
    ends = timedelta(days=1) if (hour, minute) == (24, 0) else timedelta()  # ISO 8601 may end a day so
    try:
        local = datetime(*day, 0 if ends else hour, minute, min(second, 59), tzinfo=zone) + ends
        instant = local.replace(tzinfo=_zone(said, local, zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if instant.year >= 1000 and instant != _UNSET else None


def _zone(said: dict[str, str | None], local: datetime, zone: tzinfo) -> tzinfo:
    """Give the zone that is named, else the publication's; so is a name that the publication's zone has then too."""
    name = said.get("zone")
    if said.get("sign"):
        offset = timedelta(hours=int(said["hours"] or 0), minutes=int(said["minutes"] or 0))
        return timezone(offset if said["sign"] == "+" else -offset)
    if not name or name == (local.tzname() or "").casefold():
        return zone
    return ZoneInfo(_PLACES[name]) if name in _PLACES else timezone(timedelta(hours=_HOURS[name]))
