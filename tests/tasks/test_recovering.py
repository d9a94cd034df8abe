"""What a sender that died left behind is written into the ledger, and nothing else is."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from publisher.config import Settings
from publisher.deliver import journal
from publisher.deliver.journal import Journal
from publisher.model import Delivery, DeliveryState, Reply
from publisher.store import Store, ledger, subscribers
from publisher.store.schema import deliveries
from publisher.tasks import recovering
from tests.deliver.samples import settings
from tests.store.cast import DEFERRED, FAILED, LEASE, NOW, SENDER, SENT, counted, opened

ANA = "ana@example.org"
PEOPLE = (ANA, *(f"{name}@example.org" for name in ("bruno", "carla", "dora", "elsa")))


def row(store: Store, delivery: Delivery) -> Row[Any]:
    with store.reading() as transaction:
        return transaction.execute(select(deliveries).where(deliveries.c.id == delivery.id)).one()


@dataclass
class Desk:
    """An issue to five people, all of them claimed by one sender."""

    store: Store
    settings: Settings
    issue: int
    rows: list[Delivery]

    def notes(self) -> Journal:
        return Journal(recovering.folder(self.settings), self.issue, SENDER)

    def dies(self, told: Mapping[int, Reply | None]) -> Path:
        """Leave a journal in which some rows were begun, and some of those answered."""
        notes = self.notes()
        notes.must_stay = True
        for at, reply in told.items():
            notes.begin(self.rows[at])
            if reply:
                notes.note(self.rows[at], reply)
        notes.close()
        return notes.path

    def recovers(self) -> None:
        recovering.recover(self.store, self.settings, NOW)

    def states(self) -> list[str]:
        return [row(self.store, one).state for one in self.rows]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    issue = opened(store, *PEOPLE)
    with store.writing() as transaction:
        rows = ledger.claim(transaction, issue, 5, NOW, LEASE, SENDER)
    return Desk(store, settings(delivery={"journal": tmp_path}), issue, rows)


def test_what_was_answered_is_settled_what_was_begun_is_in_doubt_and_the_others_wait(desk: Desk) -> None:
    path = desk.dies({0: SENT, 1: DEFERRED, 2: FAILED, 3: None})

    desk.recovers()

    assert desk.states() == ["sent", "deferred", "failed", "uncertain", "queued"]
    assert row(desk.store, desk.rows[0]).words == SENT.words
    assert not path.exists()


def test_after_a_restart_of_the_machine_whoever_is_not_noted_is_in_doubt(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.dies({0: SENT, 3: None})
    another = tmp_path / "boot_id"
    another.write_text("another\n")
    monkeypatch.setattr(journal, "_BOOT", another)

    desk.recovers()

    assert desk.states() == ["sent", "uncertain", "uncertain", "uncertain", "uncertain"]


def test_a_damaged_journal_leaves_in_doubt_what_it_does_not_tell_and_stops_nobody(desk: Desk) -> None:
    path = desk.dies({0: SENT, 3: None})
    with path.open("r+b") as file:
        file.write(b"\xff" * 64)

    desk.recovers()

    assert desk.states() == ["sent", "uncertain", "uncertain", "uncertain", "uncertain"]
    assert not path.exists()


def test_the_rows_of_a_living_sender_are_its_own(desk: Desk) -> None:
    notes = desk.notes()
    notes.begin(desk.rows[0])

    desk.recovers()

    assert desk.states() == ["sending"] * 5
    notes.close()


def test_two_who_come_at_once_write_it_once(desk: Desk) -> None:
    desk.dies({0: DEFERRED, 1: None})

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: desk.recovers(), range(2)))

    assert desk.states() == ["deferred", "uncertain", "queued", "queued", "queued"]
    assert row(desk.store, desk.rows[0]).attempts == 1


def test_what_is_told_of_a_claim_that_is_over_changes_nothing(desk: Desk) -> None:
    with desk.store.writing() as transaction:
        ledger.release(transaction, desk.rows)
        again = ledger.claim(transaction, desk.issue, 5, NOW, LEASE, "fedcba9876543210")
    desk.dies({0: SENT, 1: None})

    desk.recovers()

    assert desk.states() == ["sending"] * 5
    assert [one.claim for one in again] == [2] * 5


def test_the_journal_of_another_database_is_left_alone(desk: Desk) -> None:
    path = desk.dies({0: SENT})
    elsewhere = settings(
        delivery={"journal": desk.settings.delivery.journal},
        database={"url": "postgresql://ana:hush@db.example.org/other"},
    )

    recovering.recover(desk.store, elsewhere, NOW)

    assert path.exists()
    assert desk.states() == ["sending"] * 5


def test_a_new_password_is_no_other_database() -> None:
    first, second, another = (
        recovering.folder(settings(database={"url": f"postgresql://ana:{told}"}))
        for told in ("hush@db.example.org/news", "hush-hush@db.example.org/news", "hush@db.example.org/other")
    )

    assert first == second != another


def test_a_journal_whose_issue_is_gone_is_removed(desk: Desk) -> None:
    notes = Journal(recovering.folder(desk.settings), desk.issue + 1000, SENDER)
    notes.begin(desk.rows[0])
    notes.close()

    desk.recovers()

    assert not notes.path.exists()
    assert desk.states() == ["sending"] * 5


def test_of_somebody_who_was_erased_no_word_comes_back(desk: Desk) -> None:
    desk.dies({0: Reply(DeliveryState.FAILED, 550, "5.1.1", f"<{ANA}>: unknown")})
    with desk.store.writing() as transaction:
        subscribers.erase(transaction, ANA)

    desk.recovers()

    assert row(desk.store, desk.rows[0]).words == ""


def test_a_database_that_cannot_be_written_leaves_the_journal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.dies({0: SENT})

    def _away(*_told: object, **_named: object) -> int:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(ledger, "recover", _away)
        with pytest.raises(RuntimeError):
            desk.recovers()
    assert path.exists()

    desk.recovers()
    assert counted(desk.store, desk.issue) == {"sent": 1, "queued": 4}
