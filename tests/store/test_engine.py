"""Opening the database: empty, older, unreachable; and the migrations make what the code says."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from publisher.errors import ConfigError, FarEndError
from publisher.store import Store, open_store, upgrade
from publisher.store.schema import Instant, metadata


def test_the_migrations_make_the_schema_in_code(store: Store) -> None:
    with store.reading() as transaction:
        context = MigrationContext.configure(
            transaction,
            opts={"compare_type": lambda _c, _i, _m, _it, kind: False if isinstance(kind, Instant) else None},
        )
        assert compare_metadata(context, metadata) == []


def test_an_opened_database_opens_again(database_url: str) -> None:
    open_store(database_url).close()
    upgrade(database_url)
    open_store(database_url).close()


def test_an_older_schema_asks_for_the_upgrade(database_url: str) -> None:
    store = open_store(database_url)
    with store.writing() as transaction:
        transaction.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    store.close()

    with pytest.raises(ConfigError, match="publisher db upgrade"):
        open_store(database_url)


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


def test_a_failed_transaction_leaves_nothing(store: Store) -> None:
    with pytest.raises(RuntimeError), store.writing() as transaction:
        transaction.execute(text("INSERT INTO secrets (name, value) VALUES ('a', 'b')"))
        raise RuntimeError

    with store.reading() as transaction:
        assert transaction.execute(text("SELECT count(*) FROM secrets")).scalar() == 0
