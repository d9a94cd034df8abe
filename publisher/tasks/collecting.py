"""Collects the sources: each by itself, so that one that fails is named and the rest goes on.

A batch of articles and what the source must remember are stored in one transaction: interrupted anywhere,
the next run goes on where the last batch ended.
"""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from publisher.config import Settings, Source
from publisher.errors import FarEndError, UsageError
from publisher.fetch import Door
from publisher.store import Store, absence, sources
from publisher.tasks.sources import Progress, Run, SourceAccount

HOSTS_AT_ONCE = 8


def collect(
    store: Store,
    settings: Settings,
    clock: Callable[[], datetime],
    only: Iterable[str] = (),
    progress: Progress = lambda _source, _articles: None,
    stop: Callable[[], bool] = lambda: False,
) -> list[SourceAccount]:
    """Collect the sources named in `only`, or all; sources on different hosts side by side.

    Interrupted by an exception in this thread, as by Ctrl-C, it does not wait for a site that hangs.

    Raises:
        UsageError: when `only` names a source that the config has not.
        FarEndError: when the database cannot be used; what was stored is kept.
    """
    chosen = chosen_sources(settings, tuple(only))
    hosts: dict[str, list[Source]] = {}
    for source in chosen:
        hosts.setdefault(urlsplit(source.url).netloc.lower(), []).append(source)
    accounts = {source.name: SourceAccount(source.name) for source in chosen}
    with store.reading() as transaction:
        due = absence.due(transaction, clock())
        known = sources.known(transaction, accounts)
    interrupted = threading.Event()

    def _is_over() -> bool:
        return interrupted.is_set() or stop()

    def _collect_host(same_host: list[Source]) -> None:
        for source in same_host:
            if not interrupted.is_set():
                run.collect(source, known.pop(source.name), accounts[source.name])

    with Door(settings.fetch, settings.publication.contact) as door:
        run = Run(store, settings, door, clock, progress, _is_over, due)
        try:
            _side_by_side([partial(_collect_host, same_host) for same_host in hosts.values()])
        except BaseException:
            interrupted.set()
            raise
    return list(accounts.values())


def _side_by_side(works: list[Callable[[], None]]) -> None:
    """Do every work, `HOSTS_AT_ONCE` at a time, and raise what one of them raises.

    Not by a pool of the standard library: at the end of the process it waits for threads that wait for a site.
    """
    waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()
    ended: SimpleQueue[BaseException | None] = SimpleQueue()

    def _work() -> None:
        with suppress(Empty):
            while True:
                work = waiting.get_nowait()
                try:
                    work()
                except BaseException as error:  # noqa: BLE001 - it is raised where the works are waited for
                    ended.put(error)
                else:
                    ended.put(None)

    for work in works:
        waiting.put(work)
    for _ in works[:HOSTS_AT_ONCE]:
        threading.Thread(target=_work, name="collects", daemon=True).start()
    for _ in works:
        error = ended.get()
        if error is not None:
            raise error


def chosen_sources(settings: Settings, only: tuple[str, ...]) -> list[Source]:
    """Give the sources named in `only`, or all, with their paths as they are to be opened.

    Raises:
        UsageError: when `only` names a source that the config has not.
    """
    known = {source.name: source for source in settings.sources}
    for name in only:
        if name not in known:
            raise UsageError(f'source "{name}" is not in the config; it has {", ".join(known)}')
    chosen = (known[name] for name in dict.fromkeys(only or known))
    return [
        source.model_copy(update={"path": settings.path(source.path)}) if source.path else source for source in chosen
    ]


def failures(accounts: Iterable[SourceAccount]) -> list[str]:
    """Give the sentence of each source that failed."""
    return [account.failure for account in accounts if account.failure]


def check_some_answered(accounts: Iterable[SourceAccount]) -> None:
    """Raise when no source answered at all.

    Raises:
        FarEndError: with the sentence of each source.
    """
    if accounts and all(account.failure for account in accounts):
        raise FarEndError("\n".join(failures(accounts)))
