"""What is remembered of a site's addresses between two runs, and which of them are to be asked for.

An address is asked for when it was never read, when its list says that it changed since, or when it gave no article and
its wait is over. Lists without times say nothing of changes: what they list is looked at once a day while it is young.
What a list shows that was there long before the first collection is left alone: below the `floor` where it is dated,
by a short mark where it is not. The register is bounded; what falls out of it counts as left alone.
"""

import base64
import hashlib
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from publisher.collect.page import addresses
from publisher.collect.page.sitemap import Entry
from publisher.fetch import Validators
from publisher.model import Article

FIRST_REACH = timedelta(days=60)
FEWEST_AT_FIRST = 500
"""The first collection takes as many articles as there are of the last 60 days, and older ones up to this number."""
MOST_REMEMBERED = 5_000
YOUNG = timedelta(days=7)
BETWEEN_LOOKS = timedelta(days=1)

Fate = Literal["", "fault", "gone", "none"]
"""Why an address gave no article when it was last asked for: its server failed, it is not there, it is no article."""
_WAITS: dict[Fate, tuple[timedelta, timedelta]] = {
    "fault": (timedelta(minutes=15), timedelta(days=1)),
    "gone": (BETWEEN_LOOKS, timedelta(days=30)),
    "none": (timedelta(days=1), timedelta(days=30)),
}
"""How long until it is asked again: at first, and at last; it doubles in between."""

_PAGE, _FLOOR, _LEFT = "page ", "floor", "left alone"
_MARK = 8
"""Characters of the mark of an address."""
_MOST_LEFT = 60_000
_LONGEST_VALIDATOR = 200


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one address. Times are seconds since 1970; 0 is none.

    `stamp` is the latest time that its list gave; `watched` whether the list tells of changes; `said` is what the list
    says of its article. `article` is the identity of the article where that is another one.
    """

    place: str = ""
    stamp: int = 0
    title: str = ""
    watched: bool = False
    said: Mapping[str, str] = field(default_factory=dict)
    asked: int = 0
    is_read: bool = False
    fate: Fate = ""
    tries: int = 0
    published: int = 0
    article: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One address that a list shows, by its identity; `place` names the list."""

    url: str
    place: str
    entry: Entry
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def stamp(self) -> int:
        """The latest time that the list gives."""
        return max(_seconds(self.entry.changed), _seconds(self.entry.published))

    @property
    def title(self) -> str:
        """The mark of the title that the list gives."""
        return mark(self.entry.title) if self.entry.title else ""


class Register:
    """The addresses of one site."""

    def __init__(self, remembered: Mapping[str, str]) -> None:
        self.pages = {
            name.removeprefix(_PAGE): _read(value) for name, value in remembered.items() if name.startswith(_PAGE)
        }
        self.floor = _whole(remembered.get(_FLOOR, ""))
        left = remembered.get(_LEFT, "")
        self._left = dict.fromkeys(left[start : start + _MARK] for start in range(0, len(left), _MARK))
        self.is_new = _FLOOR not in remembered
        """Whether this is the first collection."""

    def values(self) -> dict[str, str]:
        """Give all of it as text."""
        pages = {_PAGE + url: _written(known) for url, known in self.pages.items()}
        return {_FLOOR: str(self.floor), _LEFT: "".join(self._left), **pages}

    def is_left_alone(self, url: str, stamp: int) -> bool:
        """Whether an address that is not known is so because it is none of the articles to collect."""
        return (0 < stamp <= self.floor) or mark(url) in self._left

    def leave_alone(self, url: str, stamp: int) -> None:
        """Count an address as one that was there before."""
        if stamp:
            self.floor = max(self.floor, stamp)
        else:
            self._left[mark(url)] = None
            while len(self._left) > _MOST_LEFT:
                del self._left[next(iter(self._left))]

    def take(self, found: Sequence[Found], now: datetime) -> None:
        """Take in the addresses that are new, the newest first as far as there is room."""
        fresh = [one for one in found if one.url not in self.pages and not self.is_left_alone(one.url, _order(one))]
        room = max(MOST_REMEMBERED - sum(1 for known in self.pages.values() if not known.is_read), 0)
        horizon = int((now - FIRST_REACH).timestamp())
        for place, one in enumerate(newest_first(fresh)):
            old = self.is_new and place >= FEWEST_AT_FIRST and 0 < _order(one) < horizon
            if place >= room or old:
                self.leave_alone(one.url, _order(one))
            else:
                self.pages[one.url] = Known(one.place, watched=one.entry.to_the_minute, said=one.said)
        for one in found:
            if known := self.pages.get(one.url):
                watched = known.watched or one.entry.to_the_minute
                self.pages[one.url] = replace(known, watched=watched, said={**known.said, **one.said})
        self.is_new = False
        self._forget_the_oldest()

    def due(self, found: Sequence[Found], now: datetime) -> list[str]:
        """Give the addresses to ask for, in the order in which they should be."""
        listed = by_url(found)
        order = [url for url in dict.fromkeys((*listed, *sorted(self.pages))) if url in self.pages]
        wanted = [url for url in order if self._is_wanted(self.pages[url], listed.get(url), now)]
        looks = [url for url in order if self._is_to_be_looked_at(self.pages[url], now)]
        return list(dict.fromkeys((*wanted, *looks)))

    def note_article(self, url: str, found: Found | None, article: Article, given: Validators, now: datetime) -> None:
        """Note that an address gave an article."""
        self.pages[url] = replace(
            _as_listed(self.pages[url], found),
            asked=_seconds(now),
            is_read=True,
            fate="",
            tries=0,
            published=_seconds(article.published),
            article=article.url if article.url != url else "",
            etag=_short(given.etag),
            last_modified=_short(given.last_modified),
        )

    def note_unchanged(self, url: str, found: Found | None, now: datetime) -> None:
        """Note that an article is as it was."""
        self.pages[url] = replace(_as_listed(self.pages[url], found), asked=_seconds(now), fate="", tries=0)

    def note_nothing(self, url: str, found: Found | None, fate: Fate, now: datetime) -> Known:
        """Note that an address gave no article; give what was known of it before."""
        before = self.pages[url]
        known = before if fate == "fault" else _as_listed(before, found)
        if fate == before.fate and fate != "fault" and now.timestamp() < before.asked + _wait(before).total_seconds():
            self.pages[url] = known  # only its list changed: the wait goes on
        else:
            tries = before.tries + 1 if fate == before.fate else 1
            self.pages[url] = replace(known, asked=_seconds(now), fate=fate, tries=tries)
        return before

    def note_vanished(self, whole: Mapping[str, int], shown: Container[str]) -> None:
        """Note what lists show no more that were read whole, since when they reach: shown again, it is read again."""
        for url, known in self.pages.items():
            is_within = known.is_read and known.place in whole and 0 < whole[known.place] <= known.stamp
            if is_within and url not in shown:
                self.pages[url] = replace(known, stamp=0, etag="", last_modified="")

    @staticmethod
    def _is_wanted(known: Known, found: Found | None, now: datetime) -> bool:
        if not known.asked:
            return True
        if found is not None and known.fate != "fault" and _has_changed(known, found):
            return True
        return known.fate != "" and now.timestamp() >= known.asked + _wait(known).total_seconds()

    @staticmethod
    def _is_to_be_looked_at(known: Known, now: datetime) -> bool:
        return (
            known.is_read
            and known.fate == ""
            and not known.watched
            and known.published >= (now - YOUNG).timestamp()
            and known.asked <= (now - BETWEEN_LOOKS).timestamp()
        )

    def _forget_the_oldest(self) -> None:
        surplus = len(self.pages) - MOST_REMEMBERED
        if surplus > 0:
            done = [(known.stamp or known.published, url) for url, known in self.pages.items() if known.asked]
            for _, url in sorted(done)[:surplus]:
                self.leave_alone(url, self.pages.pop(url).stamp)


def newest_first(found: Iterable[Found]) -> list[Found]:
    """Order addresses by the time that their lists or they themselves give; the others follow as they stand."""
    return sorted(found, key=lambda one: -_order(one))


def by_url(found: Iterable[Found]) -> dict[str, Found]:
    """Give each address once, the newest first; of two lists that have one, the later time counts."""
    listed: dict[str, Found] = {}
    for one in newest_first(found):
        listed.setdefault(one.url, one)
    return listed


def mark(text: str) -> str:
    """Give a short mark of a text, that no other one is likely to have."""
    return base64.urlsafe_b64encode(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).digest()).decode()


def _order(one: Found) -> int:
    return one.stamp or _seconds(addresses.latest(one.url))


def _as_listed(known: Known, found: Found | None) -> Known:
    if found is None:
        return known
    return replace(known, stamp=max(known.stamp, found.stamp), title=found.title or known.title)


def _has_changed(known: Known, found: Found) -> bool:
    return found.stamp > known.stamp or bool(found.title and known.title and found.title != known.title)


def _wait(known: Known) -> timedelta:
    if known.fate == "":
        return timedelta()
    first, last = _WAITS[known.fate]
    doubled: int = 2 ** min(max(known.tries - 1, 0), 10)
    return min(first * doubled, last)


def _short(validator: str | None) -> str:
    return validator if validator and len(validator) <= _LONGEST_VALIDATOR else ""


def _seconds(instant: datetime | None) -> int:
    return max(int(instant.timestamp()), 1) if instant else 0


_DEFAULTS: dict[str, Any] = {one.name: {} if one.default is MISSING else one.default for one in fields(Known)}


def _written(known: Known) -> str:
    said = {name: getattr(known, name) for name in _DEFAULTS}
    return json.dumps({name: value for name, value in said.items() if value != _DEFAULTS[name]}, sort_keys=True)


def _read(value: str) -> Known:
    try:
        said: dict[str, Any] = json.loads(value)
        known: dict[str, Any] = {name: one for name, one in said.items() if type(one) is type(_DEFAULTS.get(name))}
        return Known(**known)
    except (ValueError, TypeError, AttributeError):
        return Known()


def _whole(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 15 else 0
