"""What the lists of one source showed in one run, and what is remembered of each list until the next."""

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import datetime

from publisher.collect.page import addresses
from publisher.collect.page.register import Found, Register
from publisher.config import Publication, Source
from publisher.errors import PublisherError
from publisher.fetch import Door, Response, Validators
from publisher.model import Skipped

_ACCEPT = "application/xml, text/xml, text/html;q=0.9, text/plain;q=0.8, */*;q=0.5"
_LIST, _HOME = "list ", "home"
_MOST_MARKS = 1_000


@dataclass(frozen=True, slots=True)
class Mark:
    """What is remembered of a list: its time in the index above it, and its validators."""

    changed: str = ""
    etag: str = ""
    last_modified: str = ""

    def with_validators(self, given: Validators) -> "Mark":
        """Give the mark of a list that was answered with these."""
        return Mark(self.changed, given.etag or "", given.last_modified or "")


@dataclass(slots=True)
class Gathered:
    """What was found, in the order of the lists; `whole` are the lists that were read whole, and since when they reach.

    `home` is where a site that is named by its home page lists its articles; `asked` are the addresses asked for.
    """

    source: Source
    door: Door
    register: Register
    publication: Publication
    now: datetime
    marks: dict[str, Mark] = field(default_factory=dict)
    home: str = ""
    found: list[Found] = field(default_factory=list)
    whole: dict[str, int] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def remember(self, values: Mapping[str, str]) -> None:
        """Take in what an earlier run remembered."""
        self.home = values.get(_HOME, "")
        for name, value in values.items():
            if name.startswith(_LIST):
                self.marks[name.removeprefix(_LIST)] = Mark(*json.loads(value))

    def values(self) -> dict[str, str]:
        """Give what is to be remembered as text; of too many lists those that were not asked for are forgotten."""
        ranked = sorted(self.marks.items(), key=lambda one: (one[0] in self.asked, one[1].changed))
        marks = {_LIST + url: json.dumps(astuple(mark)) for url, mark in ranked[-_MOST_MARKS:]}
        return {_HOME: self.home, **marks} if self.home else marks

    def is_of_site(self, url: str) -> bool:
        """Whether an address is of the source's site, or of the publication's where its lists stand elsewhere."""
        return any(addresses.is_of_site(url, home) for home in (self.source.url, self.publication.url))

    def mark(self, url: str) -> Mark:
        """Give what is remembered of a list."""
        return self.marks.get(url, Mark())

    def ask(self, url: str) -> Response:
        """Ask for a list, or whether it changed.

        Raises:
            FarEndError: when it cannot be had.
        """
        known = self.mark(url)
        self.asked.add(url)
        validators = Validators(known.etag or None, known.last_modified or None)
        return self.door.get(url, accept=_ACCEPT, validators=validators, obeys_robots=True)

    def skip(self, url: str, error: PublisherError) -> None:
        """Note that a list could not be read."""
        self.skipped.append(Skipped(self.source.name, url, reason(error, url)))


def reason(error: PublisherError, url: str) -> str:
    """Give what an error says of an address, as it stands beside that address."""
    said = str(error)
    return f"it {said.removeprefix(url).strip()}" if said.startswith(f"{url} ") else said
