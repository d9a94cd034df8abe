"""The lists of a WordPress site: one for each type of posts, and for each language that is shown only when asked."""

import pytest

from publisher.collect import Memory, collect
from publisher.config import Source
from publisher.errors import FarEndError, PublisherError
from publisher.fetch import Door
from tests.collect.newsroom import LINK, MONDAY, NOW, PUBLICATION, WordPress, run
from tests.collect.web import Answer, Request

BILINGUAL = PUBLICATION.model_copy(update={"languages": ("en", "es")})


def of_types(site: WordPress, *types: str) -> Source:
    return site.source.model_copy(update={"post_types": types})


def until_it_fails(source: Source, door: Door) -> tuple[list[str], PublisherError]:
    """Give the titles that came before a failure, and the failure."""
    titles: list[str] = []
    try:
        for batch in collect(source, door, Memory(), NOW, PUBLICATION):
            titles += [article.title for article in batch.articles]
    except PublisherError as failure:
        return titles, failure
    raise AssertionError(f"it did not fail, and gave {titles}")


def test_every_type_of_the_config_is_read_with_marks_of_its_own(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")
    wordpress.publish("dossier", kind="investigations", published=NOW)
    wordpress.publish("about", kind="pages")
    source = of_types(wordpress, "posts", "investigations")
    first = run(source, door)
    assert first.titles() == ["port-audit", "dossier"]

    wordpress.publish("old-dossier", kind="investigations", published=MONDAY, modified_at=NOW)
    second = run(source, door, first.memory)

    assert second.titles() == ["old-dossier"]
    assert second.listed
    assert second.listed.urls == {f"{LINK}port-audit/", f"{LINK}dossier/", f"{LINK}old-dossier/"}


@pytest.mark.parametrize("types", [("posts", "investigatons"), ("investigatons", "posts")])
def test_a_type_that_is_unknown_is_told_and_the_others_are_read(
    wordpress: WordPress, door: Door, types: tuple[str, ...]
) -> None:
    wordpress.publish("port-audit")
    wordpress.publish("dossier", kind="investigations")

    titles, failure = until_it_fails(of_types(wordpress, *types), door)

    assert titles == ["port-audit"]
    assert 'there is no type "investigatons", which post_types names; take from investigations, posts' in str(failure)
    assert failure.permanent


def test_several_types_that_fail_are_all_told(wordpress: WordPress, door: Door) -> None:
    titles, failure = until_it_fails(of_types(wordpress, "storys", "posts", "dossieres"), door)

    assert titles == []
    assert '"storys"' in str(failure)
    assert '"dossieres"' in str(failure)


@pytest.mark.parametrize("types", [("posts", "investigations"), ("investigations", "posts")])
def test_a_type_that_breaks_costs_itself(wordpress: WordPress, door: Door, types: tuple[str, ...]) -> None:
    wordpress.publish("port-audit")
    wordpress.publish("dossier", kind="investigations")
    wordpress.before = lambda asked: Answer(b"", 500) if "investigations" in asked.path else None

    titles, failure = until_it_fails(of_types(wordpress, *types), door)

    assert titles == ["port-audit"]
    assert isinstance(failure, FarEndError)
    assert not failure.permanent


def bilingual(site: WordPress) -> None:
    """Make it a site that shows only English unless it is asked for Spanish."""
    site.default_language = "en"
    site.home = "".join(
        f'<link rel="alternate" hreflang="{tag}" href="{LINK}{folder}" />'
        for tag, folder in (("en-US", ""), ("es-CO", "es/"), ("x-default", ""))
    )
    site.publish("port-audit", language_of_it="en")
    site.publish("es/auditoria", language_of_it="es", published=NOW)


def test_posts_of_a_language_that_is_shown_only_when_asked_come_in(wordpress: WordPress, door: Door) -> None:
    bilingual(wordpress)

    collected = run(wordpress.source, door)

    assert [(article.title, article.language) for article in collected.articles] == [
        ("port-audit", "en"),
        ("es/auditoria", "es"),
    ]
    assert collected.listed
    assert len(collected.listed.urls) == 2


def test_each_language_has_marks_of_its_own_and_is_asked_for_again(wordpress: WordPress, door: Door) -> None:
    bilingual(wordpress)
    memory = run(wordpress.source, door).memory
    wordpress.publish("es/muelle", language_of_it="es", published=MONDAY, modified_at=NOW)
    again = run(wordpress.source, door, memory)
    wordpress.web.requests.clear()

    assert again.titles() == ["es/muelle"]
    assert run(wordpress.source, door, again.memory).memory == again.memory
    assert [asked.path for asked in wordpress.web.requests] == ["/wp-json/wp/v2/posts"] * 4


def test_the_config_alone_may_name_the_languages(wordpress: WordPress, door: Door) -> None:
    bilingual(wordpress)
    wordpress.home = "<!DOCTYPE html>"

    collected = run(wordpress.source, door, publication=BILINGUAL)

    assert {article.title: article.language for article in collected.articles} == {
        "port-audit": "en",
        "es/auditoria": "es",
    }


def test_a_site_that_shows_all_languages_is_read_once(wordpress: WordPress, door: Door) -> None:
    bilingual(wordpress)
    wordpress.default_language = ""

    assert len(run(wordpress.source, door, publication=BILINGUAL).articles) == 2
    assert not [asked for asked in wordpress.web.requests if "lang" in asked.query and "_embed" in asked.query]


def test_where_nothing_names_its_language_a_post_has_that_of_its_part_of_the_site(
    wordpress: WordPress, door: Door
) -> None:
    bilingual(wordpress)
    wordpress.default_language = ""

    found = {article.title: article.language for article in run(wordpress.source, door).articles}

    assert found == {"port-audit": "en", "es/auditoria": "es"}


def test_a_site_of_one_language_is_asked_for_none(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")

    run(wordpress.source, door)

    assert not [asked for asked in wordpress.web.requests if "lang" in asked.query]


def test_a_home_page_that_fails_is_asked_again_by_the_next_run(wordpress: WordPress, door: Door) -> None:
    bilingual(wordpress)
    wordpress.before = lambda asked: Answer(b"", 500) if asked.path == "/" else None
    first = run(wordpress.source, door)
    assert first.titles() == ["port-audit"]

    wordpress.before = lambda _asked: None

    assert run(wordpress.source, door, first.memory).titles() == ["es/auditoria"]


@pytest.mark.parametrize("place", ["index.php/wp-json", "?rest_route="])
def test_an_api_that_nothing_names_is_found_where_servers_without_permalinks_have_it(
    wordpress: WordPress, door: Door, place: str
) -> None:
    wordpress.publish("port-audit")

    def _elsewhere(asked: Request) -> Answer | None:
        route = asked.query.get("rest_route") or asked.path.removeprefix("/index.php/wp-json")
        is_there = "rest_route" in asked.query if "?" in place else asked.path.startswith(f"/{place}/")
        if is_there and route.startswith("/wp/v2/"):
            return wordpress.respond(Request("/", {**asked.query, "rest_route": route}, {"again": "yes"}))
        return Answer(b"<p>Hello", 200 if asked.path == "/" else 404)

    wordpress.before = lambda asked: None if "again" in asked.headers else _elsewhere(asked)

    assert run(wordpress.source, door).titles() == ["port-audit"]


def test_a_site_that_redirects_is_asked_where_it_ends_from_then_on(wordpress: WordPress, door: Door) -> None:
    wordpress.publish("port-audit")
    wordpress.folder = "/news"
    moved = {"Location": f"{wordpress.web.url}/news/wp-json/wp/v2/posts?per_page=1&_fields=id"}
    wordpress.before = lambda asked: Answer(status=301, headers=moved) if asked.path.startswith("/wp-json") else None
    source = wordpress.source.model_copy(update={"url": f"{wordpress.web.url}/"})

    collected = run(source, door)

    assert collected.titles() == ["port-audit"]
    assert collected.memory.values["root"] == f"{wordpress.web.url}/news/wp-json/"
