"""A PostgreSQL server of the suite's own: Debian's, on a free port, in a temporary folder."""

import os
import pwd
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@contextmanager
def server(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """Run a server whose files are in `folder`; give its URL without a database's name.

    One that is not `durable` waits for no disk.
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
        f"{'' if durable else ' -c fsync=off -c full_page_writes=off'}"
    )
    _run(owner, programs / "pg_ctl", "-D", data, "-o", settings, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql+psycopg://publisher@127.0.0.1:{port}"
    finally:
        _run(owner, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(owner: int | None, *command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL, user=owner)
