"""Where entries lead, and those that lead to the same place."""

from datetime import timedelta

import pytest

from publisher.fetch import Door
from tests.collect.newsroom import AUDIT, LINK, MONDAY, PUB_DATE, FeedSite, read_item, rss, run


def test_an_entry_twice_is_one_article(feed: FeedSite, door: Door) -> None:
    short = f"<title>Port audit</title><link>{LINK}port-audit/?utm_source=rss</link>{PUB_DATE}"
    feed.serves(rss(f"<item>{AUDIT}</item><item>{short}<description>Gone.</description></item>"))

    collected = run(feed.source, door)

    assert (collected.only().body, collected.skipped) == ("<p>Gone.</p>", [])


def test_an_address_without_a_scheme_is_one_all_the_same(feed: FeedSite, door: Door) -> None:
    article = read_item(feed, door, f"<title>Port audit</title><link>www.estuary.example.org/a</link>{PUB_DATE}")

    assert article.url == "https://www.estuary.example.org/a"


def test_an_entry_in_two_categories_is_one_article_in_both(feed: FeedSite, door: Door) -> None:
    filed = [f"<item>{AUDIT}<category>{name}</category></item>" for name in ("Ports", "Peru", "Ports")]
    feed.serves(rss("".join(filed)))

    assert run(feed.source, door).only().categories == ("Ports", "Peru")


def test_an_entry_twice_with_another_title_is_one_article_as_it_was_changed_last(feed: FeedSite, door: Door) -> None:
    guid, later = "<guid isPermaLink='false'>7</guid>", "<pubDate>Mon, 09 Nov 2026 12:00:00 GMT</pubDate>"
    corrected = f"<title>Port audit, corrected</title><link>{LINK}port-audit/</link>{guid}{later}"
    feed.serves(rss(f"<item>{AUDIT}{guid}</item><item>{corrected}</item>"))

    collected = run(feed.source, door)

    assert (collected.titles(), collected.remarks, collected.skipped) == (["Port audit, corrected"], [], [])


def test_an_entry_that_has_all_of_another_but_its_title_is_told(feed: FeedSite, door: Door) -> None:
    guid = "<guid isPermaLink='false'>7</guid>"
    other = f"<title>Port strike</title><link>{LINK}port-audit/</link>{guid}{PUB_DATE}"
    feed.serves(rss(f"<item>{AUDIT}{guid}</item><item>{other}</item>"))

    collected = run(feed.source, door)

    assert collected.titles() == ["Port audit"]
    assert 'is left out: "Port strike"; give it its own' in collected.remarks[0].words


def live(*times: str) -> str:
    """Give the parts of a page that is written on and on."""
    return rss(
        "".join(
            f"<item><title>At {time}</title><link>{LINK}live/#{time}</link><guid>{LINK}live/#{time}</guid>"
            f"<pubDate>Mon, 09 Nov 2026 {time} GMT</pubDate>"
            f"<description>&lt;p&gt;Said at {time}.&lt;/p&gt;</description></item>"
            for time in times
        )
    )


def test_entries_that_lead_to_parts_of_one_page_are_one_article_with_all_of_them(feed: FeedSite, door: Door) -> None:
    feed.serves(live("12:00", "11:00", "10:00"))
    collected = run(feed.source, door)

    article = collected.only()
    assert (article.title, article.published) == ("At 12:00", MONDAY)
    assert article.modified == MONDAY + timedelta(hours=2)
    assert article.body == (
        "<p>Said at 12:00.</p><h2>At 11:00</h2><p>Said at 11:00.</p><h2>At 10:00</h2><p>Said at 10:00.</p>"
    )
    assert [remark.words for remark in collected.remarks] == [
        'other entries of the feed lead to the same page and are kept as parts of it: "At 11:00", "At 10:00"; '
        "give each article its own address"
    ]


def test_a_page_whose_parts_leave_the_feed_stays_whole(feed: FeedSite, door: Door) -> None:
    feed.serves(live("12:00", "11:00", "10:00"))
    memory = run(feed.source, door).memory
    feed.serves(live("12:00", "11:00"))
    fewer = run(feed.source, door, memory)
    feed.serves(live("13:00", "12:00"))

    assert fewer.articles == []
    assert "At 13:00" in run(feed.source, door, fewer.memory).only().title


def test_entries_with_one_id_and_two_addresses_are_two_articles(feed: FeedSite, door: Door) -> None:
    guid = "<guid isPermaLink='false'>1</guid>"
    other = f"<title>New quay</title><link>{LINK}new-quay/</link>{PUB_DATE}"
    feed.serves(rss(f"<item>{AUDIT}{guid}</item><item>{other}{guid}</item>"))

    assert run(feed.source, door).titles() == ["Port audit", "New quay"]


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<guid>https://estuary.example.org/a/</guid>", f"{LINK}a/"),
        ("<guid isPermaLink='false'>https://estuary.example.org/?p=7</guid>", f"{LINK}?p=7"),
        ("<link>/news/a/</link>", f"{LINK}news/a/"),
        ("<link>  https://estuary.example.org/a/\n</link>", f"{LINK}a/"),
        ("<link>https://estuary.example.org/</link>", LINK),
    ],
)
def test_an_entry_is_where_it_says(feed: FeedSite, door: Door, inner: str, url: str) -> None:
    assert read_item(feed, door, f"<title>x</title>{inner}{PUB_DATE}").url == url


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<guid isPermaLink='false'>7</guid>",
        "<link>javascript:alert(1)</link>",
        "<link>mailto:ana@example.org</link>",
    ],
)
def test_an_entry_that_leads_nowhere_is_skipped(feed: FeedSite, door: Door, inner: str) -> None:
    feed.serves(rss(f"<item><title>x</title>{inner}</item>"))
    collected = run(feed.source, door)

    assert (collected.articles, [skipped.what for skipped in collected.skipped]) == ([], ["x"])


def test_episodes_that_share_a_page_are_told_apart_by_their_sound(feed: FeedSite, door: Door) -> None:
    episode = (
        "<item><title>{0}</title><link>"
        + LINK
        + "show/</link><enclosure url='"
        + LINK
        + "{0}.mp3' type='audio/mpeg'/></item>"
    )
    feed.serves(rss(episode.format("one") + episode.format("two")))

    assert [article.url for article in run(feed.source, door).articles] == [f"{LINK}one.mp3", f"{LINK}two.mp3"]
