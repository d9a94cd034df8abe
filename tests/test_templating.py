"""The newsroom's own templates stand for ours, one by one, and one that fails says where."""

from pathlib import Path

import pytest
from jinja2 import UndefinedError

from publisher import templating
from publisher.errors import ConfigError

VIEW = {"language": "en", "direction": "ltr", "title": "Left", "sentence": "Done & gone.", "publication_url": "#"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "theirs/web").mkdir(parents=True)
    return tmp_path


def _message(folder: Path, own: str, **view: str) -> str:
    (folder / "theirs/web/message.html").write_text(own, encoding="utf-8")
    environment = templating.environment(own=folder / "theirs")
    return templating.rendered(environment, "web/message.html", **VIEW, publication_name="Desk", **view)


def test_a_file_of_theirs_stands_for_ours_and_may_build_on_it(folder: Path) -> None:
    page = _message(folder, '{% extends "web/layout.html" %}{% block main %}<p>{{ sentence }}</p>{% endblock %}')

    assert "<p>Done &amp; gone.</p>" in page
    assert page.startswith("<!doctype html>")


def test_without_a_folder_ours_are_used() -> None:
    page = templating.rendered(templating.environment(), "web/message.html", **VIEW, publication_name="Desk")

    assert "<h1>Left</h1>" in page


@pytest.mark.parametrize(
    ("own", "line", "why"),
    [
        ("<p>\n{{ sentense }}", 2, "'sentense' is undefined"),
        ("<p>\n\n{% if %}", 3, "Expected an expression"),
        ('{% include "web/nothing.html" %}', 1, 'there is no template "web/nothing.html"'),
        ("{{ title.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ 1 // 0 }}", 1, "zero"),
        ("{{ title + 1 }}", 1, "str"),
    ],
)
def test_a_template_of_theirs_that_fails_is_told_with_its_file_and_line(
    own: str, line: int, why: str, folder: Path
) -> None:
    with pytest.raises(ConfigError) as raised:
        _message(folder, own)

    told = str(raised.value)
    assert told.startswith(f"{folder / 'theirs/web/message.html'}:{line}: the template cannot be filled in (")
    assert why in told
    assert told.endswith("mend it, or take it away so that ours is used")


def test_a_file_of_theirs_that_is_no_text_is_told(folder: Path) -> None:
    file = folder / "theirs/web/message.html"
    file.write_bytes("<p>Año".encode("latin-1"))
    environment = templating.environment(own=folder / "theirs")

    with pytest.raises(ConfigError, match=rf"{file}:1: .*it is not text; save it as UTF-8"):
        templating.rendered(environment, "web/message.html", **VIEW)


def test_one_of_ours_that_fails_is_a_bug() -> None:
    with pytest.raises(UndefinedError):
        templating.rendered(templating.environment(), "web/message.html", language="en")
