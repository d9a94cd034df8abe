"""Collects the sources: each by itself, so that one that fails is named and the rest goes on.

A batch of articles and what the source must remember are stored in one transaction: interrupted anywhere,
the next run goes on where the last batch ended.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from publisher import collect as stage
from publisher.collect import merge
from publisher.config import Settings, Source
from publisher.errors import FarEndError, PublisherError, UsageError
from publisher.fetch import Door
from publisher.model import Article, Remark, Skipped
from publisher.store import Store, Transaction, absence, articles, notes, sources
from publisher.tasks import missing

HOSTS_AT_ONCE = 8

Progress = Callable[[str, int], None]
"""Told the source's name and how many articles it gave since the last call."""


@dataclass(slots=True)
class SourceAccount:
    """What one source gave: articles by outcome, what was skipped, what is odd about the others, how it failed."""

    source: str
    outcomes: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    failure: str | None = None

    def count_retracted(self, count: int) -> None:
        """Count articles that were taken back without having come in again."""
        if count:
            self.outcomes[articles.Outcome.RETRACTED] += count


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
    chosen = _chosen(settings, tuple(only))
    hosts: dict[str, list[Source]] = {}
    for source in chosen:
        hosts.setdefault(urlsplit(source.url).netloc.lower(), []).append(source)
    accounts = {source.name: SourceAccount(source.name) for source in chosen}
    interrupted = threading.Event()

    def _is_over() -> bool:
        return interrupted.is_set() or stop()

    def _collect_host(same_host: list[Source]) -> None:
        for source in same_host:
            if not interrupted.is_set():
                _collect_one(store, settings, source, door, clock, progress, _is_over, accounts[source.name])

    with Door(settings.fetch, settings.publication.contact) as door:
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


def _chosen(settings: Settings, only: tuple[str, ...]) -> list[Source]:
    known = {source.name: source for source in settings.sources}
    for name in only:
        if name not in known:
            raise UsageError(f'source "{name}" is not in the config; it has {", ".join(known)}')
    chosen = (known[name] for name in dict.fromkeys(only or known))
    return [
        source.model_copy(update={"path": settings.path(source.path)}) if source.path else source for source in chosen
    ]


def _collect_one(
    store: Store,
    settings: Settings,
    source: Source,
    door: Door,
    clock: Callable[[], datetime],
    progress: Progress,
    stop: Callable[[], bool],
    account: SourceAccount,
) -> None:
    order = {known.name: rank for rank, known in enumerate(settings.sources)}
    with store.reading() as transaction:
        memory = stage.Memory(sources.memory(transaction, source.name))
    listed: list[stage.Listed] = []
    try:
        for batch in _batches(settings, source, door, memory, clock(), account):
            with store.writing() as transaction:
                _keep_batch(transaction, source, batch, order, clock(), account)
            listed += [batch.listed] if batch.listed else []
            progress(source.name, len(batch.articles))
            if stop():
                return
        if not account.failure:
            account.count_retracted(missing.retract_missing(store, source, listed, door, clock))
    except PublisherError:
        # The database's: no source is to blame.
        raise
    except Exception as error:  # noqa: BLE001 - a bug that one source's oddity wakes must not cost the other sources
        why = _without_passwords(f"unexpected {type(error).__name__}: {error}")
        account.failure = f'source "{source.name}": {why}; please report it'
    with store.writing() as transaction:
        if account.failure:
            sources.failed(transaction, source.name, clock(), account.failure)
        else:
            sources.succeeded(transaction, source.name, clock())


def _batches(
    settings: Settings, source: Source, door: Door, memory: stage.Memory, now: datetime, account: SourceAccount
) -> Iterator[stage.Batch]:
    """Give what the source gives; what makes it fail ends that and is told in its account."""
    try:
        yield from stage.collect(source, door, memory, now, settings.publication)
    except PublisherError as error:
        account.failure = f'source "{source.name}": {_without_passwords(str(error))}'


def _keep_batch(
    transaction: Transaction,
    source: Source,
    batch: stage.Batch,
    order: dict[str, int],
    now: datetime,
    account: SourceAccount,
) -> None:
    changed = _keep(transaction, batch.articles, order, now, account)
    account.count_retracted(absence.withdraw(transaction, batch.withdrawn, now))
    notes.settle(transaction, changed)
    notes.add(transaction, (*batch.skipped, *batch.remarks), now)
    sources.remember(transaction, source.name, batch.memory.values)
    account.skipped += batch.skipped
    account.remarks += batch.remarks


def _keep(
    transaction: Transaction,
    collected: tuple[Article, ...],
    order: dict[str, int],
    now: datetime,
    account: SourceAccount,
) -> list[Article]:
    """Keep what was collected; give those of it that are new or changed."""
    copies = articles.copies(transaction, [article.url for article in collected])
    merged = []
    for article in collected:
        known = copies.setdefault(articles.identity(article.url), {})
        known[article.source] = article
        by_rank = sorted(known.values(), key=lambda copy: order.get(copy.source, len(order)))
        merged.append((merge.merge(by_rank), article))
    kept = articles.keep(transaction, merged, now)
    account.outcomes.update(one.outcome for one in kept)
    unchanged = {articles.identity(one.url) for one in kept if one.outcome is articles.Outcome.UNCHANGED}
    return [article for article in collected if articles.identity(article.url) not in unchanged]


def _without_passwords(sentence: str) -> str:
    """A source's address may carry a log-in, which is for nobody's log."""
    return re.sub(r"://[^/@\s]+@", "://", sentence)


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
