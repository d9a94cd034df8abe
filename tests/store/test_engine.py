"""Opening the database: empty, older, unreachable; and the migrations make what the code says."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Inspector, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError, StatementError

from publisher.errors import ConfigError, FarEndError
from publisher.store import Store, articles, open_store, runs, upgrade
from publisher.store.engine import MIGRATIONS
from publisher.store.schema import Instant, metadata
from tests.store.cast import NOW, article, keep, subscribe, together

NOBODY = 65534


def test_the_migrations_make_the_schema_in_code(store: Store) -> None:
    with store.reading() as transaction:
        context = MigrationContext.configure(
            transaction,
            opts={"compare_type": lambda _c, _i, _m, _it, kind: False if isinstance(kind, Instant) else None},
        )
        assert compare_metadata(context, metadata) == []


def test_an_opened_database_opens_again(empty_database_url: str) -> None:
    open_store(empty_database_url).close()
    upgrade(empty_database_url)
    open_store(empty_database_url).close()


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """The migrations of the version after this one."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    (folder / "versions/9999_the_next.py").write_text(
        f"revision, down_revision = '9999', '{newest}'\n\n\ndef upgrade() -> None:\n    pass\n", encoding="utf-8"
    )
    return folder


def test_an_older_schema_asks_for_the_upgrade(
    empty_database_url: str, next_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(empty_database_url).close()
    monkeypatch.setattr("publisher.store.engine.MIGRATIONS", next_version)

    with pytest.raises(ConfigError, match="publisher db upgrade"):
        open_store(empty_database_url)

    upgrade(empty_database_url)
    open_store(empty_database_url).close()


@pytest.mark.parametrize("opens", [open_store, upgrade])
def test_a_newer_schema_asks_for_a_newer_program(
    empty_database_url: str, next_version: Path, opens: Callable[[str], object]
) -> None:
    with pytest.MonkeyPatch.context() as later:
        later.setattr("publisher.store.engine.MIGRATIONS", next_version)
        open_store(empty_database_url).close()

    with pytest.raises(ConfigError, match="made by a newer version of the publisher; update the program"):
        opens(empty_database_url)


def test_an_unreachable_database_is_told_without_its_password() -> None:
    with pytest.raises(FarEndError) as raised:
        open_store("postgresql+psycopg://ana:hush@127.0.0.1:1/publisher")

    assert "cannot be reached" in str(raised.value)
    assert "hush" not in str(raised.value)
    assert not raised.value.permanent


def test_a_url_that_is_none_is_a_mistake_in_the_config() -> None:
    with pytest.raises(ConfigError, match=r"database\.url"):
        open_store("nonsense")


def test_the_folder_of_a_sqlite_file_is_made(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/deep/down/publisher.db").close()

    assert (tmp_path / "deep/down/publisher.db").exists()


def test_a_postgresql_url_needs_no_driver(postgres_url: str) -> None:
    open_store(postgres_url.replace("postgresql+psycopg", "postgresql") + "/postgres").close()


@pytest.mark.parametrize("url", ["mysql+nothing://127.0.0.1/publisher", "mysql://127.0.0.1/publisher", "sqlite"])
def test_a_database_of_a_kind_we_cannot_use_is_a_mistake_in_the_config(url: str) -> None:
    with pytest.raises(ConfigError, match=r"database\.url"):
        open_store(url)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[publication]\n" * 100)

    with pytest.raises(ConfigError, match=r"config\.toml is no database"):
        open_store(f"sqlite:///{file}")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigError, match="cannot be made"):
        open_store(f"sqlite:///{tmp_path}/file/publisher.db")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"database\.url: .* is a folder"):
        open_store(f"sqlite:///{tmp_path}")


@pytest.fixture
def ours() -> Iterator[Path]:
    """A folder with a database, and somebody who is not root: root may write anywhere."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        open_store(f"sqlite:///{folder}/publisher.db").close()
        us = os.geteuid()
        if us == 0:
            for path in (folder, *folder.iterdir()):
                os.chown(path, NOBODY, -1)
            os.seteuid(NOBODY)
        yield folder
        os.seteuid(us)
        folder.chmod(0o755)


@pytest.mark.parametrize("name", ["publisher.db", "."])
def test_what_cannot_be_written_is_named(ours: Path, name: str) -> None:
    (ours / name).chmod(0o555)

    with pytest.raises(ConfigError, match=rf"database\.url: {ours / name} cannot be opened for writing"):
        open_store(f"sqlite:///{ours}/publisher.db")


def test_a_file_that_sqlite_cannot_open_is_named() -> None:
    # Not even root can make a file there.
    with pytest.raises(ConfigError, match=r"database\.url: .*/proc/publisher\.db cannot be opened for writing"):
        open_store("sqlite:////proc/publisher.db")


def test_an_unreachable_database_cannot_be_upgraded() -> None:
    with pytest.raises(FarEndError, match="cannot be reached"):
        upgrade("postgresql+psycopg://ana:hush@127.0.0.1:1/publisher")


def test_an_empty_database_opened_by_many_hands_at_once_is_built_once(empty_database_url: str) -> None:
    for opened in together(*[partial(open_store, empty_database_url)] * 6):
        with opened.reading() as transaction:
            assert transaction.execute(text("SELECT count(*) FROM articles")).scalar() == 0
        opened.close()


def test_an_empty_database_opened_by_many_processes_at_once_is_built_once(empty_database_url: str) -> None:
    opens = "import sys; from publisher.store import open_store; open_store(sys.argv[1]).close()"
    processes = [subprocess.Popen([sys.executable, "-c", opens, empty_database_url]) for _ in range(4)]

    assert [process.wait() for process in processes] == [0] * 4


def test_a_database_that_is_built_while_it_is_opened_is_no_older_one(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _built_meanwhile(connection: Connection) -> Inspector:
        monkeypatch.undo()
        found = inspect(connection)
        found.get_table_names()
        upgrade(empty_database_url)
        return found

    monkeypatch.setattr("publisher.store.engine.inspect", _built_meanwhile)

    open_store(empty_database_url).close()


def test_the_schema_in_code_and_by_migrations_name_the_same_indexes(store: Store) -> None:
    with store.reading() as transaction:
        found = inspect(transaction)
        for table in metadata.tables.values():
            built = {index["name"] for index in found.get_indexes(table.name) if not index.get("duplicates_constraint")}
            assert built == {index.name for index in table.indexes}


@pytest.mark.parametrize("opens", [open_store, upgrade])
@pytest.mark.parametrize("name", ["other", "alembic_version"])
def test_a_database_of_something_else_is_not_touched(
    empty_database_url: str, opens: Callable[[str], object], name: str
) -> None:
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {name} (version_num VARCHAR(32))"))
        connection.execute(text(f"INSERT INTO {name} VALUES ('0001')"))  # noqa: S608 - one of the two above

    with pytest.raises(ConfigError, match="the tables of something else"):
        opens(empty_database_url)

    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == [name]
    engine.dispose()


def test_a_migration_that_builds_a_table_anew_keeps_its_children(
    tmp_path: Path, next_version: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'publisher.db'}"
    store = open_store(url)
    subscribe(store, "ana@example.org")
    store.close()

    def _rebuild(config: Config, _revision: str) -> None:
        for statement in (
            "CREATE TABLE anew AS SELECT * FROM subscribers",
            "DROP TABLE subscribers",
            "ALTER TABLE anew RENAME TO subscribers",
        ):
            config.attributes["connection"].execute(text(statement))

    with monkeypatch.context() as migrating:
        migrating.setattr("publisher.store.engine.MIGRATIONS", next_version)
        migrating.setattr("alembic.command.upgrade", _rebuild)
        upgrade(url)

    store = open_store(url)
    with store.reading() as transaction:
        assert transaction.execute(text("SELECT count(*) FROM subscriptions")).scalar() == 1
        assert transaction.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()


def test_a_transaction_that_reads_cannot_write(store: Store) -> None:
    statement = text("INSERT INTO secrets (name, value) VALUES ('a', 'b')")

    with store.reading() as transaction, pytest.raises(DBAPIError):
        transaction.execute(statement)

    with store.writing() as transaction:
        transaction.execute(statement)


def test_a_transaction_that_reads_sees_one_state(store: Store) -> None:
    with store.reading() as transaction:
        before = articles.count(transaction)
        keep(store, article())

        assert articles.count(transaction) == before
    with store.reading() as transaction:
        assert articles.count(transaction) == before + 1


@pytest.mark.parametrize("zone", ["UTC", "America/Bogota", "Asia/Kathmandu", "Pacific/Kiritimati"])
def test_an_instant_is_the_same_instant_after_it_was_kept(store: Store, zone: str) -> None:
    given = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=ZoneInfo(zone))
    with store.writing() as transaction:
        runs.claim(transaction, "collect", zone, given)

    with store.reading() as transaction:
        run = runs.newest(transaction, "collect")

    assert run is not None
    assert run.started == given
    assert run.started.utcoffset() == timedelta()


def test_an_instant_without_a_zone_is_a_bug(store: Store) -> None:
    with pytest.raises(StatementError, match="no time zone"), store.writing() as transaction:
        runs.claim(transaction, "collect", "now", datetime(2026, 3, 29))  # noqa: DTZ001 - the point of it


def test_threads_that_read_and_write_without_a_pause_are_all_served(store: Store) -> None:
    def _write(number: int) -> int:
        for step in range(20):
            with store.writing() as transaction:
                before = articles.count(transaction)
                runs.claim(transaction, str(number), str(step), NOW)
            with store.reading() as transaction:
                assert articles.count(transaction) >= before
        return number

    assert together(*(partial(_write, number) for number in range(8))) == list(range(8))


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    def _fail() -> None:
        with store.writing() as transaction:
            transaction.execute(text("INSERT INTO secrets (name, value) VALUES ('a', 'b')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        _fail()

    with store.reading() as transaction:
        assert transaction.execute(text("SELECT count(*) FROM secrets")).scalar() == 0
