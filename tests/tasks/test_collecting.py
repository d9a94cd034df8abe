"""Collecting over the newsroom's real site on loopback: what fails is named, the rest goes on, nothing doubles."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from publisher import collect as stage
from publisher.config import Source
from publisher.demo import newsroom as sample
from publisher.errors import FarEndError, UsageError
from publisher.store import articles, sources
from publisher.tasks import collecting
from publisher.tasks.sources import SourceAccount
from tests.store.cast import writes
from tests.tasks.conftest import FRIDAY, Newsroom


@pytest.fixture
def site() -> Iterator[sample.Site]:
    with sample.serve(now=FRIDAY) as running:
        yield running


@pytest.fixture
def reporting(newsroom: Newsroom, site: sample.Site) -> Newsroom:
    """The newsroom with two sources of one site: its API and its feed."""
    fetch = newsroom.settings.fetch.model_copy(update={"allow_hosts": ("127.0.0.1",), "pause_seconds": 0.0, "tries": 1})
    both = (
        Source(name="site", kind="wordpress", url=f"{site.url}/", language="en"),
        Source(name="feed", kind="feed", url=f"{site.url}/feed/", language="en"),
    )
    newsroom.settings = newsroom.settings.model_copy(update={"sources": both, "fetch": fetch})
    return newsroom


def collects(newsroom: Newsroom, *only: str) -> dict[str, SourceAccount]:
    found = collecting.collect(newsroom.store, newsroom.settings, newsroom.clock, only)
    return {account.source: account for account in found}


def stored(newsroom: Newsroom) -> int:
    with newsroom.store.reading() as transaction:
        return articles.count(transaction)


def test_what_two_sources_have_is_one_article(reporting: Newsroom) -> None:
    accounts = collects(reporting)

    assert accounts["site"].outcomes["new"] >= 40
    assert accounts["feed"].outcomes["new"] == 0
    assert stored(reporting) == accounts["site"].outcomes["new"]


def test_the_earlier_source_wins_whatever_comes_first(reporting: Newsroom) -> None:
    collects(reporting, "feed")
    collects(reporting, "site")

    with reporting.store.reading() as transaction:
        (newest,) = articles.newest(transaction, reporting.now, 1, "en")
    assert newest.article.source == "site"


def test_a_second_collect_finds_nothing_new(reporting: Newsroom) -> None:
    collects(reporting)

    again = collects(reporting)

    assert not [outcome for account in again.values() for outcome in account.outcomes if outcome != "unchanged"]


def test_a_second_collect_of_an_unchanged_newsroom_writes_nothing(reporting: Newsroom) -> None:
    collects(reporting)
    reporting.now += timedelta(minutes=30)

    with writes() as written:
        collects(reporting)

    assert written == []


def test_a_correction_a_retraction_and_a_late_arrival_are_noticed(reporting: Newsroom, site: sample.Site) -> None:
    collects(reporting)
    site.advance()

    outcomes = collects(reporting)["site"].outcomes

    assert (outcomes["new"], outcomes["changed"], outcomes["retracted"]) == (1, 1, 1)


def test_a_source_that_fails_is_named_and_the_rest_goes_on(reporting: Newsroom, site: sample.Site) -> None:
    dead = Source(name="dead", kind="feed", url="http://127.0.0.1:1/feed")
    reporting.settings = reporting.settings.model_copy(update={"sources": (dead, *reporting.settings.sources)})

    accounts = collects(reporting)

    assert accounts["dead"].failure
    assert accounts["dead"].failure.startswith('source "dead": http://127.0.0.1:1/feed cannot be read')
    assert accounts["site"].outcomes["new"] >= 40
    with reporting.store.reading() as transaction:
        assert sources.health(transaction, "dead").failure == accounts["dead"].failure
        assert sources.health(transaction, "site").succeeded == FRIDAY


def test_a_bug_in_one_kind_of_source_costs_the_others_nothing(
    reporting: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _breaks(*_asked: object) -> Iterator[stage.Batch]:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setitem(stage.KINDS, "feed", _breaks)

    accounts = collects(reporting)

    assert accounts["feed"].failure == (
        'source "feed": unexpected ZeroDivisionError: division by zero; please report it'
    )
    assert accounts["site"].outcomes["new"] >= 40


def test_stopped_after_a_batch_the_next_run_has_the_rest(reporting: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter([True])
    collecting.collect(reporting.store, reporting.settings, reporting.clock, ("site",), stop=lambda: next(asked, False))

    collects(reporting)

    assert stored(reporting) >= 40


def test_a_database_that_goes_away_is_no_sources_fault(reporting: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def _gone(*_asked: object) -> None:
        raise FarEndError("database went away; try again later")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(articles, "keep", _gone)
        with pytest.raises(FarEndError, match="database went away"):
            collects(reporting, "site")

    with reporting.store.reading() as transaction:
        assert sources.health(transaction, "site").failure is None
    assert collects(reporting, "site")["site"].outcomes["new"] >= 40


def test_more_hosts_than_are_asked_at_once_are_all_asked(reporting: Newsroom) -> None:
    many = tuple(
        Source(name=f"dead {port}", kind="feed", url=f"http://127.0.0.1:{port}/feed")
        for port in range(1, 2 * collecting.HOSTS_AT_ONCE)
    )
    reporting.settings = reporting.settings.model_copy(update={"sources": many})

    accounts = collects(reporting)

    assert list(accounts) == [source.name for source in many]
    assert all(account.failure for account in accounts.values())


def test_an_unknown_source_is_said_with_those_there_are(reporting: Newsroom) -> None:
    with pytest.raises(UsageError, match="it has site, feed"):
        collects(reporting, "blog")


def test_when_no_source_answers_it_is_a_failure() -> None:
    with pytest.raises(FarEndError, match="does not answer"):
        collecting.check_some_answered([SourceAccount("site", failure='source "site": does not answer')])
    collecting.check_some_answered([SourceAccount("site"), SourceAccount("feed", failure="x")])


def test_a_source_of_the_wrong_kind_says_what_to_change(reporting: Newsroom, site: sample.Site) -> None:
    wrong = Source(name="site", kind="feed", url=f"{site.url}/")
    reporting.settings = reporting.settings.model_copy(update={"sources": (wrong,)})

    failure = collects(reporting)["site"].failure

    assert failure
    assert "is no" in failure or "is a page and no feed" in failure
