"""`doctor`: each source is tried, and its newest article is shown as it is understood."""

import re
import sqlite3

import pytest

from tests.cli.conftest import Terminal


def change(terminal: Terminal, found: str, other: str) -> None:
    config = terminal.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    assert found in text
    config.write_text(text.replace(found, other), encoding="utf-8")


def test_each_source_is_shown_with_an_article_and_nothing_is_stored(reporting: Terminal) -> None:
    said = reporting.types("doctor")

    assert (said.code, said.err) == (0, "")
    assert re.findall(r"^(\w+): (\w+), http", said.out, re.MULTILINE) == [("site", "wordpress"), ("feed", "feed")]
    assert len(re.findall(r"^  title +\S", said.out, re.MULTILINE)) == 2
    assert "(America/Bogota)" in said.out
    assert "is not there yet" in said.out
    assert [one.name for one in reporting.folder.iterdir()] == ["config.toml"]


def test_an_article_is_given_as_json(reporting: Terminal) -> None:
    said = reporting.types("doctor", "site", "--json")

    (source,) = said.json["sources"]
    assert (said.code, source["source"], source["kind"], source["answers"]) == (0, "site", "wordpress", True)
    assert source["articles"] >= 10
    assert {"title", "url", "language", "published", "authors", "categories", "image", "words"} <= set(
        source["article"]
    )


def test_the_ways_of_the_relay_are_told(reporting: Terminal) -> None:
    assert re.search("^relay +a mail server of your own$", reporting.types("doctor", "feed").out, re.MULTILINE)
    change(reporting, 'relay = "own"', 'relay = "brevo"')

    said = reporting.types("doctor", "feed")

    assert re.search("^relay +Brevo$", said.out, re.MULTILINE)
    assert "no field of a mail can forbid it" in said.out
    assert reporting.types("doctor", "feed", "--json").json["relay"]["rewrites"] == ["message-id"]


def test_a_database_that_is_there_is_said_to_be(reporting: Terminal) -> None:
    reporting.types("articles", "list")

    assert "is there and has the newest schema" in reporting.types("doctor", "feed").out


def test_a_database_that_cannot_be_used_is_said_beside_the_sources(reporting: Terminal) -> None:
    other = sqlite3.connect(reporting.folder / "publisher.db")
    other.execute("CREATE TABLE other (id INTEGER)")
    other.close()

    said = reporting.types("doctor", "feed")

    assert said.code == 2
    assert "holds the tables of something else" in said.err
    assert "title" in said.out


def test_a_source_that_fails_is_named_and_the_others_are_shown(reporting: Terminal) -> None:
    change(reporting, '/feed/"', '/no-feed/"')

    said = reporting.types("doctor")

    assert said.code == 1
    assert 'publisher: source "feed": ' in said.err
    assert "title" in said.out


def test_sources_that_are_down_are_tried_again_later(terminal: Terminal) -> None:
    change(terminal, "tries = 3", "tries = 1")

    said = terminal.types("doctor")

    assert said.code == 75
    assert said.err.count("nobody listens there") == 2


@pytest.mark.parametrize(
    ("words", "sentence"), [(("blog",), 'source "blog" is not in the config'), (("--soon",), "--soon")]
)
def test_wrong_use_is_told(reporting: Terminal, words: tuple[str, ...], sentence: str) -> None:
    said = reporting.types("doctor", *words)

    assert said.code == 2
    assert sentence in said.err
