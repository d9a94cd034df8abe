"""Languages as sites name them, and as the config does: `en-US` of a home page is `en`."""

from collections.abc import Iterable

from babel import Locale, UnknownLocaleError

MOST = 6
"""Languages; a newsletter in each of them is more than anybody edits."""
_BY_SCRIPT = ("zh",)
"""Languages whose regions are not read by each other's readers."""


def tag(said: str) -> str:
    """Give the tag that the config would have for a language; empty for what is none."""
    primary, *regions = said.strip().replace("_", "-").lower().split("-")
    written = "-".join([primary, *(one.title() if len(one) == 4 else one.upper() for one in regions)])
    kept = written if primary in _BY_SCRIPT else primary
    try:
        known = primary.isascii() and primary not in ("", "und", "mul", "zxx") and Locale.parse(kept, sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        known = False
    return kept if known else ""


def tags(said: Iterable[str]) -> tuple[str, ...]:
    """Give the languages among them, each once and in their order."""
    return tuple(dict.fromkeys(found for found in map(tag, said) if found))[:MOST]
