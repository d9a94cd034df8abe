"""The sample newsroom's subscribers, as its old sign-up form exported them: invented, and the same every time."""

import csv
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from publisher.demo.newsroom.archive import slug

_DOMAINS = ("example.org", "example.net", "example.com")
_GIVEN = """Abril Benjamín Concepción Duván Estefanía Fermín Graciela Hernán Itziar Joaquín Ken Luzmila Martha
    Noemí Oonagh Patrick Quiteria Ruth Göran Tamsin Úrsula Víctor Wanjiru Ximena Yago Zoë Agnieszka
    Bruno Carla"""
_FAMILY = """Alderete Brandsma Cifuentes Doyle Echagüe Fairweather Gullón Hargreave Ibáñez Jessop Karlsson Lanús
    Montalbán Nyberg Ordoñana Peñafiel Quiñonero Rowntree Saldías Thwaite Urrejola Villafañe Westcott Yrigaray
    Zumárraga Åkesson Bellweather Castellví Drummle Etxarri Foncueva"""
_TAGS = ("", "journalist", "researcher", "journalist;republisher", "student", "press-office;region-north")
_SPANISH = (1, 3)
"""Of every five subscribers, which read Spanish."""

Row = tuple[str, str, str, str]


def subscribers_csv(path: Path, count: int = 300) -> None:
    """Write `count` subscribers to a CSV, and among them three rows that no import should take."""
    rows = list(islice(_subscribers(), count))
    first = rows[0]
    middle = len(rows) // 2
    rows[middle:middle] = [
        ("karlsson(at)example.org", "Ken Karlsson", "en", ""),
        ("", "Nobody at All", "en", ""),
        (first[0].upper(), first[1], first[2], first[3]),
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("email", "name", "language", "tags"))
        writer.writerows(rows)


def _subscribers() -> Iterator[Row]:
    names = zip(cycle(_GIVEN.split()), cycle(_FAMILY.split()), strict=False)  # 29 by 31: no pair comes twice in 899
    for number, ((given, family), domain, tags) in enumerate(zip(names, cycle(_DOMAINS), cycle(_TAGS), strict=False)):
        address = f"{slug(given)}.{slug(family)}{number // 899 or ''}@{domain}"
        yield address, _name(number, given, family), "es" if number % 5 in _SPANISH else "en", tags


def _name(number: int, given: str, family: str) -> str:
    """Write a name as people fill in forms: with a title, a nickname, family name first, or not at all."""
    if number % 23 == 11:
        return ""
    if number % 17 == 5:
        return f"{family}, {given}"
    if number % 19 == 7:
        return f'{given} "{given[:3]}" {family}'
    return f"{given} {family}, PhD" if number % 41 == 13 else f"{given} {family}"
