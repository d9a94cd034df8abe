"""The way back through a feed's older documents: pages of it and its archive (RFC 5005 §3 and §4).

It is gone once, when a feed is collected for the first time, a document at a time, and ends where there are no more,
where a document repeats what was read, on another site, or after `MOST_DOCUMENTS`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_DOCUMENTS = 200
MOST_TRIES = 3
"""Runs in which one document is read while a page of it cannot be; then the way goes on without that page."""
_OLDER, _COUNT, _TRIED = "older", "older read", "older tried"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where on the way back a feed is: `following` is the document to be read next, empty at the end.

    `tried` is in how many runs it was read already.
    """

    following: str
    count: int = 0
    tried: int = 0

    @classmethod
    def of(cls, known: Mapping[str, str]) -> "Mark | None":
        """Give what is remembered; None before the way was begun."""
        if _OLDER not in known:
            return None
        return cls(known[_OLDER], int(known.get(_COUNT, "0")), int(known.get(_TRIED, "0")))

    def as_memory(self) -> dict[str, str]:
        """Give it to be remembered."""
        return {_OLDER: self.following, _COUNT: str(self.count), _TRIED: str(self.tried)}

    def again(self, after: "Mark") -> "Mark":
        """Give where the way is when a page of the document is to be asked for again; `after` once that was in vain."""
        return Mark(self.following, self.count, self.tried + 1) if self.tried + 1 < MOST_TRIES else after


def is_done(known: Mapping[str, str]) -> bool:
    """Whether there is nothing left of the way back."""
    return not known.get(_OLDER)


def why_not(mark: Mark, hosts: Collection[str], visited: Collection[str]) -> str:
    """Give why the next document is not read; empty when it is."""
    if mark.count >= MOST_DOCUMENTS:
        return f"{MOST_DOCUMENTS} older documents of a feed are read; name a page that lists the others as a source"
    if mark.following in visited:
        return "the feed's older documents lead back to one that was read; tell whoever keeps that site"
    if urlsplit(mark.following).netloc.lower() not in hosts:
        return "it is on another site than the feed; add it as a source of its own"
    return ""
