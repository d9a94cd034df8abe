"""Which feeds there are, and what stands in each."""

import unicodedata
from datetime import timedelta
from typing import Any

import pytest

from publisher.config import Newsletter, Section
from publisher.model import Period
from tests.syndicate import samples
from tests.syndicate.samples import FILES, NOW, article, build, titles


def newsletter(key: str = "the-daily", **changes: Any) -> Newsletter:
    """Give a second newsletter."""
    said = {"title": {"": "The Daily"}, "schedule": "mon 09:00", "sections": (section("more", everything_else=True),)}
    return Newsletter(**{"key": key, **said, **changes})


def section(key: str, **takes: Any) -> Section:
    return Section(key=key, title={"": key.capitalize()}, **takes)


def with_newsletters(*added: Newsletter) -> dict[str, Any]:
    return {"newsletters": (*samples.settings().newsletters, *added)}


def test_every_feed_has_a_file_in_every_format_and_the_lists_come_last() -> None:
    inside = ["all", "the-organization", "investigations", "analysis", "news", "more", "republish"]
    feeds = ["all", *(f"{language}/{feed}" for language in ("en", "es") for feed in inside)]

    files = [f"{feed}.{suffix}" for feed in feeds for suffix in ("rss", "atom", "json")]
    assert list(FILES) == [*files, "feeds.opml", "index.html"]


def test_all_holds_every_language_and_each_language_its_own() -> None:
    assert len(titles(FILES, "all")) == 4
    assert len(titles(FILES, "en/all")) == 3
    assert titles(FILES, "es/all") == ["Cuarenta lanchas salieron del registro"]


def test_the_newest_stands_first() -> None:
    assert titles(FILES, "en/all") == ["Forty boats left the register & still sail", "Night ferry", "Reading list"]


def test_a_variety_of_a_language_is_in_its_feeds() -> None:
    files = build([article(language="es-MX", title="Aduanas")])

    assert titles(files, "es/all") == ["Aduanas"]


def test_a_language_that_has_no_feeds_is_in_all_alone() -> None:
    files = build([article(language="fr", title="Douane")])

    assert [name for name in FILES if name.endswith(".json") and b"Douane" in files[name]] == ["all.json"]


def test_an_article_in_two_sections_stands_in_the_first() -> None:
    files = build([article(title="Port audit", categories=("News", "Analysis"))])

    assert titles(files, "en/analysis") == ["Port audit"]
    assert titles(files, "en/news") == []


@pytest.mark.parametrize("written", ["análisis", "ANÁLISIS", " Análisis ", unicodedata.normalize("NFD", "Análisis")])
def test_a_category_is_known_however_it_is_written(written: str) -> None:
    assert titles(build([article(title="Port audit", categories=(written,))]), "en/analysis") == ["Port audit"]


def test_the_section_for_everything_else_takes_what_no_other_takes() -> None:
    assert titles(FILES, "en/more") == ["Reading list"]


def test_a_section_of_two_newsletters_is_one_feed_of_what_either_takes() -> None:
    daily = newsletter(sections=(section("news", categories=("Ferries",)),))
    files = build(
        [article("a", categories=("News",)), article("b", categories=("Ferries",))], **with_newsletters(daily)
    )

    assert sorted(titles(files, "en/news")) == ["A", "B"]
    assert b"News briefs" in files["en/news.rss"]


def test_a_newsletter_of_one_language_has_no_feeds_in_another() -> None:
    daily = newsletter(languages=("es",), sections=(section("ports", categories=("Ports",)),))
    files = build(**with_newsletters(daily))

    assert {name for name in files if "the-daily" in name or "ports" in name} == {
        f"es/{feed}.{suffix}" for feed in ("the-daily", "ports") for suffix in ("rss", "atom", "json")
    }


@pytest.mark.parametrize("taken_back", [{"retracted_at": NOW}, {"retracted": True}])
def test_what_was_taken_back_is_nowhere(taken_back: dict[str, Any]) -> None:
    files = build([article(title="Withdrawn", **taken_back)])

    assert not [name for name in files if b"Withdrawn" in files[name]]


def test_a_feed_holds_the_newest_entries_the_config_allows() -> None:
    articles = [article(f"night-{number}", hours_ago=number) for number in range(1, 5)]
    files = build(articles, feeds_entries=2)

    for feed in ("all", "en/all", "en/news", "en/republish"):
        assert titles(files, feed) == ["Night 1", "Night 2"]


def test_each_issue_is_an_entry_of_its_newsletters_feed() -> None:
    week_ago = Period("2026-W46", *(instant - timedelta(days=7) for instant in (NOW, NOW)))
    files = build(issues=[samples.issue(period=week_ago, title="Older"), *samples.ISSUES])

    read = samples.read("x.json", files["en/the-organization.json"])
    assert read.titles() == ["Forty boats left the register", "Older"]
    assert read.items[0].url == samples.ISSUE
    assert titles(files, "es/the-organization") == ["Cuarenta lanchas salieron del registro"]


def test_feeds_are_named_after_the_newsroom_and_what_they_hold() -> None:
    named = {name: samples.read("x.json", FILES[f"{name}.json"]).title for name in ("all", "es/all", "es/analysis")}

    assert named == {
        "all": "The Estuary Desk",
        "es/all": "The Estuary Desk (español)",
        "es/analysis": "The Estuary Desk: Análisis",
    }
