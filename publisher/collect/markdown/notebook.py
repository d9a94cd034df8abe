"""What is remembered of each file of a folder, between two runs."""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass

_FILE, _SEEN = "file ", "seen "
_PARTS = 7


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a file counts for other files: where it is published, in which language, of what it is a translation.

    `url` is empty where it is no article; `draft_url` is where it would be were it no draft.
    """

    url: str = ""
    language: str = ""
    group: str = ""
    draft_url: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file: when it was written, what it holds, what of it counts for others.

    `given` stands for all that it said when it was given last; empty where it never was.
    """

    stamp: str
    digest: str
    facts: Facts
    given: str = ""


def files(values: Mapping[str, str]) -> dict[str, Known]:
    """Give the files of a memory by their names; what cannot be read was never remembered."""
    found: dict[str, Known] = {}
    for name, value in values.items():
        parts = _parts(value) if name.startswith(_FILE) else []
        if len(parts) == _PARTS:
            found[name.removeprefix(_FILE)] = Known(parts[0], parts[1], Facts(*parts[2:6]), parts[6])
    return found


def seen(values: Mapping[str, str]) -> dict[str, str]:
    """Give when the articles without a date were first seen, by their addresses."""
    return {name.removeprefix(_SEEN): when for name, when in values.items() if name.startswith(_SEEN)}


def written(known: Mapping[str, Known], first_seen: Mapping[str, str]) -> dict[str, str]:
    """Give both as values of a memory."""
    of_files = {
        _FILE + name: json.dumps([one.stamp, one.digest, *astuple(one.facts), one.given], separators=(",", ":"))
        for name, one in known.items()
    }
    return {**of_files, **{_SEEN + url: when for url, when in first_seen.items()}}


def _parts(value: str) -> list[str]:
    try:
        parts = json.loads(value)
    except (ValueError, RecursionError):
        return []
    return parts if isinstance(parts, list) and all(isinstance(part, str) for part in parts) else []
