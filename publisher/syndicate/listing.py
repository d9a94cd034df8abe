"""The feeds as they are listed for people and for readers: together by language."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from publisher.languages import locale
from publisher.syndicate.view import Feed


@dataclass(frozen=True, slots=True)
class Group:
    """The feeds of one language with its own name; `folder` is empty for those of all languages together."""

    folder: str
    name: str
    feeds: tuple[Feed, ...]


def groups(feeds: Iterable[Feed]) -> list[Group]:
    """Put feeds together by their language, in the order they come."""
    found = groupby(feeds, lambda feed: feed.folder)
    return [Group(folder, _own_name(folder), tuple(together)) for folder, together in found]


def _own_name(language: str) -> str:
    if not language:
        return ""
    own = locale(language).get_display_name() or language
    return own[0].upper() + own[1:]
