"""Atom 1.0, element by element (RFC 4287)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.syndicate.samples import FEEDS, FILES, FLEET, HUB, LICENSE, NAMES, NOW, SITE, article, build, xml

FEED = xml(FILES["all.atom"])
ENTRY = FEED.find("atom:entry", NAMES)
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def texts(element: Any, path: str) -> list[str]:
    return [found.text for found in element.findall(path, NAMES)]


def links(element: Any) -> list[dict[str, str]]:
    return [dict(link.attrib) for link in element.findall("atom:link", NAMES)]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("atom:id", f"{FEEDS}all.atom"),
        ("atom:title", "The Estuary Desk"),
        ("atom:author/atom:name", "The Estuary Desk"),
        ("atom:author/atom:uri", "https://estuary.example.org/"),
        ("atom:rights", f"© The Estuary Desk. CC BY-NC 4.0: {LICENSE}"),
        ("atom:generator", "publisher"),
    ],
)
def test_the_feed_says_it_once(path: str, said: str) -> None:
    assert texts(FEED, path) == [said]


def test_the_feed_links_to_itself_its_site_its_license_and_its_hub() -> None:
    assert links(FEED) == [
        {"rel": "self", "href": f"{FEEDS}all.atom", "type": "application/atom+xml"},
        {"rel": "alternate", "href": "https://estuary.example.org/", "type": "text/html"},
        {"rel": "license", "href": LICENSE, "type": "text/html"},
        {"rel": "hub", "href": HUB},
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("atom:id", [f"{SITE}/ghost-fleet/"]),
        ("atom:title", ["Forty boats left the register & still sail"]),
        ("atom:published", ["2026-11-20T09:00:00+00:00"]),
        ("atom:author/atom:name", ["Marisol Quintero", "Teo Arrieta"]),
        ("atom:summary", ["A fleet that is < 1 % on paper buys fuel & bait."]),
        ("atom:rights", [f"© The Estuary Desk. CC BY-NC 4.0: {LICENSE}"]),
        ("media:content/media:credit", ["Nadia Ferrer"]),
    ],
)
def test_the_entry_says_it(path: str, said: list[str]) -> None:
    assert texts(ENTRY, path) == said


def test_the_entry_links_to_the_article_its_translation_and_its_license() -> None:
    assert links(ENTRY) == [
        {"rel": "alternate", "href": f"{SITE}/ghost-fleet/", "type": "text/html", "hreflang": "en"},
        {"rel": "related", "href": f"{SITE}/es/flota-fantasma/", "hreflang": "es"},
        {"rel": "license", "href": LICENSE},
    ]


def test_the_whole_text_is_html() -> None:
    content = ENTRY.find("atom:content", NAMES)

    assert content.get("type") == "html"
    assert "<p>The first paragraph says it.</p>" in content.text


def test_its_categories_are_terms() -> None:
    terms = [category.get("term") for category in ENTRY.findall("atom:category", NAMES)]

    assert terms == ["Investigations", "Colombia", "fuel"]


def test_the_language_stands_on_the_feed_and_on_an_entry_in_another() -> None:
    assert FEED.get(LANG) == "en"
    assert [entry.get(LANG) for entry in FEED.findall("atom:entry", NAMES)] == [None, "es", None, None]


def test_updated_is_that_of_the_last_real_change_and_of_the_feed_the_newest() -> None:
    feed = xml(build([replace(FLEET, updated=NOW), article("b", hours_ago=3)])["all.atom"])
    entries = texts(feed, "atom:entry/atom:updated")

    assert [stamp[:19] for stamp in entries] == ["2026-11-20T11:00:00", "2026-11-20T14:00:00"]
    assert texts(feed, "atom:updated") == [max(entries)]


def test_articles_changed_in_one_instant_have_each_its_own_updated() -> None:
    articles = [replace(article(f"a-{number}"), updated=NOW) for number in range(20)]
    stamps = texts(xml(build(articles)["all.atom"]), "atom:entry/atom:updated")

    assert len(set(stamps)) == 20
    assert all(stamp.startswith("2026-11-20T14:00:00.") for stamp in stamps)


def test_an_entry_says_the_same_whichever_others_stand_beside_it() -> None:
    alone, among = (
        xml(build(articles)["en/all.atom"]).findall("atom:entry", NAMES)[-1]
        for articles in ([FLEET], [FLEET, article("b", hours_ago=1), article("c", hours_ago=5)])
    )

    assert texts(alone, "atom:updated") == texts(among, "atom:updated")


def test_an_issue_is_dated_when_it_was_approved_and_signed_by_the_newsroom() -> None:
    entry = xml(FILES["en/the-organization.atom"]).find("atom:entry", NAMES)

    assert texts(entry, "atom:published") == [(NOW - timedelta(hours=1)).isoformat()]
    assert texts(entry, "atom:author/atom:name") == ["The Estuary Desk"]


def test_a_feed_without_entries_is_whole_and_always_the_same() -> None:
    assert texts(xml(build([])["all.atom"]), "atom:updated") == ["2000-01-01T00:00:00+00:00"]
