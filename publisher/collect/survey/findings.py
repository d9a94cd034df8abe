"""What a look at a site gives: every value with the evidence it was guessed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, Literal, TypeVar

_Value = TypeVar("_Value")

Moment = tuple[datetime, timedelta]
"""An instant, and how far from UTC the clock stood with which the site wrote it."""


@dataclass(frozen=True, slots=True)
class Guess(Generic[_Value]):
    """A value, and what it was guessed from in words; without evidence, the value only stands where one must."""

    value: _Value
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class FoundSource:
    """A place articles can be collected from. `language` is that of articles that do not say theirs; empty if unknown.

    `full_text` is where the whole texts of a feed are, when the feed has but their beginnings.
    `other_types` are the kinds of posts that a WordPress has beside posts, by the names its REST API has for them.
    """

    name: str
    kind: Literal["wordpress", "feed", "page"]
    url: str
    language: Guess[str] = Guess("")
    tells_languages: bool = True
    full_text: Guess[str] = Guess("")
    other_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundSection:
    """Categories that belong together, one in each language where they are known to be the same."""

    key: str
    titles: Mapping[str, str]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collected:
    """What the sources themselves say: their articles are what a newsletter will be made of.

    `ranked` holds, for each language, the categories in the order of their use; `twins` what a category is called in
    the other languages; `zone` is empty where only `moments` tell of it.
    """

    sources: tuple[Guess[FoundSource], ...]
    site: str = ""
    name: Guess[str] = Guess("")
    zone: Guess[str] = Guess("")
    moments: tuple[Moment, ...] = ()
    languages: tuple[str, ...] = ()
    ranked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    twins: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    license_url: Guess[str] = Guess("")


@dataclass(frozen=True, slots=True)
class Survey:
    """What a site is, as far as it can be told from outside."""

    url: str
    sources: tuple[Guess[FoundSource], ...]
    name: Guess[str]
    languages: Guess[tuple[str, ...]]
    zone: Guess[str]
    sections: Guess[tuple[FoundSection, ...]]
    license_url: Guess[str]
    giving: Guess[Mapping[str, str]]
    contact: Guess[str]
