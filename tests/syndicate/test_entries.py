"""What an entry says of an article or an issue."""

from dataclasses import replace
from typing import Any

import pytest

from publisher.model import Image, Variant
from publisher.syndicate import entries
from publisher.syndicate.view import Entry
from tests.syndicate import samples
from tests.syndicate.samples import NOW, PHOTO, article, issue

CONFIG = samples.settings()


def entry(**fields: Any) -> Entry:
    return entries.of_article(article(**fields), CONFIG)


def test_the_picture_stands_over_the_text_with_its_credit_and_license() -> None:
    assert entry(image=PHOTO, body="<p>Text.</p>").html.startswith(
        '<figure><img src="https://estuary.example.org/pictures/ledger.jpg" alt="A bound ledger, open." width="960" '
        'height="720"><figcaption>Picture: Nadia Ferrer <a href="https://creativecommons.org/licenses/by-sa/4.0/">'
        "CC BY-SA 4.0</a></figcaption></figure>\n<p>Text.</p>\n"
    )


def test_a_picture_the_text_shows_is_not_shown_twice() -> None:
    body = f'<p><img src="{PHOTO.url}" alt=""></p>'

    assert entry(image=PHOTO, body=body).html.count(PHOTO.url) == 1


def test_what_is_said_of_a_picture_is_words() -> None:
    shown = entry(image=Image(PHOTO.url, alt='"><script>', caption="<b>")).html

    assert 'alt="&#34;&gt;&lt;script&gt;"' in shown
    assert "<figcaption>&lt;b&gt;</figcaption>" in shown


def test_an_article_without_a_text_gives_its_summary() -> None:
    assert entry(body="", summary="Forty pages < 41").html.startswith("<p>Forty pages &lt; 41</p>\n")


def test_an_article_without_a_title_goes_by_its_address() -> None:
    assert entry(title=" \0").title == "https://estuary.example.org/port-audit/"


def test_tags_are_categories_countries_and_tags_each_once() -> None:
    assert entry(categories=("News", ""), countries=("Peru",), tags=("News", "ports")).tags == ("News", "Peru", "ports")


@pytest.mark.parametrize("url", ["ftp://example.org/a", "javascript:alert(1)", "", "https://", "https://a b/"])
def test_a_translation_at_no_web_address_is_left_out(url: str) -> None:
    assert entry(translations={"es": url}).translations == ()


def test_an_issue_is_its_web_copy_without_heading_and_panels() -> None:
    told = entries.of_issue(issue(), CONFIG).html

    assert told.startswith(
        '<h2><a href="https://estuary.example.org/ghost-fleet/">Forty boats left the register</a></h2>'
    )
    assert "The Organization" not in told
    assert told.count("This reporting is free") == told.count("You may republish") == 1


def test_an_issue_keeps_its_date_when_its_last_mail_has_left() -> None:
    sending, sent = (entries.of_issue(issue(sent=at), CONFIG) for at in (None, NOW))

    assert sending == sent


def test_an_issue_that_was_amended_is_updated_and_keeps_its_date() -> None:
    entry = entries.of_issue(issue(amended=NOW), CONFIG)

    assert (entry.published, entry.updated) == (issue().approved, NOW)


def test_an_issue_that_nobody_approved_is_dated_when_it_was_composed() -> None:
    old = issue(approved=None)

    assert entries.of_issue(old, CONFIG).published == old.composed


def test_an_issue_without_a_web_copy_still_says_whose_it_is() -> None:
    bare = replace(issue(), variant=Variant("", "", "", "", ""))

    assert entries.of_issue(bare, CONFIG).html.startswith("<p>You may republish")
