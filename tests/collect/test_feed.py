"""Formats, addresses and titles of feeds, and what comes when they are asked again."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.fetch import Door
from publisher.model import Article, Image
from tests.collect.newsroom import AUDIT, LINK, MONDAY, NOW, PUB_DATE, FeedSite, read_item, rss, run

SAMPLES = Path(__file__).parent / "samples"


def read_sample(feed: FeedSite, door: Door, name: str) -> list[Article]:
    feed.serves((SAMPLES / name).read_bytes())
    return run(feed.source, door).articles


def test_rss_0_91_has_no_dates_and_is_read(feed: FeedSite, door: Door) -> None:
    (cafe,) = read_sample(feed, door, "rss-0.91.xml")

    assert (cafe.title, cafe.url) == ("Café by the pier – open", f"{LINK}cafe")
    assert (cafe.published, cafe.language, cafe.body) == (NOW, "en", "<p>It opened on Monday.</p>")


def test_rss_1_0_is_read(feed: FeedSite, door: Door) -> None:
    (pier,) = read_sample(feed, door, "rss-1.0.rdf")

    assert (pier.title, pier.authors, pier.categories) == ("The pier is closed", ("Carla Montes",), ("Ports",))
    assert pier.published == datetime(2026, 11, 16, 13, 15, tzinfo=UTC)
    assert pier.body == "<p>The pier has been closed since Monday, and nobody says why.</p>"
    assert pier.summary == "Closed since Monday."


def test_rss_2_0_is_read(feed: FeedSite, door: Door) -> None:
    article = read_item(
        feed,
        door,
        f"{AUDIT}<author>ana@example.org (Ana Ríos)</author><category>Ports</category><category>News</category>"
        "<description>Gone.</description><content:encoded><![CDATA[<p>Forty pages are gone.</p>]]></content:encoded>",
    )

    assert article == Article(
        url=f"{LINK}port-audit/",
        language="en",
        title="Port audit",
        published=MONDAY,
        modified=MONDAY,
        source="feed",
        body="<p>Forty pages are gone.</p>",
        summary="Gone.",
        authors=("Ana Ríos",),
        categories=("Ports", "News"),
    )


def test_atom_is_read_with_its_bases_languages_and_both_dates(feed: FeedSite, door: Door) -> None:
    dredger, cargo, english = read_sample(feed, door, "atom.xml")

    assert dredger.url == "https://muelle.example.org/noticias/draga/"
    assert (dredger.title, dredger.summary) == ("La draga & el puerto", "Nadie encuentra la draga.")
    assert dredger.authors == ("Bruno Páez", "Ana Ríos")
    assert dredger.categories == ("Puertos",)
    assert dredger.published == datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
    assert dredger.modified == datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
    assert '<a href="https://muelle.example.org/noticias/draga/mapa">' in dredger.body
    assert 'src="https://muelle.example.org/noticias/fotos/draga.png"' in dredger.body
    assert dredger.image == Image("https://muelle.example.org/noticias/draga.jpg")
    assert [article.language for article in (dredger, cargo, english)] == ["es", "es", "en"]


def test_plain_text_of_atom_is_meant_literally(feed: FeedSite, door: Door) -> None:
    cargo = read_sample(feed, door, "atom.xml")[1]

    assert cargo.title == "Si a < b, hay carga"
    assert cargo.body == "<p>Dos &lt;b&gt; son una etiqueta.</p>"


def test_feedburner_is_seen_through(feed: FeedSite, door: Door) -> None:
    cranes, quay = read_sample(feed, door, "feedburner.xml")

    assert (cranes.url, quay.url) == (f"{LINK}cranes.html", f"{LINK}quay.html")
    assert (cranes.title, cranes.body, quay.body) == (
        "Why the port's cranes stand still",
        "<p>Six cranes stand still.</p>",
        "",
    )
    assert cranes.image == Image("https://cdn.example.org/cranes.jpg", width=1100, height=619)


def test_an_episode_without_a_page_is_found_at_its_id_or_its_sound(feed: FeedSite, door: Door) -> None:
    second, first = read_sample(feed, door, "podcast.xml")

    assert second.url == "https://voices.example.org/shows/2.mp3"
    assert second.published == datetime(2026, 11, 7, 17, tzinfo=UTC)
    assert second.image == Image("https://voices.example.org/2.jpg")
    assert (first.url, first.body) == ("https://voices.example.org/shows/1.mp3", "<p>She <b>speaks</b>.</p>")


@pytest.mark.parametrize("validator", ["etag", "last-modified"])
def test_a_feed_is_asked_whether_it_changed(feed: FeedSite, door: Door, validator: str) -> None:
    feed.validator = "etag" if validator == "etag" else "last-modified"
    feed.publish("port-audit")
    memory = run(feed.source, door).memory

    again = run(feed.source, door, memory)
    asked = feed.web.requests[-1].headers

    assert asked.get("if-none-match" if validator == "etag" else "if-modified-since") == memory.values[validator]
    assert (again.articles, again.memory) == ([], memory)


def test_the_same_bytes_are_not_read_again(feed: FeedSite, door: Door) -> None:
    feed.validator = "none"
    feed.item("undated", f"<title>Undated</title><link>{LINK}undated/</link>")
    before = run(feed.source, door)

    again = run(feed.source, door, before.memory, now=NOW + timedelta(days=1))

    assert (len(before.articles), again.articles, again.skipped, again.memory) == (1, [], [], before.memory)


def test_a_feed_that_says_when_it_was_made_leaves_the_memory_as_it_was(feed: FeedSite, door: Door) -> None:
    built = "<lastBuildDate>Mon, 09 Nov 2026 10:00:0{} GMT</lastBuildDate>"
    feed.serves(rss(f"{built.format(1)}<item>{AUDIT}</item>"), ETag='"1"')
    before = run(feed.source, door).memory
    feed.serves(rss(f"{built.format(2)}<item>{AUDIT}</item>"), ETag='"2"')

    again = run(feed.source, door, before)

    assert (again.articles, again.memory) == ([], before)


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("Wed, 18 Nov 2026 09:30:00 -0500", datetime(2026, 11, 18, 14, 30, tzinfo=UTC)),
        ("Wed, 18 Nov 26 09:30 EST", datetime(2026, 11, 18, 14, 30, tzinfo=UTC)),
        ("2026-11-18T09:30:00.123+02:00", datetime(2026, 11, 18, 7, 30, tzinfo=UTC)),
        ("2026-11-18 09:30:00", datetime(2026, 11, 18, 14, 30, tzinfo=UTC)),
        ("Wed, 18 Nov 2026 09:30:00", datetime(2026, 11, 18, 14, 30, tzinfo=UTC)),
        ("2026-11-18", datetime(2026, 11, 18, 5, tzinfo=UTC)),
        ("mié, 18 nov 2026 09:30:00 -0500", datetime(2026, 11, 18, 14, 30, tzinfo=UTC)),
        ("Fri, 31 Dec 2027 23:59:60 GMT", datetime(2028, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_date_is_an_instant_in_utc_and_a_naive_one_is_in_the_publications_zone(
    feed: FeedSite, door: Door, written: str, published: datetime
) -> None:
    article = read_item(feed, door, f"<title>x</title><link>{LINK}x/</link><pubDate>{written}</pubDate>")

    assert abs(article.published - published) <= timedelta(seconds=1)
    assert article.published.tzinfo is UTC


@pytest.mark.parametrize("written", ["", "<pubDate>soon</pubDate>", "<pubDate>99 Nov 2026 99:00</pubDate>"])
def test_an_entry_without_a_date_was_published_when_first_seen(feed: FeedSite, door: Door, written: str) -> None:
    feed.item("undated", f"<title>Undated</title><link>{LINK}undated/</link>{written}")
    first = run(feed.source, door)
    feed.publish("port-audit")
    feed.item("undated", f"<title>Undated, corrected</title><link>{LINK}undated/</link>{written}")

    second = run(feed.source, door, first.memory, now=NOW + timedelta(days=3))

    assert first.only().published == NOW
    assert first.skipped == []
    assert {article.title: article.published for article in second.articles}["Undated, corrected"] == NOW
    assert second.skipped == []


def test_an_entry_of_a_new_feed_is_no_younger_than_the_feed(feed: FeedSite, door: Door) -> None:
    undated = f"<item><title>%s</title><link>{LINK}%s/</link></item>"
    feed.serves(rss(PUB_DATE.replace("pubDate", "lastBuildDate") + undated % ("old", "old")))
    first = run(feed.source, door)
    feed.serves(rss(PUB_DATE.replace("pubDate", "lastBuildDate") + undated % ("new", "new")))

    assert first.only().published == MONDAY
    assert run(feed.source, door, first.memory).only().published == NOW


def test_a_date_that_cannot_be_read_is_told(feed: FeedSite, door: Door) -> None:
    feed.serves(rss(f"<item><title>x</title><link>{LINK}x/</link><pubDate>soon</pubDate></item>"))

    assert [(remark.what, remark.words) for remark in run(feed.source, door).remarks] == [
        (f"{LINK}x/", 'its date "soon" cannot be read; it is dated when it was first seen, write it anew')
    ]


def test_when_an_entry_was_first_seen_outlives_a_change_of_the_config(feed: FeedSite, door: Door) -> None:
    feed.item("undated", f"<title>Undated</title><link>{LINK}undated/</link>")
    memory = run(feed.source, door).memory
    source = feed.source.model_copy(update={"language": "es"})

    assert run(source, door, memory, now=NOW + timedelta(days=3)).only().published == NOW


def test_an_entry_that_names_only_its_last_change_keeps_its_first_one_as_publication(
    feed: FeedSite, door: Door
) -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Estuary Desk</title><entry><title>Port audit</title>'
        f'<link href="{LINK}port-audit/"/><updated>%s</updated></entry></feed>'
    )
    feed.serves(atom % "2026-11-09T10:00:00Z")
    first = run(feed.source, door)
    feed.serves(atom % "2026-11-20T12:00:00Z")
    second = run(feed.source, door, first.memory).only()

    assert (first.only().published, first.skipped) == (MONDAY, [])
    assert (second.published, second.modified) == (MONDAY, NOW - timedelta(hours=2))


def test_a_date_in_the_future_stays_as_published(feed: FeedSite, door: Door) -> None:
    feed.publish("tomorrow", published=NOW + timedelta(days=1))

    assert run(feed.source, door).only().published == NOW + timedelta(days=1)


def test_comments_are_no_articles(feed: FeedSite, door: Door) -> None:
    feed.serves(rss(f"<item><title>By: Ana</title><link>{LINK}port-audit/#comment-1585</link>{PUB_DATE}</item>"))

    collected = run(feed.source, door)

    assert collected.articles == []
    assert "comment" in collected.skipped[0].reason


@pytest.mark.parametrize(
    "inner",
    [
        "<description>There is no excerpt because this is a protected post.</description>",
        "<content:encoded><![CDATA[<form action='/wp-login.php?action=postpass' method='post'>"
        "<p>This is protected.</p></form>]]></content:encoded>",
    ],
)
def test_the_shell_of_a_post_with_a_password_is_no_article(feed: FeedSite, door: Door, inner: str) -> None:
    feed.serves(rss(f"<item>{AUDIT}{inner}</item>"))
    collected = run(feed.source, door)

    assert collected.articles == []
    assert collected.withdrawn == [f"{LINK}port-audit/"]
    assert [skipped.reason for skipped in collected.skipped] == ["it is protected by a password"]


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("<title>Port &amp;amp; &lt;em&gt;audit&lt;/em&gt;</title>", "Port & audit"),
        ("<title><![CDATA[Port &#8211; <b>audit</b>\n  again]]></title>", "Port – audit again"),
        ("<media:title>A crane</media:title><title>Port audit</title>", "Port audit"),
        ("<title>Port audit</title><media:title>A crane</media:title>", "Port audit"),
        ("", "Forty pages are gone."),
        ("<title> </title>", "Forty pages are gone."),
    ],
)
def test_a_title_is_plain_text_and_never_missing(feed: FeedSite, door: Door, title: str, read: str) -> None:
    inner = f"{title}<link>{LINK}a/</link>{PUB_DATE}<description>Forty pages are gone.</description>"

    assert read_item(feed, door, inner).title == read


def test_categories_say_countries_and_kickers_where_their_scheme_does(feed: FeedSite, door: Door) -> None:
    article = read_item(
        feed,
        door,
        f"{AUDIT}<category>Ports</category><category domain='{LINK}countries'>Peru</category>"
        "<category domain='country'>Chile</category><category domain='kicker'>Investigation</category>"
        "<itunes:keywords>audit,port</itunes:keywords>",
    )

    assert (article.categories, article.countries, article.kicker) == (("Ports",), ("Peru", "Chile"), "Investigation")


def test_a_category_says_the_language_where_the_entry_does_not(feed: FeedSite, door: Door) -> None:
    feed.serves(rss(f"<item>{AUDIT}<category>Noticias</category></item>"))
    source = feed.source.model_copy(update={"language_categories": {"es": ("Noticias",)}})

    assert run(source, door).only().language == "es"


@pytest.mark.parametrize(("author", "authors"), [("Ana Ríos", ("Ana Ríos",)), ("The Estuary Desk", ())])
def test_an_entry_of_atom_without_an_author_has_the_feeds_if_that_is_a_person(
    feed: FeedSite, door: Door, author: str, authors: tuple[str, ...]
) -> None:
    feed.serves(
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Desk</title><author><name>{author}</name></author><entry>'
        f'<title>Port audit</title><link href="{LINK}a/"/><updated>2026-11-09T10:00:00Z</updated></entry></feed>'
    )

    assert run(feed.source, door).only().authors == authors


@pytest.mark.parametrize("written", ["By Ana Ríos", "Por: Ana Ríos", "Ana Ríos"])
def test_an_author_is_a_name_without_the_word_before_it(feed: FeedSite, door: Door, written: str) -> None:
    assert read_item(feed, door, f"{AUDIT}<dc:creator>{written}</dc:creator>").authors == ("Ana Ríos",)
