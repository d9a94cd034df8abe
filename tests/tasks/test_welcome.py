"""A welcome goes to each who subscribes while it is open, once, and to nobody who was there before."""

from datetime import timedelta
from pathlib import Path

import pytest

from publisher.model import DeliveryState, IssueState, Reply
from publisher.store import ledger, subscribers, welcomes
from publisher.tasks import collecting, issuing, looking, recalling, sending, special, weekly
from tests.tasks.conftest import WEEKLY, Newsroom


@pytest.fixture(autouse=True)
def _nothing_to_collect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "collect", lambda *_asked, **_options: [])


def welcome(newsroom: Newsroom, folder: Path, key: str = "welcome", language: str = "en") -> int:
    file = folder / f"{key}.md"
    file.write_text(f"---\ntitle: Welcome\nkey: {key}\nkind: welcome\n---\nGood to have you here.\n", encoding="utf-8")
    made = special.compose(newsroom.store, newsroom.settings, WEEKLY, file, newsroom.now, language)
    return issuing.move(newsroom.store, made.id, IssueState.APPROVED, newsroom.now).id


@pytest.fixture
def opened(newsroom: Newsroom, tmp_path: Path) -> int:
    """A welcome that is open since a minute; Ana subscribed before."""
    newsroom.subscribes("ana@example.org")
    newsroom.now += timedelta(minutes=1)
    issue = welcome(newsroom, tmp_path)
    newsroom.sends(issue)
    return issue


def ticks(newsroom: Newsroom) -> None:
    newsroom.now += timedelta(minutes=1)
    weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)


def test_it_stays_open_and_goes_to_newcomers_alone(newsroom: Newsroom, opened: int) -> None:
    assert newsroom.mails() == []
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)
    newsroom.subscribes("carla@example.org")
    for _ in range(3):
        ticks(newsroom)

    assert newsroom.recipients() == ["bruno@example.org", "carla@example.org"]
    assert issuing.known_issue(newsroom.store, opened).state is IssueState.SENDING


def test_what_was_taken_back_since_is_in_no_later_welcome(newsroom: Newsroom, tmp_path: Path) -> None:
    article = newsroom.publishes("Port audit")
    newsroom.publishes("Pier nine")
    file = tmp_path / "welcome.md"
    urls = "".join(f"  - https://estuary.example.org/{slug}/\n" for slug in ("port-audit", "pier-nine"))
    file.write_text(f"---\ntitle: Welcome\nkind: welcome\narticles:\n{urls}---\nHello.\n", encoding="utf-8")
    made = special.compose(newsroom.store, newsroom.settings, WEEKLY, file, newsroom.now)
    newsroom.sends(issuing.move(newsroom.store, made.id, IssueState.APPROVED, newsroom.now).id)
    newsroom.now += timedelta(days=60)
    looking.retract(newsroom.store, article.url, newsroom.now)
    newsroom.subscribes("bruno@example.org")

    ticks(newsroom)

    (mail,) = newsroom.mails()
    assert "Pier nine" in mail.as_string()
    assert "Port audit" not in mail.as_string()


def test_who_was_welcomed_before_something_was_taken_back_is_shown_what_they_got(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    article = newsroom.publishes("Port audit")
    newsroom.publishes("Pier nine")
    file = tmp_path / "welcome.md"
    urls = "".join(f"  - https://estuary.example.org/{slug}/\n" for slug in ("port-audit", "pier-nine"))
    file.write_text(f"---\ntitle: Welcome\nkind: welcome\narticles:\n{urls}---\nHello.\n", encoding="utf-8")
    made = special.compose(newsroom.store, newsroom.settings, WEEKLY, file, newsroom.now).id
    newsroom.sends(issuing.move(newsroom.store, made, IssueState.APPROVED, newsroom.now).id)
    newsroom.subscribes("ana@example.org")
    ticks(newsroom)
    looking.retract(newsroom.store, article.url, newsroom.now)
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)

    folder = newsroom.settings.path(newsroom.settings.delivery.outbox)
    sent = {file.read_bytes() for file in folder.rglob("*.eml")}
    shown = [
        recalling.recall(newsroom.store, newsroom.settings, made, address).content
        for address in ("ana@example.org", "bruno@example.org")
    ]
    assert set(shown) == sent
    assert [b"Port audit" in mail for mail in shown] == [True, False]


def test_another_language_is_not_its(newsroom: Newsroom, opened: int) -> None:
    assert opened
    newsroom.subscribes("dora@example.org", language="es")
    ticks(newsroom)

    assert newsroom.mails() == []


def test_paused_or_cancelled_it_welcomes_nobody(newsroom: Newsroom, opened: int) -> None:
    issuing.move(newsroom.store, opened, IssueState.PAUSED, newsroom.now)
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)
    assert newsroom.mails() == []

    issuing.move(newsroom.store, opened, IssueState.CANCELLED, newsroom.now)
    ticks(newsroom)
    assert newsroom.mails() == []


def states(newsroom: Newsroom, *ids: int) -> list[IssueState]:
    return [issuing.known_issue(newsroom.store, one).state for one in ids]


def test_a_newer_welcome_takes_over(newsroom: Newsroom, opened: int, tmp_path: Path) -> None:
    newer = welcome(newsroom, tmp_path, "welcome-2")
    newsroom.sends(newer)
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)

    assert states(newsroom, opened, newer) == [IssueState.SENT, IssueState.SENDING]
    assert newsroom.recipients() == ["bruno@example.org"]


def test_who_came_just_before_the_newer_one_gets_the_older_and_who_came_before_it_was_sent_gets_one(
    newsroom: Newsroom, opened: int, tmp_path: Path
) -> None:
    newsroom.subscribes("bruno@example.org")
    newsroom.now += timedelta(seconds=10)
    newer = welcome(newsroom, tmp_path, "welcome-2")
    newsroom.subscribes("carla@example.org")
    newsroom.now += timedelta(seconds=10)
    newsroom.sends(newer)
    ticks(newsroom)
    ticks(newsroom)

    assert newsroom.recipients() == ["bruno@example.org", "carla@example.org"]
    assert [sending.status(newsroom.store, one)[DeliveryState.SENT] for one in (opened, newer)] == [1, 1]
    assert states(newsroom, opened, newer) == [IssueState.SENT, IssueState.SENDING]


def test_the_older_one_ends_when_its_last_mail_has_gone(newsroom: Newsroom, opened: int, tmp_path: Path) -> None:
    newsroom.subscribes("bruno@example.org")
    with newsroom.store.writing() as transaction:
        welcomes.open_rows(transaction, issuing.known_issue(newsroom.store, opened), newsroom.now)
        (row,) = ledger.claim(transaction, opened, 1, newsroom.now, 600, "a sender")
        later = Reply(DeliveryState.DEFERRED, 451, "4.7.1", "greylisted")
        ledger.settle(transaction, [(row, later)], newsroom.now, 36)
    newsroom.now += timedelta(seconds=10)
    newer = welcome(newsroom, tmp_path, "welcome-2")
    newsroom.sends(newer)
    ticks(newsroom)
    assert (states(newsroom, opened), newsroom.mails()) == ([IssueState.SENDING], [])

    newsroom.now += timedelta(hours=1)
    ticks(newsroom)

    assert newsroom.recipients() == ["bruno@example.org"]
    assert states(newsroom, opened, newer) == [IssueState.SENT, IssueState.SENDING]


def test_one_that_was_never_begun_takes_over_nothing(newsroom: Newsroom, opened: int, tmp_path: Path) -> None:
    newer = welcome(newsroom, tmp_path, "welcome-2")
    issuing.move(newsroom.store, newer, IssueState.CANCELLED, newsroom.now)
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)

    assert newsroom.recipients() == ["bruno@example.org"]
    assert states(newsroom, opened) == [IssueState.SENDING]


def test_who_changes_language_or_comes_back_is_not_welcomed_again(
    newsroom: Newsroom, opened: int, tmp_path: Path
) -> None:
    assert opened
    newsroom.sends(welcome(newsroom, tmp_path, "bienvenida", "es"))
    newsroom.subscribes("bruno@example.org")
    ticks(newsroom)
    with newsroom.store.writing() as transaction:
        bruno = subscribers.by_email(transaction, "bruno@example.org")
        assert bruno is not None
        subscribers.leave(transaction, bruno.id, WEEKLY, newsroom.now)
        subscribers.choose(transaction, bruno.id, WEEKLY, "es", "preferences page", newsroom.now)
    ticks(newsroom)

    assert newsroom.recipients() == ["bruno@example.org"]


def test_who_waits_for_confirmation_is_welcomed_after_it(newsroom: Newsroom, opened: int) -> None:
    assert opened
    asked = ("bruno@example.org", "", "en", (), WEEKLY, "form", newsroom.now)
    with newsroom.store.writing() as transaction:
        subscribers.add(transaction, *asked, is_confirmed=False)
    ticks(newsroom)
    assert newsroom.mails() == []

    with newsroom.store.writing() as transaction:
        bruno = subscribers.by_email(transaction, "bruno@example.org")
        assert bruno is not None
        subscribers.confirm(transaction, bruno.id, WEEKLY, "link of the mail", newsroom.now)
    ticks(newsroom)

    assert newsroom.recipients() == ["bruno@example.org"]
