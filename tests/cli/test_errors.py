"""A mistake ends with one sentence and the right code; a traceback only for those who ask."""

import pytest

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
        (("republish", "kit", "x"), 1, "is no web address"),
        (("subscribers", "show", "nobody@example.org"), 2, "nothing is stored about"),
        (
            ("subscribers", "import", "nowhere.csv", "--newsletter", "the-organization", "--consent", "x"),
            2,
            "nowhere.csv",
        ),
        (("no-such-command",), 2, "no-such-command"),
        (("issue", "show", "seven"), 2, "valid integer"),
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


def test_a_bug_is_said_without_its_traceback_unless_asked_for(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _breaks(*_asked: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(issuing, "listed", _breaks)

    said, traced = terminal.types("issue", "list"), terminal.types("--traceback", "issue", "list")

    assert (said.code, traced.code) == (1, 1)
    assert "unexpected ZeroDivisionError" in said.err
    assert "Traceback" not in said.err
    assert "Traceback" in traced.err
