"""A source is examined as it would be collected, and nothing is kept of it but what a person sees."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from publisher import collect
from publisher.config import Settings, load
from publisher.config.settings import Fetch, Source
from publisher.errors import FarEndError, UsageError
from publisher.tasks import examining
from publisher.tasks.examining import Examined
from tests.collect import web as loopback
from tests.collect.newsroom import FeedSite, WordPress
from tests.collect.web import Answer, Web

SHIPPED = Path(__file__).parents[2] / "config.toml"
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def web() -> Iterator[Web]:
    with loopback.serve() as running:
        yield running


def settings(tmp_path: Path, *sources: Source) -> Settings:
    """Give the shipped settings with other sources."""
    config = tmp_path / "config.toml"
    config.write_text(SHIPPED.read_text(encoding="utf-8"), encoding="utf-8")
    fetch = Fetch(allow_hosts=("127.0.0.1",), pause_seconds=0, tries=1, timeout_seconds=10)
    return load(config, {}).model_copy(update={"sources": sources, "fetch": fetch})


def examine(settings: Settings, *only: str) -> list[Examined]:
    return list(examining.examine(settings, lambda: NOW, only))


def test_the_newest_article_of_a_feed_is_shown(web: Web, tmp_path: Path) -> None:
    site = FeedSite(web)
    site.publish("old-pier", published=NOW - timedelta(days=3))
    site.publish("port-audit", published=NOW - timedelta(days=1))
    site.publish("river-mouth", published=NOW - timedelta(days=2))
    site.publish_nonsense()

    (examined,) = examine(settings(tmp_path, site.source))

    assert (examined.articles, examined.newest and examined.newest.title) == (3, "port-audit")
    assert [one.what for one in examined.skipped] == ["Leads nowhere"]
    assert examined.failure is None


def test_the_newest_article_of_a_large_wordpress_is_shown(web: Web, tmp_path: Path) -> None:
    site = WordPress(web, longest_page=5)
    for number in range(20):
        site.publish(f"report-{number}", published=NOW - timedelta(days=300 - 15 * number))

    (examined,) = examine(settings(tmp_path, site.source))

    assert examined.newest
    assert examined.newest.title == "report-19"


def test_a_wordpress_that_published_nothing_lately_shows_an_older_article(web: Web, tmp_path: Path) -> None:
    site = WordPress(web)
    site.publish("port-audit", published=NOW - timedelta(days=300))

    (examined,) = examine(settings(tmp_path, site.source))

    assert examined.newest
    assert examined.newest.title == "port-audit"


def test_a_source_that_fails_costs_only_itself(web: Web, tmp_path: Path) -> None:
    site = FeedSite(web)
    site.publish("port-audit")
    gone = site.source.model_copy(update={"name": "gone", "url": "http://ana:hush@127.0.0.1:1/feed"})

    failed, examined = examine(settings(tmp_path, gone, site.source))

    assert examined.newest
    assert 'source "gone": ' in str(failed.failure)
    assert "nobody listens there" in str(failed.failure)
    assert "hush" not in str(failed.failure)


def test_a_failure_that_may_pass_is_tried_again_later(web: Web, tmp_path: Path) -> None:
    down = FeedSite(web).source.model_copy(update={"name": "down", "url": "http://127.0.0.1:1/feed"})
    examined = examine(settings(tmp_path, down))

    with pytest.raises(FarEndError) as raised:
        examining.check(examined)

    assert not raised.value.permanent


def test_one_failure_that_stays_makes_all_of_it_stay(web: Web, tmp_path: Path) -> None:
    site = FeedSite(web)
    web.answers(Answer(b"<html>No feed</html>"))
    down = site.source.model_copy(update={"name": "down", "url": "http://127.0.0.1:1/feed"})

    with pytest.raises(FarEndError) as raised:
        examining.check(examine(settings(tmp_path, down, site.source)))

    assert raised.value.permanent
    assert str(raised.value).count("\n") == 1


def test_a_source_that_gives_nothing_is_named(web: Web, tmp_path: Path) -> None:
    site = FeedSite(web)
    site.publish_nonsense()
    examined = examine(settings(tmp_path, site.source))

    examining.check(examined)

    assert examining.without_articles(examined) == [
        'source "feed": it answered and gave no article; look at what was skipped, and at its address'
    ]


def test_only_the_named_sources_are_asked(web: Web, tmp_path: Path) -> None:
    site = FeedSite(web)
    site.publish("port-audit")
    other = site.source.model_copy(update={"name": "other"})

    assert [one.source.name for one in examine(settings(tmp_path, site.source, other), "other")] == ["other"]
    with pytest.raises(UsageError, match='source "blog" is not in the config'):
        examine(settings(tmp_path, site.source), "blog")


def test_a_bug_that_one_source_wakes_is_told_and_the_others_go_on(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _breaks(source: Source, *_asked: Any) -> Any:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(collect, "collect", _breaks)

    (examined,) = examine(settings(tmp_path, FeedSite(web).source))

    assert str(examined.failure) == ('source "feed": unexpected ZeroDivisionError: division by zero; please report it')


def test_looking_for_the_database_makes_nothing(tmp_path: Path) -> None:
    assert examining.database(settings(tmp_path)) is False
    assert [one.name for one in tmp_path.iterdir()] == ["config.toml"]
