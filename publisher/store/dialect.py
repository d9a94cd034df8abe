"""The few statements that SQLite and PostgreSQL spell differently."""

from typing import Any

from sqlalchemy import Insert, Table, Text, cast, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from publisher.store.engine import Transaction


def insert_new(transaction: Transaction, table: Table) -> Insert:
    """Give an INSERT that leaves a row with the same unique key as it is."""
    if transaction.dialect.name == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def insert_or_replace(transaction: Transaction, table: Table, *replaced: str) -> Insert:
    """Give an INSERT that writes the columns named in `replaced` over a row with the same primary key."""
    keys = list(table.primary_key.columns)
    if transaction.dialect.name == "postgresql":
        into = postgresql.insert(table)
        return into.on_conflict_do_update(index_elements=keys, set_={name: into.excluded[name] for name in replaced})
    other = sqlite.insert(table)
    return other.on_conflict_do_update(index_elements=keys, set_={name: other.excluded[name] for name in replaced})


def random_key(transaction: Transaction) -> ColumnElement[Any]:
    """Give an expression for ten random bytes in hex, new for each row."""
    if transaction.dialect.name == "postgresql":
        # The first twelve digits of a random UUID are all random; its version stands after them.
        digits = [func.left(func.replace(cast(func.gen_random_uuid(), Text), "-", ""), count) for count in (12, 8)]
        return func.concat(*digits)
    return func.lower(func.hex(func.randomblob(10)))


def lock(transaction: Transaction, name: str) -> None:
    """Let nobody else write what `name` stands for until the transaction ends; SQLite has one writer anyway."""
    if transaction.dialect.name == "postgresql":
        transaction.execute(func.pg_advisory_xact_lock(func.hashtext(name)).select())
