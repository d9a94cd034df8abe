"""Older documents of a feed, what it deleted, and all that it shows."""

from datetime import UTC, datetime, timedelta

import pytest

from publisher.collect import Memory
from publisher.collect.feed import history
from publisher.fetch import Door
from tests.collect.newsroom import AUDIT, LINK, MONDAY, PUB_DATE, FeedSite, rss, run
from tests.collect.web import Answer, Request


def item(slug: str, more: str = "") -> str:
    return f"<item><title>{slug}</title><link>{LINK}{slug}/</link>{PUB_DATE}{more}</item>"


def link(relation: str, there: str) -> str:
    return f'<atom:link rel="{relation}" href="{there}"/>'


def archived(feed: FeedSite, *documents: str, relation: str = "prev-archive") -> None:
    """Serve a feed whose older documents are at /1, /2 and so on."""
    for at, document in enumerate(documents, 1):
        onward = link(relation, f"/{at + 1}") if at < len(documents) else ""
        feed.others[f"/{at}"] = Answer(rss(onward + document).encode())
    feed.serves(rss(link(relation, "/1") + item("new")))


@pytest.mark.parametrize("relation", ["prev-archive", "next"])
def test_older_documents_are_read_once_one_in_a_batch(feed: FeedSite, door: Door, relation: str) -> None:
    archived(feed, item("old"), item("older"), relation=relation)
    first = run(feed.source, door)
    again = run(feed.source, door, first.memory)

    assert (first.titles(), first.batches) == (["new", "old", "older"], 3)
    assert (again.articles, again.memory, feed.asked()) == ([], first.memory, ["/1", "/2"])


def test_the_archive_goes_before_the_next_page(feed: FeedSite, door: Door) -> None:
    archived(feed, item("old"))
    feed.serves(rss(link("next", "/page") + link("prev-archive", "/1") + item("new")))

    assert run(feed.source, door).titles() == ["new", "old"]


def test_what_is_published_later_does_not_make_it_read_the_archive_again(feed: FeedSite, door: Door) -> None:
    archived(feed, item("old"))
    memory = run(feed.source, door).memory
    feed.serves(rss(link("prev-archive", "/1") + item("newest") + item("new")))

    assert (run(feed.source, door, memory).titles(), feed.asked()) == (["newest"], ["/1"])


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_interrupted_on_the_way_the_next_run_goes_on(feed: FeedSite, door: Door, batches: int) -> None:
    archived(feed, item("old"), item("older"), item("oldest"))
    first = run(feed.source, door, stop_after=batches)
    second = run(feed.source, door, first.memory)

    assert [*first.titles(), *second.titles()] == ["new", "old", "older", "oldest"]
    assert feed.asked() == ["/1", "/2", "/3"]


def test_an_article_is_as_the_newest_document_has_it(feed: FeedSite, door: Door) -> None:
    archived(feed, item("new", "<description>as it was</description>") + item("old"))

    assert [(article.title, article.body) for article in run(feed.source, door).articles] == [("new", ""), ("old", "")]


def test_documents_that_lead_in_a_circle_are_left(feed: FeedSite, door: Door) -> None:
    archived(feed, link("prev-archive", "/2") + item("old"), link("prev-archive", "/1") + item("older"))
    collected = run(feed.source, door)

    assert collected.titles() == ["new", "old", "older"]
    assert [skipped.reason for skipped in collected.skipped] == [
        "the feed's older documents lead back to one that was read; tell whoever keeps that site"
    ]


def test_documents_that_repeat_what_was_read_are_left(feed: FeedSite, door: Door) -> None:
    feed.serves(rss(link("next", "/feed?page=2") + item("new")))
    collected = run(feed.source, door)

    assert (collected.titles(), feed.asked(), collected.skipped) == (["new"], ["/feed?page=2"], [])


def test_there_is_an_end_to_older_documents(feed: FeedSite, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_DOCUMENTS", 5)

    def respond(request: Request) -> Answer:
        number = int(request.query.get("page", "1"))
        return Answer(rss(link("next", f"/feed?page={number + 1}") + item(f"report-{number}")).encode())

    feed.web.respond = respond
    collected = run(feed.source, door)

    assert len(collected.articles) == 6
    assert collected.skipped[-1].reason.startswith("5 older documents of a feed are read")
    assert run(feed.source, door, collected.memory).batches == 1


def test_another_site_is_not_asked_for_older_documents(feed: FeedSite, door: Door) -> None:
    feed.serves(rss(link("prev-archive", "https://elsewhere.example.org/1") + item("new")))
    collected = run(feed.source, door)

    assert collected.skipped[-1].what == "the entries before these, at https://elsewhere.example.org/1"
    assert collected.skipped[-1].reason == "it is on another site than the feed; add it as a source of its own"


@pytest.mark.parametrize(("status", "is_asked_again"), [(503, True), (404, False)])
def test_an_older_document_that_cannot_be_read_is_told(
    feed: FeedSite, door: Door, status: int, is_asked_again: bool
) -> None:
    archived(feed, item("old"))
    feed.others["/1"] = Answer(b"no", status)
    first = run(feed.source, door)
    feed.others["/1"] = Answer(rss(item("old")).encode())

    assert (first.titles(), f"answered {status}" in first.skipped[-1].reason) == (["new"], True)
    assert run(feed.source, door, first.memory).titles() == (["old"] if is_asked_again else [])


def test_an_older_document_that_breaks_off_is_read_again(feed: FeedSite, door: Door) -> None:
    archived(feed, item("old") + item("older"))
    whole = feed.others["/1"]
    feed.others["/1"] = Answer(whole.body[: whole.body.index(b"older/")])
    first = run(feed.source, door)
    feed.others["/1"] = whole

    assert "breaks off inside an entry; try again later" in first.skipped[-1].reason
    assert run(feed.source, door, first.memory).titles() == ["old", "older"]


def test_a_feed_shows_all_that_it_published_since_its_oldest_entry(feed: FeedSite, door: Door) -> None:
    feed.publish("old-pier", published=MONDAY - timedelta(days=2))
    feed.publish("port-audit")
    feed.item("undated", f"<title>x</title><link>{LINK}undated/</link>")
    first = run(feed.source, door)

    assert first.listed
    assert first.listed.since == MONDAY - timedelta(days=2)
    assert first.listed.urls == {f"{LINK}old-pier/", f"{LINK}port-audit/", f"{LINK}undated/"}
    assert run(feed.source, door, first.memory).listed is None


def test_a_feed_in_the_order_of_changes_shows_what_was_published_since_the_first_of_them(
    feed: FeedSite, door: Door
) -> None:
    feed.serves(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Desk</title><entry><title>Old, corrected</title>'
        f'<link href="{LINK}a/"/><published>2020-01-01T00:00:00Z</published><updated>2026-11-09T10:00:00Z</updated>'
        "</entry></feed>"
    )

    listed = run(feed.source, door).listed
    assert listed
    assert listed.since == MONDAY


@pytest.mark.parametrize(
    "document",
    [
        rss(f"<item>{AUDIT}</item><item><title>x</title></item>"),
        rss(f"<item>{AUDIT}</item><item><title>x</title>")[: -len("</channel></rss>")],
        rss(""),
        rss(f"<item><title>undated</title><link>{LINK}a/</link></item>"),
    ],
    ids=["an entry without an address", "half an entry", "no entry", "no date"],
)
def test_a_feed_that_was_not_read_whole_shows_nothing(feed: FeedSite, door: Door, document: str) -> None:
    feed.serves(document)

    assert run(feed.source, door).listed is None


def test_a_complete_feed_shows_all_there_is_and_has_no_older_documents(feed: FeedSite, door: Door) -> None:
    feed.serves(rss("<fh:complete/>" + link("next", "/1") + item("new")))
    collected = run(feed.source, door)

    assert collected.listed
    assert (collected.listed.since, collected.listed.urls) == (
        datetime.min.replace(tzinfo=UTC),
        frozenset({f"{LINK}new/"}),
    )
    assert feed.asked() == []


def atom(inside: str) -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">'
        f"<title>Desk</title>{inside}</feed>"
    )


ENTRY = (
    f'<entry><id>tag:1</id><title>Port audit</title><link href="{LINK}port-audit/"/>'
    "<updated>2026-11-09T10:00:00Z</updated></entry>"
)
GONE = '<at:deleted-entry ref="{}" when="2026-11-10T10:00:00Z"{}'


@pytest.mark.parametrize(
    "tombstone",
    [
        GONE.format("tag:1", "/>"),
        GONE.format(f"{LINK}port-audit/", "/>"),
        GONE.format("tag:x", f' href="{LINK}port-audit/"/>'),
        GONE.format("tag:x", f'><link href="{LINK}port-audit/"/></at:deleted-entry>'),
    ],
    ids=["its id", "its address as id", "its address", "its link"],
)
def test_what_a_feed_says_was_deleted_is_withdrawn(feed: FeedSite, door: Door, tombstone: str) -> None:
    feed.serves(atom(ENTRY))
    memory = run(feed.source, door).memory
    feed.serves(atom(tombstone))

    assert run(feed.source, door, memory).withdrawn == [f"{LINK}port-audit/"]


@pytest.mark.parametrize(
    "inside",
    [
        ENTRY + GONE.format("tag:1", "/>"),
        GONE.format("https://elsewhere.example.org/report/", "/>"),
        GONE.format("tag:unknown", "/>"),
        GONE.format("http://[", "/>"),
    ],
    ids=["there again", "another site's", "unknown", "odd"],
)
def test_what_is_there_or_not_its_own_a_feed_cannot_withdraw(feed: FeedSite, door: Door, inside: str) -> None:
    feed.serves(atom(ENTRY))
    memory = run(feed.source, door).memory
    feed.serves(atom(inside))

    assert run(feed.source, door, memory).withdrawn == []


def test_the_memory_of_another_feed_does_not_keep_from_the_way_back(feed: FeedSite, door: Door) -> None:
    archived(feed, item("old"))
    memory = Memory({**run(feed.source, door).memory.values, "url": LINK})

    assert run(feed.source, door, memory).titles() == ["new", "old"]
