"""The sounds, films and files of an entry: its enclosures, Media RSS, and what podcasts say of an episode."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any

from publisher import markup
from publisher.collect.feed import fields, picture
from publisher.collect.feed.addresses import web_address
from publisher.collect.feed.document import Entry
from publisher.model import Enclosure

_MOST = 50
_MEDIA = ("audio", "video", "application")
_ENDING = re.compile(
    r"\.(?:mp3|m4[abv]|mp4|aac|og[agv]|opus|wav|flac|mov|webm|mkv|avi|wmv|pdf|epub|zip|csv|json|docx?|xlsx?|pptx?|od[tsp])\Z",
    re.IGNORECASE,
)
_SAID = {
    "yes": True,
    "true": True,
    "explicit": True,
    "1": True,
    "no": False,
    "false": False,
    "clean": False,
    "0": False,
}
_EPISODE_TYPES = ("full", "trailer", "bonus")
_LARGEST = 2**53
"""Bytes, and what JSON carries exactly."""


def of_entry(entry: Entry, link: str) -> tuple[Enclosure, ...]:
    """Give what the entry carries beside text and pictures, each address once; the first of them is the episode."""
    found: dict[str, Enclosure] = {}
    for enclosed in islice(_enclosed(entry, link), _MOST):
        if enclosed.url:
            found[enclosed.url] = _filled(found.get(enclosed.url, enclosed), enclosed)
    listed = list(found.values())
    return (_episode(entry, listed[0]), *listed[1:]) if listed else ()


def _enclosed(entry: Entry, link: str) -> Iterator[Enclosure]:
    files = [file for file in fields.mappings(entry, "enclosures") if _is_file(file)]
    uncounted = fields.text(entry, "feedburner_origenclosurelink") if len(files) == 1 else ""
    for file in files:
        yield _enclosure(file, uncounted or _address(file), fields.value(file, "length"), link)
    for file in fields.mappings(entry, "media_content"):
        if fields.text(file, "type").startswith(_MEDIA) or fields.text(file, "medium") in _MEDIA:
            yield _enclosure(file, _address(file), fields.value(file, "filesize"), link)


def _address(file: Mapping[str, Any]) -> str:
    return fields.text(file, "href", "url")


def _is_file(file: Mapping[str, Any]) -> bool:
    """Whether it is neither a picture nor a page, which the parser takes for the type of what names none."""
    kind = picture.media_type(file)
    return not kind.startswith("image") if kind else _ENDING.search(_address(file).partition("?")[0][-8:]) is not None


def _enclosure(file: Mapping[str, Any], address: str, length: Any, link: str) -> Enclosure:
    kind = picture.media_type(file)
    return Enclosure(
        url=web_address(address, link),
        media_type=kind if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,60}", kind) else "",
        length=_number(length),
        seconds=_seconds(fields.value(file, "duration")),
        title=markup.line(fields.text(file, "title")[:1000]),
    )


def _filled(first: Enclosure, later: Enclosure) -> Enclosure:
    return replace(
        first,
        media_type=first.media_type or later.media_type,
        length=first.length or later.length,
        seconds=first.seconds or later.seconds,
        title=first.title or later.title,
    )


def _episode(entry: Entry, file: Enclosure) -> Enclosure:
    kind = fields.text(entry, "itunes_episodetype").lower()
    return replace(
        file,
        seconds=_seconds(fields.value(entry, "itunes_duration")) or file.seconds,
        season=_number(fields.value(entry, "itunes_season")),
        episode=_number(fields.value(entry, "itunes_episode")),
        episode_type=kind if kind in _EPISODE_TYPES else "",
        explicit=_SAID.get(fields.text(entry, "itunes_explicitly").lower()),
    )


def _number(written: Any) -> int | None:
    """Give a number above zero; programs write 0 for what they do not know."""
    found = re.fullmatch(r"\s*+([0-9]{1,16})\s*+", str(written)[:100]) if isinstance(written, int | str) else None
    return int(found[1]) if found and 0 < int(found[1]) < _LARGEST else None


def _seconds(written: Any) -> int | None:
    """Give a length of time: seconds, minutes and seconds, or hours, minutes and seconds with colons between."""
    words = str(written)[:100] if isinstance(written, int | float | str) else ""
    found = re.fullmatch(r"\s*+(?:(?:([0-9]{1,3}):)?([0-9]{1,4}):)?([0-9]{1,7})(?:\.[0-9]*+)?\s*+", words)
    if not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds or None
