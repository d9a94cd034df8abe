"""The license and the reuse statement: what is asked, in which words, and never markup from outside."""

from typing import Any

import pytest
from lxml import html

from publisher import markup, rights
from publisher.config import Settings
from publisher.rights.license import terms
from publisher.rights.wording import WORDINGS
from tests.compose import samples

DEEDS = "https://creativecommons.org/licenses"


def settings(**of_license: Any) -> Settings:
    shipped = samples.settings()
    return shipped.model_copy(update={"license": shipped.license.model_copy(update=of_license)})


@pytest.mark.parametrize(
    ("url", "name"),
    [
        (f"{DEEDS}/by-nc/4.0/", "CC BY-NC 4.0"),
        (f"{DEEDS}/by-nc-nd/3.0/us/", "CC BY-NC-ND 3.0 US"),
        (f"{DEEDS}/by/4.0", "CC BY 4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "Public Domain Mark 1.0"),
        ("https://pictures.example.net/terms", "pictures.example.net"),
    ],
)
def test_a_license_is_called_by_its_short_name(url: str, name: str) -> None:
    assert rights.license_name(url) == name


def test_a_license_says_what_it_asks_for() -> None:
    assert terms(f"{DEEDS}/by-nc-sa/4.0/") == {"by", "nc", "sa"}
    assert terms("https://creativecommons.org/publicdomain/zero/1.0/") == set()


def test_the_statement_says_the_five_conditions_in_two_sentences() -> None:
    assert rights.notice(settings(), "en").statement == (
        "You may republish our articles for non-commercial use under CC BY-NC 4.0: name The Estuary Desk in the byline "
        "and link to the original at the top and at the bottom. Please tell us when you do: desk@estuary.example.org"
    )


def test_the_statement_is_in_the_readers_language() -> None:
    said = rights.notice(settings(), "es-MX")

    assert said.language == "es"
    assert said.statement.startswith("Puede republicar nuestros artículos sin fines comerciales")


def test_a_language_without_words_gets_english_ones() -> None:
    assert rights.notice(settings(), "pt").language == "en"


@pytest.mark.parametrize(
    ("conditions", "url", "said"),
    [
        ((), f"{DEEDS}/by/4.0/", "You may republish our articles under CC BY 4.0."),
        ((), f"{DEEDS}/by-nd/4.0/", "You may republish our articles, unchanged, under CC BY-ND 4.0."),
        ((), f"{DEEDS}/by-nc/4.0/", "You may republish our articles for non-commercial use under CC BY-NC 4.0."),
        (
            ("byline", "link-top"),
            f"{DEEDS}/by/4.0/",
            "You may republish our articles under CC BY 4.0: name The Estuary Desk in the byline and link to the "
            "original at the top.",
        ),
        (
            ("link-bottom",),
            f"{DEEDS}/by/4.0/",
            "You may republish our articles under CC BY 4.0: link to the original at the bottom.",
        ),
        (
            ("tell-us",),
            f"{DEEDS}/by/4.0/",
            "You may republish our articles under CC BY 4.0. Please tell us when you do: desk@estuary.example.org",
        ),
    ],
)
def test_only_what_is_asked_for_is_said(conditions: tuple[str, ...], url: str, said: str) -> None:
    assert rights.notice(settings(conditions=conditions, url=url), "en").statement == said


@pytest.mark.parametrize("language", WORDINGS)
def test_the_html_says_the_same_words_and_links_the_license(language: str) -> None:
    said = rights.notice(settings(), language)

    assert markup.line(said.statement_html) == said.statement
    assert html.fragment_fromstring(said.statement_html, "p").xpath("a[@rel='license']/@href") == [said.license_url]


def test_a_name_with_markup_in_it_stays_a_name() -> None:
    said = rights.notice(settings(byline="Desk & <b>Sons</b> {contact} %s"), "en")

    assert "Desk &amp; &lt;b&gt;Sons&lt;/b&gt; {contact} %s" in said.statement_html


def test_the_copyright_line_names_holder_and_license() -> None:
    assert rights.copyright_line(settings(), "en") == f"© The Estuary Desk. CC BY-NC 4.0: {DEEDS}/by-nc/4.0/"


def test_the_appeal_is_the_newsrooms_own_words() -> None:
    assert rights.appeal(settings(), "es").button == "Apoye nuestro trabajo"
