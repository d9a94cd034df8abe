"""JSON Feed and RSS in JSON."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.errors import FarEndError, PublisherError, UnreadableInput
from publisher.fetch import Door
from publisher.model import Article, Enclosure, Image
from tests.collect.newsroom import LINK, MONDAY, FeedSite, run
from tests.collect.web import Answer

ITEM: dict[str, Any] = {
    "id": "7",
    "url": f"{LINK}port-audit/",
    "external_url": "https://port.example.org/audit.pdf",
    "title": "Port audit: 3 < 4",
    "content_html": "<p>Forty <a href='/x'>pages</a> are gone.</p>",
    "content_text": "Forty pages are gone.",
    "summary": "Gone.",
    "image": f"{LINK}pier.jpg",
    "banner_image": f"{LINK}banner.jpg",
    "date_published": "2026-11-09T10:00:00Z",
    "date_modified": "2026-11-10T10:00:00Z",
    "authors": [{"name": "Ana Ríos"}, {"url": f"{LINK}bruno"}],
    "tags": ["Ports", "News"],
    "language": "en",
    "attachments": [
        {
            "url": f"{LINK}audit.mp3",
            "mime_type": "audio/mpeg",
            "title": "Read aloud",
            "size_in_bytes": 12,
            "duration_in_seconds": 61.4,
        }
    ],
    "_license": {"about": "https://creativecommons.org/licenses/by/4.0/"},
}


def json_feed(*items: Any, **said: Any) -> str:
    """Give a JSON Feed of items."""
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Desk", "items": items, **said})


def read_item(feed: FeedSite, door: Door, **said: Any) -> Article:
    """Serve a feed of one item, which says this beside its address, and collect it."""
    feed.serves(json_feed({"id": "1", "url": f"{LINK}a/", "title": "Port audit", **said}))
    return run(feed.source, door).only()


def test_a_json_feed_is_read(feed: FeedSite, door: Door) -> None:
    feed.serves(json_feed(ITEM), Content_Type="text/html")

    assert run(feed.source, door).only() == Article(
        url=f"{LINK}port-audit/",
        language="en",
        title="Port audit: 3 < 4",
        published=MONDAY,
        modified=datetime(2026, 11, 10, 10, tzinfo=UTC),
        source="feed",
        body=f'<p>Forty <a href="{LINK}x">pages</a> are gone.</p>',
        summary="Gone.",
        authors=("Ana Ríos",),
        categories=("Ports", "News"),
        image=Image(f"{LINK}pier.jpg"),
        enclosures=(Enclosure(f"{LINK}audit.mp3", "audio/mpeg", 12, 61, "Read aloud"),),
        license_url="https://creativecommons.org/licenses/by/4.0/",
    )


def test_plain_text_becomes_paragraphs(feed: FeedSite, door: Door) -> None:
    article = read_item(feed, door, content_text="If a <b> is\nbold & brave\n\nthen so is this")

    assert article.body == "<p>If a &lt;b&gt; is<br>bold &amp; brave</p><p>then so is this</p>"


def test_an_item_without_an_address_is_at_its_id(feed: FeedSite, door: Door) -> None:
    feed.serves(json_feed({"id": f"{LINK}a/", "title": "a"}, {"id": 7, "title": "b", "external_url": LINK}))
    collected = run(feed.source, door)

    assert [article.url for article in collected.articles] == [f"{LINK}a/"]
    assert [(skipped.what, skipped.reason) for skipped in collected.skipped] == [
        ("b", "the entry names no web address")
    ]


def test_authors_are_the_items_or_else_the_feeds(feed: FeedSite, door: Door) -> None:
    feed.serves(json_feed({**ITEM, "authors": []}, author={"name": "Carla Montes"}))

    assert run(feed.source, door).only().authors == ("Carla Montes",)


def test_a_date_without_a_zone_is_in_the_publications(feed: FeedSite, door: Door) -> None:
    article = read_item(feed, door, date_published="2026-11-09T05:00:00")

    assert article.published == MONDAY


def test_the_pages_of_a_json_feed_are_read_once(feed: FeedSite, door: Door) -> None:
    feed.serves(json_feed(ITEM, next_url="/2"))
    feed.others["/2"] = Answer(json_feed({"id": "1", "url": f"{LINK}old/", "title": "Old"}).encode())
    first = run(feed.source, door)
    again = run(feed.source, door, first.memory)

    assert first.titles() == ["Port audit: 3 < 4", "Old"]
    assert (feed.asked(), again.memory) == (["/2"], first.memory)


RSS: dict[str, Any] = {
    "rss": {
        "version": "2.0",
        "channel": {
            "title": "The Estuary Desk",
            "link": LINK,
            "language": "en",
            "item": [
                {
                    "title": "Port audit",
                    "link": f"{LINK}port-audit/",
                    "description": "<p>Gone.</p>",
                    "pubDate": "Mon, 09 Nov 2026 10:00:00 GMT",
                    "guid": {"isPermaLink": "false", "#value": "7"},
                    "author": "ana@example.org (Ana Ríos)",
                    "category": ["Ports", {"domain": "country", "#value": "Peru"}],
                    "enclosure": {"url": f"{LINK}audit.mp3", "length": "12", "type": "audio/mpeg"},
                }
            ],
        },
    }
}


def test_rss_in_json_is_read(feed: FeedSite, door: Door) -> None:
    feed.serves(json.dumps(RSS))

    assert run(feed.source, door).only() == Article(
        url=f"{LINK}port-audit/",
        language="en",
        title="Port audit",
        published=MONDAY,
        modified=MONDAY,
        source="feed",
        body="<p>Gone.</p>",
        authors=("Ana Ríos",),
        categories=("Ports",),
        countries=("Peru",),
        enclosures=(Enclosure(f"{LINK}audit.mp3", "audio/mpeg", 12),),
    )


def test_rss_in_json_may_have_one_item(feed: FeedSite, door: Door) -> None:
    feed.serves(json.dumps(RSS).replace('"item": [', '"item": ').replace("}]}}}", "}}}}"))

    assert run(feed.source, door).titles() == ["Port audit"]


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ('{"title": "x"}', UnreadableInput, "is JSON, and neither a JSON Feed nor RSS in JSON; open it"),
        (json_feed(ITEM)[:-20], FarEndError, "breaks off in the middle of its JSON; try again later"),
        ('{"items": [x]}', UnreadableInput, "cannot be read as JSON .*; tell whoever keeps that site"),
        ('{"a": ' + "[" * 100_000 + "}", UnreadableInput, "cannot be read as JSON .*; tell whoever keeps that site"),
        ('{"items": [' + "[]," * 300_000 + "0]}", UnreadableInput, "more values than a feed has; name a feed of"),
        ('{"items": [' + "0," * 3_000_000 + "0]}", UnreadableInput, "more values than a feed has; name a feed of"),
    ],
    ids=["another", "half", "broken", "deep", "many lists", "many numbers"],
)
def test_what_is_no_feed_is_told(
    feed: FeedSite, door: Door, text: str, error: type[PublisherError], sentence: str
) -> None:
    feed.serves(text)

    with pytest.raises(error, match=sentence):
        run(feed.source, door)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_words_survive_their_encoding(feed: FeedSite, door: Door, encoding: str) -> None:
    feed.serves(json.dumps(json.loads(json_feed({**ITEM, "title": "Café"})), ensure_ascii=False).encode(encoding))

    assert run(feed.source, door).titles() == ["Café"]


ODD: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.sampled_from(["http://[", "<p>"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["url", "name", "#value"]), inner),
    max_leaves=4,
)


OF_FEED = ["version", "title", "authors", "author", "language", "home_page_url", "next_url", "items", "rss"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.dictionaries(st.sampled_from(sorted(ITEM)), ODD), of_feed=st.dictionaries(st.sampled_from(OF_FEED), ODD))
def test_items_with_any_value_anywhere_give_articles_or_reasons(
    feed: FeedSite, door: Door, said: dict[str, Any], of_feed: dict[str, Any]
) -> None:
    feed.serves(json_feed({**ITEM, **said}, ITEM, **of_feed))

    try:
        collected = run(feed.source, door)
    except PublisherError:
        return
    assert not [skipped for skipped in collected.skipped if "cannot be read (" in skipped.reason]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 900), junk=st.binary(max_size=8), whole=st.sampled_from([json_feed(ITEM), json.dumps(RSS)]))
def test_no_json_however_broken_ends_in_anything_but_articles_or_a_sentence(
    feed: FeedSite, door: Door, cut: int, junk: bytes, whole: str
) -> None:
    text = whole.encode()
    feed.serves(text[:cut] + junk + text[cut + len(junk) :])

    try:
        run(feed.source, door)
    except PublisherError:
        return
