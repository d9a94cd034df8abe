"""The lists of the feeds: the page for people, and the OPML for readers."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from publisher import rights
from tests.compose import browser
from tests.syndicate import samples
from tests.syndicate.samples import FEED_FILES, FEEDS, FILES, LICENSE, build, xml

PAGE = FILES["index.html"].decode()
ROOT = samples.page(FILES["index.html"])


def outlines() -> list[Any]:
    return list(xml(FILES["feeds.opml"]).iter("outline"))


def test_the_page_links_to_every_file_where_it_lies_beside_it() -> None:
    links = [link for link in ROOT.xpath("//main//a/@href") if not link.startswith(("http", "mailto:"))]

    assert sorted(links) == sorted([*FEED_FILES, "feeds.opml"])


def test_readers_that_are_given_the_page_find_the_feeds() -> None:
    found = {(link.get("type"), link.get("href")) for link in ROOT.xpath("//head/link[@rel='alternate']")}

    assert ("application/rss+xml", "all.rss") in found
    assert ("application/feed+json", "es/all.json") in found
    assert len(found) == 9


def test_each_language_stands_under_its_own_name_and_is_marked() -> None:
    headings = [
        (heading.text_content(), heading.getparent().get("lang")) for heading in ROOT.xpath("//h2[@class='label']")
    ]

    assert headings == [("All languages", None), ("English", None), ("Español", "es")]


def test_every_link_says_which_feed_it_leads_to() -> None:
    labels = ROOT.xpath("//section[@lang='es']//a/@aria-label")

    assert labels[:3] == ["Todos los artículos: RSS", "Todos los artículos: Atom", "Todos los artículos: JSON"]


def test_the_page_has_the_license_the_reuse_statement_and_the_appeal() -> None:
    config = samples.settings()

    assert ROOT.xpath("//head/link[@rel='license']/@href") == [LICENSE]
    assert rights.notice(config, "en").statement in ROOT.text_content()
    assert rights.appeal(config, "en").text in ROOT.text_content()
    assert rights.appeal(config, "en").url in ROOT.xpath("//a[@class='button']/@href")


def test_the_page_is_in_the_first_language_of_the_publication() -> None:
    page = samples.page(build(publication_languages=("es", "en"))["index.html"])

    assert page.get("lang") == "es"
    assert page.xpath("//h1")[0].text == "Canales"
    assert page.xpath("//section[@id='en']/@lang") == ["en"]


def test_a_language_we_have_no_words_in_is_told_in_english_and_marked() -> None:
    page = samples.page(build(publication_languages=("fr",))["index.html"])

    assert page.get("lang") == "en"
    (group,) = page.xpath("//section[@id='fr']")
    assert (group.get("lang"), group.find(".//h3").get("lang"), group.find(".//p").get("lang")) == ("fr", "en", "en")


def test_a_language_written_from_right_to_left_is_marked_so() -> None:
    page = samples.page(build(publication_languages=("en", "ar"))["index.html"])

    assert page.xpath("//section[@id='ar']/@dir") == ["rtl"]


def test_headings_are_one_h1_and_no_level_is_jumped() -> None:
    levels = [int(str(heading.tag)[1]) for heading in ROOT.iter("h1", "h2", "h3")]

    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_is_light_and_runs_nothing() -> None:
    assert len(PAGE.encode()) < 50_000
    assert not ROOT.xpath("//script|//iframe|//*[@src]")


def test_the_opml_lists_every_feed_once_grouped_by_language() -> None:
    groups = xml(FILES["feeds.opml"]).findall("body/outline")
    listed = [outline.get("xmlUrl") for outline in outlines() if outline.get("xmlUrl")]

    assert [group.get("text") for group in groups] == ["The Estuary Desk", "English", "Español"]
    assert listed == [FEEDS + name for name in FEED_FILES if name.endswith(".rss")]


def test_each_outline_has_what_opml_asks_of_a_feed() -> None:
    feeds = [outline for outline in outlines() if outline.get("xmlUrl")]

    assert xml(FILES["feeds.opml"]).get("version") == "2.0"
    assert {outline.get("type") for outline in feeds} == {"rss"}
    assert {outline.get("version") for outline in feeds} == {"RSS2"}
    assert all(outline.get("text") and outline.get("title") and outline.get("htmlUrl") for outline in feeds)
    assert {outline.get("language") for outline in feeds} == {"en", "es"}


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("width", [320, 640, 1200])
def test_the_page_is_no_wider_than_the_screen(width: int, tmp_path: Path) -> None:
    assert browser.look(PAGE, tmp_path, width=width).width == width


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_of_the_page_stands_out(dark: bool, tmp_path: Path) -> None:
    texts = browser.look(PAGE, tmp_path, width=640, dark=dark).texts

    assert len(texts) > 50
    for text in texts:
        assert browser.contrast(text.colour, text.ground) >= 5.5, text
        assert text.size >= 13
