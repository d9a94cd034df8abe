"""Pages that lead to articles: which links of theirs do, and where the list goes on."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.collect.page import addresses, listing, lists, sitemap
from publisher.config import Source
from publisher.errors import PublisherError, UnreadableInput
from publisher.fetch import Door, Response
from tests.collect.newsroom import MONDAY, NOW, PUBLICATION, run
from tests.collect.pagesite import HTML, PageSite, entry, urlset
from tests.collect.web import Answer, Web

HOME = "https://estuary.example.org/news/"


@pytest.fixture
def site(web: Web) -> PageSite:
    return PageSite(web)


def paths(site: PageSite) -> list[str]:
    return [request.path for request in site.web.requests]


def links(html: str, url: str = HOME, article_urls: str | None = None) -> list[str]:
    source = Source(name="pages", kind="page", url=url, article_urls=article_urls)
    read = listing.read(Response(url, 200, HTML, html.encode()), source)
    return [found.removeprefix("https://estuary.example.org") for found in read.articles]


def test_what_stands_in_a_row_with_articles_is_one_whatever_its_name() -> None:
    rows = ("three-boats-in-a-night", "two-ships", "who-owns-the-pier", "strike", "a-bridge-that-closed")
    html = "".join(
        f'<div class="row row-{n}"><span><a href="/news/{one}">x</a></span></div>' for n, one in enumerate(rows)
    )
    menu = '<ul><li><a href="/ports">Ports</a></li><li><a href="/what-we-do-here">We</a></li></ul>'

    assert links(menu + html) == ["/what-we-do-here", *(f"/news/{one}" for one in rows)]


@pytest.mark.parametrize(
    "html",
    [
        '<h2><a href="/port-audit/">x</a></h2>',
        '<a href="https://www.estuary.example.org/port-audit/"><h3>Port audit</h3></a>',
        '<li><a href="/2026/11/audit">x</a>',
        '<div><a href="/es/la-auditoria-del-puerto.html">x</a></div>',
        '<a href="/noticia.php?id=4711">x</a>',
        '<a href="/n/4711">x</a>',
        '<h1><a href="/news/audit">x</a></h1>',
        '<base href="/en/"><h2><a href="port-audit?utm_source=home#top">x</a></h2>',
    ],
)
def test_a_link_that_leads_to_an_article_is_found(html: str) -> None:
    assert len(links(html)) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<a href="/port-audit/">x</a>',
        '<h2><a href="/crime/">Crime</a></h2>',
        '<h2><a href="/author/ana-the-reporter/">Ana</a></h2>',
        '<nav><a href="/what-we-stand-for/">x</a></nav>',
        '<footer><a href="/terms-of-the-whole-site/">x</a></footer>',
        '<h2><a href="/port-audit-in-pictures.jpg">x</a></h2>',
        '<h2><a href="/page/2/">2</a></h2>',
        '<h2><a href="/search?q=port-audit-2026">x</a></h2>',
        '<h2><a href="https://elsewhere.example.net/port-audit-in-full/">x</a></h2>',
        '<h2><a href="mailto:port-audit-desk@estuary.example.org">x</a></h2>',
        '<h2><a href="#port-audit-in-full">x</a></h2>',
        '<h2><a href="http://[broken/port-audit-in-full">x</a></h2>',
    ],
)
def test_a_link_that_leads_elsewhere_is_not(html: str) -> None:
    assert links(html) == []


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("2026/11/20/port-audit", "2026-11-22"),
        ("news/2026/11/port-audit", "2026-12-02"),
        ("2026/12/", "2027-01-02"),
        ("2026-11-20-port-audit", "2026-11-22"),
        ("n/20261120.html", "2026-11-22"),
        ("remembering-2001-9-11", None),
        ("n/201112", None),
        ("2026/13/x", None),
        ("2026/11/39/x", None),
    ],
)
def test_an_address_may_name_a_day_or_a_month(path: str, day: str | None) -> None:
    named = addresses.latest(f"https://estuary.example.org/{path}")

    assert (named.date().isoformat() if named else None) == day


def test_articles_keep_their_order_and_come_once() -> None:
    cards = "".join(f'<a href="/{slug}-at-the-port"><h2>x</h2></a>' for slug in ("b", "a", "b", "c"))

    assert links(cards) == ["/b-at-the-port", "/a-at-the-port", "/c-at-the-port"]


def test_the_config_says_which_links_are_articles() -> None:
    assert links('<nav><a href="/x/1">x</a></nav><a href="/port-audit-in-full">x</a>', article_urls="/x/") == ["/x/1"]


@pytest.mark.parametrize(
    ("html", "onward"),
    [
        ('<link rel="next" href="/news/page/2/">', "/news/page/2/"),
        ('<a rel="nofollow next" href="?start=20">x</a>', "/news/?start=20"),
        ('<a href="/news/?seite=2">Nächste Seite »</a>', "/news/?seite=2"),
        ('<a href="/news/older">Entradas anteriores</a>', "/news/older"),
        ('<a href="/news/p2"><span>Siguiente</span> ›</a>', "/news/p2"),
        ('<a href="/news/p2" aria-label="Next page"><svg></svg></a>', "/news/p2"),
        ('<a href="?page=1">1</a><a href="?page=2">2</a><a href="?page=9">9</a>', "/news/?page=2"),
        ('<a href="/news/page/3">3</a><a href="/news/page/2">2</a>', "/news/page/2"),
        ('<a href="?page=1">2</a>', "/news/?page=1"),
        ('<a href="/other/page/2">2</a><a href="#">Next</a>', ""),
        ('<a href="https://elsewhere.example.net/2">Next</a>', ""),
    ],
)
def test_the_next_page_is_found(html: str, onward: str) -> None:
    read = listing.read(Response(HOME, 200, HTML, html.encode()), Source(name="pages", kind="page", url=HOME))

    assert [url.removeprefix("https://estuary.example.org") for url in read.following] == ([onward] if onward else [])


def test_a_list_is_followed_through_its_pages_and_later_only_to_what_is_known(site: PageSite, door: Door) -> None:
    site.place, site.per_page = "news/", 3
    for number in range(8):
        site.publish(f"report-{number}", published=NOW)
    before = run(site.source, door)
    site.web.requests.clear()
    for number in range(8, 12):
        site.publish(f"report-{number}", published=NOW)

    again = run(site.source, door, before.memory, now=NOW + timedelta(hours=1))

    assert before.titles() == [f"report-{number}" for number in reversed(range(8))]
    assert again.titles() == ["report-11", "report-10", "report-9", "report-8"]
    assert paths(site).count("/news/") == 3


def test_a_list_is_followed_so_far_and_no_further(site: PageSite, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_PAGES", 2)
    site.place, site.per_page = "news/", 2
    for number in range(8):
        site.publish(f"report-{number}", published=NOW)

    assert run(site.source, door).titles() == ["report-7", "report-6", "report-5", "report-4"]


def test_pages_that_no_link_leads_to_are_guessed(site: PageSite, door: Door) -> None:
    cards = "".join(f'<h2><a href="/report-{number}/">x</a></h2>' for number in range(5))
    for number in range(7):
        site.publish(f"report-{number}", published=NOW)
    site.place = "list/"
    site.serves("/list/", cards, HTML)
    site.serves("/list/page/2/", '<h2><a href="/report-5/">x</a></h2><h2><a href="/report-6/">x</a></h2>', HTML)

    collected = run(site.source, door)

    assert (len(collected.articles), collected.skipped) == (7, [])


def test_a_page_of_a_list_that_failed_is_read_by_the_next_run(site: PageSite, door: Door) -> None:
    site.place, site.per_page, site.validators = "news/", 2, True
    for number in range(6):
        site.publish(f"report-{number}", published=NOW)
    site.before = lambda asked: Answer(status=503) if asked.query.get("page") == "2" else None

    first = run(site.source, door)
    site.before = lambda _asked: None
    second = run(site.source, door, first.memory, now=NOW + timedelta(hours=1))

    assert first.titles() == ["report-5", "report-4"]
    assert [skipped.reason for skipped in first.skipped] == ["it answered 503 Service Unavailable; try again later"]
    assert second.titles() == ["report-3", "report-2", "report-1", "report-0"]


def test_a_feed_in_the_place_of_a_list_is_named(site: PageSite, door: Door) -> None:
    site.serves("/sitemap.xml", "<?xml version='1.0'?><rss version='2.0'><channel/></rss>")

    with pytest.raises(UnreadableInput, match='is a feed and no list of pages; collect it with kind = "feed"'):
        run(site.source, door)


PIECES = st.sampled_from(
    ["<", ">", "&", '"', "<url>", "</url>", "<loc>", "<sitemap>", "<urlset>", "</urlset>", "&#0;", "\ud800", "http://[",
     "9999-12-31T23:59:59-12:00", "0001-01-01", "<lastmod>", "<![CDATA[", '<a href="http://[x">', "?page=2",
     '<a rel="next" href="//:0">', "<h2>", "\0", "\ufeff", "<sitemapindex>", "A" * 300]
)  # fmt: skip
SITEMAP = urlset(*(entry(f"https://127.0.0.1/{number}-at-the-port/", MONDAY) for number in range(3))).decode()
PAGE = "".join(f'<article><h2><a href="/{number}-at-the-port">x</a></h2></article>' for number in range(3))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.sampled_from([SITEMAP, PAGE, SITEMAP.replace("url", "sitemap")]),
    edits=st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 40), PIECES), min_size=1, max_size=8),
)
def test_lists_with_anything_anywhere_give_addresses_or_one_sentence(
    site: PageSite, door: Door, text: str, edits: list[tuple[int, int, str]]
) -> None:
    for at, gone, piece in edits:
        text = text[:at] + piece + text[at + gone :]
    site.before = lambda asked: Answer(status=404) if asked.path != "/sitemap.xml" else None
    site.serves("/sitemap.xml", text.encode("utf-8", "replace"))

    try:
        run(site.source, door)
    except PublisherError:
        return


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_list_or_none(body: bytes) -> None:
    sitemap.read(body, PUBLICATION.zone)
    listing.read(Response(HOME, 200, {}, body), Source(name="pages", kind="page", url=HOME))
