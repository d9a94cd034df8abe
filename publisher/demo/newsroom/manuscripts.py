"""The sample newsroom's articles as they are written: one file each, TOML front matter over plain prose.

Dates are relative: a weekday and time, so many weeks before the newest Friday morning. `articles/` holds what
the site shows at first; a file of the same name in `articles/second/` is what the article is afterwards (a
correction, a retraction), and a file that is only there is an article that arrives late.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).parent
ZONE = ZoneInfo("America/Bogota")
SCHEDULE = "fri 09:00"
"""When the newest week of articles is complete: what the shipped config says of its newsletter."""

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An article without a date. `slug` names its file and its page; `translates` is the slug of its twin."""

    slug: str
    language: str
    title: str
    published: str
    body: str
    weeks_ago: int = 0
    edited: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    kicker: str = ""
    summary: str = ""
    picture: str = ""
    translates: str = ""
    related: tuple[str, ...] = ()

    def published_at(self, friday: date) -> datetime:
        """Give when it is published, counted from the Friday of the newest week."""
        return _instant(self.published, friday - timedelta(weeks=self.weeks_ago))

    def edited_at(self, friday: date) -> datetime:
        """Give when its editors last changed it, before the site is first looked at."""
        return _instant(self.edited or self.published, friday - timedelta(weeks=self.weeks_ago))


def newest_friday(now: datetime) -> date:
    """Give the day of the newest Friday morning that is not after `now`."""
    local = now.astimezone(ZONE)
    friday = local.date() - timedelta(days=(local.weekday() - _WEEKDAYS.index("fri")) % 7)
    return friday if _instant(SCHEDULE, friday) <= local else friday - timedelta(days=7)


def read_all(folder: Path) -> dict[str, Manuscript]:
    """Read the articles of a folder, by slug."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.md"))}


def read(path: Path) -> Manuscript:
    """Read one file: front matter between two lines of `+++`, then the prose."""
    _, front, body = re.split(r"^\+\+\+\n", path.read_text(encoding="utf-8"), maxsplit=2, flags=re.MULTILINE)
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in tomllib.loads(front).items()
    }
    return Manuscript(slug=path.stem, body=body.strip(), **fields)


def _instant(written: str, friday: date) -> datetime:
    """Give the instant of "wed 06:30" in the week of `friday`."""
    weekday, _, clock = written.partition(" ")
    day = friday + timedelta(days=_WEEKDAYS.index(weekday) - _WEEKDAYS.index("fri"))
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=ZONE)
