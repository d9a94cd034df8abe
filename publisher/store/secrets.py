"""Secrets that are made once and shared by every host, because every host shares the database."""

from collections.abc import Callable

from sqlalchemy import select

from publisher.store import dialect
from publisher.store.engine import Transaction
from publisher.store.schema import secrets


def find(transaction: Transaction, name: str) -> str | None:
    """Find a secret that was made."""
    kept: str | None = transaction.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar()
    return kept


def get_or_make(transaction: Transaction, name: str, make: Callable[[], str]) -> str:
    """Give a secret, made at the first call; of two that make it at once, one wins for both."""
    known = find(transaction, name)
    if known is not None:
        return known
    transaction.execute(dialect.insert_new(transaction, secrets), {"name": name, "value": make()})
    kept: str = transaction.execute(select(secrets.c.value).where(secrets.c.name == name)).scalar_one()
    return kept
