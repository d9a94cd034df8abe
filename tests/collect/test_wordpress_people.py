"""Who wrote a post, wherever the API of a WordPress shows it."""

from typing import Any

import pytest

from publisher.fetch import Door
from tests.collect.newsroom import WordPress, run

BLOCKED = {"code": "rest_user_invalid_id", "message": "Invalid user ID.", "data": {"status": 404}}
DESK = {"id": 1, "name": "The Desk", "slug": "desk"}
BOTH = ("Ana Ríos", "Bruno Díaz")


def authors(site: WordPress, door: Door, **said: Any) -> tuple[str, ...]:
    """Publish one post that says this, and give its authors."""
    site.publish("port-audit", **said)
    return run(site.source, door).only().authors


def terms(*slugs_and_names: tuple[str, str]) -> list[list[dict[str, Any]]]:
    return [
        [
            {"id": number, "taxonomy": "author", "slug": slug, "name": name}
            for number, (slug, name) in enumerate(slugs_and_names, 10)
        ]
    ]


def graph(*nodes: dict[str, Any]) -> dict[str, Any]:
    return {"schema": {"@graph": [{"@type": "WebPage", "author": {"name": "Nobody"}}, *nodes]}}


PEOPLE = [
    {"@id": "#ana", "@type": "Person", "name": "Ana Ríos"},
    {"@id": "#b", "@type": "Person", "name": "Bruno Díaz"},
]


@pytest.mark.parametrize(
    "said",
    [
        {"authors": [{"display_name": "Ana Ríos", "is_guest": 1}, {"display_name": "Bruno Díaz"}]},
        {"coauthors": [{"display_name": "Ana Ríos"}, {"display_name": "Bruno Díaz"}]},
        {"guest_authors": {"12": {"post_title": "Ana Ríos"}, "13": {"post_title": "Bruno Díaz"}}},
        {"coauthors": [10, 11], "_embedded": {"author": [{"name": "Ana Ríos"}, {"name": "Bruno Díaz"}]}},
        {"_embedded": {"author": [DESK], "wp:term": terms(("ana-rios", "Ana Ríos"), ("bruno", "Bruno Díaz"))}},
        {"byline": "By Ana Ríos and Bruno Díaz"},
        {"meta": {"byline": "Por Ana Ríos y Bruno Díaz"}},
        {"acf": {"guest_author": ["Ana Ríos", "Bruno Díaz"]}},
        {"yoast_head_json": graph({"@type": "NewsArticle", "author": [{"@id": "#ana"}, {"@id": "#b"}]}, *PEOPLE)},
        {"yoast_head_json": graph(*PEOPLE, {"@type": ["Article", "BlogPosting"], "author": PEOPLE})},
        {"aioseo_head_json": graph({"@type": "BlogPosting", "author": [{"@id": "#ana"}, {"@id": "#b"}]}, *PEOPLE)},
        {"yoast_head_json": {"author": "Ana Ríos, Bruno Díaz"}},
        {"author_name": "Ana Ríos &amp; Bruno Díaz"},
        {"body": "<p>By <strong>Ana Ríos</strong> and Bruno Díaz</p><p>The port is open.</p>"},
        {"body": "<p>Por Ana Ríos y Bruno Díaz</p><p>El puerto abre.</p>"},
    ],
)
@pytest.mark.parametrize("user", [None, BLOCKED], ids=["users not shown", "users refused"])
def test_several_authors_and_guests_come_in_wherever_they_are_named(
    wordpress: WordPress, door: Door, said: dict[str, Any], user: dict[str, Any] | None
) -> None:
    if user and "_embedded" not in said:
        said = {**said, "_embedded": {"author": [user]}}

    assert authors(wordpress, door, **said) == BOTH


def test_a_list_of_several_wins_over_the_one_user_that_core_knows(wordpress: WordPress, door: Door) -> None:
    yoast = graph({"@type": "Article", "author": [{"@id": "#ana"}, {"@id": "#b"}]}, *PEOPLE)

    assert authors(wordpress, door, _embedded={"author": [DESK]}, yoast_head_json=yoast) == BOTH


@pytest.mark.parametrize("name", ["admin", "The Estuary Desk"])
def test_whoever_the_site_names_is_taken_as_given(wordpress: WordPress, door: Door, name: str) -> None:
    assert authors(wordpress, door, _embedded={"author": [{"name": name}]}) == (name,)


def test_an_author_of_whom_only_the_log_in_is_shown_is_asked_for_once(wordpress: WordPress, door: Door) -> None:
    wordpress.coauthors = {"arios": "Ana Ríos"}
    shown = {"author": [BLOCKED], "wp:term": terms(("cap-arios", "arios"))}
    wordpress.publish("port-audit", _embedded=shown)
    wordpress.publish("old-pier", _embedded=shown)

    assert {article.authors for article in run(wordpress.source, door).articles} == {("Ana Ríos",)}
    assert sum("coauthors" in asked.path for asked in wordpress.web.requests) == 1


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ({"author": [{"name": "Ana Writer"}], "wp:term": terms(("cap-ana-writer", "cap-ana-writer"))}, "Ana Writer"),
        ({"author": [BLOCKED], "wp:term": terms(("cap-ana-writer", "cap-ana-writer"))}, "Ana Writer"),
        ({"author": [BLOCKED], "wp:term": terms(("cap-ana-writer", "Ana the Writer"))}, "Ana the Writer"),
    ],
    ids=["from the user", "written out", "the term has it"],
)
def test_an_author_whom_nothing_answers_for_has_a_name_for_people(
    wordpress: WordPress, door: Door, shown: dict[str, Any], expected: str
) -> None:
    assert authors(wordpress, door, _embedded=shown) == (expected,)


def test_a_site_that_answers_for_nobody_is_not_asked_on(wordpress: WordPress, door: Door) -> None:
    for number in range(20):
        shown = terms((f"cap-reporter-{number}", f"reporter-{number}"))
        wordpress.publish(f"report-{number}", _embedded={"wp:term": shown})
    run(wordpress.source, door)

    assert sum("coauthors" in asked.path for asked in wordpress.web.requests) == 3


@pytest.mark.parametrize(
    "beginning",
    [
        "By the river, nothing moves.",
        "By Tuesday",
        "De la Costa",
        "By Ana Ríos, who was there for a year and more",
        "Text",
    ],
)
def test_a_sentence_that_begins_like_a_byline_is_none(wordpress: WordPress, door: Door, beginning: str) -> None:
    assert authors(wordpress, door, body=f"<p>{beginning}</p><p>The port is open.</p>") == ()
