"""One odd value costs at most its own article, never the source."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher import markup
from publisher.collect.feed import picture
from publisher.collect.wordpress import media
from publisher.errors import PublisherError
from publisher.fetch import Door
from tests.collect.newsroom import AUDIT, LINK, PUB_DATE, FeedSite, WordPress, rss, run
from tests.collect.web import Answer

BAD_ADDRESSES = ["http://[broken/x.jpg", "https://a:99999999/x.jpg", "//[", "http:///x.jpg"]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_picture_with_an_odd_address_costs_the_picture(wordpress: WordPress, door: Door, address: str) -> None:
    medium = {"source_url": address, "media_type": "image"}
    wordpress.publish("jetpack", jetpack_featured_media_url=address)
    wordpress.publish("embedded", _embedded={"wp:featuredmedia": [medium]})

    collected = run(wordpress.source, door)

    assert [(article.title, article.image) for article in collected.articles] == [("jetpack", None), ("embedded", None)]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_odd_address_in_a_feed_costs_itself(feed: FeedSite, door: Door, address: str) -> None:
    odd = f'<media:content url="{address}" medium="image"/><enclosure url="{address}" type="image/png"/>'
    feed.serves(rss(f"<item>{AUDIT}{odd}</item>").replace(f"<link>{LINK}</link>", f"<link>{address}</link>"))

    assert run(feed.source, door).only().image is None


@pytest.mark.parametrize("name", ["tags", "authors", "enclosures", "content_detail", "media_content", "image"])
def test_elements_named_like_the_parsers_own_fields_are_nothing(feed: FeedSite, door: Door, name: str) -> None:
    feed.serves(rss(f"<item><{name}>text</{name}>{AUDIT}<{name}>text</{name}></item>"))

    assert run(feed.source, door).titles() == ["Port audit"]


def test_an_offset_beyond_a_day_is_no_date(feed: FeedSite, door: Door) -> None:
    feed.serves(rss(f"<item><title>x</title><link>{LINK}x/</link><pubDate>18/11/2026 09:30 +99:00</pubDate></item>"))

    assert run(feed.source, door).titles() == ["x"]


def test_a_bug_that_one_entry_meets_costs_that_entry(
    wordpress: WordPress, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_post: Any, address: str) -> None:
        if "good" not in address:
            raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(media, "featured", stumble)
    wordpress.publish("bad")
    wordpress.publish("good")

    collected = run(wordpress.source, door)

    assert collected.titles() == ["good"]
    assert [skipped.reason for skipped in collected.skipped] == [
        "it cannot be read (ZeroDivisionError: division by zero); tell whoever keeps this program"
    ]


def test_a_bug_that_one_entry_of_a_feed_meets_costs_that_entry(
    feed: FeedSite, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(_entry: Any, link: str, _body: str) -> None:
        if "port-audit" in link:
            raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(picture, "of_entry", stumble)
    feed.serves(rss(f"<item>{AUDIT}</item><item><title>x</title><link>{LINK}x/</link>{PUB_DATE}</item>"))

    collected = run(feed.source, door)

    assert collected.titles() == ["x"]
    assert "ZeroDivisionError" in collected.skipped[0].reason


POST: dict[str, Any] = {
    "id": 7,
    "date": "2026-11-09T10:00:00",
    "date_gmt": "2026-11-09T13:00:00",
    "modified": "2026-11-09T10:00:00",
    "modified_gmt": "2026-11-09T13:00:00",
    "status": "publish",
    "link": f"{LINK}port-audit/",
    "lang": "en",
    "translations": {"es": 12, "fr": f"{LINK}fr/"},
    "related": [{"url": f"{LINK}pier/", "title": {"rendered": "Pier"}}],
    "yoast_head_json": {"author": "Ana", "og_image": [{"url": f"{LINK}a.jpg"}]},
    "title": {"rendered": "Port audit"},
    "content": {"rendered": "<p>Gone.</p>", "protected": False},
    "excerpt": {"rendered": ""},
    "_embedded": {
        "author": [{"name": "Ana"}],
        "wp:term": [[{"taxonomy": "category", "name": "News", "slug": "news"}]],
        "wp:featuredmedia": [
            {
                "source_url": f"{LINK}a.jpg",
                "media_details": {"width": 1800, "height": 900, "sizes": {"l": {"width": 800}}},
            }
        ],
    },
}
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1e308, 10**30, "", "https://[bad", "http://a:99999999/", "//x", "\ud800", "\0", [], {}, [[]],
     {"rendered": None}, {"rendered": [1]}, "9999-12-31T23:59:59", "0001-01-01T00:00:00", "2026-13-01", "<p>" * 50,
     "&#0;&#xD800;&#99999999;", "http://xn--/", "http://ä..b/", "http://1.2.3.4.5/%zz%"]
)  # fmt: skip


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, one in inside for place in ((*at, key), *places(one, (*at, key)))]


def changed(place: tuple[Any, ...], odd: Any) -> dict[str, Any]:
    copy: Any = json.loads(json.dumps(POST))
    holder = copy
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = odd
    return dict(copy)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=st.lists(st.builds(changed, st.sampled_from(places(POST)), ODD), min_size=1, max_size=4))
def test_posts_with_any_value_anywhere_give_articles_or_reasons(
    wordpress: WordPress, door: Door, posts: list[dict[str, Any]]
) -> None:
    body = json.dumps(posts).encode()
    wordpress.before = lambda asked: Answer(body) if asked.query.get("orderby") == "modified" else None

    try:
        collected = run(wordpress.source, door)
    except PublisherError:
        return
    assert not [skipped for skipped in collected.skipped if "cannot be read (" in skipped.reason]


PIECES = st.sampled_from(
    ["<", ">", "&", '"', "]]>", "<![CDATA[", "http://[", "0001-01-01", "&#0;", "&#xd800;", "<dc:creator>", "</item>",
     '<link href="http://[::1"/>', '<media:content url="http://[x" width="99999999999">', "<guid>http://[</guid>",
     "<item>", '<content type="xhtml">', "<tags>x</tags>", "<links>x</links>", "<enclosures>x</enclosures>",
     "<authors>x</authors>"]
)  # fmt: skip
FEED = rss(
    f"<item>{AUDIT}<author>a@b.c (Ana)</author><category>News</category>"
    "<description>&lt;p&gt;Gone.&lt;/p&gt;</description>"
    f'<enclosure url="{LINK}a.jpg" type="image/jpeg"/><media:content url="{LINK}b.jpg" medium="image"/></item>' * 2
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.tuples(st.integers(0, len(FEED)), st.integers(0, 40), PIECES), min_size=1, max_size=8))
def test_feeds_with_anything_anywhere_give_articles_or_reasons(
    feed: FeedSite, door: Door, edits: list[tuple[int, int, str]]
) -> None:
    text = FEED
    for at, gone, piece in edits:
        text = text[:at] + piece + text[at + gone :]
    feed.serves(text)

    try:
        collected = run(feed.source, door)
    except PublisherError:
        return
    assert not [skipped for skipped in collected.skipped if "cannot be read (" in skipped.reason]
    assert all(markup.valid_xml(article.title) == article.title for article in collected.articles)
