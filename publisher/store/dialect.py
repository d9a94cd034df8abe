"""The few statements that SQLite and PostgreSQL spell differently."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Executable,
    FromClause,
    Insert,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeEngine

from publisher.store.engine import Transaction

PIECE = 10_000
"""How many values one statement compares with: SQLite takes 32,766 in all as it is usually built, PostgreSQL 65,535."""

Value = TypeVar("Value")
Statement = TypeVar("Statement", bound=Executable)

_STATEMENTS: dict[tuple[Hashable, ...], Any] = {}


def in_pieces(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Cut values that a statement is to compare with into as many as one statement takes; each value once."""
    left = iter(dict.fromkeys(values))
    while piece := list(islice(left, PIECE)):
        yield piece


def built(transaction: Transaction, make: Callable[..., Statement], *of: Hashable) -> Statement:
    """Give `make(transaction, *of)`, made once for each kind of database: to build a statement takes longer than to run
    it."""
    place = (transaction.dialect.name, make, *of)
    if place not in _STATEMENTS:
        _STATEMENTS[place] = make(transaction, *of)
    statement: Statement = _STATEMENTS[place]
    return statement


def among(transaction: Transaction, identity: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """Compare a column with any count of numbers, which are the one argument `name`; see `numbers`."""
    if transaction.dialect.name == "postgresql":
        return identity == any_(bindparam(name, type_=postgresql.ARRAY(BigInteger)))
    each = func.json_each(bindparam(name, type_=Text)).table_valued("value")
    return identity.in_(select(each.c.value))


def numbers(transaction: Transaction, given: Sequence[int]) -> Any:
    """Give numbers as the one argument that `among` compares with."""
    return list(given) if transaction.dialect.name == "postgresql" else orjson.dumps(given).decode()


def rows(transaction: Transaction, name: str, **types: type[TypeEngine[Any]]) -> FromClause:
    """Give rows of these columns out of the one argument `name`, JSON; many arguments take ten times as long."""
    octets = bindparam(name, type_=Text)
    if transaction.dialect.name == "postgresql":
        columns = [column(name, kind) for name, kind in types.items()]
        return func.json_to_recordset(cast(octets, JSON)).table_valued(*columns).render_derived(with_types=True)
    each = func.json_each(octets).table_valued("value")
    fields = {name: type_coerce(func.json_extract(each.c.value, f"$.{name}"), kind) for name, kind in types.items()}
    return select(*(field.label(name) for name, field in fields.items())).cte().prefix_with("MATERIALIZED")


def as_json(transaction: Transaction, query: Select[Any]) -> Select[Any]:
    """Give a query for the rows of another as one JSON text, which is read in a third of the time; see `lists`."""
    found = query.subquery()
    if transaction.dialect.name == "postgresql":
        gathered = func.json_agg(func.json_build_array(*found.c))
    else:
        fields = (func.json(field) if isinstance(field.type, JSON) else field for field in found.c)
        gathered = func.json_group_array(func.json_array(*fields))
    return select(cast(gathered, Text))


def lists(told: str | None) -> list[list[Any]]:
    """Read what a query of `as_json` gave: rows as lists, instants as text."""
    return orjson.loads(told) if told else []


def insert_new(transaction: Transaction, table: Table) -> Insert:
    """Give an INSERT that leaves a row with the same unique key as it is; its row count tells how many are new."""
    new = postgresql.insert(table) if transaction.dialect.name == "postgresql" else sqlite.insert(table)
    # The count of an INSERT … SELECT is otherwise lost with the cursor.
    return new.on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def insert_or_replace(transaction: Transaction, table: Table, *replaced: str) -> Insert:
    """Give an INSERT that writes the columns named in `replaced` over a row with the same primary key."""
    keys = list(table.primary_key.columns)
    if transaction.dialect.name == "postgresql":
        into = postgresql.insert(table)
        return into.on_conflict_do_update(index_elements=keys, set_={name: into.excluded[name] for name in replaced})
    other = sqlite.insert(table)
    return other.on_conflict_do_update(index_elements=keys, set_={name: other.excluded[name] for name in replaced})


def once(transaction: Transaction, query: Select[int]) -> Select[int]:
    """Give the ids that `query` finds, found once: PostgreSQL may run a plain subquery again, and lock more rows."""
    if transaction.dialect.name != "postgresql":
        return query
    chosen = query.cte("chosen").prefix_with("MATERIALIZED")
    return select(chosen.c.id)


def in_order(transaction: Transaction, identity: ColumnElement[int], *conditions: ColumnElement[bool]) -> Select[int]:
    """Lock rows in the order of their ids, as all who lock several do, so that nobody waits in a circle."""
    return once(transaction, select(identity).where(*conditions).order_by(identity).with_for_update())


def random_key(transaction: Transaction) -> ColumnElement[Any]:
    """Give an expression for ten random bytes in hex, new for each row."""
    if transaction.dialect.name == "postgresql":
        # The first twelve and the last eight digits of a random UUID; its version stands between them.
        digits = func.replace(cast(func.gen_random_uuid(), Text), "-", "")
        return func.overlay(digits, "", 13, 12)
    return func.lower(func.hex(func.randomblob(10)))


def lock(transaction: Transaction, name: str) -> None:
    """Let nobody else write what `name` stands for until the transaction ends; SQLite has one writer anyway."""
    if transaction.dialect.name == "postgresql":
        transaction.execute(func.pg_advisory_xact_lock(func.hashtext(name)).select())


def measure(transaction: Transaction, *tables: Table) -> None:
    """Let PostgreSQL look at tables that grew much: it would take them for small, and sort all of them for each claim.

    It looks by itself, but a minute later; a claim of 200 among 200,000 takes 70 ms until then and 9 after.
    """
    if transaction.dialect.name == "postgresql":
        for table in tables:
            transaction.exec_driver_sql(f"ANALYZE {table.name}")
