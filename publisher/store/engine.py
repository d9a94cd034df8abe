"""Opens the database: SQLite with a write-ahead log, or PostgreSQL.

A writing transaction on SQLite begins with BEGIN IMMEDIATE: one that reads first and writes later would
fail at once when another wrote in between, whatever the time it may wait.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError

from publisher.errors import ConfigError
from publisher.store import faults

Transaction = Connection
"""One transaction of the store; it ends with the `with` block it was opened in."""

BUSY_SECONDS = 30

MIGRATIONS = Path(__file__).parent / "migrations"
_OURS = {"alembic_version", "articles", "issues", "deliveries"}
"""Tables that every schema of ours has."""


class Store:
    """The open database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading: dict[str, Any] = {}
        if engine.dialect.name == "postgresql":
            self._reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that cannot write, and sees one state of the database from its first question on.

        Raises:
            FarEndError: when the database is gone, locked or full, here or in what is asked of it.
        """
        with (
            faults.told(self._engine.url, writing=False),
            self._engine.connect().execution_options(**self._reading) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Transaction]:
        """Open a transaction that may write; all of it holds, or nothing.

        One that is `durable` is on SQLite's disk when it ends; any other may be lost with the machine's power.

        Raises:
            FarEndError: when the database is gone, locked, full or not to be written, here or in what is asked of it.
        """
        with (
            faults.told(self._engine.url),
            self._engine.connect().execution_options(writing=True, durable=durable) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


class _Schema(Enum):
    """What is found in a database."""

    NONE = auto()
    NEWEST = auto()
    OLDER = auto()


def open_store(url: str) -> Store:
    """Open the database at `url`; an empty one gets the newest schema.

    Raises:
        ConfigError: for a URL that names no database that can be used, or a database with an older schema.
        FarEndError: when the database cannot be reached; tried again later.
    """
    with _opened(url) as engine:
        with engine.connect() as connection:
            found = _schema(connection)
        if found is _Schema.OLDER:
            raise _older(engine)
        if found is _Schema.NONE:
            _upgrade(engine)
        return Store(engine)


def is_made(url: str) -> bool:
    """Tell whether the database at `url` has our tables, and make nothing; False where it is empty or not there yet.

    Raises:
        ConfigError: for a URL that names no database that can be used, or a database with an older schema.
        FarEndError: when the database cannot be reached; tried again later.
    """
    with suppress(ArgumentError):
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
            return False
    with _opened(url) as engine:
        with engine.connect() as connection:
            found = _schema(connection)
        engine.dispose()
        if found is _Schema.OLDER:
            raise _older(engine)
        return found is _Schema.NEWEST


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest schema.

    Raises:
        ConfigError: for a URL that names no database, or one that is not ours to change.
        FarEndError: when the database cannot be reached.
    """
    with _opened(url) as engine:
        _upgrade(engine)
        engine.dispose()


def _older(engine: Engine) -> ConfigError:
    return ConfigError(
        f"database {faults.shown(engine.url)} has an older schema than this version needs; run `publisher db upgrade`"
    )


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    """Make an engine; whatever hinders its first use is said, and it is given back."""
    engine = _engine(url)
    try:
        with faults.told(engine.url, opening=True):
            yield engine
    except BaseException:
        engine.dispose()
        raise


def _schema(connection: Connection) -> _Schema:
    """Find out which schema a database has.

    Raises:
        ConfigError: for the database of a newer version, or of another program.
    """
    # In this order: another process may build the schema between the two questions.
    tables = set(inspect(connection).get_table_names())
    found = MigrationContext.configure(connection).get_current_revision()
    if not tables:
        return _Schema.NONE
    name = faults.shown(connection.engine.url)
    if found is None or not tables >= _OURS:
        raise ConfigError(f"database {name} holds the tables of something else; name an empty one in database.url")
    newest, *older = _versions(MIGRATIONS)
    if found not in {newest, *older}:
        raise ConfigError(f"database {name} was made by a newer version of the publisher; update the program")
    return _Schema.NEWEST if found == newest else _Schema.OLDER


@cache
def _versions(folder: Path) -> tuple[str, ...]:
    """Give the versions of the schema, the newest first; to read them takes as long as all else of opening."""
    return tuple(known.revision for known in ScriptDirectory(str(folder)).walk_revisions())


def _upgrade(engine: Engine) -> None:
    with engine.connect().execution_options(writing=True, migrating=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            # Two processes that open the same empty database build it one after the other.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7052026)")
        if _schema(connection) is not _Schema.NEWEST:
            config = _alembic()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    engine.dispose()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        # An error must not carry addresses into a log.
        engine = create_engine(
            parsed,
            pool_pre_ping=parsed.get_backend_name() != "sqlite",
            hide_parameters=True,
            json_serializer=lambda kept: orjson.dumps(kept).decode(),
            json_deserializer=orjson.loads,
        )
    except (ArgumentError, ModuleNotFoundError) as error:
        raise ConfigError(
            'database.url is not the address of a database; write "sqlite:///var/publisher.db"'
        ) from error
    if engine.dialect.name == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            _check_writable(Path(parsed.database))
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _check_writable(file: Path) -> None:
    """Make the folder of a SQLite file, and see that both can be written: SQLite itself does not say which cannot.

    Raises:
        ConfigError: naming what cannot be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"database.url: the folder of {file} cannot be made ({error.strerror}); name another"
        ) from error
    if file.is_dir():
        raise ConfigError(f"database.url: {file} is a folder; name a file")
    for path in (file.parent, file):
        if path.exists() and not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise ConfigError(
                f"database.url: {path} cannot be opened for writing, which SQLite needs of the file and its folder; "
                "let the publisher write there, or name another"
            )


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (f"busy_timeout = {BUSY_SECONDS * 1000}", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection, time.monotonic() + BUSY_SECONDS)


def _write_ahead(connection: Any, deadline: float) -> None:
    """Have SQLite write ahead; it does not wait for others by itself when they make a new file do so too."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    writing = options.get("writing")
    if options.get("migrating"):
        # A migration changes a table by building it anew; dropping the old one would take its children along.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
    if writing:
        connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if options.get('durable') else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
