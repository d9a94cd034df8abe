"""A PostgreSQL server of the suite's own: Debian's, on a free port, in a temporary folder."""

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def server(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """Run a server whose files are in `folder`; give its URL without a database's name.

    One that is not `durable` waits for no disk, and nobody tidies its many small databases up.
    """
    programs, data = INSTALLED[-1], folder / "data"
    owner: int | None = None
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        owner = pwd.getpwnam("postgres").pw_uid
        os.chown(folder, owner, -1)
    _run(owner, programs / "initdb", "-D", data, "-U", "publisher", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder}"
        f"{'' if durable else ' -c fsync=off -c full_page_writes=off -c autovacuum=off'}"
    )
    _run(owner, programs / "pg_ctl", "-D", data, "-o", settings, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql+psycopg://publisher@127.0.0.1:{port}"
    finally:
        _run(owner, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


class Databases:
    """Databases of one server. To make one takes as long as forty times to empty one that a test has used."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._numbers = count()
        self._unused: list[str] = []

    def create(self, template: str = "template1") -> str:
        """Make one like `template`, and give its URL."""
        name = f"test_{next(self._numbers)}"
        with self._connected("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return f"{self._server}/{name}"

    @contextmanager
    def lent(self, template: str) -> Iterator[str]:
        """Lend one that is like `template`, whose schema nobody changes, and has nothing in its tables."""
        url = self._unused.pop() if self._unused else self.create(template)
        yield url
        with self._connected(url.rpartition("/")[2]) as connection:
            if _is_like_new(connection):
                _empty(connection)
                self._unused.append(url)

    def _connected(self, name: str) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(f"{self._server.replace('+psycopg', '')}/{name}", autocommit=True)


def _is_like_new(connection: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Tell whether nobody else is in a database, and what was in it leaves no long files."""
    found = connection.execute(
        "SELECT sum(pg_relation_size(oid)) < 1000000"
        " AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid())"
        " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    ).fetchone()
    return found == (True,)


def _empty(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Empty the tables, begin their numbers anew, and forget what is known of them for plans."""
    statements = connection.execute(
        "SELECT CASE relkind WHEN 'r' THEN 'DELETE FROM ' ELSE 'ALTER SEQUENCE ' END || relname"
        " || CASE relkind WHEN 'r' THEN '' ELSE ' RESTART' END FROM pg_class"
        " WHERE relkind IN ('r', 'S') AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'"
    ).fetchall()
    # Tables go in any order.
    connection.execute("SET session_replication_role = replica")
    connection.execute("; ".join(str(statement) for (statement,) in statements).encode())
    connection.execute("DELETE FROM pg_statistic WHERE starelid >= 'alembic_version'::regclass")
    connection.execute(
        "UPDATE pg_class SET reltuples = -1, relpages = 0, relallvisible = 0"
        " WHERE reltuples >= 0 AND relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )


def _run(owner: int | None, *command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, user=owner)
