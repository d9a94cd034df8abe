"""Secrets come from files of their own; what is wrong with such a file is told with its name."""

from pathlib import Path

import pytest

from publisher.config import load
from tests.config.shipped import SHIPPED, SHIPPED_PATH, Told

POSTGRES = "postgresql+psycopg://desk@db.example:5432/news"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", '"secret" is not text; write the secret alone into it, as UTF-8'),
        (b" \n", '"secret" is empty; write the secret into it'),
        (b"short", "is too short; give 16 characters or more, or leave it out"),
        (None, '"secret" cannot be read (No such file or directory); create it or give the secret'),
    ],
)
def test_a_secret_file_that_holds_none_is_named(told: Told, tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)

    assert told("[web]", '[web]\nsecret_file = "secret"') == [f"config.toml:231: web.secret_file: {said}"]


def test_the_databases_password_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p@ss/1 x\n", encoding="utf-8")
    path = tmp_path / "config.toml"
    path.write_text(SHIPPED.replace("[database]", '[database]\npassword_file = "password"'), encoding="utf-8")

    settings = load(path, {"PUBLISHER_DATABASE__URL": POSTGRES})

    assert settings.database_url == "postgresql+psycopg://desk:p%40ss%2F1%20x@db.example:5432/news"
    assert "p@ss" not in repr(settings)


def test_a_database_url_without_a_password_beside_it_stays_as_it_is() -> None:
    assert load(SHIPPED_PATH, {"PUBLISHER_DATABASE__URL": POSTGRES}).database_url == POSTGRES


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///var/publisher.db", "is SQLite, which has no password"),
        ("postgresql+psycopg://db.example/news", "is given a password from beside it; name the user alone"),
        ("postgresql+psycopg://desk:hush@db.example/news", "is given a password from beside it; name the user alone"),
    ],
)
def test_a_password_beside_the_url_needs_a_user_alone_in_it(told: Told, url: str, said: str) -> None:
    (sentence,) = told(variables={"PUBLISHER_DATABASE__URL": url, "PUBLISHER_DATABASE__PASSWORD": "hush"})

    assert sentence.startswith(f"PUBLISHER_DATABASE__URL: database.url: {said}")
    assert "hush" not in sentence
