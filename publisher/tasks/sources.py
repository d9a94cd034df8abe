"""One source of a collect: what it gives is stored batch by batch, with what it must remember, in one transaction each.

Where nothing changed nothing is written, and a source is asked for no more than its answer: two hundred of them in a
round are the usual case.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from publisher import collect as stage
from publisher.collect import merge
from publisher.config import Settings, Source
from publisher.errors import PublisherError
from publisher.fetch import Door
from publisher.model import Article, Remark, Skipped
from publisher.store import Store, Transaction, absence, articles, moving, notes, sources
from publisher.tasks import missing

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


@dataclass(frozen=True, slots=True)
class Run:
    """What the sources of one collect share; `due` names those that have pages to be looked at again."""

    store: Store
    settings: Settings
    door: Door
    clock: Callable[[], datetime]
    progress: Progress
    stop: Callable[[], bool]
    due: frozenset[str]

    def collect(self, source: Source, known: sources.Known, account: SourceAccount) -> None:
        """Collect one source, of which so much is known, into its account; what makes it fail is told there.

        Raises:
            PublisherError: when the database cannot be used, for which no source is to blame.
        """
        try:
            if self._collect(source, stage.Memory(known.memory), account):
                return
        except PublisherError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug that one source's oddity wakes must not cost the others
            why = without_passwords(f"unexpected {type(error).__name__}: {error}")
            account.failure = f'source "{source.name}": {why}; please report it'
        if account.failure is None and known.health.is_fresh(self.clock()):
            return
        with self.store.writing() as transaction:
            if account.failure:
                sources.failed(transaction, source.name, self.clock(), account.failure)
            else:
                sources.succeeded(transaction, source.name, self.clock())

    def _collect(self, source: Source, memory: stage.Memory, account: SourceAccount) -> bool:
        """Collect until the source has no more; True when it was to stop before."""
        listed: list[stage.Listed] = []
        for batch in self._batches(source, memory, account):
            if batch.says_something or batch.memory != memory:
                with self.store.writing() as transaction:
                    self._keep_batch(transaction, source, batch, account)
            memory = batch.memory
            listed += [batch.listed] if batch.listed else []
            self.progress(source.name, len(batch.articles))
            if self.stop():
                return True
        if account.failure is None and (listed or source.name in self.due):
            account.count_retracted(missing.retract_missing(self.store, source, listed, self.door, self.clock))
        return False

    def _batches(self, source: Source, memory: stage.Memory, account: SourceAccount) -> Iterator[stage.Batch]:
        """Give what the source gives; what makes it fail ends that and is told in its account."""
        try:
            yield from stage.collect(source, self.door, memory, self.clock(), self.settings.publication)
        except PublisherError as error:
            account.failure = f'source "{source.name}": {without_passwords(str(error))}'

    def _keep_batch(self, transaction: Transaction, source: Source, batch: stage.Batch, account: SourceAccount) -> None:
        now = self.clock()
        coming = {article.url: article for article in batch.articles}
        moved = {before: coming[url] for before, url in batch.moved.items() if url in coming}
        account.count_retracted(moving.move(transaction, moved, now) if moved else 0)
        changed = self._keep(transaction, batch.articles, account)
        account.count_retracted(absence.withdraw(transaction, batch.withdrawn, now))
        notes.settle(transaction, changed)
        notes.settle_named(transaction, source.name, batch.settled)
        notes.add(transaction, (*batch.skipped, *batch.remarks), now)
        sources.remember(transaction, source.name, batch.memory.values)
        account.skipped += batch.skipped
        account.remarks += batch.remarks

    def _keep(self, transaction: Transaction, collected: tuple[Article, ...], account: SourceAccount) -> list[Article]:
        """Keep what was collected; give those of it that are new or changed."""
        if not collected:
            return []
        order = {known.name: rank for rank, known in enumerate(self.settings.sources)}
        copies = articles.copies(transaction, [article.url for article in collected])
        merged = []
        for article in collected:
            known = copies.setdefault(articles.identity(article.url), {})
            known[article.source] = article
            by_rank = sorted(known.values(), key=lambda copy: order.get(copy.source, len(order)))
            merged.append((merge.merge(by_rank), article))
        kept = articles.keep(transaction, merged, self.clock())
        account.outcomes.update(one.outcome for one in kept)
        unchanged = {articles.identity(one.url) for one in kept if one.outcome is articles.Outcome.UNCHANGED}
        return [article for article in collected if articles.identity(article.url) not in unchanged]


def without_passwords(sentence: str) -> str:
    """A source's address may carry a log-in, which is for nobody's log."""
    return re.sub(r"://[^/@\s]+@", "://", sentence)
