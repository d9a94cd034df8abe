"""What the sitemaps of a site show, however they are written and wherever they are."""

import gzip
from datetime import timedelta

import pytest

from publisher.collect.page import sitemap, sitemaps
from publisher.errors import FarEndError, UnreadableInput
from publisher.fetch import Door
from tests.collect.newsroom import MONDAY, NOW, PUBLICATION, run
from tests.collect.pagesite import HTML, PageSite, entry, index, urlset
from tests.collect.web import Answer, Web

DAY = timedelta(days=1)


@pytest.fixture
def site(web: Web) -> PageSite:
    return PageSite(web)


def paths(site: PageSite) -> list[str]:
    return [request.path for request in site.web.requests]


def entries(text: str | bytes) -> list[str]:
    read = sitemap.read(text if isinstance(text, bytes) else text.encode(), PUBLICATION.zone)
    return [] if read is None else [one.url for one in read.entries]


A, B = "https://estuary.example.org/port-audit", "https://estuary.example.org/?id=7&lang=es"
PLAIN = f"<urlset>{entry(A)}{entry(B)}</urlset>"


@pytest.mark.parametrize(
    "text",
    [
        urlset(entry(A), entry(B)),
        PLAIN,
        f"\n<!-- made by hand --><?xml-stylesheet href='x.xsl'?>\n{PLAIN}",
        f"<br /><b>Warning</b>: x in <b>y.php</b> on line 3<br />{PLAIN}",
        PLAIN.replace("<", "<sm:").replace("<sm:/", "</sm:").replace("<sm:urlset", "<sm:urlset xmlns:sm='urn:x'"),
        PLAIN.replace(entry(B), f"<url><loc><![CDATA[{B}]]></loc></url>"),
        PLAIN.replace("<urlset>", "<urlset><url><loc> </loc></url>\x0b"),
        PLAIN.removesuffix("</urlset>"),
        f"<?xml version='1.0' encoding='UTF-16'?>{PLAIN}".encode("utf-16"),
        f"<?xml version='1.0' encoding='iso-8859-1'?>{PLAIN}<!-- ñ -->".encode("latin-1"),
        f"<?xml version='1.0' encoding='utf-8'?>{PLAIN}<!-- ñ -->".encode("latin-1"),
        f"<!DOCTYPE urlset [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>{PLAIN}",
        f"\ufeff{A}\r\n\r\n{B}\n",
    ],
)
def test_a_sitemap_is_read_however_it_is_written(text: str | bytes) -> None:
    assert entries(text) == [A, B]


@pytest.mark.parametrize(
    "text", ["", "It works!", "<html><urlset/></html>", f"{A}\nand more", "<rss></rss>", "null", "[1]", f"<p>{A}</p>"]
)
def test_what_is_no_sitemap_is_none(text: str) -> None:
    assert sitemap.read(text.encode(), PUBLICATION.zone) is None


@pytest.mark.parametrize(
    ("written", "instant", "to_the_minute"),
    [
        ("2026-11-09T10:00:00Z", MONDAY, True),
        ("2026-11-09T05:00:00.123-05:00", MONDAY + timedelta(microseconds=123_000), True),
        ("2026-11-09 05:00", MONDAY, True),
        ("2026-11-09", MONDAY - timedelta(hours=5), False),
        ("Mon, 09 Nov 2026 10:00:00 GMT", MONDAY, True),
        ("yesterday", None, False),
        ("2026-13-45", None, False),
    ],
)
def test_a_time_without_a_zone_is_the_publications(written: str, instant: object, to_the_minute: bool) -> None:
    read = sitemap.read(urlset(entry(A, written)), PUBLICATION.zone)

    assert read is not None
    assert (read.entries[0].changed, read.entries[0].to_the_minute) == (instant, to_the_minute)


@pytest.mark.parametrize("headers", [{"Content-Type": "application/gzip"}, {"Content-Encoding": "gzip"}])
def test_a_sitemap_may_be_packed(site: PageSite, door: Door, headers: dict[str, str]) -> None:
    site.publish("port-audit")
    site.serves("/all.xml.gz", gzip.compress(urlset(entry(site.url("port-audit")))), headers)
    site.place = "all.xml.gz"

    assert run(site.source, door).titles() == ["port-audit"]


def test_packed_nonsense_ends_in_one_sentence(site: PageSite, door: Door) -> None:
    site.serves("/all.xml.gz", b"\x1f\x8b\x08junk")
    site.place = "all.xml.gz"

    with pytest.raises(UnreadableInput, match=r"all\.xml\.gz is packed with gzip and cannot be unpacked"):
        run(site.source, door)


def test_addresses_that_are_plainly_no_article_are_not_asked_for(site: PageSite, door: Door) -> None:
    site.publish("2026/11/port-audit")
    for path in ("", "es", "tag/port", "category/news/", "author/ana", "about-us", "es/contacto", "2026/11", "a.pdf"):
        site.listed[path.strip("/")] = MONDAY
    site.listed["x/../wp-content/uploads/pier.jpg"] = MONDAY

    collected = run(site.source, door)

    assert (collected.titles(), collected.skipped) == (["2026/11/port-audit"], [])
    assert paths(site) == ["/robots.txt", "/sitemap.xml", "/2026/11/port-audit/"]


def test_addresses_of_another_site_are_not_asked_for(site: PageSite, door: Door) -> None:
    site.serves("/sitemap.xml", urlset(entry("https://elsewhere.example.net/port-audit/"), entry("http://[")))

    collected = run(site.source, door)

    assert (collected.articles, collected.skipped) == ([], [])


def test_the_config_says_which_addresses_are_articles(site: PageSite, door: Door) -> None:
    site.settings = {"article_urls": "/tag/"}
    site.publish("tag/port")
    site.publish("port-audit")

    assert run(site.source, door).titles() == ["tag/port"]


def test_a_news_sitemap_tells_of_a_new_title(site: PageSite, door: Door) -> None:
    def _says(title: str) -> None:
        dated = f"<news:publication_date>{MONDAY.isoformat()}</news:publication_date>"
        site.serves(
            "/n.xml",
            urlset(entry(site.url("pier"), "", f"<news:news>{dated}<news:title>{title}</news:title></news:news>")),
        )

    site.place = "n.xml"
    site.publish("pier")
    _says("Pier")
    memory = run(site.source, door).memory
    unchanged = run(site.source, door, memory, now=NOW + timedelta(hours=1))
    _says("Pier, corrected")
    changed = run(site.source, door, memory, now=NOW + timedelta(hours=1))

    assert (unchanged.titles(), changed.titles()) == ([], ["pier"])


def test_what_a_sitemap_says_fills_what_the_page_leaves_out(site: PageSite, door: Door) -> None:
    site.publish("pier")
    page = site.pages["/pier/"]
    site.pages["/pier/"] = Answer(page.body.replace(b' lang="en"', b""), headers=HTML)
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href="/{tag}/pier/"/>'
        for tag in ("es-CO", "en-US", "x-default", "qu")
    )
    image = "<image:image><image:loc>/pier.jpg</image:loc></image:image>"
    site.serves("/sitemap.xml", urlset(entry(site.url("pier"), MONDAY, links + image)))
    bilingual = PUBLICATION.model_copy(update={"languages": ("en", "es")})

    article = run(site.source, door, publication=bilingual).only()

    assert article.translations == {"es": f"{site.web.url}/es-CO/pier/"}
    assert article.image is not None
    assert article.image.url == f"{site.web.url}/pier.jpg"


def indexed(site: PageSite, *names: str, changed: str = "") -> None:
    site.place = "index.xml"
    site.serves("/index.xml", index(*(entry(f"{site.web.url}/{name}", changed) for name in names)))


def test_the_sitemaps_of_an_index_are_asked_for_again_when_they_changed(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    indexed(site, "post-sitemap.xml", changed="2026-11-09T10:00:00Z")
    site.serves("/post-sitemap.xml", urlset(entry(site.url("port-audit"), MONDAY)))
    before = run(site.source, door)
    again = run(site.source, door, before.memory, now=NOW + DAY)
    site.publish("new-quay", published=NOW)
    indexed(site, "post-sitemap.xml", changed="2026-11-20T10:00:00Z")
    site.serves("/post-sitemap.xml", urlset(entry(site.url("port-audit"), MONDAY), entry(site.url("new-quay"), NOW)))

    assert (before.titles(), again.articles, again.memory) == (["port-audit"], [], before.memory)
    assert paths(site).count("/post-sitemap.xml") == 1
    assert run(site.source, door, again.memory, now=NOW + DAY).titles() == ["new-quay"]


def test_sitemaps_of_lists_and_people_are_not_asked_for(site: PageSite, door: Door) -> None:
    none = ("category-sitemap.xml", "post_tag-sitemap2.xml", "author-sitemap.xml", "wp-sitemap-users-1.xml")
    indexed(site, "tag24-sitemap.xml", "page-sitemap.xml", "wp-sitemap-taxonomies-category-1.xml", *none)
    site.serves("/tag24-sitemap.xml", urlset())

    run(site.source, door)

    assert paths(site) == ["/robots.txt", "/index.xml", "/tag24-sitemap.xml"]


def test_sitemaps_without_times_come_by_their_numbers(
    site: PageSite, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemaps, "MOST_SITEMAPS", 3)
    names = [f"posts-2026-{month}.xml" for month in (1, 2, 10, 11)]
    indexed(site, *names)
    for name in names:
        site.serves(f"/{name}", urlset())

    run(site.source, door)

    assert paths(site)[2:] == ["/posts-2026-11.xml", "/posts-2026-10.xml"]


def test_a_sitemap_that_cannot_be_read_costs_itself(site: PageSite, door: Door) -> None:
    site.publish("port-audit")
    indexed(site, "posts.xml", "gone.xml", "page.xml")
    site.serves("/posts.xml", urlset(entry(site.url("port-audit"), MONDAY)))
    site.serves("/page.xml", "<!DOCTYPE html><p>Hello", HTML)

    collected = run(site.source, door)

    assert collected.titles() == ["port-audit"]
    assert sorted(skipped.reason for skipped in collected.skipped) == [
        "it answered 404 Not Found; check the address",
        "it is no sitemap; tell whoever keeps that site",
    ]


def test_an_index_of_nothing_that_can_be_read_fails(site: PageSite, door: Door) -> None:
    indexed(site, "gone.xml")

    with pytest.raises(FarEndError, match=r"/gone\.xml answered 404 Not Found; check the address"):
        run(site.source, door)


def test_an_index_that_names_itself_ends(site: PageSite, door: Door) -> None:
    indexed(site, "index.xml", "inner.xml")
    site.serves("/inner.xml", index(entry(f"{site.web.url}/index.xml")))

    assert run(site.source, door).articles == []
    assert paths(site) == ["/robots.txt", "/index.xml", "/inner.xml"]


def test_a_site_is_read_by_the_sitemaps_that_robots_txt_names(site: PageSite, door: Door) -> None:
    site.place = ""
    site.publish("port-audit")
    site.serves("/robots.txt", f"Sitemap: {site.web.url}/a.xml\nSitemap: /author-sitemap.xml")
    site.serves("/a.xml", urlset(entry(site.url("port-audit"), MONDAY)))

    assert run(site.source, door).titles() == ["port-audit"]
    assert paths(site) == ["/robots.txt", "/a.xml", "/port-audit/"]


def test_a_site_is_read_by_a_sitemap_at_a_usual_place_and_that_is_remembered(site: PageSite, door: Door) -> None:
    site.place = ""
    site.publish("port-audit")
    site.serves("/sitemap_index.xml", index(entry(f"{site.web.url}/a.xml")))
    site.serves("/a.xml", urlset(entry(site.url("port-audit"), MONDAY)))
    site.before = lambda asked: Answer(status=404) if asked.path == "/sitemap.xml" else None
    before = run(site.source, door)
    site.web.requests.clear()

    again = run(site.source, door, before.memory, now=NOW + DAY)

    assert (before.titles(), before.skipped) == (["port-audit"], [])
    assert "/sitemap.xml" not in paths(site)
    assert again.memory == before.memory


@pytest.mark.parametrize("left_over", [False, True])
def test_a_site_without_a_kept_sitemap_is_read_by_its_home_page(site: PageSite, door: Door, left_over: bool) -> None:
    site.place = ""
    site.publish("port-audit")
    site.serves("/", '<h3><a href="/port-audit/">Port audit</a></h3>', HTML)
    old = Answer(urlset(entry(site.url("old-pier"), NOW - 400 * DAY)))
    site.before = lambda asked: (old if left_over else Answer(status=404)) if asked.path == "/sitemap.xml" else None
    before = run(site.source, door)
    site.web.requests.clear()

    again = run(site.source, door, before.memory, now=NOW + timedelta(hours=1))

    assert (before.titles(), before.skipped, again.memory) == (["port-audit"], [], before.memory)
    assert paths(site) == ["/"]
