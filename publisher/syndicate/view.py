"""A feed and its entries as every format needs them: each word, address and instant ready, nothing left to decide.

All text is plain, on one line and free of what XML forbids, unless its name says HTML; HTML is safe. URLs are
absolute.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from publisher import markup
from publisher.languages import direction
from publisher.rights import AppealWords, Notice

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed, each time it is built. Validators take nothing before 1990."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of an entry, with what must be said of it wherever it is shown. Sizes in pixels."""

    url: str
    media_type: str | None
    width: int | None
    height: int | None
    description: str
    credit: str
    license_url: str
    license_name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An article, a copy of one, or an issue. `id` is its permanent identity, a URL too.

    `rights` says who holds them and under which license; `translations` are the same piece in other languages, by
    language.
    """

    id: str
    url: str
    language: str
    title: str
    summary: str
    html: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    published: datetime
    updated: datetime
    rights: str
    license_url: str
    license_name: str
    picture: Picture | None = None
    translations: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. `name` is its address beneath `base_url` without the suffix of a format.

    `folder` is the language it belongs to, empty for the feed of all languages. `label` names it among the
    newsroom's feeds, in `label_language`; `about` says in `about_language` what it holds. `title` is its name among
    other people's feeds, and `description` says `about`, the reuse statement and the appeal.
    """

    name: str
    folder: str
    language: str
    label: str
    label_language: str
    about: str
    about_language: str
    title: str
    base_url: str
    home_url: str
    newsroom: str
    rights: str
    notice: Notice
    appeal: AppealWords
    hubs: tuple[str, ...]
    ttl_minutes: int
    entries: tuple[Entry, ...]

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """The way the feed's language is written."""
        return direction(self.language)

    @property
    def updated(self) -> datetime:
        """When an entry last really changed."""
        return max((entry.updated for entry in self.entries), default=NEVER)

    @property
    def description(self) -> str:
        """What the feed holds, what may be done with it, and who pays for it."""
        asked = f"{self.appeal.heading}. {self.appeal.text} {self.appeal.url}"
        return markup.one_line(" · ".join((self.about, self.notice.statement, asked)))

    def file(self, suffix: str) -> str:
        """Give the name of its file in a format."""
        return f"{self.name}.{suffix}"

    def url(self, suffix: str) -> str:
        """Give its address in a format."""
        return f"{self.base_url}{self.file(suffix)}"


def stamp(instant: datetime) -> str:
    """Write an instant as RFC 3339 does, to the second."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")
