"""Looks into what the feed parser gives, whatever shape it has.

A feed may name its elements as the parser names its own lists, and then text stands where a list is expected.
"""

from collections.abc import Iterator, Mapping
from typing import Any


def value(of: Any, name: str) -> Any:
    """Give a field; None where there is none."""
    try:
        return of.get(name)
    except (TypeError, AttributeError, KeyError):  # the parser derives some fields from others
        return None


def text(of: Any, *names: str) -> str:
    """Give the first of the fields that is a text with words."""
    found = (value(of, name) for name in names)
    return next((one.strip() for one in found if isinstance(one, str) and one.strip()), "")


def own_text(of: Any, name: str) -> str:
    """Give a field that is a text and itself there: for some dates that are not there the parser gives another."""
    found = dict.get(of, name) if isinstance(of, dict) else None
    return found.strip() if isinstance(found, str) else ""


def mapping(of: Any, name: str) -> Mapping[str, Any]:
    """Give a field that has fields of its own; an empty one where it has none."""
    found = value(of, name)
    return found if isinstance(found, Mapping) else {}


def mappings(of: Any, name: str) -> Iterator[Mapping[str, Any]]:
    """Give those of a list's items that have fields."""
    found = value(of, name)
    yield from (one for one in found if isinstance(one, Mapping)) if isinstance(found, list | tuple) else ()
