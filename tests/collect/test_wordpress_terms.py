"""Taxonomies as the config names them, languages by them, and what stands in texts that only WordPress writes."""

from typing import Any

import pytest

from publisher.config import Source
from publisher.config.settings import Taxonomies
from publisher.fetch import Door
from publisher.model import Article, Image
from tests.collect.newsroom import LINK, PUBLICATION, WordPress, run
from tests.collect.web import Answer

BILINGUAL = PUBLICATION.model_copy(update={"languages": ("en", "es")})


def read(site: WordPress, door: Door, source: Source | None = None, **said: Any) -> Article:
    site.publish("port-audit", **said)
    return run(source or site.source, door, publication=BILINGUAL).only()


def term(taxonomy: str, name: str, number: int = 1) -> dict[str, Any]:
    return {"id": number, "taxonomy": taxonomy, "name": name, "slug": name.lower()}


def test_the_config_says_which_taxonomies_say_what(wordpress: WordPress, door: Door) -> None:
    config = Taxonomies(categories=("beat",), countries=("place",), tags=("topic", "post_tag"), kicker=("format",))
    embedded = [
        [term("category", "Uncategorized"), term("beat", "Ports &amp; Rivers")],
        [term("place", "Per&uacute;"), term("topic", "customs"), term("post_tag", "audit")],
        [term("format", "Investigation"), term("format", "Long read")],
    ]
    source = wordpress.source.model_copy(update={"taxonomies": config})

    article = read(wordpress, door, source, _embedded={"wp:term": embedded})

    assert (article.categories, article.countries) == (("Ports & Rivers",), ("Perú",))
    assert (article.tags, article.kicker) == (("customs", "audit"), "Investigation")


def test_terms_that_a_post_only_names_by_their_ids_are_asked_for_once(wordpress: WordPress, door: Door) -> None:
    wordpress.terms = {
        "categories": [term("category", "Law &amp; Order", 7)],
        "nations": [term("country", "Peru", 8), term("country", "Chile", 9)],
    }
    links = {"wp:term": [{"taxonomy": "country", "href": f"{wordpress.web.url}/wp-json/wp/v2/nations?post=1"}]}
    for number in range(5):
        wordpress.publish(f"report-{number}", categories=[7], nations=[8, 9], tags=[], _links=links)

    articles = run(wordpress.source, door).articles

    assert {(article.categories, article.countries) for article in articles} == {(("Law & Order",), ("Peru", "Chile"))}
    assert sum("include" in asked.query for asked in wordpress.web.requests) == 2


def test_terms_that_are_embedded_are_not_asked_for(wordpress: WordPress, door: Door) -> None:
    article = read(wordpress, door, categories=[7], _embedded={"wp:term": [[term("category", "News", 7)]]})

    assert article.categories == ("News",)
    assert not [asked for asked in wordpress.web.requests if "include" in asked.query]


def test_a_taxonomy_that_is_refused_costs_its_names(wordpress: WordPress, door: Door) -> None:
    refused = Answer(b'{"code": "rest_forbidden", "message": "No."}', 401)
    wordpress.before = lambda asked: refused if "include" in asked.query else None

    assert read(wordpress, door, categories=[7], countries=["x", None, True]).categories == ()


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ({"lang": "en"}, "en"),
        ({"language": {"code": "en", "name": "English"}}, "en"),
        ({"locale": "en_GB"}, "en"),
        ({"wpml_current_locale": "en_US"}, "en"),
        ({"wpml_current_language_code": "en"}, "en"),
        ({}, "es"),
        ({"yoast_head_json": {"og_locale": "en_US"}}, "es"),
    ],
)
def test_the_category_tells_the_language_where_the_post_itself_does_not(
    wordpress: WordPress, door: Door, said: dict[str, Any], language: str
) -> None:
    source = wordpress.source.model_copy(update={"language_categories": {"es": ("noticias",)}})

    found = read(wordpress, door, source, _embedded={"wp:term": [[term("category", "Noticias")]]}, **said)

    assert found.language == language


@pytest.mark.parametrize(("configured", "language"), [(None, "es"), ("en", "en")])
def test_what_yoast_takes_for_the_language_counts_where_the_config_says_none(
    wordpress: WordPress, door: Door, configured: str | None, language: str
) -> None:
    source = wordpress.source.model_copy(update={"language": configured})

    assert read(wordpress, door, source, yoast_head_json={"og_locale": "es_CO"}).language == language


def test_translations_of_wpml_that_are_not_published_are_none(wordpress: WordPress, door: Door) -> None:
    listed = {
        "es": {"locale": "es_ES", "href": f"{LINK}es/auditoria/", "status": "publish"},
        "fr": {"locale": "fr_FR", "href": f"{LINK}fr/audit/", "status": "draft"},
    }

    assert read(wordpress, door, wpml_translations=listed).translations == {"es": f"{LINK}es/auditoria/"}


MEDIUM = {
    "id": 7,
    "source_url": f"{LINK}pier.jpg",
    "media_type": "image",
    "alt_text": "The pier",
    "caption": {"rendered": "<p>At dawn.</p>"},
    "media_details": {"width": 900, "height": 600, "sizes": {"m": {"source_url": f"{LINK}pier-300.jpg"}}},
}


@pytest.mark.parametrize(
    "said",
    [
        {"meta": {"_media_credit": "Carla Soto"}},
        {"meta": {"_media_credit": ["Carla Soto"]}},
        {"media_credit": {"rendered": "<a href='x'>Carla Soto</a>", "plaintext": "Carla Soto"}},
        {"acf": {"photographer": "Carla Soto"}},
        {"isc_image_source": "Carla Soto"},
        {"media_details": {"image_meta": {"credit": "Carla Soto"}}},
        {"caption": {"rendered": "<p>At dawn. Photo: Carla Soto</p>"}},
    ],
)
def test_the_credit_of_the_featured_picture_is_found_where_plugins_keep_it(
    wordpress: WordPress, door: Door, said: dict[str, Any]
) -> None:
    image = read(wordpress, door, _embedded={"wp:featuredmedia": [{**MEDIUM, **said}]}).image

    assert image
    assert image.credit == "Carla Soto"


@pytest.mark.parametrize(
    "tag",
    [
        f'<img src="{LINK}pier.jpg">',
        '<img src="/pier-300.jpg">',
        '<img class="size-full wp-image-7" src="https://cdn.example.org/pier.jpg?w=600">',
    ],
    ids=["itself", "one of its sizes", "its number"],
)
def test_the_featured_picture_in_the_text_has_what_must_be_said_of_it(
    wordpress: WordPress, door: Door, tag: str
) -> None:
    medium = {**MEDIUM, "meta": {"_media_credit": "Carla Soto", "license_url": "https://x.example/by/"}}

    article = read(wordpress, door, body=f"<p>Open.</p>{tag}", _embedded={"wp:featuredmedia": [medium]})
    found = article.images[0]

    assert (found.alt, found.caption, found.credit) == ("The pier", "At dawn.", "Carla Soto")
    assert found.license_url == "https://x.example/by/"


def test_another_picture_and_what_the_text_says_itself_stay_as_they_are(wordpress: WordPress, door: Door) -> None:
    figure = f'<figure><img src="{LINK}pier.jpg" alt="Pier"><figcaption>Noon.</figcaption></figure>'
    body = f'{figure}<img class="wp-image-70" src="{LINK}quay.jpg">'

    article = read(wordpress, door, body=body, _embedded={"wp:featuredmedia": [MEDIUM]})

    assert [(image.alt, image.caption) for image in article.images] == [("Pier", "Noon."), ("", "")]


@pytest.mark.parametrize(
    "said",
    [
        {"featured_image_src": f"{LINK}pier.jpg"},
        {"better_featured_image": {"source_url": f"{LINK}pier.jpg"}},
        {"aioseo_head_json": {"og:image": f"{LINK}pier.jpg"}},
    ],
)
def test_a_featured_picture_is_found_in_the_fields_of_more_plugins(
    wordpress: WordPress, door: Door, said: dict[str, Any]
) -> None:
    assert read(wordpress, door, **said).image == Image(f"{LINK}pier.jpg")


def test_a_post_whose_text_is_only_in_its_excerpt_has_that_text(wordpress: WordPress, door: Door) -> None:
    article = read(wordpress, door, body="", excerpt="<p>Forty pages are gone.</p>")

    assert (article.body, article.summary) == ("<p>Forty pages are gone.</p>", "")


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("[vc_row][vc_column width=&#8221;1/2&#8243;]<p>Open.</p>[/vc_column][/vc_row]", "<p>Open.</p>"),
        ("<p>Open.</p>[gallery ids=&quot;1,2&quot;]", "<p>Open.</p>"),
        ("<p>Open.</p><p>[gallery]</p>", "<p>Open.</p>"),
        ("<p>[embed]https://x.example/[/embed]</p>", "<p>https://x.example/</p>"),
        ('<p>[et_pb_text admin_label="Text"]Open.[/et_pb_text]</p>', "<p>Open.</p>"),
        ("<p>[button link=#top]Up[/button]</p>", "<p>Up</p>"),
        ('<p>[contact-form-7 id="12" title="Write to us"]Open.</p>', "<p>Open.</p>"),
        ("<p>Open.</p>[vc_raw_html]JTNDc2NyaXB0JTNF[/vc_raw_html]", "<p>Open.</p>"),
        ("<p>[quote]Open[/quote]</p>", "<p>Open</p>"),
        (
            f'[caption id="a" width="9"]<img src="{LINK}a.jpg" alt=""> The pier.[/caption]',
            f'<figure><img src="{LINK}a.jpg" alt=""><figcaption> The pier.</figcaption></figure>',
        ),
    ],
)
def test_shortcodes_that_nobody_rendered_go_and_what_they_hold_stays(
    wordpress: WordPress, door: Door, written: str, read_as: str
) -> None:
    assert read(wordpress, door, body=written).body == read_as


@pytest.mark.parametrize(
    "words",
    [
        "[sic]",
        "[…]",
        "[12]",
        "[the minister]",
        "[Video]",
        "[see: a = b]",
        "[email protected]",
        "[[gallery]]",
        "[avoid]",
    ],
)
def test_brackets_of_the_newsroom_stay(wordpress: WordPress, door: Door, words: str) -> None:
    assert read(wordpress, door, body=f"<p>He said {words} so.</p>").body == f"<p>He said {words} so.</p>"
