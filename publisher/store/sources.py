"""Sources: what each must remember between two collects, and when it last answered or failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from publisher.store import dialect
from publisher.store.engine import Transaction
from publisher.store.schema import sources
from publisher.store.text import storable

GRAIN = timedelta(hours=1)
"""How often an answer is noted again: that a source answers still is no reason to write."""

MAX_FAILURE = 1_000


@dataclass(frozen=True, slots=True)
class Health:
    """When a source last answered, to the hour, when it last failed, and how."""

    name: str
    succeeded: datetime | None
    failed: datetime | None
    failure: str | None

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether it is too early to note again that the source answered."""
        well = self.succeeded is not None and (self.failed is None or self.failed < self.succeeded)
        return well and self.succeeded is not None and timedelta() <= now - self.succeeded < GRAIN


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a source: what it remembers, and how it is."""

    memory: dict[str, str]
    health: Health


def known(transaction: Transaction, names: Iterable[str]) -> dict[str, Known]:
    """Give what is known of sources, by their names; little of one never collected."""
    wanted = list(names)
    rows = transaction.execute(select(sources).where(sources.c.name.in_([storable(name) for name in wanted])))
    found = {
        row.name: Known(dict(row.memory), Health(row.name, row.succeeded, row.failed, row.failure)) for row in rows
    }
    return {name: found.get(storable(name), Known({}, Health(name, None, None, None))) for name in wanted}


def memory(transaction: Transaction, name: str) -> dict[str, str]:
    """Give what a source remembered at last; empty for one never collected."""
    return known(transaction, [name])[name].memory


def remember(transaction: Transaction, name: str, values: Mapping[str, str]) -> None:
    """Let a source remember `values` and nothing else; what is the same is not written."""
    if memory(transaction, name) != values:
        _write(transaction, name, memory=dict(values))


def succeeded(transaction: Transaction, name: str, now: datetime) -> None:
    """Note that a source answered; not again within an hour, unless it failed since."""
    if not health(transaction, name).is_fresh(now):
        _write(transaction, name, succeeded=now)


def failed(transaction: Transaction, name: str, now: datetime, why: str) -> None:
    """Note that a source failed, and how."""
    _write(transaction, name, failed=now, failure=why[:MAX_FAILURE])


def health(transaction: Transaction, name: str) -> Health:
    """Give when a source last answered or failed."""
    return known(transaction, [name])[name].health


def _write(transaction: Transaction, name: str, **values: Any) -> None:
    transaction.execute(dialect.insert_new(transaction, sources), {"name": name, "memory": {}})
    transaction.execute(update(sources).where(sources.c.name == name).values(**values))
