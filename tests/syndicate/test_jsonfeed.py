"""JSON Feed 1.1: what its specification says must and should be there."""

import json
import re
from typing import Any

import pytest

from tests.syndicate.samples import FILES, HUB, LICENSE, SITE, build

JSON_FILES = [name for name in FILES if name.endswith(".json")]
FEED = json.loads(FILES["all.json"])
ITEM = FEED["items"][0]
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def is_author(author: Any) -> bool:
    return isinstance(author, dict) and set(author) <= {"name", "url", "avatar"} and bool(author.get("name"))


@pytest.mark.parametrize("name", JSON_FILES)
def test_the_feed_has_what_the_specification_asks(name: str) -> None:
    feed = json.loads(FILES[name])

    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    for key in ("title", "home_page_url", "feed_url", "description", "language"):
        assert isinstance(feed[key], str)
        assert feed[key]
    assert feed["authors"]
    assert all(map(is_author, feed["authors"]))
    assert "author" not in feed
    assert feed["hubs"] == [{"type": "WebSub", "url": HUB}]


@pytest.mark.parametrize("name", JSON_FILES)
def test_the_items_have_what_the_specification_asks(name: str) -> None:
    items = json.loads(FILES[name])["items"]

    assert len({item["id"] for item in items}) == len(items)
    for item in items:
        for key in ("id", "url", "title", "content_html", "language"):
            assert isinstance(item[key], str)
            assert item[key]
        assert all(RFC3339.fullmatch(item[key]) for key in ("date_published", "date_modified"))
        assert all(map(is_author, item["authors"]))
        assert all(isinstance(tag, str) for tag in item.get("tags", []))


@pytest.mark.parametrize("name", JSON_FILES)
def test_own_keys_begin_with_an_underscore_and_say_what_they_are_about(name: str) -> None:
    feed = json.loads(FILES[name])
    known = ["version", "title", "home_page_url", "feed_url", "description", "language", "authors", "hubs", "items"]
    known += ["id", "url", "content_html", "summary", "image", "date_published", "date_modified", "tags"]

    for told in (feed, *feed["items"]):
        own = {key: value for key, value in told.items() if key not in known}
        assert "_license" in own
        assert all(key.startswith("_") and value["about"].startswith("https://") for key, value in own.items())


def test_the_license_is_an_object() -> None:
    assert ITEM["_license"] == {
        "about": "https://creativecommons.org/ns",
        "url": LICENSE,
        "name": "CC BY-NC 4.0",
        "rights": f"© The Estuary Desk. CC BY-NC 4.0: {LICENSE}",
    }
    assert FEED["_license"]["statement"].startswith("You may republish our articles for non-commercial use")


def test_a_picture_comes_with_its_credit_and_its_own_license() -> None:
    assert ITEM["image"] == f"{SITE}/pictures/ledger.jpg"
    assert ITEM["_picture"] == {
        "about": "https://www.rssboard.org/media-rss",
        "url": f"{SITE}/pictures/ledger.jpg",
        "type": "image/jpeg",
        "width": 960,
        "height": 720,
        "description": "A bound ledger, open.",
        "credit": "Nadia Ferrer",
        "license": "https://creativecommons.org/licenses/by-sa/4.0/",
    }


def test_each_item_says_its_language() -> None:
    assert [item["language"] for item in FEED["items"]] == ["en", "es", "en", "en"]


def test_what_is_not_known_is_left_out() -> None:
    assert "hubs" not in json.loads(build(feeds_hubs=())["all.json"])
    assert "image" not in FEED["items"][3]
