"""Languages by their BCP 47 tags: how each is written, and which one words are found in."""

from collections.abc import Collection
from typing import Literal

from babel import Locale, UnknownLocaleError

FALLBACK = "en"
"""What the publisher itself says, where it has no words of its own in a language."""


def spoken_in(language: str, known: Collection[str]) -> str:
    """Give the language of `known` whose words serve for `language`: itself, what it is a kind of, or English."""
    return next((tag for tag in (language, language.partition("-")[0]) if tag in known), FALLBACK)


def locale(language: str) -> Locale:
    """Give Babel's locale of a language; English where Babel does not know it."""
    try:
        return Locale.parse(language, sep="-")
    except (ValueError, UnknownLocaleError):
        return Locale.parse(FALLBACK)


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Give the way a language is written, as HTML's `dir` wants it."""
    return "ltr" if locale(language).character_order == "left-to-right" else "rtl"
