"""A feed as it was read, whatever its format: every format gives one of these.

An entry, and the feed itself, is a mapping of the names that feedparser has for what is in it (`title_detail`,
`content`, `published` …), because most feeds are read by it; `fields.py` looks into them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from publisher.collect import identity

MOST_ENTRIES = 2_000
"""Of one feed; sites list ten to a hundred."""

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a feed says was deleted: an entry by its id, and by its address where that is said."""

    id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A feed. `url` is where it is, `site` what its relative links count from.

    `inherits` says that an entry without authors has the feed's. `breaks_off` is the entry in which it ends too early,
    when it does; `entries` are the others, and `left_out` is how many there are beyond those that are read.
    `following` is the address of the document with the entries before these; `is_complete` says that there are none,
    here or elsewhere (RFC 5005 §2).
    """

    url: str
    site: str
    feed: Mapping[str, Any]
    entries: tuple[Entry, ...]
    is_atom: bool = False
    inherits: bool = False
    breaks_off: Entry | None = None
    left_out: int = 0
    following: str = ""
    is_complete: bool = False
    deleted: tuple[Deleted, ...] = field(default=())

    def __post_init__(self) -> None:
        if len(self.following) > identity.LONGEST:
            object.__setattr__(self, "following", "")

    @property
    def is_whole(self) -> bool:
        """Whether all that it lists was read."""
        return self.breaks_off is None and not self.left_out
