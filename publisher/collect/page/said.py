"""What one part of a page says about the article on it, in the words of the page."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import reduce

from publisher.model import Image


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of an article, as it is written; what is not said is empty."""

    title: str = ""
    kicker: str = ""
    summary: str = ""
    language: str = ""
    published: str = ""
    modified: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image: Image | None = None
    license_url: str | None = None
    body: str = ""
    translations: dict[str, str] = field(default_factory=dict)


def together(parts: Sequence[Said]) -> Said:
    """Give what all parts say together: of each thing what the first says that says any."""
    return reduce(_filled, parts)


def _filled(first: Said, later: Said) -> Said:
    return replace(
        first, **{said.name: getattr(later, said.name) for said in fields(Said) if not getattr(first, said.name)}
    )
