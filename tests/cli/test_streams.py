"""What a command prints goes where it can; where it cannot, a sentence says so, or nobody wants to hear it."""

import subprocess
import sys
from pathlib import Path

import pytest

from publisher.demo.settings import demo_config, shipped_config
from publisher.model import Article
from publisher.store import articles, open_store
from tests.system.desk import FRIDAY, ROOT

TITLE = "Auditoría del puerto ✓"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The config of a database with more articles than a pipe holds."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "config.toml").write_text(demo_config(shipped_config(), "http://127.0.0.1:1"), encoding="utf-8")
    body = "<p>" + "The first paragraph. " * 20 + "</p>"
    kept = [
        Article(f"https://estuary.example.org/{number}/", "es", TITLE, FRIDAY, FRIDAY, "site", body=body)
        for number in range(400)
    ]
    store = open_store(f"sqlite:///{folder}/publisher.db")
    with store.writing() as transaction:
        articles.keep(transaction, [(article, article) for article in kept], FRIDAY)
    store.close()
    return folder / "config.toml"


def shell(config: Path, line: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a line of shell in which `publisher` is the program with its config."""
    publisher = f'publisher() {{ "{sys.executable}" main.py --config "{config}" "$@"; }}\n'
    return subprocess.run(["bash", "-c", publisher + line], capture_output=True, cwd=ROOT, check=False)


LISTS = "articles list --limit 400"


@pytest.mark.parametrize("command", [LISTS, "issue list --json"])
def test_a_full_disk_behind_stdout_is_said(config: Path, command: str) -> None:
    said = shell(config, f"publisher {command} > /dev/full")

    assert said.returncode == 1
    assert said.stderr.decode() == (
        "publisher: what this prints cannot be read or written (No space left on device); "
        "mend that and start it again\n"
    )


@pytest.mark.parametrize("command", [LISTS, f"{LISTS} --json"])
def test_a_reader_who_wants_no_more_is_no_failure_to_tell(config: Path, command: str) -> None:
    said = shell(config, f"publisher {command} | head -1")

    assert said.stdout.count(b"\n") == 1
    assert said.stderr == b""


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_done_without(config: Path, closed: str) -> None:
    assert shell(config, f"publisher {LISTS} {closed}").returncode == 0
    failed = shell(config, f"publisher issue show 7 {closed}")

    assert failed.returncode == 2
    assert failed.stdout == b""
    assert b"there is no issue 7" in failed.stderr or "2>&-" in closed


def test_a_full_disk_behind_stderr_hides_no_exit_code(config: Path) -> None:
    assert shell(config, "publisher issue show 7 2> /dev/full").returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_any_title_is_printed_whatever_the_terminal_claims(config: Path, encoding: str) -> None:
    said = shell(config, f"PYTHONIOENCODING={encoding} publisher {LISTS}")

    assert said.returncode == 0
    assert TITLE.encode() in said.stdout
