"""A mistake ends with one sentence and the right code; a traceback only for those who ask."""

import sqlite3
from importlib import metadata

import pytest

from publisher.store import engine
from publisher.tasks import issuing
from tests.cli.conftest import Terminal


def test_a_mistake_in_the_config_names_file_line_and_key(terminal: Terminal) -> None:
    config = terminal.folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('"fri 09:00"', '"friday 9"'), encoding="utf-8")

    said = terminal.types("issue", "list")

    assert said.code == 2
    assert "newsletters.the-organization.schedule" in said.err
    assert f"{config}:" in said.err


def test_a_config_that_is_not_there_is_said(terminal: Terminal) -> None:
    (terminal.folder / "config.toml").unlink()

    said = terminal.types("issue", "list")

    assert (said.code, said.out) == (2, "")
    assert "cannot be read" in said.err


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        (("issue", "show", "7"), 2, "there is no issue 7"),
        (("issue", "compose", "weekly"), 2, 'newsletter "weekly" is not in the config'),
        (("issue", "compose", "the-organization", "--period", "last"), 2, 'write its year and number, as "2026-W47"'),
        (("collect", "blog"), 2, 'source "blog" is not in the config'),
        (("republish", "kit", "https://estuary.example.org/x/"), 2, "no article is known at"),
        (("republish", "kit", "x"), 2, "is no web address"),
        (("subscribers", "show", "nobody@example.org"), 2, "nothing is stored about"),
        (
            ("subscribers", "import", "nowhere.csv", "--newsletter", "the-organization", "--consent", "x"),
            2,
            "nowhere.csv",
        ),
        (("no-such-command",), 2, "no-such-command"),
        (("issue", "show", "seven"), 2, "valid integer"),
        (("articles", "list", "--limit", "9" * 30), 2, "--limit"),
        (("demo", "--dir", "/etc/passwd"), 2, "/etc/passwd cannot be made anew (Not a directory)"),
        (("demo", "--dir", "/proc/demo"), 2, "/proc/demo cannot be made anew"),
    ],
)
def test_wrong_use_is_said_in_one_sentence(
    terminal: Terminal, command: tuple[str, ...], code: int, sentence: str
) -> None:
    said = terminal.types(*command)

    assert (said.code, said.out) == (code, "")
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_an_unreachable_database_is_tried_again_later(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_DATABASE__URL", "postgresql+psycopg://ana:hush@127.0.0.1:1/publisher")

    said = terminal.types("issue", "list")

    assert said.code == 75
    assert "cannot be reached" in said.err
    assert "hush" not in said.err


def test_a_locked_database_is_tried_again_later(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    terminal.types("issue", "list")
    locked = sqlite3.connect(terminal.folder / "publisher.db", isolation_level=None)
    locked.execute("BEGIN IMMEDIATE")

    said = terminal.types("subscribers", "suppress", "ana@example.org")
    locked.close()

    assert said.code == 75
    assert "publisher.db is locked by another process; try again later" in said.err
    assert "SQL" not in said.err


def test_a_folder_as_the_database_is_a_mistake_in_the_config(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLISHER_DATABASE__URL", f"sqlite:///{terminal.folder}")

    said = terminal.types("issue", "list")

    assert said.code == 2
    assert f"database.url: {terminal.folder} is a folder; name a file" in said.err


@pytest.mark.parametrize("command", [("issue", "list"), ("db", "upgrade")])
def test_the_database_of_another_program_is_left_alone(terminal: Terminal, command: tuple[str, ...]) -> None:
    other = sqlite3.connect(terminal.folder / "publisher.db")
    other.execute("CREATE TABLE other (id INTEGER)")
    other.close()

    said = terminal.types(*command)

    assert said.code == 2
    assert "holds the tables of something else" in said.err
    assert "db upgrade" not in said.err


def test_a_file_that_cannot_be_used_is_named(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def _breaks(*_asked: object) -> None:
        (terminal.folder / "nowhere/file").write_text("")

    monkeypatch.setattr(issuing, "listed", _breaks)

    said = terminal.types("issue", "list")

    assert said.code == 1
    assert "nowhere/file cannot be read or written (No such file or directory)" in said.err


def test_the_version_is_told_without_a_config(terminal: Terminal) -> None:
    (terminal.folder / "config.toml").unlink()

    said = terminal.types("--version")

    assert (said.code, said.out) == (0, f"publisher {metadata.version('publisher')}\n")


def test_a_bug_is_said_without_its_traceback_unless_asked_for(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _breaks(*_asked: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(issuing, "listed", _breaks)

    said = terminal.types("issue", "list")

    assert said.code == 1
    assert "unexpected ZeroDivisionError" in said.err
    assert "Traceback" not in said.err
    for words in (("--traceback", "issue", "list"), ("issue", "--traceback", "list"), ("issue", "list", "--traceback")):
        traced = terminal.types(*words)
        assert traced.code == 1
        assert "Traceback" in traced.err


def test_what_stands_after_two_dashes_is_no_option(terminal: Terminal) -> None:
    said = terminal.types("issue", "show", "--", "--traceback")

    assert said.code == 2
    assert "valid integer" in said.err
