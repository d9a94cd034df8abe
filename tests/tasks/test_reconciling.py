"""Reconciling: the mail server's own log settles those of whom nobody knows, and nobody else."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from publisher.config import address_in
from publisher.deliver.return_path import base, return_path
from publisher.errors import NotAllowed, UsageError
from publisher.model import Delivery, DeliveryState, IssueState, Reply
from publisher.store import ledger, standing, subscribers
from publisher.tasks import issuing, reconciling, sending, signing, weekly
from publisher.tasks.reconciling import Account
from tests.deliver import maillogs
from tests.deliver.maillogs import DELIVERED, EXPIRED, GIVEN_UP, PUT_OFF, REFUSED, SERVERS, Mail, Written
from tests.tasks.conftest import Newsroom
from tests.tasks.sendings import approved, begun

READERS = [f"reader{number}@example.org" for number in range(5)]
MINUTE = timedelta(minutes=1)
LEASE = 1500


class Send:
    """An issue to five readers; the first got it, the server's answer to the others was lost, a minute ago."""

    def __init__(self, newsroom: Newsroom, log: Path) -> None:
        self.newsroom, self.log = newsroom, log
        newsroom.configured("delivery", uncertain="hold")
        newsroom.subscribes(*READERS)
        self.issue = begun(newsroom, "2026-W47")
        self.began = newsroom.now
        with newsroom.store.writing() as transaction:
            self.rows = ledger.claim(transaction, self.issue, 5, newsroom.now, LEASE, "0123456789abcdef")
            known, *unknown = self.rows
            told = [
                (known, Reply(DeliveryState.SENT, 250)),
                *((row, Reply(DeliveryState.UNCERTAIN)) for row in unknown),
            ]
            ledger.settle(transaction, told, newsroom.now, 36)
        newsroom.now += MINUTE

    def mail(self, row: Delivery, at: datetime | None = None) -> Mail:
        settings = self.newsroom.settings
        bounces = base(address_in(settings.delivery.return_path))
        sender = return_path(bounces, row.key, signing.secret(self.newsroom.store, settings))
        return Mail(row.key, sender, row.subscriber.email, at or self.began)

    def writes(self, became: Sequence[str], server: Written = maillogs.postfix, hours: int = 2) -> None:
        """Write a log from so long before the sending until as long after it; `became` is in the order of the rows."""
        tick, span = "{} relay cron[1]: tick", timedelta(hours=hours)
        mails = [
            line for row, one in zip(self.rows, became, strict=False) if one for line in server(self.mail(row), one)
        ]
        ends = [tick.format((self.began + way * span).isoformat()) for way in (-1, 1)]
        self.log.write_text("\n".join([ends[0], *mails, ends[1], ""]), encoding="utf-8")

    def reconciles(self, *logs: Path) -> Account:
        return reconciling.by_log(
            self.newsroom.store, self.newsroom.settings, self.issue, logs or (self.log,), self.newsroom.now
        )

    def states(self) -> list[str]:
        with self.newsroom.store.reading() as transaction:
            found = [standing.record(transaction, self.issue, email) for email in READERS]
        return [str(record.state) for record in found if record]

    @property
    def state(self) -> IssueState:
        return issuing.known_issue(self.newsroom.store, self.issue).state


@pytest.fixture
def send(newsroom: Newsroom, tmp_path: Path) -> Send:
    return Send(newsroom, tmp_path / "mail.log")


@pytest.mark.parametrize("server", ["postfix", "exim", "opensmtpd", "kumomta", "journald"])
def test_each_is_what_the_log_says(send: Send, server: str) -> None:
    send.writes((DELIVERED, DELIVERED, PUT_OFF, GIVEN_UP, REFUSED), SERVERS[server])

    account = send.reconciles()

    assert send.states() == ["sent", "sent", "sent", "failed", "queued"]
    assert account.settled == {DeliveryState.SENT: 2, DeliveryState.FAILED: 1, DeliveryState.QUEUED: 1}
    assert account.left == []


def test_who_was_never_taken_gets_it_and_nobody_twice(send: Send) -> None:
    send.writes((DELIVERED, DELIVERED, DELIVERED, DELIVERED, ""))
    send.reconciles()

    assert send.newsroom.sends(send.issue) == {"sent": 5}
    assert send.newsroom.recipients() == [READERS[4]]


def test_settled_once_there_is_nothing_left_to_settle(send: Send) -> None:
    send.writes((DELIVERED, DELIVERED, GIVEN_UP, EXPIRED, ""))
    send.reconciles()
    before = send.states()

    again = send.reconciles()

    assert (send.states(), again.settled.total(), again.left) == (before, 0, [])


def test_an_issue_of_which_nobody_is_left_is_sent(send: Send) -> None:
    send.writes((DELIVERED,) * 5)
    send.reconciles()

    assert send.state is IssueState.SENT


def test_an_address_that_the_log_calls_dead_is_suppressed(send: Send) -> None:
    send.writes((DELIVERED, GIVEN_UP))
    send.reconciles()

    with send.newsroom.store.reading() as transaction:
        assert subscribers.by_email(transaction, READERS[1]).suppressed  # type: ignore[union-attr]


@pytest.mark.parametrize(("before", "after"), [(-60, 120), (120, 0), (10, 120), (120, 10)])
def test_a_log_of_another_time_proves_nothing_by_what_it_lacks(send: Send, before: int, after: int) -> None:
    send.writes((DELIVERED, DELIVERED))
    lines = send.log.read_text(encoding="utf-8").splitlines()
    ends = [send.began - before * MINUTE, send.began + after * MINUTE]
    lines[0], lines[-1] = (f"{at.isoformat()} relay cron[1]: tick" for at in ends)
    send.log.write_text("\n".join(lines), encoding="utf-8")

    account = send.reconciles()

    assert send.states() == ["sent", "sent", "uncertain", "uncertain", "uncertain"]
    assert [one.partition(": uncertain: the log has not all of the time")[0] for one in account.left] == READERS[2:]


def test_the_log_of_another_server_proves_nothing_by_what_it_lacks(send: Send) -> None:
    send.writes(("", DELIVERED))

    account = send.reconciles()

    assert send.states() == ["sent", "sent", "uncertain", "uncertain", "uncertain"]
    assert "another server's" in account.left[0]


def test_a_log_whose_clock_is_another_proves_nothing_by_what_it_lacks(send: Send) -> None:
    send.began += timedelta(hours=1)
    send.writes((DELIVERED, DELIVERED), hours=5)

    send.reconciles()

    assert send.states() == ["sent", "sent", "uncertain", "uncertain", "uncertain"]


def test_rotated_logs_are_read_in_the_order_in_which_they_were_written(send: Send) -> None:
    send.writes((DELIVERED, GIVEN_UP, GIVEN_UP))
    whole = send.log.read_text(encoding="utf-8").splitlines(keepends=True)
    older, middle = send.log.with_suffix(".log.1"), len(maillogs.postfix(send.mail(send.rows[0]))) + 3
    older.write_text("".join(whole[:middle]), encoding="utf-8")
    send.log.write_text("".join(whole[middle:]), encoding="utf-8")

    send.reconciles(send.log, older)

    assert send.states() == ["sent", "failed", "failed", "queued", "queued"]


def test_no_row_of_another_issue_is_settled(send: Send, newsroom: Newsroom) -> None:
    send.writes((DELIVERED,) * 5)
    other = begun(newsroom, "2026-W46")

    account = reconciling.by_log(newsroom.store, newsroom.settings, other, [send.log], newsroom.now)

    assert account.settled.total() == 0
    assert send.states() == ["sent", *["uncertain"] * 4]


def test_who_still_waits_is_left_alone_while_an_issue_is_sent(send: Send, newsroom: Newsroom) -> None:
    sending.requeue_uncertain(newsroom.store, send.issue, newsroom.now)
    send.writes((DELIVERED,) * 5)

    assert send.reconciles().waited.total() == 0
    assert send.states() == ["sent", *["queued"] * 4]


def test_in_a_database_from_a_back_up_who_waits_is_settled_by_proofs_alone(send: Send, newsroom: Newsroom) -> None:
    sending.requeue_uncertain(newsroom.store, send.issue, newsroom.now)
    newsroom.now += timedelta(days=3)
    weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)
    send.writes((DELIVERED, DELIVERED, GIVEN_UP, PUT_OFF, ""), hours=100)

    account = send.reconciles()

    assert account.waited == {DeliveryState.SENT: 2, DeliveryState.FAILED: 1}
    assert send.states() == ["sent", "sent", "failed", "sent", "queued"]
    assert send.state is IssueState.PAUSED
    newsroom.sends(send.issue)
    assert newsroom.recipients() == [READERS[4]]


def test_reconciling_a_database_from_a_back_up_lets_no_mail_go_by_itself(send: Send, newsroom: Newsroom) -> None:
    sending.requeue_uncertain(newsroom.store, send.issue, newsroom.now)
    newsroom.now += timedelta(days=3)
    send.writes((DELIVERED, DELIVERED))

    send.reconciles()
    weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)

    assert send.state is IssueState.PAUSED
    assert newsroom.mails() == []


def test_after_a_back_up_what_a_log_lacks_counts_only_when_it_goes_on_until_the_pause(
    send: Send, newsroom: Newsroom
) -> None:
    newsroom.configured("delivery", uncertain="resend")
    newsroom.now += timedelta(days=3)
    weekly.send_when_due(newsroom.store, newsroom.settings, newsroom.clock, lambda: False)
    send.writes((DELIVERED, DELIVERED))
    send.reconciles()
    assert send.states() == ["sent", "sent", "uncertain", "uncertain", "uncertain"]

    send.writes((DELIVERED, DELIVERED), hours=100)
    send.reconciles()

    assert send.states() == ["sent", "sent", "queued", "queued", "queued"]


def test_what_a_dead_sender_left_is_uncertain_for_as_long_as_it_may_have_tried(send: Send, newsroom: Newsroom) -> None:
    sending.requeue_uncertain(newsroom.store, send.issue, newsroom.now)
    with newsroom.store.writing() as transaction:
        ledger.claim(transaction, send.issue, 5, newsroom.now, LEASE, "0123456789abcdef")
    newsroom.now += timedelta(hours=3)
    send.writes((DELIVERED, DELIVERED), hours=0)
    assert len(send.reconciles().left) == 3

    send.writes((DELIVERED, DELIVERED), hours=1)
    send.reconciles()

    assert send.states() == ["sent", "sent", "queued", "queued", "queued"]


def test_a_file_that_cannot_be_read_settles_nobody(send: Send) -> None:
    send.writes((DELIVERED,) * 5)

    with pytest.raises(UsageError, match="nowhere"):
        send.reconciles(send.log, send.log.with_name("nowhere"))

    assert send.states() == ["sent", *["uncertain"] * 4]


def test_an_issue_that_was_not_begun_has_nothing_to_settle(newsroom: Newsroom, tmp_path: Path) -> None:
    issue = approved(newsroom, "2026-W47")

    with pytest.raises(NotAllowed, match="sending has begun"):
        reconciling.by_log(newsroom.store, newsroom.settings, issue, [tmp_path], newsroom.now)


def test_more_rows_than_are_known_at_a_time_are_settled_all_the_same(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "AT_ONCE", 2)
    monkeypatch.setattr(reconciling, "MOST", 1)
    send.writes((DELIVERED, DELIVERED, PUT_OFF, DELIVERED, ""))

    assert send.reconciles().settled == {DeliveryState.SENT: 3, DeliveryState.QUEUED: 1}
    assert send.states() == ["sent", "sent", "sent", "sent", "queued"]


def test_a_relays_events_settle_whom_they_name_and_prove_nothing_of_others(send: Send, newsroom: Newsroom) -> None:
    file = send.log.with_name("events.jsonl")
    events = [
        {"event": "delivered", "publisher_delivery": send.rows[1].key, "timestamp": 1795183200},
        {"event": "bounce", "publisher_delivery": send.rows[2].key, "status": "5.1.1", "reason": "550 5.1.1 no such"},
        {"event": "delivered", "publisher_delivery": "f" * 20},
    ]
    file.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")

    account = reconciling.by_events(newsroom.store, newsroom.settings, send.issue, [file], newsroom.now)

    assert send.states() == ["sent", "sent", "failed", "uncertain", "uncertain"]
    assert [one.partition(": uncertain: ")[0] for one in account.left] == READERS[3:]
