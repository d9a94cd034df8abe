"""RSS 2.0, element by element: feedgen drops some without a word."""

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from publisher.model import Image
from tests.syndicate.samples import FEEDS, FILES, FLEET, HUB, LICENSE, NAMES, NOW, article, build, xml

CHANNEL = xml(FILES["all.rss"]).find("channel")
ITEM = CHANNEL.find("item")


def texts(element: Any, path: str) -> list[str]:
    return [found.text for found in element.findall(path, NAMES)]


def channel_of(files: Any, name: str = "all.rss") -> Any:
    return xml(files[name]).find("channel")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("title", "The Estuary Desk"),
        ("link", "https://estuary.example.org/"),
        ("language", "en"),
        ("copyright", f"© The Estuary Desk. CC BY-NC 4.0: {LICENSE}"),
        ("ttl", "30"),
        ("lastBuildDate", "Fri, 20 Nov 2026 09:00:00 +0000"),
        ("generator", "publisher"),
        ("cc:license", LICENSE),
    ],
)
def test_the_channel_says_it_once(path: str, said: str) -> None:
    assert texts(CHANNEL, path) == [said]


def test_the_channel_links_to_itself_and_to_the_hub() -> None:
    links = [(link.get("rel"), link.get("href")) for link in CHANNEL.findall("atom:link", NAMES)]

    assert links == [("self", f"{FEEDS}all.rss"), ("hub", HUB)]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("title", ["Forty boats left the register & still sail"]),
        ("link", ["https://estuary.example.org/ghost-fleet/"]),
        ("guid", ["https://estuary.example.org/ghost-fleet/"]),
        ("pubDate", ["Fri, 20 Nov 2026 09:00:00 +0000"]),
        ("dc:creator", ["Marisol Quintero", "Teo Arrieta"]),
        ("dc:rights", [f"© The Estuary Desk. CC BY-NC 4.0: {LICENSE}"]),
        ("category", ["Investigations", "Colombia", "fuel"]),
        ("cc:license", [LICENSE]),
        ("dcterms:modified", ["2026-11-20T09:00:00+00:00"]),
        ("author", []),
    ],
)
def test_the_item_says_it(path: str, said: list[str]) -> None:
    assert texts(ITEM, path) == said


def test_the_guid_is_a_permalink() -> None:
    assert ITEM.find("guid").get("isPermaLink") == "true"


def test_the_description_is_plain_text_that_reads_right_as_html() -> None:
    assert texts(ITEM, "description") == ["A fleet that is &lt; 1 % on paper buys fuel &amp; bait."]


def test_the_whole_text_stands_beside_the_description() -> None:
    (content,) = texts(ITEM, "content:encoded")

    assert "<p>The first paragraph says it.</p><p>The second adds “why”.</p>" in content


def test_without_a_summary_the_first_paragraph_describes_it() -> None:
    assert texts(CHANNEL.findall("item")[2], "description") == ["A paragraph of the text."]


def test_without_any_words_the_title_describes_it_and_the_text_stays_the_text() -> None:
    item = channel_of(build([article(title="Port audit", body="")])).find("item")

    assert texts(item, "description") == ["Port audit"]
    assert len(texts(item, "content:encoded")) == 1


def test_only_an_item_in_another_language_says_so() -> None:
    assert [texts(item, "dc:language") for item in CHANNEL.findall("item")] == [[], ["es"], [], []]


def test_an_article_nobody_signed_is_the_newsrooms() -> None:
    assert texts(CHANNEL.findall("item")[3], "dc:creator") == ["The Estuary Desk"]


def test_the_picture_comes_with_its_size_its_credit_and_its_own_license() -> None:
    (picture,) = ITEM.findall("media:content", NAMES)
    own = "https://creativecommons.org/licenses/by-sa/4.0/"

    assert dict(picture.attrib) == {
        "url": "https://estuary.example.org/pictures/ledger.jpg",
        "medium": "image",
        "type": "image/jpeg",
        "width": "960",
        "height": "720",
    }
    assert texts(picture, "media:description") == ["A bound ledger, open."]
    assert texts(picture, "media:credit") == ["Nadia Ferrer"]
    assert texts(picture, "media:copyright") == ["CC BY-SA 4.0"]
    assert picture.find("media:copyright", NAMES).get("url") == own
    assert texts(picture, "dcterms:license") == [own]
    assert texts(picture, "cc:license") == texts(picture, "media:license") == []


@pytest.mark.parametrize(
    ("image", "url"),
    [
        (Image("https://estuary.example.org/año 1.jpg"), "https://estuary.example.org/a%C3%B1o%201.jpg"),
        (Image("javascript:alert(1)"), None),
        (Image("/relative.jpg"), None),
    ],
)
def test_a_picture_is_named_by_a_web_address_or_not_at_all(image: Image, url: str | None) -> None:
    picture = channel_of(build([article(image=image)])).find("item/media:content", NAMES)

    assert (picture.get("url") if picture is not None else None) == url


def test_the_build_date_is_that_of_the_last_real_change() -> None:
    changed = replace(FLEET, updated=NOW - timedelta(hours=1))
    files = build([changed, article("ferry", hours_ago=3)])

    assert texts(channel_of(files), "lastBuildDate") == [format_datetime(NOW - timedelta(hours=1))]
    assert texts(channel_of(files, "en/news.rss"), "lastBuildDate") == [format_datetime(NOW - timedelta(hours=3))]


def test_a_feed_without_entries_is_whole_and_always_the_same() -> None:
    assert texts(channel_of(build([])), "lastBuildDate") == ["Sat, 01 Jan 2000 00:00:00 +0000"]


def test_without_hubs_none_is_named() -> None:
    assert not channel_of(build(feeds_hubs=())).findall("atom:link[@rel='hub']", NAMES)
