"""What a feed's format is, by what is in it: content types and endings are hardly ever right.

A format is a function that gives a document, or None where it is not its own; a new one is a file and a line here.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from publisher.collect.feed import encoding, json_feed, rss_atom, rss_json
from publisher.collect.feed.document import Document
from publisher.collect.unpacking import unpacked
from publisher.errors import FarEndError, UnreadableInput
from publisher.fetch import Response

_OF_JSON: tuple[Callable[[str, Mapping[str, Any]], Document | None], ...] = (json_feed.read, rss_json.read)
_MOST_VALUES = 2_000_000
"""Commas of a JSON text: most of them are in its sentences; each may be an object in memory."""
_MOST_GROUPS = 200_000


def read(response: Response, max_bytes: int) -> Document:
    """Read a feed.

    Raises:
        UnreadableInput: when it is none, or one that nobody can read.
        FarEndError: when it breaks off before its first entry ends.
    """
    text = encoding.text(unpacked(response, max_bytes), response.headers.get("content-type", ""))
    if not text.lstrip().startswith("{"):
        return rss_atom.read(response.url, text, max_bytes)
    said = _json(response.url, text.strip())
    for read_format in _OF_JSON:
        if found := read_format(response.url, said):
            return found
    raise UnreadableInput(
        f"{response.url} is JSON, and neither a JSON Feed nor RSS in JSON; open it and see what it is"
    )


def _json(url: str, text: str) -> Mapping[str, Any]:
    if text.count(",") > _MOST_VALUES or text.count("{") + text.count("[") > _MOST_GROUPS:
        raise UnreadableInput(f"{url} has more values than a feed has; name a feed of the newest articles only")
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not text.endswith("}"):
            raise FarEndError(f"{url} breaks off in the middle of its JSON; try again later") from error
        raise UnreadableInput(f"{url} cannot be read as JSON ({error}); tell whoever keeps that site") from error
    return said if isinstance(said, Mapping) else {}
