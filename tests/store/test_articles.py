"""Articles: one for each address, changed only when a reader can see it, with what it said before."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from publisher.model import Article, StoredArticle
from publisher.store import Store, articles, terms
from publisher.store.articles import Outcome
from tests.store.cast import NOW, article, keep, together, writes

LATER = NOW + timedelta(hours=1)
HALF_A_PAIR = "\ud83d"


def stored(store: Store, slug: str = "port-audit") -> StoredArticle:
    with store.reading() as transaction:
        one = articles.by_url(transaction, f"https://example.org/{slug}")
    assert one is not None
    return one


def slugs(some: list[StoredArticle]) -> list[str]:
    return [one.article.url.removeprefix("https://example.org/") for one in some]


def test_a_new_article_is_kept_as_it_came(store: Store) -> None:
    assert keep(store, article(authors=("Ana",))) == [Outcome.NEW]

    kept = stored(store)
    assert kept.article == article(authors=("Ana",))
    assert (kept.first_seen, kept.updated, kept.revision) == (NOW, NOW - timedelta(days=1), 1)
    assert kept.retracted_at is None


def test_an_article_that_came_before_is_not_written_again(store: Store) -> None:
    keep(store, article(), article("second"))

    with writes() as written:
        outcomes = keep(store, article(modified=NOW), article("second"), now=LATER)

    assert outcomes == [Outcome.UNCHANGED, Outcome.UNCHANGED]
    assert written == []


def test_the_same_instant_in_another_zone_is_no_change(store: Store) -> None:
    keep(store, article())
    in_bogota = article().published.astimezone(ZoneInfo("America/Bogota"))

    assert keep(store, article(published=in_bogota)) == [Outcome.UNCHANGED]


def test_a_change_moves_updated_and_keeps_what_was_said_before(store: Store) -> None:
    keep(store, article(title="Port audit"))
    keep(store, article(title="Port audit, corrected"), now=LATER)
    assert keep(store, article(title="Port audit, again"), now=LATER) == [Outcome.CHANGED]

    kept = stored(store)
    with store.reading() as transaction:
        earlier = articles.revisions(transaction, kept.id)
    assert (kept.article.title, kept.revision, kept.updated) == ("Port audit, again", 3, LATER)
    assert [(one.number, one.article.title, one.replaced) for one in earlier] == [
        (1, "Port audit", LATER),
        (2, "Port audit, corrected", LATER),
    ]


@pytest.mark.parametrize(("said", "taken"), [(timedelta(minutes=30), 30), (timedelta(days=9), 60), (-timedelta(9), 60)])
def test_updated_is_what_the_source_says_when_that_can_be(store: Store, said: timedelta, taken: int) -> None:
    keep(store, article())

    keep(store, article(title="Other", modified=NOW + said), now=LATER)

    assert stored(store).updated == NOW + timedelta(minutes=taken)


def test_the_copy_of_each_source_is_kept_beside_the_article(store: Store) -> None:
    of_site, of_feed = article(body="<p>All</p>"), article(source="feed", summary="Short")
    merged = article(body="<p>All</p>", summary="Short")
    with store.writing() as transaction:
        articles.keep(transaction, [(of_site, of_site), (merged, of_feed)], NOW)

    with store.writing() as transaction:
        copies = articles.copies(transaction, [of_site.url, "https://example.org/none"])

    assert copies == {articles.identity(of_site.url): {"site": of_site, "feed": of_feed}}
    assert stored(store).article == merged


def test_an_article_is_taken_back_as_long_as_its_source_says_so(store: Store) -> None:
    keep(store, article())

    assert keep(store, article(retracted=True), now=LATER) == [Outcome.RETRACTED]
    assert stored(store).retracted_at == LATER
    assert keep(store, article(), now=LATER + timedelta(1)) == [Outcome.CHANGED]
    assert stored(store).retracted_at is None


def test_what_an_editor_takes_back_only_an_editor_restores(store: Store) -> None:
    keep(store, article())
    with store.writing() as transaction:
        articles.retract(transaction, article().url, NOW)
    keep(store, article(retracted=True), now=LATER)
    keep(store, article(title="Changed"), now=LATER)
    assert stored(store).retracted_at == NOW

    with store.writing() as transaction:
        lifted = [articles.restore(transaction, article(slug).url) for slug in ("port-audit", "port-audit", "none")]

    assert lifted == [True, False, False]
    assert stored(store).retracted_at is None


def test_what_a_source_takes_back_no_editor_restores(store: Store) -> None:
    keep(store, article(retracted=True))

    with store.writing() as transaction:
        assert not articles.restore(transaction, article().url)
    assert stored(store).retracted_at == NOW


@pytest.mark.parametrize(
    "other", ["http://example.org/port-audit", "https://www.example.org/port-audit", "https://example.org/port-audit/"]
)
def test_addresses_that_sites_answer_alike_are_one_article_at_the_address_first_seen(store: Store, other: str) -> None:
    keep(store, article())

    assert keep(store, article(url=other, source="feed")) == [Outcome.UNCHANGED]

    assert stored(store).article.url == article().url
    with store.reading() as transaction:
        assert articles.count(transaction) == 1
        found = articles.by_url(transaction, other)
        assert found
        assert found.article.url == article().url


def test_an_article_is_taken_back_once(store: Store) -> None:
    keep(store, article())
    with store.writing() as transaction:
        taken = [articles.retract(transaction, article(slug).url, NOW) for slug in ("port-audit", "port-audit", "none")]

    assert taken == [True, False, False]
    assert keep(store, article(), now=LATER) == [Outcome.UNCHANGED]
    assert stored(store).retracted_at == NOW


def test_a_change_that_comes_as_an_editor_takes_it_back_does_not_bring_it_back(store: Store) -> None:
    keep(store, article())

    def _retract() -> None:
        with store.writing() as transaction:
            articles.retract(transaction, article().url, NOW)

    together(_retract, lambda: keep(store, article(title="Changed"), now=LATER))

    assert stored(store).retracted_at == NOW
    assert stored(store).article.title == "Changed"


def test_between_is_half_open_and_in_order(store: Store) -> None:
    hours = {"first": 0, "second": 1, "end": 2, "before": -1}
    keep(store, *(article(slug, published=NOW + timedelta(hours=by)) for slug, by in hours.items()))

    with store.reading() as transaction:
        assert slugs(articles.between(transaction, NOW, NOW + timedelta(hours=2))) == ["first", "second"]
        assert articles.count(transaction) == 4


def test_the_newest_are_those_a_reader_may_see(store: Store) -> None:
    keep(
        store,
        article("old", published=NOW - timedelta(days=9)),
        article("new"),
        article("tomorrow", published=NOW + timedelta(days=1)),
        article("taken-back", retracted=True),
        article("puerto", language="es"),
        article("muelle", language="es-MX", published=NOW - timedelta(hours=2)),
    )
    with store.reading() as transaction:
        assert slugs(articles.newest(transaction, NOW, 9, "en")) == ["new", "old"]
        assert slugs(articles.newest(transaction, NOW, 1)) == ["muelle"]
        assert slugs(articles.newest(transaction, NOW, 9, "es")) == ["muelle", "puerto"]
        assert slugs(articles.newest(transaction, NOW, 9, "e")) == []


@pytest.mark.parametrize("asked", ["PERÚ", "peru\u0301", " Perú "])
def test_a_category_is_found_however_it_is_spelled(store: Store, asked: str) -> None:
    keep(store, article(categories=("Perú", "News")), article("other", categories=("News",)))

    with store.reading() as transaction:
        assert slugs(articles.newest(transaction, NOW, 9, filed={terms.CATEGORY: (asked,)})) == ["port-audit"]


def test_a_category_that_was_dropped_is_not_found(store: Store) -> None:
    keep(store, article(categories=("Perú",)))
    keep(store, article(categories=("Chile",)))

    with store.reading() as transaction:
        assert articles.newest(transaction, NOW, 9, filed={terms.CATEGORY: ("Perú",)}) == []


@pytest.mark.parametrize("hostile", ["\x00", HALF_A_PAIR, f"a{HALF_A_PAIR}\x00"])
def test_characters_that_no_database_takes_are_dropped(store: Store, hostile: str) -> None:
    said: dict[str, Any] = dict.fromkeys(("title", "body", "summary", "kicker"), f"T{hostile}")
    said |= dict.fromkeys(("authors", "categories", "tags", "countries"), (f"N{hostile}",))
    said["translations"] = {f"es{hostile}": f"https://example.org/{hostile}"}
    sent = article(**said, url=f"https://example.org/port{hostile}-audit")

    assert keep(store, sent) == [Outcome.NEW]
    assert keep(store, sent) == [Outcome.UNCHANGED]

    shown = hostile.replace("\x00", "").replace(HALF_A_PAIR, "")
    with store.reading() as transaction:
        (kept,) = articles.newest(transaction, NOW, 9, filed={terms.CATEGORY: (f"n{hostile}",)})
    assert (kept.article.title, kept.article.tags) == (f"T{shown}", (f"N{shown}",))


def test_a_category_of_any_length_is_kept_whole(store: Store) -> None:
    endless = "".join(map(chr, range(0x4E00, 0x9000)))

    keep(store, article(categories=(endless,)))

    with store.reading() as transaction:
        (kept,) = articles.newest(transaction, NOW, 9, filed={terms.CATEGORY: (endless,)})
    assert kept.article.categories == (endless,)


def test_a_new_article_that_comes_to_many_hands_at_once_is_one(store: Store) -> None:
    outcomes = together(*[partial(keep, store, article(), article("second"), article("third"))] * 6)

    assert sorted(one for some in outcomes for one in some) == [Outcome.NEW] * 3 + [Outcome.UNCHANGED] * 15
    with store.reading() as transaction:
        assert articles.count(transaction) == 3


def test_a_change_that_comes_to_many_hands_at_once_is_one_revision(store: Store) -> None:
    keep(store, article(), article("second"))
    backwards = (article("second", title="B"), article(title="A"))

    together(*[partial(keep, store, *backwards), partial(keep, store, *reversed(backwards))] * 3)

    assert [stored(store).revision, stored(store, "second").revision] == [2, 2]


def test_sources_that_come_at_once_are_all_merged(store: Store) -> None:
    def _collect(name: str) -> None:
        mine = article(source=name, tags=(name,))
        with store.writing() as transaction:
            known = articles.copies(transaction, [mine.url]).get(articles.identity(mine.url), {})
            tags = tuple(sorted({*known, name}))
            articles.keep(transaction, [(article(tags=tags), mine)], NOW)

    together(*(partial(_collect, f"source {number}") for number in range(6)))

    assert len(stored(store).article.tags) == 6


@pytest.fixture
def _as_usually_built() -> Iterator[None]:
    """SQLite with the limit it has where nobody raised it."""

    def _limit(connection: object, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)

    event.listen(Engine, "connect", _limit)
    yield
    event.remove(Engine, "connect", _limit)


@pytest.mark.usefixtures("_as_usually_built")
@pytest.mark.parametrize("number", [50_000, 70_000])
def test_any_number_of_articles_is_asked_for_at_once(store: Store, number: int) -> None:
    keep(store, article())
    urls = [f"https://example.org/{one}" for one in range(number)]

    with store.writing() as transaction:
        assert list(articles.by_ids(transaction, range(number))) == [stored(store).id]
        assert list(articles.copies(transaction, [*urls, article().url])) == [articles.identity(article().url)]


def test_by_ids_of_nobody_is_nothing(store: Store) -> None:
    with store.reading() as transaction:
        assert articles.by_ids(transaction, []) == {}


def test_nothing_collected_is_nothing_kept(store: Store) -> None:
    with writes() as written:
        assert keep(store) == []
    assert written == []


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    naive: Article = article(published=NOW.replace(tzinfo=None), modified=NOW.replace(tzinfo=None))

    with pytest.raises((ValueError, TypeError)):
        keep(store, naive)
