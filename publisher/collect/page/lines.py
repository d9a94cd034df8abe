"""Lines as they stand above a text: who wrote it, when, under which heading, in which language.

As `INFOGRAPHICS / 14 MAR 2014 BY CARLA MONTES EN`, "By Ana Ruiz and Bruno Díaz", "Por Ana Ruiz | 3 de marzo de 2014",
"Published: March 3, 2014, 10:15". A line is read only if nothing is left of it that is none of these.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from publisher.collect.page.phrases import any_of

LONGEST = 160

_MONTH = r"[^\W\d_]{3,12}"
_YEAR = r"(?:19|20)\d{2}"
_CLOCK = (
    r"(?:[\s,|·•–—-]{0,4}(?:(?:at|a las|às|à|um|kl\.?)\s)?\d{1,2}\s?[:h.]\s?\d{2}(?:[:.]\d{2})?"
    r"(?:\s?[ap]\.?\s?m\b\.?)?(?:\s?(?:h|hs|hrs|uhr)\b\.?)?(?:\s?(?:[A-Z]{3,4}|Z|[+-]\d{2}:?\d{2})(?!\w))?)?"
)
_DATE = re.compile(
    rf"(?<!\w)(?:\d{{1,2}}(?:st|nd|rd|th|er|º|°|\.)?\s(?:de\s|of\s)?{_MONTH}\.?,?\s(?:del?\s)?{_YEAR}"
    rf"|{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?,?\s{_YEAR}"
    rf"|\d{{1,2}}(?P<mark>[-/.]){_MONTH}(?P=mark){_YEAR}"
    rf"|{_YEAR}-\d{{2}}-\d{{2}}(?:T\d{{2}}:\d{{2}}(?::\d{{2}})?(?:\.\d{{1,6}})?(?:Z|[+-]\d{{2}}:?\d{{2}})?)?"
    rf"|\d{{1,2}}[/.]\d{{1,2}}[/.]{_YEAR}){_CLOCK}(?!\w)",
    re.IGNORECASE,
)
_IN_NUMBERS = re.compile(r"\d{1,2}[/.]\d")
"""Which of two numbers is the day, a weekday beside them may tell."""
_DAYS = any_of(r"""
    (?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?\.?
    lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo|(?:lun|mar|mi[ée]|jue|vie|s[áa]b|dom)\.?
    (?:segunda|ter[çc]a|quarta|quinta|sexta)(?:-feira)?
    lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche
    montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag
""")
_WEEKDAY = re.compile(rf"(?<!\w)(?:{_DAYS}),?(?:\s(?:el|le))?\s*+$", re.IGNORECASE)
_ON = r"(?: on| el| em| le| am)?\s*:?\s*$"
_JUST_ON = re.compile(r"\s(?:on|el|em|le|am)\s*$", re.IGNORECASE)
_CHANGED_WORDS = any_of(r"""
    (?:last )?(?:updated|modified)|actualizad[oa]|[úu]ltima actualizaci[óo]n|atualizad[oa]|mis à jour|aktualisiert|stand
""")
_CHANGED = re.compile(rf"(?<!\w)(?:{_CHANGED_WORDS}){_ON}", re.IGNORECASE)
_OUT_WORDS = any_of(r"""
    (?:first )?(?:published|posted)|publicad[oa]|fecha(?: de publicaci[óo]n)?|publi[ée]e?|ver[öo]ffentlicht|date|data
""")
_FIRST_OUT = re.compile(rf"(?<!\w)(?:{_OUT_WORDS}){_ON}", re.IGNORECASE)
_BY_WORDS = any_of(r"""
    (?:(?:written|reported|submitted|posted|words|text|texto|story) )?by|(?:(?:escrito|enviado|publicado|texto) )?por
    texto(?: de)?|par|von|di|door
""")
_BY = re.compile(rf"(?:^|(?<=\s))(?:{_BY_WORDS})(?:\s*:\s*|\s+)(?=\S)", re.IGNORECASE)
_NAME = re.compile(r"(?:[^\W\d_][\w.'’-]*+)(?:\s(?:[^\W\d_][\w.'’-]*+)){1,5}")
_AND = re.compile(r"\s*(?:[,;]\s*(?:(?:and|y|e|et|und)\s)?|&|\s(?:and|y|e|et|und|with|con|com)\s)\s*", re.IGNORECASE)
_PARTS = re.compile(r"\s*[/|·•›»]\s*|\s+[—–-]\s+")
_POST_WORDS = any_of(r"""
    staff|writers?|reporters?|editors?|correspondents?|contributors?|columnists?
    redactor(?:a|es)?|periodistas?|corresponsal|editor(?:a|es)|rep[óo]rter|jornalista|journaliste|redakteur(?:in)?
""")
_POSTS = re.compile(rf"\b(?:{_POST_WORDS})\b", re.IGNORECASE)
"""What people are, beside their names."""
_SMALL = frozenset(
    [
        "de",
        "la",
        "del",
        "los",
        "las",
        "da",
        "do",
        "das",
        "dos",
        "di",
        "van",
        "von",
        "der",
        "den",
        "bin",
        "al",
        "el",
        "y",
        "e",
    ]
)
_MOST_NAMES = 12
_LANGUAGE = re.compile(r"(?:^|\s)([A-Z]{2})$")


@dataclass(frozen=True, slots=True)
class Line:
    """What a line above a text says; what it does not say is empty."""

    category: str = ""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""


def read(words: str, languages: tuple[str, ...]) -> Line | None:
    """Read a line; None when it is none of those that stand above a text. `languages` are those it may name."""
    if not words or len(words) > LONGEST:
        return None
    line, rest = _dates(words)
    found: list[str] = []
    for part in _PARTS.split(rest):
        line, left = _language(line, part.strip(" ,:"), languages)
        line, left = _authors(line, left)
        if left:
            found.append(left)
    if not (line.published or line.modified or line.authors):
        return None
    if len(found) > 1 or (found and (len(found[0]) > 40 or found[0][-1] in ".!?")):
        return None if len(words) > 80 else line
    return replace(line, category=found[0] if found and _may_be_category(found[0], words) else "")


def _may_be_category(part: str, words: str) -> bool:
    """Whether a part of a line may be a heading: before a comma stands a person or a place, and "by" names somebody."""
    return len(part) > 2 and f"{part}," not in words and not _BY.match(part)


def _dates(words: str) -> tuple[Line, str]:
    line, rest, start = Line(), "", 0
    for date in _DATE.finditer(words):
        weekday = _WEEKDAY.search(words, start, date.start())
        before = words[start : weekday.start() if weekday else date.start()]
        written = f"{weekday[0].strip()} {date[0]}" if weekday and _IN_NUMBERS.match(date[0]) else date[0]
        if changed := _CHANGED.search(before):
            line = replace(line, modified=line.modified or written)
            before = before[: changed.start()]
        else:
            line = replace(line, published=line.published or written)
            before = _JUST_ON.sub("", _FIRST_OUT.sub("", before))
        rest, start = f"{rest}{before} | ", date.end()
    return line, rest + words[start:]


def _language(line: Line, part: str, languages: tuple[str, ...]) -> tuple[Line, str]:
    named = _LANGUAGE.search(part)
    if named and named[1].lower() in {tag.partition("-")[0].lower() for tag in languages}:
        return replace(line, language=named[1].lower()), part[: named.start()].strip(" ,:")
    return line, part


def _authors(line: Line, part: str) -> tuple[Line, str]:
    by = _BY.search(part)
    named = names(part[by.end() :]) if by else ()
    if not by or not named or (by.start() > 0 and not all(" " in name for name in named)):
        return line, part
    return replace(line, authors=line.authors or named), part[: by.start()].strip(" ,:")


def names(written: str) -> tuple[str, ...]:
    """Give the names of people in a byline; none where something in it is no name."""
    parts = (name.strip(" .*") for name in _AND.split(written.strip()))
    found = [name for name in parts if name and not _POSTS.search(name)]
    is_names = 0 < len(found) <= _MOST_NAMES and all(map(_is_name, found))
    return tuple(map(_in_mixed_case, found)) if is_names else ()


def _is_name(written: str) -> bool:
    small = (word for word in written.split() if word[:1].islower())
    looks_so = _NAME.fullmatch(written) is not None or written.isupper() or written.istitle()
    return looks_so and all(word in _SMALL for word in small)


def _in_mixed_case(name: str) -> str:
    """Give a name as it is written in a text, where the page writes it in capitals."""
    return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name) if name.isupper() and " " in name else name


def dates(words: str) -> Iterator[str]:
    """Give what looks like dates in a line."""
    return (date[0] for date in _DATE.finditer(words[:LONGEST]))


def is_byline(words: str) -> bool:
    """Whether a block says who wrote a text or when, and nothing else."""
    return read(words, ("en", "es", "pt", "fr", "de")) is not None


def is_label(words: str) -> bool:
    """Whether a block is a word or two that end no sentence, as a kicker does, or a count of minutes to read."""
    return len(words) <= 40 and len(words.split()) <= 5 and words[-1:] not in '.!?…:;,”"»'
