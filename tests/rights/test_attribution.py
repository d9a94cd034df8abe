"""Bylines, credits and whole copies: a copy we hand out complies with what the newsroom asks."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from lxml.html import HtmlElement

from publisher import markup, rights
from publisher.model import Article, Image
from tests.compose import samples

SETTINGS = samples.settings()
AUDIT = samples.article(
    "port-audit",
    title="Port audit & its missing pages",
    authors=("Ana Roa", "Bruno Vela"),
    body="<p>The first paragraph.</p><p>The last paragraph.</p>",
    image=Image(
        "https://estuary.example.org/quay.jpg", "A quay.", "The quay at dawn.", "Carla Mir", width=12, height=8
    ),
).article


def copied(article: Article) -> HtmlElement:
    return html.fragment_fromstring(rights.copy_html(article, SETTINGS), create_parent="div")


@pytest.mark.parametrize(
    ("people", "language", "told"),
    [
        ((), "en", ""),
        (("Ana",), "en", "By Ana"),
        (("Ana", "Bruno"), "es", "Por Ana y Bruno"),
        (("Ana", "Bruno", "Carla"), "en-GB", "By Ana, Bruno and Carla"),
        (("Ana", "Bruno"), "pt-BR", "By Ana e Bruno"),
        (("  Ana \n Roa ", " "), "en", "By Ana Roa"),
    ],
)
def test_authors_are_listed_as_the_language_lists_them(people: tuple[str, ...], language: str, told: str) -> None:
    assert rights.by(people, language) == told


def test_the_byline_of_a_copy_names_the_authors_and_the_newsroom() -> None:
    assert rights.byline(AUDIT, SETTINGS) == "By Ana Roa and Bruno Vela, The Estuary Desk"
    assert rights.byline(replace(AUDIT, authors=()), SETTINGS) == "By The Estuary Desk"


def test_a_newsroom_that_is_its_own_author_is_named_once() -> None:
    assert rights.byline(replace(AUDIT, authors=("THE estuary Desk",)), SETTINGS) == "By The Estuary Desk"


def test_our_words_are_marked_where_they_are_in_another_language_than_the_article() -> None:
    copy = copied(replace(AUDIT, language="ar", body="<p>نص</p>"))

    assert [part.get("lang") for part in copy.xpath("p[.//a or @class]")][:2] == ["en", "en"]
    assert "on November 19, 2026" in copy.text_content()
    assert not copied(replace(AUDIT, language="es-MX")).xpath("p[@lang]")


@pytest.mark.parametrize(
    ("credit", "told"), [("Carla Mir", "Picture: Carla Mir"), ("Map: Carla Mir", "Map: Carla Mir"), (" ", "")]
)
def test_a_picture_says_who_made_it(credit: str, told: str) -> None:
    assert rights.picture_credit(Image("https://x.example/", credit=credit), "en") == told


def test_a_copy_links_to_the_original_before_the_first_paragraph_and_after_the_last() -> None:
    words = rights.copy_html(AUDIT, SETTINGS)
    links = [found.start() for found in re.finditer(re.escape(f'href="{AUDIT.url}"'), words)]

    assert links[0] < words.index("The first paragraph")
    assert links[-1] > words.index("The last paragraph")


def test_a_copy_has_the_byline_first_and_the_license_reuse_statement_and_appeal_last() -> None:
    copy = copied(AUDIT)

    assert copy[0].text_content() == "By Ana Roa and Bruno Vela, The Estuary Desk"
    assert copy.xpath("//a[@rel='license']/@href") == [SETTINGS.license.url]
    assert rights.notice(SETTINGS, "en").statement in copy.text_content()
    assert copy[-1].xpath("a/@href") == ["https://estuary.example.org/donate/"]


def test_a_copy_tells_machines_whom_to_attribute() -> None:
    (link,) = copied(AUDIT).xpath("//a[@property='cc:attributionName']")

    assert (link.get("rel"), link.get("href"), link.text) == ("cc:attributionURL", AUDIT.url, "The Estuary Desk")


def test_a_copy_carries_its_picture_with_caption_credit_and_the_pictures_own_license() -> None:
    assert AUDIT.image
    (figure,) = copied(replace(AUDIT, image=replace(AUDIT.image, license_url=samples.PHOTO_LICENSE))).xpath("//figure")

    assert dict(figure[0].attrib) == {"src": AUDIT.image.url, "alt": "A quay.", "width": "12", "height": "8"}
    assert figure[1].text_content() == "The quay at dawn. Picture: Carla Mir CC BY-SA 4.0"


def test_a_picture_that_stands_in_the_body_does_not_stand_twice() -> None:
    assert AUDIT.image
    body = f'<p>Words.</p><img src="{AUDIT.image.url}">'

    assert len(copied(replace(AUDIT, body=body)).xpath("//img")) == 1


def test_a_spanish_article_is_copied_in_spanish() -> None:
    words = copied(replace(AUDIT, language="es")).text_content()

    assert "Por Ana Roa y Bruno Vela, The Estuary Desk" in words
    assert "The Estuary Desk publicó este artículo por primera vez el 19 de noviembre de 2026" in words


@given(st.text(), st.lists(st.text(), max_size=3), st.text())
def test_no_word_from_outside_becomes_markup(title: str, authors: list[str], caption: str) -> None:
    image = Image("https://estuary.example.org/quay.jpg", caption, caption, caption)
    words = rights.copy_html(replace(AUDIT, title=title, authors=tuple(authors), image=image), SETTINGS)

    assert set(re.findall(r"<(\w+)", words)) <= {"p", "a", "hr", "figure", "figcaption", "img", "strong"}
    assert markup.valid_xml(words) == words
