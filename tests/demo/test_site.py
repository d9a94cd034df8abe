"""The sample newsroom's site answers as a WordPress does: its REST API, its feed, its pages, its pictures."""

import json
from io import BytesIO
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import feedparser
import pytest
import requests
from lxml import html
from PIL import Image as Canvas

from publisher.demo.newsroom import Site
from publisher.demo.newsroom.archive import LANGUAGES
from tests.demo.written import CORRECTED, FIRST, LATE, RETRACTED

POSTS = "/wp-json/wp/v2/posts"


def asked(site: Site, target: str) -> Any:
    return json.loads(site.answer(target, {}).body)


def test_a_page_of_posts_says_how_many_there_are(site: Site) -> None:
    answer = site.answer(f"{POSTS}?per_page=20&page=2", {})

    assert answer.headers["X-WP-Total"] == str(len(FIRST))
    assert answer.headers["X-WP-TotalPages"] == "3"
    assert len(json.loads(answer.body)) == 20


def test_the_pages_together_hold_each_post_once(site: Site) -> None:
    slugs = [post["slug"] for page in (1, 2, 3) for post in asked(site, f"{POSTS}?per_page=20&page={page}")]

    assert sorted(slugs) == sorted(FIRST)


def test_a_page_past_the_end_is_an_error(site: Site) -> None:
    answer = site.answer(f"{POSTS}?per_page=20&page=4", {})

    assert answer.status == 400
    assert json.loads(answer.body)["code"] == "rest_post_invalid_page_number"


@pytest.mark.parametrize("query", ["per_page=0", "per_page=101", "page=0", "page=x", "orderby=luck", "after=soon"])
def test_a_parameter_that_wordpress_refuses_is_refused(site: Site, query: str) -> None:
    answer = site.answer(f"{POSTS}?{query}", {})

    assert answer.status == 400
    assert json.loads(answer.body)["code"] == "rest_invalid_param"


def test_modified_after_leaves_out_the_instant_itself(site: Site) -> None:
    newest = asked(site, f"{POSTS}?orderby=modified&per_page=2")

    after = asked(site, f"{POSTS}?modified_after={quote(newest[1]['modified'])}")

    assert [post["slug"] for post in after] == [newest[0]["slug"]]


def test_only_what_changed_comes_after_the_second_look(site: Site, second_site: Site) -> None:
    newest = asked(site, f"{POSTS}?orderby=modified&per_page=1")[0]["modified"]

    after = asked(second_site, f"{POSTS}?modified_after={quote(newest)}")

    assert {post["slug"] for post in after} == {CORRECTED, RETRACTED, LATE}


def test_embed_brings_author_picture_and_terms(site: Site) -> None:
    with_all, bare = (asked(site, f"{POSTS}?slug=pier-nine-paid-for-twice{more}")[0] for more in ("&_embed", ""))
    embedded = with_all["_embedded"]

    assert "_embedded" not in bare
    assert embedded["author"][0]["name"] == "Inés Barragán Solar"
    assert embedded["wp:featuredmedia"][0]["source_url"].endswith("/half-built-pier.jpg")
    assert next(group[0]["name"] for group in embedded["wp:term"] if group) == "Investigations"


def test_a_guest_author_is_named_though_the_post_is_an_editors(site: Site) -> None:
    post = asked(site, f"{POSTS}?slug=the-channel-marker-has-been-moved&_embed")[0]

    assert [author["display_name"] for author in post["authors"]] == ["Saúl Quindiola"]
    assert post["_embedded"]["author"][0]["name"] == "Jonah Prideaux"


def test_no_two_terms_share_an_address(site: Site) -> None:
    for taxonomy in ("categories", "tags", "countries", "kickers"):
        links = [term["link"] for term in asked(site, f"/wp-json/wp/v2/{taxonomy}?per_page=100")]

        assert len(set(links)) == len(links)


@pytest.mark.parametrize("path", ["/feed/", "/es/feed/"])
def test_the_feed_is_well_formed_and_newest_first(site: Site, path: str) -> None:
    feed = feedparser.parse(site.answer(path, {}).body)
    dates = [entry.published_parsed for entry in feed.entries]

    assert not feed.bozo
    assert len(feed.entries) == 10
    assert dates == sorted(dates, reverse=True)


def test_a_feed_that_is_known_is_not_sent_again(site: Site, second_site: Site) -> None:
    first = requests.get(f"{site.url}/feed/", timeout=10)
    by_tag = {"If-None-Match": first.headers["ETag"]}
    by_time = {"If-Modified-Since": first.headers["Last-Modified"]}

    assert [requests.get(first.url, headers=known, timeout=10).status_code for known in (by_tag, by_time)] == [304, 304]
    assert second_site.answer("/feed/", {"if-none-match": first.headers["ETag"]}).status == 200


def test_every_page_can_be_read_and_every_link_on_it_leads_somewhere(second_site: Site) -> None:
    waiting, seen = ["/", "/es/"], {"/", "/es/"}
    while waiting:
        path = waiting.pop()
        answer = second_site.answer(path, {})
        assert (path, answer.status) == (path, 200)
        if answer.content_type.startswith("text/html"):
            found = _paths(second_site.url + path, answer.body) - seen
            seen |= found
            waiting += found

    assert {f"/wp-content/uploads/{written.picture}.jpg" for written in FIRST.values() if written.picture} <= seen
    assert all(f"/{slug}/" in seen or f"/es/{slug}/" in seen for slug in [*FIRST, LATE])


def _paths(url: str, body: bytes) -> set[str]:
    page = html.document_fromstring(body.decode())
    assert page.findtext(".//title")
    assert page.get("lang") in LANGUAGES
    assert len(page.findall(".//h1")) == 1
    assert all(image.get("alt") is not None for image in page.iter("img"))
    links = (link for element in page.iter() for link in (element.get("href"), element.get("src")) if link)
    found = [urlsplit(urljoin(url, link)) for link in links]
    return {part.path for part in found if part.netloc == urlsplit(url).netloc}


def test_a_byline_reads_as_people_write_it(site: Site) -> None:
    page = html.document_fromstring(site.answer("/pier-nine-paid-for-twice/", {}).body.decode())
    byline = page.find(".//p[@class='meta']")

    assert byline is not None
    assert (
        " ".join("".join(map(str, byline.itertext())).split())
        == "By Inés Barragán Solar, Jonah Prideaux and Odile Marchena · 19 November 2026"
    )


def test_a_page_that_is_not_there_says_so(site: Site) -> None:
    assert site.answer("/never-written/", {}).status == 404
    assert "Esta página no existe" in site.answer("/es/nunca-escrito/", {}).body.decode()


def test_a_retracted_page_asks_not_to_be_republished(second_site: Site) -> None:
    assert "Please do not republish it" in second_site.answer(f"/{RETRACTED}/", {}).body.decode()


def test_pictures_have_the_size_that_the_library_says(site: Site) -> None:
    for picture in asked(site, "/wp-json/wp/v2/media?per_page=100"):
        answer = requests.get(picture["source_url"], timeout=10)
        with Canvas.open(BytesIO(answer.content)) as file:
            assert file.size == (picture["media_details"]["width"], picture["media_details"]["height"])
        assert answer.headers["Content-Type"] == "image/jpeg"


def test_the_short_address_of_an_article_leads_to_its_page(site: Site) -> None:
    post = asked(site, f"{POSTS}?slug=el-muelle-nueve-se-pago-dos-veces")[0]

    answer = requests.get(post["guid"]["rendered"], timeout=10)

    assert answer.url == post["link"] == f"{site.url}/es/el-muelle-nueve-se-pago-dos-veces/"
