"""Encodings, packing, mistakes and malice."""

import gzip
from contextlib import suppress
from datetime import UTC
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.collect.feed import document
from publisher.errors import FarEndError, PublisherError, UnreadableInput
from publisher.fetch import Door
from tests.collect.newsroom import AUDIT, LINK, PUB_DATE, FeedSite, rss, run

SAMPLES = Path(__file__).parent / "samples"


WORDS = "Investigación “señalada” – año"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "utf-8", "application/xml"),
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-8", "iso-8859-1", "application/xml"),
        ("utf-8", "utf-8", "text/html; charset=windows-1252"),
        ("utf-8", "", "text/xml"),
        ("utf-8-sig", "utf-8", "application/rss+xml"),
        ("utf-16", "utf-16", "application/xml"),
        ("windows-1252", "windows-1252", "application/xml"),
        ("windows-1252", "iso-8859-1", "application/xml"),
        ("windows-1252", "utf-8", "application/xml; charset=utf-8"),
        ("windows-1252", "", "text/xml"),
        ("windows-1252", "no-such-encoding", "application/xml"),
        ("windows-1252", "", "text/xml; charset=iso-8859-1"),
        ("utf-16", "", "application/xml"),
        ("utf-16-le", "", "application/xml"),
        ("mac-roman", "", "application/xml; charset=macintosh"),
        ("mac-roman", "macintosh", "application/xml; charset=utf-8"),
        ("gb18030", "gb2312", "application/xml"),
    ],
)
def test_words_survive_encodings_that_are_declared_wrongly(
    feed: FeedSite, door: Door, encoding: str, declared: str, content_type: str
) -> None:
    document = rss(f"<item><title>{WORDS}</title><link>{LINK}a/</link>{PUB_DATE}</item>").partition("?>")[2]
    declaration = f'<?xml version="1.0"{f" encoding={declared!r}" if declared else ""}?>'
    feed.serves((declaration + document).encode(encoding), Content_Type=content_type)

    assert run(feed.source, door).only().title == WORDS


def test_utf_8_with_a_few_broken_letters_stays_utf_8(feed: FeedSite, door: Door) -> None:
    title = f"<title>{WORDS} caf#</title><link>{LINK}a/</link>{PUB_DATE}"
    feed.serves(
        rss(f"<item>{title}</item>").encode().replace(b"caf#", b"caf\xe9"), Content_Type="text/xml; charset=latin1"
    )

    assert run(feed.source, door).titles() == [f"{WORDS} café"]


def test_characters_that_no_xml_may_hold_are_left_out(feed: FeedSite, door: Door) -> None:
    feed.serves(rss(f"<item>{AUDIT}<description>Go\x00n\x0be.</description></item>"))

    assert run(feed.source, door).only().body == "<p>Gone.</p>"


def test_gzip_that_no_header_announces_is_unpacked(feed: FeedSite, door: Door) -> None:
    feed.serves(gzip.compress(rss(f"<item>{AUDIT}</item>").encode()))

    assert run(feed.source, door).titles() == ["Port audit"]


@pytest.mark.parametrize(
    ("body", "sentence", "permanent"),
    [
        (gzip.compress(bytes(30_000_000)), "unpacks to more than 20000000 bytes; if that is right, raise fetch", True),
        (gzip.compress(rss(f"<item>{AUDIT}</item>").encode())[:-20], "gzip that breaks off in the middle; try", False),
        (b"\x1f\x8b\x08" + bytes(40), "cannot be unpacked .*; tell whoever keeps that site", True),
    ],
)
def test_gzip_that_cannot_be_unpacked_is_told(
    feed: FeedSite, door: Door, body: bytes, sentence: str, permanent: bool
) -> None:
    feed.serves(body)

    with pytest.raises(PublisherError, match=sentence) as told:
        run(feed.source, door)

    assert told.value.permanent is permanent


def test_a_feed_with_a_mistake_in_it_is_read_all_the_same(feed: FeedSite, door: Door) -> None:
    bad = f"<item><title>A & B</title><link>{LINK}a?x=1&y=2</link>{PUB_DATE}</item>"
    feed.serves("\n\n" + rss(f"{bad}<item>{AUDIT}</item>"))

    assert run(feed.source, door).titles() == ["A & B", "Port audit"]


def test_an_ampersand_of_its_own_spoils_neither_words_nor_addresses(feed: FeedSite, door: Door) -> None:
    said = "<description>R&D, caf&eacute; &amp; more</description>"
    whole = "<content:encoded><![CDATA[<p>R&D, caf&eacute; &amp; more than that</p>]]></content:encoded>"
    feed.serves(rss(f"<item><title>AT&T, Q&A</title><link>{LINK}a?x=1&copy=2</link>{PUB_DATE}{said}{whole}</item>"))

    article = run(feed.source, door).only()

    assert (article.title, article.url) == ("AT&T, Q&A", f"{LINK}a?copy=2&x=1")
    assert (article.body, article.summary) == ("<p>R&amp;D, café &amp; more than that</p>", "")


@pytest.mark.parametrize("home", ["http://[", "javascript:alert(1)", "", "news"])
def test_a_feed_that_does_not_know_its_own_site_is_read_all_the_same(feed: FeedSite, door: Door, home: str) -> None:
    item = f"<item><title>Port audit</title><link>/port-audit/</link>{PUB_DATE}</item>"
    feed.serves(rss(item).replace(f"<link>{LINK}</link>", f"<link>{home}</link>", 1))

    assert run(feed.source, door).only().url == f"{feed.web.url}/port-audit/"


def test_a_feed_that_breaks_off_gives_its_whole_entries_and_is_read_again(feed: FeedSite, door: Door) -> None:
    whole = rss(f"<item>{AUDIT}</item><item><title>New quay</title><link>{LINK}new-quay/</link>{PUB_DATE}</item>")
    feed.serves(whole[: whole.index("new-quay")])
    first = run(feed.source, door)
    feed.serves(whole)

    assert first.titles() == ["Port audit"]
    assert "breaks off" in first.skipped[-1].reason
    assert "etag" not in first.memory.values
    assert run(feed.source, door, first.memory).titles() == ["New quay"]


@pytest.mark.parametrize("end", ["<description>", "Port audit", "<item>"])
def test_a_feed_that_breaks_off_at_once_is_a_fault_that_may_pass(feed: FeedSite, door: Door, end: str) -> None:
    whole = rss(f"<item>{AUDIT}<description>Gone.</description></item>")
    feed.serves(whole[: whole.index(end)])

    with pytest.raises(FarEndError, match=r"breaks off .* first entry; try again later") as told:
        run(feed.source, door)

    assert not told.value.permanent


def test_a_page_names_its_feed(feed: FeedSite, door: Door) -> None:
    feed.serves(
        "<html><link rel=alternate type='application/rss+xml' href='/feed.xml?a=1&amp;b=2'>", Content_Type="text/html"
    )

    with pytest.raises(
        UnreadableInput, match=r"is a page and no feed; the feed that it names is http://127.*/feed.xml\?a=1&b=2$"
    ):
        run(feed.source, door)


@pytest.mark.parametrize("root", ["urlset", "sitemapindex"])
def test_a_sitemap_is_told_from_a_feed(feed: FeedSite, door: Door, root: str) -> None:
    feed.serves(f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></{root}>')

    with pytest.raises(UnreadableInput, match=r'is a sitemap and no feed; write kind = "page" for this source$'):
        run(feed.source, door)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITY_BOMBS = [
    f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>',
    f'<!DOCTYPE rss [<!ENTITY l9 "{"x" * 90_000}">]>',
    '<!DOCTYPE rss [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
]


@pytest.mark.parametrize("doctype", ENTITY_BOMBS)
def test_entities_are_not_expanded(feed: FeedSite, door: Door, doctype: str) -> None:
    body = rss(f"<item>{AUDIT}<description>{'&l9;' * 1000}</description></item>")
    feed.serves(body.replace("?>", f"?>{doctype}", 1))

    try:
        articles = run(feed.source, door).articles
    except UnreadableInput:
        articles = []

    assert sum(len(article.body) for article in articles) < 10_000
    assert "root:" not in str(articles)


@pytest.mark.parametrize(
    ("declared", "references"),
    [
        (f'<!ENTITY a "{"x" * 80}">', 10),
        (f"<!ENTITY a '{'x' * 80}'>", 10),
        (f'<!ENTITY a "<{"x" * 80}">', 10),
        (f'<!ENTITY a "x>{"x" * 80}">', 10),
        ('<!ENTITY a "xxxxxxxxxx">', 3_000_000),
    ],
)
def test_entities_cannot_make_a_feed_grow(feed: FeedSite, door: Door, declared: str, references: int) -> None:
    body = rss(f"{ITEM}{'&a;' * references}</description></item>")
    feed.serves(body.replace("?>", f"?><!DOCTYPE rss [{declared}]>", 1))

    with pytest.raises(UnreadableInput, match=r"; tell whoever keeps that site$"):
        run(feed.source, door)


def test_a_letter_may_be_an_entity_of_the_feeds_own(feed: FeedSite, door: Door) -> None:
    body = rss(f"<item>{AUDIT}<description>Caf&eacute;</description></item>")
    feed.serves(body.replace("?>", '?><!DOCTYPE rss [<!ENTITY eacute "&#233;">]>', 1))

    assert run(feed.source, door).only().body == "<p>Café</p>"


@pytest.mark.parametrize("encoding", ["utf-7", "cp037", "unicode_escape", "punycode", "zlib", "idna"])
def test_an_encoding_that_is_none_of_texts_is_not_followed(feed: FeedSite, door: Door, encoding: str) -> None:
    feed.serves(
        rss(f"<item>{AUDIT}<description>Caf\xe9</description></item>").replace("UTF-8", encoding).encode("cp1252")
    )

    assert run(feed.source, door).only().body == "<p>Café</p>"


@pytest.mark.parametrize("beginning", ["<!-- -->" + "\n" * 1_000_000, "<?xml " + 'encoding="' * 100_000])
def test_a_beginning_that_would_keep_the_parser_busy_is_refused(feed: FeedSite, door: Door, beginning: str) -> None:
    feed.serves(beginning + rss(f"<item>{AUDIT}</item>").partition("?>")[2])

    with pytest.raises(UnreadableInput, match="begins with"):
        run(feed.source, door)


def test_what_a_feed_lists_beyond_any_measure_is_left_out_and_told(feed: FeedSite, door: Door) -> None:
    items = (
        f"<item><title>{n}</title><link>{LINK}{n}/</link>{PUB_DATE}</item>" for n in range(document.MOST_ENTRIES + 5)
    )
    feed.serves(rss("".join(items)))
    collected = run(feed.source, door)

    assert len(collected.articles) == document.MOST_ENTRIES
    assert [skipped.what for skipped in collected.skipped] == ["the last 5 entries"]


ITEM = f"<item>{AUDIT}<description>"


def tag_with(attributes: int) -> str:
    return "<a" + "".join(f' a{number}="x"' for number in range(attributes)) + "/>"


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (rss(ITEM + "<a>" * 250_000), "has more than 200000 tags; name a feed of the newest articles only"),
        (rss("<item/>" * 250_000), "has more than 200000 tags; name a feed of the newest articles only"),
        (rss(ITEM + tag_with(20_000)), "has a tag with thousands of attributes; tell whoever keeps that site"),
        (rss(ITEM + tag_with(900) * 100), "has a tag with thousands of attributes; tell whoever keeps that site"),
        (rss(ITEM + tag_with(20_000)).encode("utf-16"), "has a tag with thousands of attributes; tell whoever"),
        (rss(ITEM + "<category>x</category>" * 20_000), "has more than 15000 categories; name a feed of the newest"),
    ],
    ids=["nested tags", "items", "one tag", "many tags", "in UTF-16", "categories"],
)
def test_a_document_that_would_keep_the_parser_busy_is_refused(
    feed: FeedSite, door: Door, document: str | bytes, sentence: str
) -> None:
    feed.serves(document)

    with pytest.raises(UnreadableInput, match=sentence):
        run(feed.source, door)


def test_a_long_text_full_of_links_is_not_mistaken_for_that(feed: FeedSite, door: Door) -> None:
    links = "&lt;a href='https://estuary.example.org/?a=1&amp;amp;b=2' title='x'&gt;x&lt;/a&gt; " * 3000
    feed.serves(rss(f"{ITEM}{links}</description><enclosure url='{LINK}?{'a=1&amp;' * 3000}'/></item>"))

    assert run(feed.source, door).titles() == ["Port audit"]


def test_an_author_as_long_as_a_book_is_nobody(feed: FeedSite, door: Door) -> None:
    feed.serves(rss(f"<item>{AUDIT}<author>{'a' * 1_000_000}</author></item>"))

    article = run(feed.source, door).only()
    assert (article.title, article.authors) == ("Port audit", ())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 4000), junk=st.binary(max_size=8), sample=st.sampled_from(sorted(SAMPLES.iterdir())))
def test_no_document_however_broken_ends_in_anything_but_articles_or_a_sentence(
    feed: FeedSite, door: Door, cut: int, junk: bytes, sample: Path
) -> None:
    whole = sample.read_bytes()
    feed.serves(whole[:cut] + junk + whole[cut + len(junk) :])

    try:
        collected = run(feed.source, door)
    except PublisherError:
        return
    assert all(article.title and article.published.tzinfo is UTC for article in collected.articles)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    beginning=st.sampled_from([b"", b"<rss>", b"<?xml", b"{", b"\xff\xfe<", b"\0<\0r", b"\x1f\x8b"]), rest=st.binary()
)
def test_any_bytes_are_a_feed_or_a_sentence(feed: FeedSite, door: Door, beginning: bytes, rest: bytes) -> None:
    feed.serves(beginning + rest)

    with suppress(PublisherError):
        run(feed.source, door)
