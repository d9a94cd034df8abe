"""What a post says: who may see it, its fields, languages and pictures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publisher.fetch import Door
from publisher.model import Article, Image, Link
from tests.collect.newsroom import LINK, MONDAY, NOW, Collected, WordPress, run
from tests.collect.web import Answer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def read(site: WordPress, door: Door, **said: Any) -> Article:
    """Publish one post that says this, and collect it."""
    site.publish("port-audit", **said)
    return run(site.source, door).only()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"status": "draft"}, 'its status is "draft", not "publish"'),
        ({"status": "future"}, 'its status is "future", not "publish"'),
        ({"status": "private"}, 'its status is "private", not "publish"'),
        ({"content": {"rendered": "", "protected": True}}, "it is protected by a password"),
        ({"link": ""}, "it has no link"),
        ({"link": "javascript:alert(1)"}, "its link is no web address"),
        ({"date": "soon", "date_gmt": "0000-00-00T00:00:00"}, "its date cannot be read"),
        ({"date": "soon", "date_gmt": "0001-01-01T00:00:00+14:00"}, "its date cannot be read"),
    ],
)
def test_what_the_public_does_not_see_never_comes_in(
    wordpress: WordPress, door: Door, said: dict[str, Any], reason: str
) -> None:
    wordpress.publish("hidden", **said)

    collected: Collected = run(wordpress.source, door)

    assert collected.articles == []
    assert [skipped.reason for skipped in collected.skipped] == [reason]


def terms(*named: tuple[str, str]) -> dict[str, Any]:
    return {"wp:term": [[{"taxonomy": taxonomy, "name": name, "slug": name.lower()}] for taxonomy, name in named]}


def test_the_fields_of_a_post_are_those_of_an_article(wordpress: WordPress, door: Door) -> None:
    embedded = {
        **terms(("category", "News &amp; Views"), ("post_tag", "ports"), ("country", "Peru"), ("kicker", "Brief")),
        "author": [{"name": "Ana Ríos"}],
    }
    article = read(wordpress, door, excerpt="<p>Forty pages.</p>", modified_at=NOW, _embedded=embedded, lang="en")

    assert article.url == f"{LINK}port-audit/"
    assert (article.published, article.modified) == (MONDAY, NOW)
    assert (article.summary, article.body) == ("Forty pages.", "<p>The port is open.</p>")
    assert (article.kicker, article.authors) == ("Brief", ("Ana Ríos",))
    assert (article.categories, article.tags, article.countries) == (("News & Views",), ("ports",), ("Peru",))


def test_a_bare_post_of_an_old_site_is_an_article(wordpress: WordPress, door: Door) -> None:
    article = read(wordpress, door, title=None, excerpt=None, _embedded=[], status="publish")

    assert (article.title, article.authors, article.categories, article.image) == ("The port is open.", (), (), None)


BLOCKED = {"author": [{"code": "rest_user_invalid_id", "message": "Invalid user ID.", "data": {"status": 404}}]}


@pytest.mark.parametrize(
    "said",
    [
        {"_embedded": {"author": [{"name": "Ana Ríos"}]}},
        {"_embedded": BLOCKED, "yoast_head_json": {"author": "Ana Ríos"}},
        {"_embedded": BLOCKED, "author_info": {"display_name": "Ana Ríos"}},
        {"_embedded": {"author": [{"name": "desk"}]}, "authors": [{"display_name": "Ana Ríos"}]},
        {"coauthors": [12, {"display_name": "Ana Ríos"}], "authors": []},
    ],
)
def test_bylines_are_found_where_the_list_of_users_is_closed(
    wordpress: WordPress, door: Door, said: dict[str, Any]
) -> None:
    assert read(wordpress, door, **said).authors == ("Ana Ríos",)


def test_a_closed_list_of_users_and_of_terms_gives_no_names(wordpress: WordPress, door: Door) -> None:
    refused = {"code": "rest_forbidden", "message": "No.", "data": {"status": 401}}

    article = read(wordpress, door, _embedded={**BLOCKED, "wp:term": [refused, [refused]]})

    assert (article.authors, article.categories) == ((), ())


@pytest.mark.parametrize("term", [("post_tag", "Retracted"), ("category", "retracted")])
def test_a_post_with_the_mark_of_a_retraction_is_retracted(
    wordpress: WordPress, door: Door, term: tuple[str, str]
) -> None:
    assert read(wordpress, door, _embedded=terms(term)).retracted


@pytest.mark.parametrize(
    ("index", "published"),
    [
        ({"timezone_string": "America/Bogota"}, datetime(2026, 11, 18, 15, tzinfo=UTC)),
        ({"timezone_string": "", "gmt_offset": "-3.5"}, datetime(2026, 11, 18, 13, 30, tzinfo=UTC)),
        ({"timezone_string": "Nowhere/City", "gmt_offset": None}, datetime(2026, 11, 18, 10, tzinfo=UTC)),
        ({"gmt_offset": "west"}, datetime(2026, 11, 18, 10, tzinfo=UTC)),
        ({}, datetime(2026, 11, 18, 10, tzinfo=UTC)),
    ],
)
def test_a_local_date_alone_is_read_with_the_zone_of_the_site(
    wordpress: WordPress, door: Door, index: dict[str, Any], published: datetime
) -> None:
    wordpress.index = index

    assert read(wordpress, door, date="2026-11-18T10:00:00", date_gmt=None).published == published


def test_the_zone_is_asked_for_once(wordpress: WordPress, door: Door) -> None:
    for number in range(3):
        wordpress.publish(f"report-{number}", date_gmt=None, modified_gmt=None)
    run(wordpress.source, door)

    assert sum(asked.path == "/wp-json/" for asked in wordpress.web.requests) == 1


def test_polylang_names_the_language_and_the_translation_by_its_id(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit", lang="en", translations={"en": 1, "es": 2})
    wordpress.publish("auditoria", lang="es", translations={"en": "1", "es": 2})
    english, spanish = run(wordpress.source, door).articles

    assert (english.language, english.translations) == ("en", {"es": spanish.url})
    assert (spanish.language, spanish.translations) == ("es", {"en": english.url})


def test_wpml_names_the_translation_by_its_address(wordpress: WordPress, door: Door) -> None:
    other = {"locale": "es_ES", "id": 9, "href": f"{LINK}es/auditoria/?utm_source=rest"}

    article = read(wordpress, door, wpml_current_locale="en_US", wpml_translations=[other])

    assert (article.language, article.translations) == ("en", {"es": f"{LINK}es/auditoria/"})


def test_translations_outside_the_page_are_asked_for_all_of_them(wordpress: WordPress, door: Door) -> None:
    wordpress.longest_page, wordpress.refuses_long_pages = 10, True
    for number in range(30):
        wordpress.publish(f"informe-{number}", published=MONDAY - 100 * DAY, lang="es")
    memory = run(wordpress.source, door).memory
    ids = [post["id"] for post in wordpress.posts]
    translations = {f"a{chr(97 + number // 26)}{chr(97 + number % 26)}": post for number, post in enumerate(ids)}
    wordpress.publish("long", published=NOW, lang="en", translations=translations)

    assert len(run(wordpress.source, door, memory, now=NOW + HOUR).only().translations) == 30


def test_a_question_beside_the_posts_that_is_refused_fails_no_run(wordpress: WordPress, door: Door) -> None:
    refused = Answer(b'{"code": "rest_forbidden", "message": "No."}', 403)
    wordpress.before = lambda asked: refused if asked.path == "/wp-json/" or "include" in asked.query else None

    article = read(wordpress, door, date_gmt=None, translations={"es": 999})

    assert (article.published, article.translations) == (MONDAY - 3 * HOUR, {})


@pytest.mark.parametrize(
    "translations",
    [[], {"es": 999}, {"es": None}, {"es": True}, {"es": "9" * 5000}, {"es": "javascript:x"}, {"es": {}}, "es"],
)
def test_a_translation_that_leads_nowhere_is_none(wordpress: WordPress, door: Door, translations: Any) -> None:
    assert read(wordpress, door, translations=translations).translations == {}


def picture(**said: Any) -> dict[str, Any]:
    return {"_embedded": {"wp:featuredmedia": [{"source_url": "/uploads/pier.jpg", "media_type": "image", **said}]}}


def test_the_featured_picture_comes_with_what_must_be_said_of_it(wordpress: WordPress, door: Door) -> None:
    details = {"width": 1200, "height": "640", "sizes": [], "image_meta": {"credit": "Carla &amp; Co"}}
    said = picture(alt_text="The pier", caption={"rendered": "<p>At dawn.</p>"}, media_details=details)

    assert read(wordpress, door, **said).image == Image(
        f"{LINK}uploads/pier.jpg", "The pier", "At dawn.", "Carla & Co", None, 1200, 640
    )


def test_of_an_enormous_picture_a_smaller_size_is_taken(wordpress: WordPress, door: Door) -> None:
    sizes = {
        "large": {"source_url": f"{LINK}pier-1024.jpg", "width": 1024, "height": 576},
        "square": {"source_url": f"{LINK}pier-square.jpg", "width": 1500, "height": 1500},
        "strange": {"source_url": 7, "width": "x"},
    }

    image = read(wordpress, door, **picture(media_details={"width": 6400, "height": 3600, "sizes": sizes})).image

    assert image
    assert (image.url, image.width, image.height) == (f"{LINK}pier-1024.jpg", 1024, 576)


def test_a_thumb_gets_the_narrowest_size_of_the_same_shape_that_is_sharp(wordpress: WordPress, door: Door) -> None:
    widths = {"tiny": 160, "medium": 320, "large": 1024}
    sizes = {name: {"source_url": f"{LINK}{name}.jpg", "width": w, "height": w // 2} for name, w in widths.items()}
    sizes["square"] = {"source_url": f"{LINK}square.jpg", "width": 300, "height": 300}

    image = read(wordpress, door, **picture(media_details={"width": 1200, "height": 600, "sizes": sizes})).image

    assert image
    assert (image.url, image.small_url) == (f"{LINK}uploads/pier.jpg", f"{LINK}medium.jpg")


@pytest.mark.parametrize(
    "said",
    [
        picture(media_type="file"),
        picture(source_url=None),
        {"_embedded": {"wp:featuredmedia": [{"code": "rest_forbidden"}]}},
        {"jetpack_featured_media_url": "javascript:x"},
        {"yoast_head_json": {"og_image": [{"url": 3}]}},
    ],
)
def test_what_is_no_picture_is_none(wordpress: WordPress, door: Door, said: dict[str, Any]) -> None:
    assert read(wordpress, door, **said).image is None


@pytest.mark.parametrize(
    "said",
    [
        {"jetpack_featured_media_url": f"{LINK}pier.jpg"},
        {"_embedded": BLOCKED, "yoast_head_json": {"og_image": [{"url": f"{LINK}pier.jpg"}]}},
    ],
)
def test_a_picture_that_is_not_embedded_is_found_with_plugins(
    wordpress: WordPress, door: Door, said: dict[str, Any]
) -> None:
    assert read(wordpress, door, **said).image == Image(f"{LINK}pier.jpg")


def test_related_articles_of_plugins_are_data(wordpress: WordPress, door: Door) -> None:
    listed = [{"url": f"{LINK}pier/", "title": {"rendered": "The <i>pier</i>"}}, {"url": "x", "title": "y"}, "z"]

    assert read(wordpress, door, **{"jetpack-related-posts": listed}).related == (Link(f"{LINK}pier/", "The pier"),)


@pytest.mark.parametrize("strange", [None, 0, True, "x", [], {}, [[]], {"rendered": {}}, {"rendered": None, "x": [1]}])
def test_no_value_of_a_field_breaks_the_run(wordpress: WordPress, door: Door, strange: Any) -> None:
    usual = wordpress.publish("usual")
    for name in (*usual, "_embedded", "lang", "translations", "wpml_translations", "authors", "related", "kicker"):
        if name not in ("id", "date", "modified"):
            wordpress.publish(f"strange-{name}", **{name: strange})
    wordpress.posts.append({"id": strange, "date": "2026-11-10T10:00:00", "modified": "2026-11-10T10:00:00"})

    assert "usual" in run(wordpress.source, door).titles()
