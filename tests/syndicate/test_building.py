"""The task: from the store to the folder."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from publisher.config import Section, Settings
from publisher.model import IssueState, StoredArticle
from publisher.store import Store, articles, issues
from publisher.tasks import syndicating
from tests.compose.samples import WEEK
from tests.syndicate import samples
from tests.syndicate.samples import ARTICLES, NOW, article


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return samples.settings(feeds_directory=tmp_path / "feeds")


@pytest.fixture(autouse=True)
def _published(store: Store) -> None:
    keep(store, *ARTICLES, at=NOW)


def keep(store: Store, *published: StoredArticle, at: datetime) -> None:
    with store.writing() as transaction:
        articles.keep(transaction, [(one.article, one.article) for one in published], at)


def put_issue(store: Store, *states: IssueState) -> None:
    said = samples.issue()
    with store.writing() as transaction:
        made = issues.put(
            transaction, said.newsletter, "en", WEEK, said.number, said.title, (), said.variant, said.composed
        )
        for before, after in zip((IssueState.DRAFT, *states), states, strict=False):
            issues.move(transaction, made, (before,), after, NOW)


def test_an_unchanged_store_writes_nothing(store: Store, config: Settings) -> None:
    assert len(syndicating.build(store, config, NOW)) == len(samples.FILES)
    assert syndicating.build(store, config, NOW + timedelta(hours=1)) == []


def test_everything_is_written_when_asked_for(store: Store, config: Settings) -> None:
    syndicating.build(store, config, NOW)

    assert len(syndicating.build(store, config, NOW, everything=True)) == len(samples.FILES)


def test_a_new_article_writes_only_the_feeds_it_is_in(store: Store, config: Settings) -> None:
    syndicating.build(store, config, NOW)
    keep(store, article("port-audit", categories=("Analysis",), hours_ago=1), at=NOW)

    changed = {name.rpartition(".")[0] for name in syndicating.build(store, config, NOW)}
    assert changed == {"all", "en/all", "en/analysis", "en/republish"}


def test_what_is_of_the_future_waits_for_its_time(store: Store, config: Settings) -> None:
    keep(store, article("embargoed", hours_ago=-2), at=NOW)

    syndicating.build(store, config, NOW)
    assert b"embargoed" not in (config.feeds.directory / "all.rss").read_bytes()
    syndicating.build(store, config, NOW + timedelta(hours=3))
    assert b"embargoed" in (config.feeds.directory / "all.rss").read_bytes()


def test_what_is_taken_back_leaves_every_feed(store: Store, config: Settings) -> None:
    syndicating.build(store, config, NOW)
    with store.writing() as transaction:
        articles.retract(transaction, ARTICLES[0].article.url, NOW)

    syndicating.build(store, config, NOW)
    feeds = [path.read_text() for path in config.feeds.directory.rglob("*.json")]
    assert not [feed for feed in feeds if '"id": "https://estuary.example.org/ghost-fleet/' in feed]


@pytest.mark.parametrize(
    ("states", "shown"),
    [
        ((), False),
        ((IssueState.APPROVED,), False),
        ((IssueState.CANCELLED,), False),
        ((IssueState.APPROVED, IssueState.SENDING), True),
        ((IssueState.APPROVED, IssueState.SENDING, IssueState.PAUSED), True),
        ((IssueState.APPROVED, IssueState.SENDING, IssueState.SENT), True),
    ],
)
def test_an_issue_is_in_its_feed_from_its_first_mail_on(
    states: tuple[IssueState, ...], shown: bool, store: Store, config: Settings
) -> None:
    put_issue(store, *states)
    syndicating.build(store, config, NOW)

    feed = (config.feeds.directory / "en/the-organization.json").read_bytes()
    assert samples.read("x.json", feed).titles() == ["Forty boats left the register"][: int(shown)]


def test_a_section_taken_out_of_the_config_takes_its_feeds_along(store: Store, config: Settings) -> None:
    syndicating.build(store, config, NOW)
    weekly = config.newsletters[0]
    fewer = weekly.model_copy(update={"sections": weekly.sections[1:]})

    syndicating.build(store, config.model_copy(update={"newsletters": (fewer,)}), NOW)
    assert not list(config.feeds.directory.rglob("investigations.*"))


def test_a_section_by_country_and_source_holds_what_its_rules_take_however_old(store: Store, config: Settings) -> None:
    rules = Section(key="peru", title={"": "Peru"}, countries=("Peru",), kickers=("Coast",))
    newsletter = config.newsletters[0].model_copy(update={"sections": (rules,)})
    ruled = config.model_copy(
        update={"newsletters": (newsletter,), "feeds": config.feeds.model_copy(update={"entries": 3})}
    )
    keep(store, article("old", countries=("Peru",), kicker="coast", hours_ago=5000), at=NOW)
    keep(store, article("other", countries=("Peru",), hours_ago=4000), at=NOW)

    syndicating.build(store, ruled, NOW)

    feed = (config.path(config.feeds.directory) / "en/peru.rss").read_text(encoding="utf-8")
    assert feed.count("<item>") == 1
    assert "/old/" in feed
