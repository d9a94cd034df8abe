"""Texts read from the pages of articles, where a feed has only their beginnings."""

import pytest

from publisher.collect.feed import history
from publisher.config import Source
from publisher.fetch import Door
from tests.collect.newsroom import MONDAY, PUB_DATE, FeedSite, rss, run
from tests.collect.web import Answer

STORY = "".join(
    f"<p>Paragraph {number} of the report tells at some length what was found in the port, by whom and when, "
    "and what those say who are named in it.</p>"
    for number in range(6)
)
PAGE = (
    "<!DOCTYPE html><html lang='en'><head><title>{0}</title><meta property='og:type' content='article'>"
    "<meta property='article:published_time' content='2026-11-09T10:00:00Z'></head>"
    "<body><article><h1>{0}</h1>{1}</article></body></html>"
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
def source(feed: FeedSite) -> Source:
    return feed.source.model_copy(update={"full_text": "page"})


def publish(feed: FeedSite, *slugs: str, said: str = "In short.", date: str = PUB_DATE) -> None:
    """Serve a feed of beginnings, and a page for each of them."""
    feed.serves(
        rss(
            "".join(
                f"<item><title>{slug}</title><link>{feed.web.url}/{slug}</link>{date}<category>Ports</category>"
                f"<description>{said}</description></item>"
                for slug in slugs
            )
        )
    )
    feed.others |= {f"/{slug}": Answer(PAGE.format(slug, STORY).encode(), headers=HTML) for slug in slugs}


def test_the_text_is_the_pages_and_what_the_feed_says_holds(feed: FeedSite, source: Source, door: Door) -> None:
    publish(feed, "audit")
    collected = run(source, door)

    article = collected.only()
    assert "Paragraph 5 of the report" in article.body
    assert (article.title, article.summary, article.categories) == ("audit", "In short.", ("Ports",))
    assert (article.url, article.source, collected.remarks) == (f"{feed.web.url}/audit", "feed", [])


def test_an_entry_without_a_date_is_dated_by_its_page(feed: FeedSite, source: Source, door: Door) -> None:
    publish(feed, "audit", date="")

    assert run(source, door).only().published == MONDAY


def test_a_feed_that_has_more_than_the_page_keeps_its_text(feed: FeedSite, source: Source, door: Door) -> None:
    publish(feed, "audit", said="word " * 2_000)

    assert run(source, door).only().body.startswith("<p>word word")


def test_pages_are_read_once(feed: FeedSite, source: Source, door: Door) -> None:
    publish(feed, "audit", "pier")
    memory = run(source, door).memory
    publish(feed, "quay", "audit", "pier")

    assert (run(source, door, memory).titles(), feed.asked()) == (["quay"], ["/audit", "/pier", "/quay"])


@pytest.mark.parametrize("batches", [1, 2])
def test_interrupted_between_pages_the_next_run_goes_on(
    feed: FeedSite, source: Source, door: Door, batches: int
) -> None:
    slugs = [f"report-{number}" for number in range(50)]
    publish(feed, *slugs)
    first = run(source, door, stop_after=batches)
    second = run(source, door, first.memory)

    assert (len(first.articles), [*first.titles(), *second.titles()]) == (20 * batches, slugs)
    assert len(feed.asked()) == 50
    assert run(source, door, second.memory).memory == second.memory


@pytest.mark.parametrize("answer", [Answer(b"gone", 404), Answer(b"busy", 503), Answer(b"%PDF-1.4")])
def test_a_page_that_cannot_be_read_leaves_what_the_feed_says(
    feed: FeedSite, source: Source, door: Door, answer: Answer
) -> None:
    publish(feed, "audit")
    feed.others["/audit"] = answer
    collected = run(source, door)

    assert collected.only().body == "<p>In short.</p>"
    (remark,) = collected.remarks
    assert remark.what == f"{feed.web.url}/audit"
    assert remark.words.startswith("its page cannot be read and only what the feed says of it is there: ")


@pytest.mark.parametrize(("status", "is_read_later"), [(503, True), (404, False)])
def test_a_page_that_may_come_back_is_asked_for_again(
    feed: FeedSite, source: Source, door: Door, status: int, is_read_later: bool
) -> None:
    publish(feed, "audit", "pier")
    page, feed.others["/audit"] = feed.others["/audit"], Answer(b"", status)
    first = run(source, door)
    still_missing = run(source, door, first.memory)
    feed.others["/audit"] = page
    again = run(source, door, first.memory)

    assert still_missing.memory == first.memory
    assert ["Paragraph 5" in article.body for article in again.articles] == ([True] if is_read_later else [])


def test_the_way_back_waits_for_a_page_that_may_come_back_but_not_forever(
    feed: FeedSite, source: Source, door: Door
) -> None:
    publish(feed, "new")
    current = str(feed.text).replace("<item>", '<atom:link rel="next" href="/1"/><item>')
    publish(feed, "old", "older")
    page, feed.others["/older"] = feed.others["/older"], Answer(b"", 503)
    feed.others["/1"] = Answer(str(feed.text).encode())
    feed.serves(current)
    first = run(source, door)
    feed.others |= {"/older": page, "/old": Answer(b"", 503)}
    second = run(source, door, first.memory)
    third = run(source, door, second.memory)

    assert [article.body.count("Paragraph") for article in first.articles] == [6, 6, 0]
    assert [article.body.count("Paragraph") for article in second.articles] == [6]
    assert run(source, door, third.memory).memory == third.memory
    assert feed.asked().count("/1") == history.MOST_TRIES


@pytest.mark.parametrize("status", [404, 503])
def test_a_text_collected_before_is_not_replaced_by_its_beginning(
    feed: FeedSite, source: Source, door: Door, status: int
) -> None:
    publish(feed, "audit")
    memory = run(source, door).memory
    publish(feed, "audit", said="In short, corrected.")
    feed.others["/audit"] = Answer(b"", status)
    collected = run(source, door, memory)

    assert collected.articles == []
    assert "the text collected before is kept" in collected.remarks[0].words
