"""Whole pages in the shapes in which newsrooms publish them."""

from datetime import UTC, datetime

from publisher import markup
from publisher.model import Image, Link
from tests.collect.article_pages import FIRST, LAST, TITLE, found, sample

HOME = "https://estuary.example.org"


def test_a_page_without_any_data_is_read_by_what_stands_on_it() -> None:
    article = found(sample("page-plain.html"))

    assert (article.title, article.kicker) == (TITLE, "BRIEF")
    assert article.authors == ("Carla Montes",)
    assert article.published == datetime(2014, 3, 14, 5, tzinfo=UTC), "midnight in Bogotá"
    assert article.language == "en"
    assert article.categories == ("Brief", "INFOGRAPHICS")


def test_the_body_is_the_text_and_nothing_of_the_clutter_around_it() -> None:
    body = markup.text(found(sample("page-plain.html")).body)

    assert body.startswith(FIRST)
    assert body.endswith(LAST)
    clutter = (
        "BRIEF",
        "MONTES",
        "share",
        "helpful",
        "resources",
        "DONATE",
        "thoughts",
        "encourage",
        "Related",
        "written",
    )
    assert [words for words in clutter if words in body] == []


def test_pictures_links_and_parts_of_the_text_survive() -> None:
    article = found(sample("page-plain.html"))

    assert f'<a href="{HOME}/files/count.pdf">forty boats in one week</a>' in article.body
    landing = Image(
        f"{HOME}/images/landing.jpg", "A landing", "The landing at low water. Photo: Bruno Díaz", "Bruno Díaz"
    )
    assert article.images == (landing,)
    assert article.parts["analysis"].startswith("<p>The ferries are older than the bridge.")


def test_see_also_and_related_content_become_data() -> None:
    article = found(sample("page-plain.html"))

    assert article.see_also == (Link(f"{HOME}/profiles/lower-estuary/", "Lower Estuary News and Profiles"),)
    assert article.related == (
        Link(f"{HOME}/news/analysis/the-bridge-that-closed/", "The Bridge That Closed"),
        Link(f"{HOME}/news/brief/cement-by-night/", "Cement by Night"),
    )
    assert article.license_url == "https://creativecommons.org/licenses/by-nc/4.0/"


def test_structured_data_says_most_of_an_article() -> None:
    article = found(sample("page-json-ld.html"))

    assert article.url == "https://www.estuary.example.org/news/brief/night-ferries/"
    assert article.title == TITLE
    assert article.authors == ("Carla Montes", "Ana Ruiz")
    assert article.published == datetime(2026, 11, 9, 10, tzinfo=UTC)
    assert article.modified == datetime(2026, 11, 10, 10, tzinfo=UTC)
    assert article.categories == ("Ports", "Infographics")
    assert (article.tags, article.countries) == (("ferries", "cement", "night"), ("Peru",))
    assert article.translations == {"es": f"{HOME}/es/noticias/los-trasbordadores/"}
    assert article.summary == "Forty boats a week cross the lower estuary in the dark."
    assert article.license_url == "https://creativecommons.org/licenses/by-nc/4.0/"
    assert article.image == Image(
        f"{HOME}/images/landing-1024x512.jpg",
        "A landing",
        "The landing at low water",
        "Bruno Díaz",
        "https://creativecommons.org/licenses/by/4.0/",
        1024,
        512,
    )


def test_the_markup_of_a_text_stays_and_boxes_in_it_go() -> None:
    body = found(sample("page-json-ld.html")).body

    kept = (
        "<strong>forty boats</strong>",
        '<a href="https://video.example.org/embed/7">The crossing</a>',
        "<em>nine</em>",
        "<td>40</td>",
    )
    assert [piece for piece in kept if piece not in body] == []
    assert "<blockquote>" in body
    gone = ("Share", "Facebook", "newsletter", "two cats", "Comments", "Bruno", "By ", "low water")
    assert [piece for piece in gone if piece in body] == []


def test_microdata_in_spanish_and_in_an_old_encoding() -> None:
    article = found(sample("page-microdata.html"), url=f"{HOME}/es/noticias/los-trasbordadores/")

    assert (article.title, article.kicker) == ("Los trasbordadores de la noche", "Crónica")
    assert (article.authors, article.language) == (("Ana Peña",), "es")
    assert article.published == datetime(2026, 3, 3, 5, tzinfo=UTC)
    assert (article.countries, article.tags) == (("Perú",), ("Puertos",))
    assert article.see_also == (Link(f"{HOME}/es/noticias/el-puente-cerrado/", "El puente que se cerró"),)
    assert article.related == (Link(f"{HOME}/es/noticias/cemento-de-noche/", "El cemento que viaja de noche"),)
    assert markup.text(article.body).endswith("por el camino largo.")
