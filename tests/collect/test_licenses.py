"""The license that a source states for one article or one picture is told, and never taken for another's."""

from typing import Any

import pytest

from publisher.collect import licenses
from publisher.fetch import Door
from tests.collect.newsroom import AUDIT, LINK, FeedSite, WordPress, read_item, rss, run

BY_ND = "https://creativecommons.org/licenses/by-nd/4.0/"
BY = "https://creativecommons.org/licenses/by/4.0/"
NAMESPACES = (
    'xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule" '
    'xmlns:cc="http://creativecommons.org/ns#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dcterms="http://purl.org/dc/terms/"'
)


def item(feed: FeedSite, door: Door, inner: str) -> Any:
    feed.serves(rss(f"<item>{AUDIT}{inner}</item>", attributes=NAMESPACES))
    return run(feed.source, door).only()


def picture(inner: str) -> str:
    return f'<media:content url="https://cdn.example.org/pier.jpg" medium="image">{inner}</media:content>'


@pytest.mark.parametrize(
    "inner",
    [
        f"<creativeCommons:license>{BY_ND}</creativeCommons:license>",
        f'<cc:license rdf:resource="{BY_ND}"/>',
        f'<atom:link rel="license" href="{BY_ND}"/>',
        f"<dcterms:license>{BY_ND}</dcterms:license>",
        f"<dc:rights>Some rights reserved, {BY_ND}.</dc:rights>",
    ],
)
def test_an_entry_states_a_license_of_its_own(feed: FeedSite, door: Door, inner: str) -> None:
    assert item(feed, door, inner).license_url == BY_ND


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<dc:rights>All rights reserved</dc:rights>",
        '<atom:link rel="license" href="javascript:x"/>',
        "<creativeCommons:license>by-nd</creativeCommons:license>",
    ],
)
def test_what_names_no_address_is_no_license(feed: FeedSite, door: Door, inner: str) -> None:
    assert item(feed, door, inner).license_url is None


def test_the_license_of_the_whole_feed_is_not_that_of_an_entry(feed: FeedSite, door: Door) -> None:
    stated = f"<creativeCommons:license>{BY_ND}</creativeCommons:license>"
    feed.serves(rss(f"{stated}<item>{AUDIT}</item>", attributes=NAMESPACES))

    assert run(feed.source, door).only().license_url is None


@pytest.mark.parametrize(
    "inner",
    [
        f'<media:copyright url="{BY}">Carla</media:copyright>',
        f'<media:license type="text/html" href="{BY}">Some rights reserved</media:license>',
        f"<dcterms:license>{BY}</dcterms:license>",
    ],
)
def test_the_license_of_the_only_picture_is_the_pictures(feed: FeedSite, door: Door, inner: str) -> None:
    article = item(feed, door, picture(inner))

    assert (article.image.license_url, article.license_url) == (BY, None)


def test_of_two_pictures_none_is_given_a_license_that_may_be_the_others(feed: FeedSite, door: Door) -> None:
    stated = picture(f'<media:copyright url="{BY}">Carla</media:copyright>')

    assert item(feed, door, stated + picture("")).image.license_url is None


@pytest.mark.parametrize(
    "said", [{"meta": {"_license_url": BY}}, {"meta": {"license": f"CC BY, {BY}"}}, {"license_url": BY}]
)
def test_an_attachment_states_its_license(wordpress: WordPress, door: Door, said: dict[str, Any]) -> None:
    medium = {"source_url": f"{LINK}pier.jpg", "media_type": "image", **said}
    wordpress.publish("port-audit", _embedded={"wp:featuredmedia": [medium]})
    image = run(wordpress.source, door).only().image

    assert image
    assert image.license_url == BY


def test_a_license_is_an_address_or_a_text_that_names_a_deed() -> None:
    assert licenses.first([None, 7, "", "x", "ftp://x.example/", "https://[broken", BY]) == BY
    assert licenses.first(["All rights reserved"]) is None


def test_what_an_entry_says_twice_encoded_is_read_in_title_summary_and_names(feed: FeedSite, door: Door) -> None:
    twice = "Fisherman&amp;amp;#39;s Wharf"
    inner = f"{AUDIT.replace('Port audit', twice)}<category>{twice}</category><description>{twice}</description>"
    article = read_item(feed, door, f"{inner}<content:encoded>{'Open. ' * 20}</content:encoded>")

    assert (article.title, article.summary, article.categories) == (("Fisherman's Wharf",) * 2) + (
        ("Fisherman's Wharf",),
    )
