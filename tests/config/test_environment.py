"""A mistake in a variable names the variable as it was written, and how its value is written."""

import pytest

from publisher.config import load
from tests.config.shipped import SHIPPED_PATH, Told

SOURCE = '[{"name": "wire", "kind": "feed", "url": "https://example.org/feed", "foo": 1}]'
NEWSLETTER = '[{"key": "n", "title": "N", "schedule": "fri 09:00", "grace_hours": "5", "sections": [%s]}]'
SECTION = '{"key": "s", "title": "S", "everything_else": "true"}'


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        (
            "PUBLICATION__LANGUAGES",
            "en,es",
            """publication.languages: found "en,es"; a list is given as JSON, as \
PUBLISHER_PUBLICATION__LANGUAGES='["en", "es"]'""",
        ),
        ("WEB", "", 'web: found ""; a table is given as JSON'),
        ("WEB", "{port", 'web: found "{port"; a table is given as JSON'),
        ("SOURCES", "[", 'sources: found "["; a list is given as JSON, as PUBLISHER_SOURCES='),
        ("SOURCES__0__URL", "x", 'sources: found {"0": {"url": "x"}}; a list is given as JSON'),
        ("SOURCES", SOURCE, "sources.wire.foo: is not a key"),
        ("SOURCES", SOURCE.replace("foo", "language"), 'sources.wire.language: found 1; write it in quotes: "1"'),
        ("PUBLICATION__TITLE__EN", "x", 'publication.title: is not a key; did you mean "tagline"?'),
        ("APPEAL__HEADING__SP", "x", 'appeal.heading.sp: is not in publication.languages; did you mean "es"?'),
        ("WEB__PORT", "", 'web.port: found ""; write a whole number'),
        ("WEB__PORT", "99999", "web.port: found 99999; write 65535 or less"),
        ("WEB__SECRET", "hush", "web.secret: is too short"),
        ("ENGINE__KIND", "a\nb", 'engine.kind: found "a\\nb"; write "embedded"'),
        ("DATABASE__URL", "sqlite://", 'database.url: "sqlite://" names no file'),
        ("FOLDER", "x", "is not a key of the config"),
    ],
)
def test_a_mistake_in_a_variable_is_at_the_variable(told: Told, variable: str, value: str, said: str) -> None:
    for name in (f"PUBLISHER_{variable}", f"publisher_{variable.lower()}"):
        (sentence,) = told(variables={name: value})

        assert sentence.startswith(f"{name}: {said}")


def test_a_mistake_in_the_file_is_not_a_variables(told: Told) -> None:
    (sentence,) = told("port = 8080", "port = 0.5", {"PUBLISHER_WEB": '{"host": "::1"}', "PUBLISHER_WEB__HOST": "::1"})

    assert sentence == "config.toml:235: web.port: found 0.5; write a whole number"


def test_numbers_and_truth_values_are_read_from_strings() -> None:
    newsletter = load(SHIPPED_PATH, {"PUBLISHER_NEWSLETTERS": NEWSLETTER % SECTION}).newsletters[0]
    settings = load(SHIPPED_PATH, {"PUBLISHER_FETCH__PAUSE_SECONDS": "2", "PUBLISHER_PUBLICATION__NAME": "2024"})

    assert (newsletter.grace_hours, newsletter.sections[0].everything_else) == (5, True)
    assert (settings.fetch.pause_seconds, settings.publication.name) == (2.0, "2024")
