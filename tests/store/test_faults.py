"""A database that is gone, locked, full or not to be written is said in a sentence; what is a bug stays one."""

import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from publisher.errors import FarEndError
from publisher.store import Store, articles, engine, open_store
from tests import postgres
from tests.store.cast import article, keep


@contextmanager
def fails(sentence: str) -> Iterator[None]:
    """What is inside fails in this sentence, without the database's statements, and may be tried again."""
    with pytest.raises(FarEndError, match=sentence) as raised:
        yield
    assert not raised.value.permanent
    assert "SQL" not in str(raised.value)


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path / 'publisher.db'}")
    yield store
    store.close()


def count(store: Store) -> int:
    with store.reading() as transaction:
        return articles.count(transaction)


def control(folder: str, *words: str) -> None:
    """Have PostgreSQL's own program stop or start the server of a folder."""
    owner = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
    command = [str(postgres.INSTALLED[-1] / "pg_ctl"), "-D", f"{folder}/data", "-w", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=owner)


@pytest.mark.needs("/usr/lib/postgresql")
def test_a_server_that_stops_is_said_and_the_store_goes_on_when_it_is_back() -> None:
    # PostgreSQL runs as somebody who may not enter pytest's folders.
    with tempfile.TemporaryDirectory() as name, postgres.server(Path(name)) as url:
        store = open_store(f"{url}/postgres")
        keep(store, article())
        port = url.rpartition(":")[2]
        settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={name} -c fsync=off"

        with fails("went away; try again later"), store.writing() as transaction:
            articles.count(transaction)
            control(name, "-m", "fast", "stop")
            articles.count(transaction)
        with fails("went away; try again later"):
            count(store)
        with fails("went away; try again later"):
            keep(store, article("night-ferry"))
        control(name, "-o", settings, "-l", f"{name}/log", "start")

        assert count(store) == 1
        store.close()


def test_a_file_that_another_process_locks_is_said(
    sqlite: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    locks = (
        "import sqlite3, sys; held = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "held.execute('BEGIN IMMEDIATE'); print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", locks, str(tmp_path / "publisher.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        other.stdout.readline()
        store = open_store(f"sqlite:///{tmp_path / 'publisher.db'}")

        with fails(r"publisher\.db is locked by another process; try again later"):
            keep(store, article())

        assert count(store) == 0
        assert other.stdin
        other.stdin.close()
        other.wait()
        keep(store, article())
        store.close()


def test_a_database_that_is_full_is_said(sqlite: Store) -> None:
    with fails("has no room left on its disk; make room"), sqlite.writing() as transaction:
        transaction.exec_driver_sql("PRAGMA max_page_count = 1")
        transaction.execute(text("INSERT INTO secrets VALUES ('a', :long)"), {"long": "x" * 1_000_000})


def test_a_disk_that_takes_no_more_is_said_and_what_was_stored_is_kept(tmp_path: Path) -> None:
    database = tmp_path / "publisher.db"
    open_store(f"sqlite:///{database}").close()
    writes = (
        "import resource, sys; from sqlalchemy import text; from publisher.store import open_store; "
        "store = open_store(sys.argv[1]); resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "for number in range(2):\n"
        "    with store.writing() as transaction:\n"
        "        transaction.execute(text('INSERT INTO secrets VALUES (:n, :v)'), "
        "{'n': str(number), 'v': 'x' * 10 ** (6 * number)})"
    )

    done = subprocess.run(
        [sys.executable, "-c", writes, f"sqlite:///{database}"], capture_output=True, text=True, check=False
    )

    assert "FarEndError: database sqlite:///" in done.stderr
    assert "cannot work (disk I/O error); look after its server or its disk" in done.stderr
    store = open_store(f"sqlite:///{database}")
    with store.reading() as transaction:
        assert transaction.execute(text("SELECT name FROM secrets")).scalars().all() == ["0"]
    store.close()


def test_a_server_that_takes_no_writes_is_said(postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "") + "/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE standby")
        open_store(f"{postgres_url}/standby").close()
        connection.execute("ALTER DATABASE standby SET default_transaction_read_only = on")
    store = open_store(f"{postgres_url}/standby")

    with fails("cannot be written"):
        keep(store, article())

    assert count(store) == 0
    store.close()


def test_what_the_code_does_wrong_stays_a_bug(store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as transaction:
        transaction.execute(text("INSERT INTO secrets (name) VALUES (NULL)"))
    with pytest.raises((ProgrammingError, OperationalError), match="nowhere"), store.reading() as transaction:
        transaction.execute(text("SELECT * FROM nowhere"))
