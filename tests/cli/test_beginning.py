"""`init`: an address becomes a config, which the other commands work with."""

from pathlib import Path

import pytest

from publisher.config.settings import Fetch
from publisher.demo import newsroom
from publisher.tasks import beginning
from tests.cli.conftest import Terminal


@pytest.fixture
def begins(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in a folder without a config."""
    (terminal.folder / "config.toml").unlink()
    monkeypatch.setattr(beginning, "FETCH", Fetch(tries=1, pause_seconds=0))
    return terminal


def test_a_config_is_written_and_the_next_steps_are_told(begins: Terminal, site: newsroom.Site) -> None:
    said = begins.types("init", site.url, "--allow-private")

    assert (said.code, said.out) == (0, f"{begins.folder / 'config.toml'}\n")
    assert "publication.name: The Estuary Desk: guessed from" in said.err
    assert "nobody can guess these, write yours: publication.address, " in said.err
    assert "doctor" in said.err


def test_the_config_that_was_written_is_one_to_collect_with(begins: Terminal, site: newsroom.Site) -> None:
    begins.types("init", site.url, "--allow-private")

    said = begins.types("collect")

    assert said.code == 0
    assert said.out.startswith("site: ")


def test_what_was_found_is_given_as_json(begins: Terminal, site: newsroom.Site) -> None:
    found = begins.types("init", site.url, "--allow-private", "--json", "--to", str(begins.folder / "b.toml")).json

    assert found["config"] == str(begins.folder / "b.toml")
    assert found["survey"]["zone"] == {"value": "America/Bogota", "evidence": '"America/Bogota" in its REST API'}
    values = {mark["key"]: mark["value"] for mark in found["marks"]}
    assert values["publication.languages"] == ["en", "es"]


def test_a_config_that_is_there_is_left_alone(terminal: Terminal) -> None:
    before = (terminal.folder / "config.toml").read_bytes()

    said = terminal.types("init", "https://estuary.example.org")

    assert (said.code, said.out) == (2, "")
    assert "is there already" in said.err
    assert "--to" in said.err
    assert (terminal.folder / "config.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("http://127.0.0.1:1",), 1, "--allow-private"),
        (("http://127.0.0.1:1", "--allow-private"), 75, "nobody listens there"),
        (("mailto:x",), 2, "is no web address"),
        (("https://x.example.org", "--to", "/nowhere/config.toml"), 2, "/nowhere is no folder"),
    ],
)
def test_what_hinders_is_said_in_one_sentence(
    begins: Terminal, words: tuple[str, ...], code: int, sentence: str
) -> None:
    said = begins.types("init", *words)

    assert (said.code, said.out) == (code, "")
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert list(Path(begins.folder).iterdir()) == []
