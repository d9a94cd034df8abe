"""Which articles of earlier issues were corrected or taken back since, and what is said of it."""

import re

from publisher import markup
from publisher.model import Article

LONGEST = 400
PART = "correction"
"""The part of an article that has its correction, where the config names one (`publication.parts`)."""

_BEGINNINGS = (
    # What newsrooms begin such a note with, in English and Spanish.
    r"corrections?",
    r"corrected",
    r"clarifications?",
    r"editor['’]s note",
    r"this (?:article|story|report) (?:has been|was) (?:corrected|amended|updated to correct)",
    r"an earlier version of this",
    r"correcci[oó]n(?:es)?",
    r"fe de errat?as",
    r"fe de errores",
    r"aclaraci[oó]n(?:es)?",
    r"rectificaci[oó]n(?:es)?",
    r"nota (?:de la redacci[oó]n|del editor|de la editora)",
    r"una versi[oó]n anterior de est[ae]",
    r"est[ae] (?:art[ií]culo|nota|reportaje) (?:ha sido|fue) (?:corregid|rectificad)[oa]",
)
_NAME = re.compile(
    r"\W*(?:corrections?|clarifications?|correcci[oó]n(?:es)?|aclaraci[oó]n(?:es)?|rectificaci[oó]n(?:es)?)"
    r"\s*(?:\([^()]{0,40}\))?\s*[:.–—-]\s*",
    re.IGNORECASE,
)
_NOTE = re.compile(rf"\W*(?:{'|'.join(_BEGINNINGS)})\b", re.IGNORECASE)


def note(article: Article) -> str:
    """Give the correction that an article's text carries, as one line of plain text; empty where there is none."""
    part = markup.first_paragraph(article.parts.get(PART, ""))
    if part:
        return part[:LONGEST]
    paragraphs = (markup.one_line(line) for line in markup.text(article.body).splitlines())
    return next((line for line in paragraphs if _NOTE.match(line)), "")[:LONGEST]


def said(article: Article) -> str:
    """Give the correction without the word that names it, for where a heading has that word."""
    whole = note(article)
    rest = _NAME.sub("", whole, count=1)
    return rest[:1].upper() + rest[1:] if rest else whole


def is_corrected(now: Article, then: Article) -> bool:
    """Tell whether an article carries a correction that it did not carry then."""
    return bool(note(now)) and note(now) != note(then)
