"""The terms by which articles are found: their categories, countries and tags, folded so that spellings are one."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from publisher.store.text import storable

CATEGORY, COUNTRY, TAG = "category", "country", "tag"
LONGEST = 200

_FIELDS = {CATEGORY: "categories", COUNTRY: "countries", TAG: "tags"}


def of(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give the kind and the term of all that an article, as JSON keeps it, is filed under."""
    return sorted({(kind, folded(name)) for kind, field in _FIELDS.items() for name in content.get(field) or ()})


def folded(name: str) -> str:
    """Give what makes two spellings of a term one; no longer than PostgreSQL takes into an index."""
    return unicodedata.normalize("NFC", storable(name)).casefold().strip()[:LONGEST]
