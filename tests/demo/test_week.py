"""The demo does the whole job, whatever day it is, and leaves something to look at."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from publisher.config import Settings
from publisher.demo import Account, play
from publisher.demo.settings import shipped_config
from publisher.errors import NotAllowed
from publisher.model import ARCHIVE, CORRECTIONS, IssueState
from publisher.store import Store
from publisher.tasks import issuing
from tests.demo.written import FRIDAY

Played = tuple[Account, Settings, Store]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    with play(tmp_path_factory.mktemp("demo"), lambda _what: None, FRIDAY) as made:
        yield made


def test_two_issues_in_two_languages_reach_every_subscriber(played: Played) -> None:
    account, _, store = played

    assert account.subscribers == 300
    assert account.mails == 600 == len(list((account.folder / "outbox").rglob("*.eml")))
    assert [issue.state for issue in issuing.listed(store)] == [IssueState.SENT] * 4


def test_the_second_week_brings_a_correction_a_retraction_and_a_late_arrival(played: Played) -> None:
    account = played[0]

    assert (account.new_in_second_week, account.corrected, account.retracted) == (1, 1, 1)
    assert account.articles >= 40


def test_what_an_earlier_issue_carried_is_not_carried_again(played: Played) -> None:
    carried = [
        placement.article.id
        for issue in issuing.listed(played[2])
        for placement in issuing.show(played[2], issue.id).placements
        if placement.section not in (None, ARCHIVE, CORRECTIONS)
    ]

    assert len(carried) == len(set(carried))


def test_the_late_arrival_is_in_this_weeks_issue_and_the_retracted_article_in_none(played: Played) -> None:
    account, _, store = played
    spanish = issuing.show(store, account.issues[-1])
    reasons = {
        placement.article.article.url.rstrip("/").rpartition("/")[2]: str(placement.reason)
        for issue in account.issues[-2:]
        for placement in issuing.show(store, issue).placements
    }

    assert any("ahogados" in placement.article.article.url for placement in spanish.placements if placement.section)
    assert reasons["cooperative-bought-engines-with-smugglers-money"] == "retracted"


def test_bad_rows_of_the_subscribers_are_named(played: Played) -> None:
    assert len(played[0].rows_skipped) == 2


def test_previews_show_their_pictures_without_the_site(played: Played) -> None:
    account = played[0]
    pages = [file for file in account.previews if file.suffix == ".html"]

    assert len(pages) == 4
    for page in pages:
        text = page.read_text(encoding="utf-8")
        pictures = [part.partition('"')[0] for part in text.split('src="')[1:]]
        assert pictures
        assert all((page.parent / picture).exists() for picture in pictures)


def test_a_mail_has_what_the_newsroom_owes_its_readers(played: Played) -> None:
    mail = message_from_bytes(next((played[0].folder / "outbox").rglob("*.eml")).read_bytes(), policy=policy.default)
    text = mail.get_body(("plain",))

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert text
    assert "https://creativecommons.org/licenses/by-nc/4.0/" in text.get_content()
    assert "/donate/" in text.get_content() or "/donar/" in text.get_content()


def test_an_earlier_demo_is_replaced_and_other_folders_are_left_alone(played: Played, tmp_path: Path) -> None:
    shutil.copytree(played[0].folder, tmp_path / "demo")
    with play(tmp_path / "demo", lambda _what: None, FRIDAY) as (account, _, _store):
        assert account.mails == 600 == len(list((tmp_path / "demo/outbox").rglob("*.eml")))
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/chapter.txt").write_text("years of work", encoding="utf-8")

    with pytest.raises(NotAllowed, match="--dir"), play(tmp_path / "thesis", lambda _what: None, FRIDAY):
        pass

    assert (tmp_path / "thesis/chapter.txt").exists()


@pytest.mark.parametrize("days", [0.1, 6.99, 40])
def test_it_is_always_of_the_latest_friday(days: float, tmp_path: Path) -> None:
    now: datetime = FRIDAY + timedelta(days=days)

    with play(tmp_path, lambda _what: None, now) as (account, _, store):
        newest = issuing.listed(store)[0].period

    assert (account.mails, account.new_in_second_week, account.corrected, account.retracted) == (600, 1, 1, 1)
    assert newest.start <= now < newest.end + timedelta(days=7)


def test_no_variable_leads_the_demo_to_a_real_database_or_mail_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLISHER_DATABASE__URL", f"sqlite:///{tmp_path}/production.db")
    monkeypatch.setenv("PUBLISHER_DELIVERY__TRANSPORT", "smtp")
    monkeypatch.setenv("PUBLISHER_DELIVERY__OUTBOX", str(tmp_path / "elsewhere"))

    with play(tmp_path / "demo", lambda _what: None, FRIDAY) as (account, settings, _store):
        assert settings.delivery.transport == "outbox"
        assert account.mails == len(list((tmp_path / "demo/outbox").rglob("*.eml")))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo"]


def test_the_demo_runs_on_the_config_as_shipped() -> None:
    assert shipped_config() == (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8"), (
        "run `make docs`"
    )
