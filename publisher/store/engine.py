"""Opens the database: SQLite with a write-ahead log, or PostgreSQL.

A writing transaction on SQLite begins with BEGIN IMMEDIATE: one that reads first and writes later would
fail at once when another wrote in between, whatever the time it may wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError

from publisher.errors import ConfigError, FarEndError

Transaction = Connection
"""One transaction of the store; it ends with the `with` block it was opened in."""

BUSY_SECONDS = 30


class Store:
    """The open database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading: dict[str, Any] = {}
        if engine.dialect.name == "postgresql":
            self._reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Open a transaction that cannot write, and sees one state of the database from its first question on."""
        with self._engine.connect().execution_options(**self._reading) as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Open a transaction that may write; all of it holds, or nothing."""
        with self._engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def open_store(url: str) -> Store:
    """Open the database at `url`; an empty one gets the newest schema.

    Raises:
        ConfigError: for a URL that names no database, or a database with an older schema.
        FarEndError: when the database cannot be reached; tried again later.
    """
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            # In this order: another process may build the schema between the two questions.
            empty = not inspect(connection).get_table_names()
            found = MigrationContext.configure(connection).get_current_revision()
    except OperationalError as error:
        engine.dispose()
        raise _unreachable(url, error) from error
    except DatabaseError as error:
        engine.dispose()
        raise ConfigError(f"{_shown(url)} is no database ({_cause(error)}); name another in database.url") from error
    newest = ScriptDirectory.from_config(_alembic()).get_current_head()
    if found != newest and not empty:
        engine.dispose()
        raise ConfigError(
            f"database {_shown(url)} has schema {found or 'of something else'}, this version needs {newest}; "
            "run `publisher db upgrade`"
        )
    if empty:
        _upgrade(engine)
    return Store(engine)


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest schema.

    Raises:
        ConfigError: for a URL that names no database.
        FarEndError: when the database cannot be reached.
    """
    engine = _engine(url)
    try:
        _upgrade(engine)
    except OperationalError as error:
        raise _unreachable(url, error) from error
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> None:
    with engine.connect().execution_options(writing=True, migrating=True) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            # Two processes that open the same empty database build it one after the other.
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7052026)")
        config = _alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        # An error must not carry addresses into a log.
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite", hide_parameters=True)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise ConfigError(
            'database.url is not the address of a database; write "sqlite:///var/publisher.db"'
        ) from error
    except OSError as error:
        raise ConfigError(f"the folder of {_shown(url)} cannot be made ({error.strerror}); name another") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    writing = options.get("writing")
    if options.get("migrating"):
        # A migration changes a table by building it anew; dropping the old one would take its children along.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _shown(url: str) -> str:
    return make_url(url).render_as_string(hide_password=True)


def _unreachable(url: str, error: DBAPIError) -> FarEndError:
    return FarEndError(f"database {_shown(url)} cannot be reached ({_cause(error)}); start it, or mend database.url")


def _cause(error: DBAPIError) -> str:
    return next(iter(str(error.orig or "").strip().splitlines()), "no answer")
