from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.collect.merge import merge
from publisher.model import Article, Image, Link

URL = "https://estuary.example.org/port-audit/"
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)
WORDS = st.sampled_from(["", "one", "two"])
LISTS = st.lists(st.sampled_from(["Ana", "Bruno"]), max_size=2).map(tuple)

articles = st.builds(
    Article,
    url=st.just(URL),
    language=st.just("en"),
    title=st.sampled_from(["Port audit", "Audit"]),
    published=st.just(MONDAY),
    modified=st.just(MONDAY),
    source=st.sampled_from(["site", "feed", "partner"]),
    body=WORDS,
    summary=WORDS,
    kicker=WORDS,
    authors=LISTS,
    categories=LISTS,
    countries=LISTS,
    tags=LISTS,
    image=st.none() | st.builds(Image, WORDS.map("https://estuary.example.org/{}.jpg".format)),
    translations=st.dictionaries(st.sampled_from(["es", "pt"]), WORDS, max_size=2),
    see_also=st.lists(st.builds(Link, st.just(URL), WORDS), max_size=1).map(tuple),
    related=st.just(()),
    retracted=st.booleans(),
)
copies = st.lists(articles, min_size=1, max_size=4)


def copy(source: str) -> Article:
    return Article(URL, "en", "Port audit", MONDAY, MONDAY, source)


def test_the_first_source_decides() -> None:
    site, feed = replace(copy("site"), title="The audit"), replace(copy("feed"), title="Audit, in short")

    assert merge([site, feed]).title == "The audit"
    assert merge([feed, site]).title == "Audit, in short"
    assert merge([site, feed]).source == "site"


def test_what_the_first_leaves_empty_the_next_one_fills() -> None:
    feed = replace(
        copy("feed"), body="<p>Words.</p>", authors=("Ana",), image=Image("https://estuary.example.org/a.jpg")
    )

    assert merge([copy("site"), feed]) == replace(feed, source="site")


def test_retracted_anywhere_is_retracted() -> None:
    assert merge([copy("site"), copy("feed"), replace(copy("partner"), retracted=True)]).retracted


def test_translations_are_those_of_all_and_the_first_source_decides() -> None:
    site = replace(copy("site"), translations={"es": "https://estuary.example.org/es/1"})
    feed = replace(
        copy("feed"), translations={"es": "https://other.example.org/", "pt": "https://estuary.example.org/pt/1"}
    )

    assert merge([site, feed]).translations == {
        "es": "https://estuary.example.org/es/1",
        "pt": "https://estuary.example.org/pt/1",
    }


@given(copies)
def test_merging_a_merge_changes_nothing(given_copies: list[Article]) -> None:
    merged = merge(given_copies)

    assert merge([merged]) == merge([merged, merged]) == merge([merged, *given_copies]) == merged


@given(copies, copies)
def test_how_copies_are_grouped_does_not_matter(first: list[Article], second: list[Article]) -> None:
    assert merge([merge(first), merge(second)]) == merge([*first, *second])


@given(copies)
def test_every_word_of_a_merge_comes_from_a_copy(given_copies: list[Article]) -> None:
    merged = merge(given_copies)

    for name in {each.name for each in fields(Article)} - {"translations"}:
        assert getattr(merged, name) in [getattr(one, name) for one in given_copies]


@pytest.mark.parametrize("end", ["[…]", "…", "[...] Read more"])
def test_a_body_that_breaks_off_gives_way_to_a_whole_one(end: str) -> None:
    feed = replace(copy("feed"), title="Audit, in short", body=f"<p>Forty boats left {end}</p>")
    site = replace(copy("site"), body="<p>Forty boats left the register.</p>")

    merged = merge([feed, site])

    assert (merged.title, merged.body) == ("Audit, in short", site.body)
    assert merge([site, feed]).body == site.body


def test_pictures_and_parts_are_those_of_the_body_they_stand_in() -> None:
    quay = Image("https://estuary.example.org/quay.jpg")
    feed = replace(copy("feed"), body="<p>Forty boats left.</p>")
    site = replace(copy("site"), body="<p>Forty.</p>", images=(quay,), parts={"analysis": "<p>Why.</p>"})

    assert (merge([feed, site]).images, merge([feed, site]).parts) == ((), {})
    assert merge([copy("empty"), site]).images == (quay,)
