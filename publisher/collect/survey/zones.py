"""Guesses the time zone of a site that does not name it: from its clock, its language, the country in its address.

A clock alone is no zone: five hours behind UTC are Bogota's, Lima's, and in winter New York's. The zones of the country
that the language or the address names come first, then those of the countries where the language is spoken.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from babel.core import get_global

from publisher.collect.survey.findings import Guess, Moment

_MAIN = {
    "AR": ("America/Argentina/Buenos_Aires",),
    "AU": ("Australia/Sydney", "Australia/Brisbane", "Australia/Perth", "Australia/Adelaide"),
    "BR": ("America/Sao_Paulo", "America/Manaus"),
    "CA": ("America/Toronto", "America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Halifax"),
    "CD": ("Africa/Kinshasa", "Africa/Lubumbashi"),
    "CL": ("America/Santiago",),
    "CN": ("Asia/Shanghai",),
    "CY": ("Asia/Nicosia",),
    "DE": ("Europe/Berlin",),
    "EC": ("America/Guayaquil",),
    "ES": ("Europe/Madrid", "Atlantic/Canary"),
    "ID": ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
    "KZ": ("Asia/Almaty",),
    "MN": ("Asia/Ulaanbaatar",),
    "MX": ("America/Mexico_City", "America/Tijuana", "America/Hermosillo"),
    "MY": ("Asia/Kuala_Lumpur",),
    "NZ": ("Pacific/Auckland",),
    "PG": ("Pacific/Port_Moresby",),
    "PS": ("Asia/Hebron",),
    "PT": ("Europe/Lisbon", "Atlantic/Azores"),
    "RU": ("Europe/Moscow", "Asia/Yekaterinburg", "Asia/Novosibirsk", "Asia/Vladivostok"),
    "UA": ("Europe/Kyiv",),
    "US": ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Phoenix"),
    "UZ": ("Asia/Tashkent",),
}
"""Of countries with several zones, those that most of its people live in."""
_PRESS = {
    "en": ("US", "GB", "CA", "AU", "IN", "ZA", "NG", "KE", "NZ", "PH", "SG", "DE", "GR"),
    "es": ("ES", "MX", "CO", "AR", "CL", "VE", "PE", "EC", "GT", "DO", "UY", "PY"),
    "fr": ("FR", "BE", "CA", "CH", "SN", "CD", "MA"),
    "pt": ("BR", "PT", "AO", "MZ", "CV"),
}
"""Where most newsrooms of a language are; of other languages, the countries where they are spoken are taken."""
_OF_ANYBODY = frozenset({"AI", "CC", "CO", "FM", "GG", "IO", "LA", "LY", "ME", "SH", "TO", "TV", "WS"})
"""Countries whose addresses are sold to anybody; in English they say nothing of where a site is."""
_MOST_MOMENTS = 200


def guess(moments: Iterable[Moment], language: str, host: str, evidence: str) -> Guess[str]:
    """Guess the zone of a site whose clock stood as the `moments` say; `evidence` is where those came from.

    `language` is as the site writes it, `es-CO`. Without any evidence it is UTC.
    """
    known = list(islice(moments, _MOST_MOMENTS))
    home = list(dict.fromkeys((*_of_language(language), *_of_address(host, language))))
    if any(offset for _, offset in known):
        return _by_clock(known, home, language.partition("-")[0], evidence)
    zones = _zones_of(home[0]) if home else []
    if len(zones) == 1 or (home and home[0] in _MAIN):
        return Guess(zones[0], f'the country in its {"language" if "-" in language else "address"} ("{home[0]}")')
    return Guess("UTC")


def named(zone: str) -> str:
    """Give the zone if it is one that the config takes; empty otherwise, as for the offset that stands in its place."""
    try:
        return zone if zone and "/" in zone and ZoneInfo(zone) else ""
    except (KeyError, ValueError, OSError):
        return ""


def _by_clock(known: Sequence[Moment], home: Sequence[str], language: str, evidence: str) -> Guess[str]:
    """Take the first zone in which all times were written; else, as many sites leave summer time out, most of them."""
    told = [moment for moment in known if moment[1]]
    zones = [zone for territory in (*home, *_where_spoken(language)) for zone in _zones_of(territory)]
    for agrees in (all, _mostly):
        for zone in zones:
            if agrees(_stood(zone, moment, strictly=agrees is all) for moment in told):
                return Guess(zone, evidence)
    hours = round(max(told)[1] / timedelta(hours=1))
    fixed = named(f"Etc/GMT{-hours:+d}") if hours else ""
    return Guess(fixed or "UTC", f"{evidence}; it is no place, and knows no summer time" if fixed else "")


def _mostly(answers: Iterable[bool]) -> bool:
    known = list(answers)
    return sum(known) * 2 > len(known)


def _stood(zone: str, moment: Moment, *, strictly: bool) -> bool:
    """Whether a clock in the zone stood at the moment as it was written, or would have stood without summer time."""
    try:
        there = moment[0].astimezone(ZoneInfo(zone))
    except (KeyError, ValueError, OSError, OverflowError):
        return False
    offset, summer = there.utcoffset() or timedelta(), there.dst() or timedelta()
    return moment[1] == offset or (not strictly and moment[1] == offset - summer)


def _of_language(language: str) -> Iterator[str]:
    region = language.replace("_", "-").rpartition("-")[2].upper()
    if "-" in language.replace("_", "-") and region in get_global("territory_zones") and region != "US":
        yield region  # "en-US" is what sites say that were never asked


def _of_address(host: str, language: str) -> Iterator[str]:
    *_, before, ending = ["", *host.upper().split(".")]
    territory = {"UK": "GB"}.get(ending, ending)
    sold = territory in _OF_ANYBODY and before not in ("COM", "ORG", "NET") and language.startswith("en")
    if territory in get_global("territory_zones") and len(ending) == 2 and not sold:
        yield territory


def _where_spoken(language: str) -> Iterator[str]:
    if language in _PRESS:
        yield from _PRESS[language]
        return
    yield str(get_global("likely_subtags").get(language, "")).rpartition("_")[2]
    for territory, languages in sorted(get_global("territory_languages").items()):
        if str(languages.get(language, {}).get("official_status") or "").startswith("official"):
            yield territory


def _zones_of(territory: str) -> Sequence[str]:
    return _MAIN.get(territory) or get_global("territory_zones").get(territory, ())
