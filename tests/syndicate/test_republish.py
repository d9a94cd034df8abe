"""The feeds for republishers: whoever runs an entry as it is has done what the license asks."""

import json
import re

import pytest

from publisher import rights
from tests.syndicate import samples
from tests.syndicate.samples import FILES, FLEET, SITE, article, build

ITEM = json.loads(FILES["en/republish.json"])["items"][0]
BLOCKS = samples.fragment(ITEM["content_html"])


def test_the_entry_is_the_copy_that_rights_writes() -> None:
    assert ITEM["content_html"] == rights.copy_html(FLEET.article, samples.settings())


def test_the_byline_names_the_authors_and_the_newsroom() -> None:
    assert BLOCKS[0].text_content() == "By Marisol Quintero and Teo Arrieta, The Estuary Desk"


def test_the_original_is_linked_before_the_first_paragraph_and_after_the_last() -> None:
    written = ITEM["content_html"]
    first, last = written.index("<p>The first paragraph"), written.index("The second adds")

    links = [link.start() for link in re.finditer(f'href="{SITE}/ghost-fleet/"', written)]
    assert links[0] < first
    assert links[-1] > last


def test_the_title_stands_apart() -> None:
    assert ITEM["title"] == FLEET.article.title
    assert not BLOCKS.xpath("//h1|//h2")


def test_the_copy_is_another_entry_than_the_article() -> None:
    (article_id, copy_id) = (json.loads(FILES[f"en/{feed}.json"])["items"][0]["id"] for feed in ("all", "republish"))

    assert (article_id, copy_id) == (f"{SITE}/ghost-fleet/", f"{SITE}/ghost-fleet/#republish")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "By Ana, The Estuary Desk"), ("es", "Por Ana, The Estuary Desk")]
)
def test_each_language_has_its_own(language: str, words: str) -> None:
    files = build([article(language=language, authors=("Ana",))])

    assert words in json.loads(files[f"{language}/republish.json"])["items"][0]["content_html"]


def test_what_is_under_another_license_is_offered_to_nobody_and_says_its_own() -> None:
    other = "https://creativecommons.org/licenses/by-nd/3.0/"
    files = build([article(title="Agency report", license_url=other)])

    assert b"Agency report" not in files["en/republish.atom"]
    assert files["en/all.rss"].count(f"<creativeCommons:license>{other}</creativeCommons:license>".encode()) == 1
    assert files["en/all.atom"].count(f'rel="license" href="{other}"'.encode()) >= 1
    (item,) = json.loads(files["en/all.json"])["items"]
    assert (item["_license"]["url"], item["_license"]["name"]) == (other, "CC BY-ND 3.0")


@pytest.mark.parametrize("body", ["", "<p>The audit of the port is missing forty […]</p>"])
def test_what_is_not_known_whole_is_offered_to_nobody(body: str) -> None:
    files = build([article(title="Teaser", body=body, summary="A summary.")])

    assert b"Teaser" in files["en/all.atom"]
    assert b"Teaser" not in files["en/republish.atom"]
