"""Examines the config's sources: asks each as `collect` would and keeps what it understood for a person to see.

Nothing is stored, and nothing that collecting remembers is touched.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from publisher import collect as stage
from publisher.collect import recent
from publisher.config import Settings, Source
from publisher.errors import FarEndError, PublisherError
from publisher.fetch import Door
from publisher.model import Article, Remark, Skipped
from publisher.store import is_made
from publisher.tasks.collecting import chosen_sources
from publisher.tasks.sources import Progress, without_passwords

MOST_BATCHES = 3
"""Batches of a source that are asked for until one has an article."""
_LOOKS_BACK = (timedelta(days=3), timedelta(days=60))
"""How far it is looked back for the newest article before a source is read from the beginning."""


@dataclass(slots=True)
class Examined:
    """What one source gave: how many articles, the newest of them, what was skipped or odd, how it failed."""

    source: Source
    articles: int = 0
    newest: Article | None = None
    skipped: list[Skipped] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    failure: PublisherError | None = None


def database(settings: Settings) -> bool:
    """Tell whether the database has its tables already; nothing is made.

    Raises:
        ConfigError: when it cannot be used as it is.
        FarEndError: when it cannot be reached.
    """
    return is_made(settings.database_url)


def examine(
    settings: Settings,
    clock: Callable[[], datetime],
    only: Iterable[str] = (),
    progress: Progress = lambda _source, _articles: None,
) -> Iterator[Examined]:
    """Examine the sources named in `only`, or all, one after the other.

    Raises:
        UsageError: when `only` names a source that the config has not.
    """
    chosen = chosen_sources(settings, tuple(only))
    with Door(settings.fetch, settings.publication.contact) as door:
        for source in chosen:
            progress(source.name, 0)
            examined = _examined(settings, source, door, clock())
            progress(source.name, examined.articles)
            yield examined


def _examined(settings: Settings, source: Source, door: Door, now: datetime) -> Examined:
    examined = Examined(source)
    try:
        for batch in _batches(settings, source, door, now):
            examined.articles += len(batch.articles)
            examined.skipped += batch.skipped
            examined.remarks += batch.remarks
            known = (examined.newest,) if examined.newest else ()
            examined.newest = max((*known, *batch.articles), key=lambda one: one.published, default=None)
            if examined.newest:
                break
    except PublisherError as error:
        sentence = f'source "{source.name}": {without_passwords(str(error))}'
        examined.failure = FarEndError(sentence, permanent=error.permanent)
    except Exception as error:  # noqa: BLE001 - a bug that one source's oddity wakes must not hide the other sources
        why = without_passwords(f"unexpected {type(error).__name__}: {error}")
        examined.failure = PublisherError(f'source "{source.name}": {why}; please report it')
    return examined


def _batches(settings: Settings, source: Source, door: Door, now: datetime) -> Iterator[stage.Batch]:
    """Give the newest of what the source has, where that can be asked for, and then all of it."""
    memories = (recent.memory(source, settings.publication, now - far) for far in _LOOKS_BACK)
    for memory in (*(one for one in memories if one != stage.Memory()), stage.Memory()):
        yield from islice(stage.collect(source, door, memory, now, settings.publication), MOST_BATCHES)


def check(examined: Iterable[Examined]) -> None:
    """Raise when a source failed.

    Raises:
        FarEndError: with the sentence of each that did; not permanent when every one of them may pass by itself.
    """
    failures = [one.failure for one in examined if one.failure]
    if failures:
        raise FarEndError("\n".join(map(str, failures)), permanent=any(failure.permanent for failure in failures))


def without_articles(examined: Iterable[Examined]) -> list[str]:
    """Give a sentence for each source that answered and gave no article."""
    return [
        f'source "{one.source.name}": it answered and gave no article; look at what was skipped, and at its address'
        for one in examined
        if not one.failure and not one.newest
    ]
