"""Ctrl-C and SIGTERM end a command at once, with a sentence, and what was stored is kept."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.store import articles, open_store
from tests.cli.conftest import Terminal
from tests.system.desk import ROOT

AT_ONCE = 15
"""Far less than the silence of a site is borne; more than a busy machine needs."""


@pytest.fixture
def silent(terminal: Terminal) -> Iterator[socket.socket]:
    """One more source: a site that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as site:
        add_source(terminal, site)
        yield site


def add_source(terminal: Terminal, site: socket.socket) -> None:
    config = terminal.folder / "config.toml"
    url = f"http://127.0.0.1:{site.getsockname()[1]}/feed"
    source = f'\n[[sources]]\nname = "silent"\nkind = "feed"\nurl = "{url}"\nlanguage = "en"\n'
    config.write_text(config.read_text(encoding="utf-8") + source, encoding="utf-8")


def starts(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "main.py", "--config", str(folder / "config.toml"), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def stored(folder: Path) -> int:
    store = open_store(f"sqlite:///{folder}/publisher.db")
    with store.reading() as transaction:
        count = articles.count(transaction)
    store.close()
    return count


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_collecting_does_not_wait_for_a_silent_site(
    terminal: Terminal, silent: socket.socket, number: int, code: int
) -> None:
    with starts(terminal.folder, "collect", "silent") as collects:
        asked, _ = silent.accept()
        with asked:
            collects.send_signal(number)
            said = collects.communicate(timeout=AT_ONCE)

    assert collects.returncode == code
    assert said == ("", "publisher: interrupted; what was stored is kept, start the same command again\n")


def test_what_was_collected_before_is_kept(reporting: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as site:
        add_source(reporting, site)
        with starts(reporting.folder, "collect") as collects:
            asked, _ = site.accept()
            with asked:
                while stored(reporting.folder) < 40:
                    pass
                collects.send_signal(signal.SIGTERM)
                collects.communicate(timeout=AT_ONCE)

    assert collects.returncode == 143
    assert stored(reporting.folder) >= 40
    assert reporting.types("collect", "site").code == 0


def test_an_interrupted_demo_says_so(tmp_path: Path) -> None:
    command = [sys.executable, "main.py", "demo", "--dir", str(tmp_path / "demo")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, "TERM": "dumb"}
    ) as demo:
        assert demo.stderr
        said = ""
        while "collecting" not in said:
            said = demo.stderr.readline()
        demo.send_signal(signal.SIGINT)
        _, rest = demo.communicate(timeout=AT_ONCE)

    assert demo.returncode == 130
    assert "publisher: interrupted" in rest
    assert "Traceback" not in rest
