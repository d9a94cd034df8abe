"""Asks for the addresses that an issue names: each once, within a time, as politely as collecting does.

Nothing here fails. What could not be asked is told once for each host, and a host that is silent is not asked again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from publisher.compose.outline import host, untagged
from publisher.config import Settings
from publisher.errors import FarEndError
from publisher.fetch import Door, Response, TooLarge
from publisher.tasks.sources import without_passwords

LONGEST_ANSWER = timedelta(seconds=10)
GONE = (404, 410)
_ERRORS = range(400, 600)


@dataclass
class Round:
    """One round; it ends at `until` or when `stop` says so, and `left` counts what it did not come to.

    `failures` has a sentence for each host of which something could not be asked.
    """

    door: Door
    clock: Callable[[], datetime]
    until: datetime
    stop: Callable[[], bool]
    own: frozenset[str]
    failures: dict[str, str] = field(default_factory=dict)
    left: int = 0
    _silent: set[str] = field(init=False, default_factory=set)

    def ask(self, url: str) -> Response | None:
        """Give the answer, whatever its status; None where there is none, or none that can be read."""
        place = host(url)
        if place in self._silent:
            return None
        if self.stop() or self.clock() + LONGEST_ANSWER > self.until:
            self.left += 1
            return None
        try:
            # The newsroom's own pages are asked in its own name.
            return self.door.get(untagged(url), allow=_ERRORS, obeys_robots=_bare(place) not in self.own)
        except TooLarge:
            return None
        except FarEndError as error:
            self.failures.setdefault(place, without_passwords(str(error)))
            if not error.permanent:
                self._silent.add(place)
            return None


@contextmanager
def going(
    settings: Settings, clock: Callable[[], datetime], longest: timedelta, stop: Callable[[], bool] = lambda: False
) -> Iterator[Round]:
    """Give a round that begins now. Each address is tried once: whoever waits for it is a person, or an issue."""
    seconds = min(settings.fetch.timeout_seconds, LONGEST_ANSWER.total_seconds())
    asked = settings.fetch.model_copy(update={"tries": 1, "timeout_seconds": seconds})
    known = [settings.publication.url, *(source.url for source in settings.sources)]
    own = frozenset(_bare(host(url)) for url in known if url)
    with Door(asked, settings.publication.contact) as door:
        yield Round(door, clock, clock() + longest, stop, own)


def _bare(place: str) -> str:
    return place.removeprefix("www.")
