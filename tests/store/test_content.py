"""What the database keeps of an article gives the article back, whatever was in it."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from publisher.model import Article, Image, Link, Variant
from publisher.store import content
from tests.store.cast import VARIANT, article

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
ANYTHING = st.text(st.characters(), max_size=20)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=45))])
INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001 - zones are drawn


def _articles(text: st.SearchStrategy[str]) -> st.SearchStrategy[Article]:
    lists = st.lists(text, max_size=3).map(tuple)
    links = st.lists(st.builds(Link, text, text), max_size=2).map(tuple)
    sizes = st.none() | st.integers(0, 99_999)
    return st.builds(
        Article,
        **dict.fromkeys(("url", "language", "title", "source", "body", "summary", "kicker"), text),
        **dict.fromkeys(("authors", "categories", "countries", "tags"), lists),
        **dict.fromkeys(("see_also", "related"), links),
        published=INSTANTS,
        modified=INSTANTS,
        image=st.none() | st.builds(Image, text, text, text, text, st.none() | text, sizes, sizes),
        translations=st.dictionaries(text, text, max_size=2),
        retracted=st.booleans(),
    )


def _kept(one: Article) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(json.dumps(content.article_to_json(one)))
    return kept


@given(_articles(WORDS))
def test_an_article_comes_back_as_it_went(one: Article) -> None:
    assert content.article_from_json(_kept(one)) == one


@given(_articles(ANYTHING))
def test_what_comes_back_is_all_that_can_be_kept(one: Article) -> None:
    back = content.article_from_json(_kept(one))

    assert content.article_from_json(_kept(back)) == back
    assert "\x00" not in str(asdict(back))
    json.dumps(asdict(back), default=str, ensure_ascii=False).encode()


@given(_articles(ANYTHING))
def test_the_same_article_has_the_same_digest_after_being_kept(one: Article) -> None:
    kept = content.article_to_json(one)

    assert content.digest(kept) == content.digest(_kept(content.article_from_json(_kept(one))))


@given(_articles(WORDS), ZONES, INSTANTS)
def test_what_no_reader_sees_is_not_in_the_digest(one: Article, zone: timezone, modified: datetime) -> None:
    unseen = replace(one, source="another", modified=modified, published=one.published.astimezone(zone))

    assert content.digest(content.article_to_json(unseen)) == content.digest(content.article_to_json(one))


@given(_articles(WORDS), st.sampled_from(["title", "body", "summary", "kicker", "language"]))
def test_what_a_reader_sees_is_in_the_digest(one: Article, name: str) -> None:
    changes: dict[str, Any] = {name: getattr(one, name) + "!"}
    changed = replace(one, **changes)

    assert content.digest(content.article_to_json(changed)) != content.digest(content.article_to_json(one))


def test_translations_may_be_any_mapping() -> None:
    frozen = article(translations=MappingProxyType({"es": "https://example.org/puerto"}))

    assert content.article_from_json(_kept(frozen)) == article(translations={"es": "https://example.org/puerto"})


def test_a_variant_comes_back_as_it_went() -> None:
    back: Variant = content.variant_from_json(json.loads(json.dumps(asdict(VARIANT))))

    assert back == VARIANT
