"""How much of an issue a mail takes: what does not fit stands only in the web copy, and is counted.

Sections give way together: the first article of each comes before the second of any.
"""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from urllib.parse import quote

from publisher.compose.entry import Entry, Picture
from publisher.compose.parts import Group, Part
from publisher.compose.view import View

LONGEST_URL = 2_500
"""Octets of a URL as HTML writes it; an article behind a longer one would cost a mail a dozen others."""


def within(whole: View, full: int, listed: int) -> View:
    """Give an issue of which `full` articles are told, others in brief up to `listed`, the rest only counted."""
    groups = [part for part in whole.parts if isinstance(part, Group)]
    mailable = [tuple(_within_reach(entry) for entry in group.entries if _is_short(entry.url)) for group in groups]
    ranks = _ranks([len(entries) for entries in mailable])
    kept = [
        replace(group, entries=_kept(entries, ranks[place], full, listed))
        for place, (group, entries) in enumerate(zip(groups, mailable, strict=True))
    ]
    total = sum(len(group.entries) for group in groups)
    shown = sum(len(group.entries) for group in kept)
    return replace(
        whole,
        lead=_within_reach(whole.lead) if whole.lead else None,
        parts=tuple(_with(kept, whole.parts)),
        more_count=total - shown,
    )


def _with(kept: list[Group], parts: tuple[Part, ...]) -> Iterator[Part]:
    """Give the parts with what is kept of each group; a group of which nothing is goes."""
    groups = iter(kept)
    for part in parts:
        left = next(groups) if isinstance(part, Group) else part
        if not isinstance(left, Group) or left.entries:
            yield left


def _kept(entries: tuple[Entry, ...], ranks: dict[int, int], full: int, listed: int) -> tuple[Entry, ...]:
    return tuple(replace(entry, is_brief=ranks[at] >= full) for at, entry in enumerate(entries) if ranks[at] < listed)


def _ranks(sizes: list[int]) -> list[dict[int, int]]:
    """Give the rank of each entry of each section: first the first of all sections, then the second of all."""
    ranks: list[dict[int, int]] = [{} for _ in sizes]
    for rank, (at, place) in enumerate(sorted((at, place) for place, size in enumerate(sizes) for at in range(size))):
        ranks[place][at] = rank
    return ranks


def _within_reach(entry: Entry) -> Entry:
    """Leave out the addresses that are too long for a mail: the lead stays without its link, any other picture goes."""
    picture = entry.picture if entry.picture and _is_light(entry.picture) and _is_short(entry.url) else None
    return replace(entry, url=entry.url if _is_short(entry.url) else "", picture=picture)


def _is_light(picture: Picture) -> bool:
    return _is_short(picture.url) and _is_short(picture.license_url)


def _is_short(url: str) -> bool:
    return len(escape(quote(url, safe="!#$%&'()*+,/:;=?@[]~"))) <= LONGEST_URL
