"""An issue goes on by itself only where somebody saw to it all the time; else it waits for a person."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from publisher.deliver.journal import Journal
from publisher.model import DeliveryState, IssueEvent, IssueState, Reply
from publisher.store import issue_events, ledger
from publisher.store.schema import deliveries
from publisher.tasks import issuing, recovering, sending, subscribing, weekly
from tests.deliver.far_end import far_end
from tests.tasks.conftest import WEEKLY, Newsroom
from tests.tasks.sendings import begun

HOUR = timedelta(hours=1)
READERS = ("ana@example.org", "bruno@example.org", "carla@example.org")


def ticks(newsroom: Newsroom) -> None:
    weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)


def state(newsroom: Newsroom, issue: int) -> IssueState:
    return issuing.known_issue(newsroom.store, issue).state


def history(newsroom: Newsroom, issue: int) -> list[IssueEvent]:
    with newsroom.store.reading() as transaction:
        return issue_events.of(transaction, issue)


@pytest.fixture
def issue(newsroom: Newsroom) -> int:
    """An issue to three readers, of whom the first got it; then the machine stopped, or the back-up was made."""
    newsroom.subscribes(*READERS)
    made = begun(newsroom, "2026-W47")
    with newsroom.store.writing() as transaction:
        (row,) = ledger.claim(transaction, made, 1, newsroom.now, 1500, "0123456789abcdef")
        ledger.settle(transaction, [(row, Reply(DeliveryState.SENT, 250))], newsroom.now, 36)
    return made


def test_found_again_within_the_grace_it_goes_on(newsroom: Newsroom, issue: int) -> None:
    newsroom.now += 23 * HOUR
    ticks(newsroom)

    assert state(newsroom, issue) is IssueState.SENT
    assert newsroom.recipients() == list(READERS[1:])


def test_found_later_it_is_paused_once_and_says_what_to_do(newsroom: Newsroom, issue: int) -> None:
    newsroom.now += 25 * HOUR
    with capture_logs() as logged:
        for _ in range(3):
            ticks(newsroom)
            newsroom.now += HOUR

    (paused,) = (event for event in history(newsroom, issue) if event.what == "paused")
    assert [line["event"] for line in logged] == ["issue paused"]
    assert state(newsroom, issue) is IssueState.PAUSED
    for words in (
        "since 2026-11-20 14:00 UTC",
        "back-up",
        *(f"issue {one} {issue}" for one in ("reconcile", "resume")),
    ):
        assert words in paused.words
    assert newsroom.mails() == []


def test_a_person_lets_it_go_on(newsroom: Newsroom, issue: int) -> None:
    newsroom.now += 25 * HOUR
    ticks(newsroom)
    issuing.move(newsroom.store, issue, IssueState.SENDING, newsroom.now)
    ticks(newsroom)

    assert state(newsroom, issue) is IssueState.SENT


def test_a_person_who_sends_it_lets_it_go_on_also_when_the_server_is_away(newsroom: Newsroom, issue: int) -> None:
    newsroom.now += 25 * HOUR
    ticks(newsroom)
    with far_end() as server:
        server.answers("RCPT", "450 4.2.1 greylisted")
        shipped = newsroom.settings.delivery
        newsroom.configured("delivery", transport="smtp", smtp=server.settings, retry_hours=100)
        newsroom.sends(issue)
        newsroom.configured("delivery", transport=shipped.transport)
    newsroom.now += HOUR
    ticks(newsroom)

    assert state(newsroom, issue) is IssueState.SENT


def test_one_that_waits_for_its_next_tries_is_not_taken_for_one_left_alone(newsroom: Newsroom, issue: int) -> None:
    newsroom.configured("delivery", retry_hours=200)
    with newsroom.store.writing() as transaction:
        rows = ledger.claim(transaction, issue, 2, newsroom.now, 1500, "0123456789abcdef")
        later = [(row, Reply(DeliveryState.DEFERRED, 452)) for row in rows]
        ledger.settle(transaction, later, newsroom.now + 60 * HOUR, 200)
        transaction.execute(update(deliveries).values(settled=newsroom.now))
    for _ in range(4):
        ticks(newsroom)
        assert newsroom.mails() == []
        newsroom.now += 20 * HOUR
    ticks(newsroom)

    assert state(newsroom, issue) is IssueState.SENT


def test_an_issue_that_waits_while_another_is_sent_for_days_goes_on(newsroom: Newsroom, issue: int) -> None:
    other = begun(newsroom, "2026-W46")
    with far_end() as server:
        newsroom.configured("delivery", transport="smtp", smtp=server.settings, lease_seconds=16 * 3600)

        def _takes_long(step: str) -> None:
            newsroom.now += 15 * HOUR if step == "DOT" else timedelta()

        server.on_step = _takes_long
        ticks(newsroom)
        ticks(newsroom)

    assert {state(newsroom, issue), state(newsroom, other)} == {IssueState.SENT}


def test_what_a_dead_sender_left_is_no_sign_that_somebody_was_there(newsroom: Newsroom, issue: int) -> None:
    with newsroom.store.writing() as transaction:
        rows = ledger.claim(transaction, issue, 2, newsroom.now, 1500, "fedcba9876543210")
    left = Journal(recovering.folder(newsroom.settings), issue, "fedcba9876543210")
    left.must_stay = True
    left.begin(rows[0])
    left.note(rows[0], Reply(DeliveryState.SENT, 250))
    left.close()
    newsroom.now += 25 * HOUR
    ticks(newsroom)
    ticks(newsroom)

    assert state(newsroom, issue) is IssueState.PAUSED
    assert {str(one): count for one, count in sending.status(newsroom.store, issue).items()} == {"sent": 2, "queued": 1}


def test_a_reader_who_leaves_is_no_sign_that_somebody_was_there(newsroom: Newsroom, issue: int) -> None:
    newsroom.now += 25 * HOUR
    subscribing.leave(newsroom.store, newsroom.settings, READERS[2], WEEKLY, newsroom.now)
    ticks(newsroom)

    assert state(newsroom, issue) is IssueState.PAUSED


def test_a_sender_at_work_is_a_sign_that_somebody_is_there(newsroom: Newsroom, issue: int) -> None:
    newsroom.now += 25 * HOUR
    with newsroom.store.writing() as transaction:
        ledger.claim(transaction, issue, 1, newsroom.now, 1500, "fedcba9876543210")
    ticks(newsroom)

    assert state(newsroom, issue) is IssueState.SENDING


def test_one_in_which_nobody_is_left_to_mail_ends_however_late(newsroom: Newsroom, issue: int) -> None:
    for reader in READERS[1:]:
        subscribing.leave(newsroom.store, newsroom.settings, reader, WEEKLY, newsroom.now)
    newsroom.now += 250 * HOUR
    ticks(newsroom)

    assert state(newsroom, issue) is IssueState.SENT
    assert newsroom.mails() == []


def test_held_as_uncertain_nobody_is_mailed_by_itself_so_nothing_waits(newsroom: Newsroom, issue: int) -> None:
    newsroom.configured("delivery", uncertain="hold")
    with newsroom.store.writing() as transaction:
        rows = ledger.claim(transaction, issue, 2, newsroom.now, 1500, "0123456789abcdef")
        ledger.settle(transaction, [(row, Reply(DeliveryState.UNCERTAIN)) for row in rows], newsroom.now, 36)
    newsroom.now += 250 * HOUR
    ticks(newsroom)

    assert state(newsroom, issue) is IssueState.SENDING
    assert newsroom.mails() == []
