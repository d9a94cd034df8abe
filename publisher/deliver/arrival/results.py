"""What a receiver says of the signatures and the sender of a mail: the field Authentication-Results (RFC 8601).

Anybody can write such a field into a mail. Believed are those above all others that name the same server as the first,
which the receiver itself put there last.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|\((?:[^()\\]|\\.)*\)')
_RESULT = re.compile(r"\s*([A-Za-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([A-Za-z0-9]+)\s*(.*)", re.DOTALL)
_PROPERTY = re.compile(r'([A-Za-z0-9.-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;]+)')
_DEEPEST = 5
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Result:
    """One result: the method ("spf"), what came of it ("pass"), and the property that says of which domain."""

    method: str
    value: str
    domain: str


def read(fields: Sequence[str]) -> tuple[str, list[Result]]:
    """Read the fields of a mail, the topmost first: the server that speaks, empty when none does, and its results."""
    server, found = "", []
    for field in fields:
        speaker, *pieces = _without_comments(field[:_LONGEST]).split(";")
        name = (speaker.split() or [""])[0].lower()
        server = server or name
        if name != server:
            break
        found += list(_results(pieces))
    return server, found


def _results(pieces: Sequence[str]) -> Iterator[Result]:
    for piece in pieces:
        result = _RESULT.fullmatch(piece)
        if result:
            said = {name.lower(): value.strip('"') for name, value in _PROPERTY.findall(result[3])}
            names = ("header.d", "header.i", "smtp.mailfrom", "smtp.helo", "header.from")
            whose = next((said[name] for name in names if name in said), "")
            yield Result(result[1].lower(), result[2].lower(), whose.rpartition("@")[2].lower())


def _without_comments(field: str) -> str:
    """Take comments out, also those within others; what is quoted stays."""
    for _ in range(_DEEPEST):
        field, count = _COMMENT.subn(lambda found: found[1] or " ", field)
        if "(" not in field or not count:
            break
    return field
