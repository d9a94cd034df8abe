"""The loop over the store's own ledger, on both databases: started twice, killed, refused, nobody is skipped."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from publisher.config import Settings
from publisher.deliver import Message, message
from publisher.deliver import send as stage
from publisher.deliver.outbox import Outbox
from publisher.deliver.smtp import Smtp
from publisher.errors import FarEndError
from publisher.model import Delivery, DeliveryState, IssueState, Reply, Variant
from publisher.store import Store, issues, ledger, subscribers
from publisher.store.issue_ledger import IssueLedger
from publisher.tasks import issuing, sending
from tests.deliver import samples
from tests.deliver.far_end import HANG_UP, FarEnd
from tests.deliver.samples import NOW, SECRET

COUNT = 12
NEWSLETTER = "the-organization"


class Killed(BaseException):
    """The process is gone: nothing after it runs."""


@dataclass
class DyingTransport(Outbox):
    """An outbox whose process dies at one message, before or after that one is out."""

    folder: Path
    dies_at: int
    takes_it: bool
    taken: int = field(default=0)

    def __post_init__(self) -> None:
        super().__init__(self.folder)

    def send(self, message: Message) -> Reply:
        self.taken += 1
        if self.taken < self.dies_at:
            return super().send(message)
        if self.takes_it:
            super().send(message)
        raise Killed


class DeadLedger(IssueLedger):
    """A ledger whose process is gone when its rows would be given back."""

    def release(self, given_back: object) -> None:
        pass


@dataclass
class Newsroom:
    """An approved issue with twelve subscribers."""

    store: Store
    settings: Settings
    issue: int

    def ledger(self) -> IssueLedger:
        return IssueLedger(self.store, self.issue, lease_seconds=300, retry_hours=36)

    def counts(self) -> Mapping[DeliveryState, int]:
        return sending.status(self.store, self.issue)

    def sends(self, at: datetime = NOW) -> Mapping[DeliveryState, int]:
        return sending.send(self.store, self.settings, self.issue, lambda: at)

    def state(self) -> IssueState:
        return issuing.known_issue(self.store, self.issue).state

    def template(self) -> message.Template:
        used = self.settings
        return message.template(used, used.newsletters[0], issuing.known_issue(self.store, self.issue), SECRET)

    def opens(self) -> None:
        with self.store.writing() as transaction:
            ledger.open_issue(transaction, self.issue, NEWSLETTER, "es", NOW)
            issues.move(transaction, self.issue, (IssueState.APPROVED,), IssueState.SENDING, NOW)

    def configured(self, **delivery: object) -> None:
        self.settings = self.settings.model_copy(
            update={"delivery": self.settings.delivery.model_copy(update=delivery)}
        )


@pytest.fixture
def newsroom(store: Store, tmp_path: Path) -> Newsroom:
    period = samples.issue().period
    variant = Variant("La flota", "", samples.HTML, samples.TEXT, "")
    with store.writing() as transaction:
        for number in range(COUNT):
            address = f"reader{number}@example.org"
            subscribers.add(transaction, address, "", "es", (), NEWSLETTER, "paper list, May 2026", NOW)
        made = issues.put(transaction, NEWSLETTER, "es", period, 1, "La flota", (), variant, NOW)
        issues.move(transaction, made, (IssueState.DRAFT,), IssueState.APPROVED, NOW)
    return Newsroom(store, samples.settings(delivery={"outbox": tmp_path / "outbox"}), made)


def recipients(folder: Path) -> Counter[str]:
    return Counter(str(samples.parsed(file.read_bytes())["To"]) for file in folder.rglob("*.eml"))


EVERYBODY = Counter(f"reader{number}@example.org" for number in range(COUNT))


def test_everybody_gets_the_issue_once(newsroom: Newsroom, tmp_path: Path) -> None:
    assert newsroom.sends() == {DeliveryState.SENT: COUNT}
    assert recipients(tmp_path / "outbox") == EVERYBODY
    assert newsroom.state() is IssueState.SENT


def test_started_twice_at_once_everybody_gets_it_once(newsroom: Newsroom, server: FarEnd) -> None:
    newsroom.configured(transport="smtp", smtp=server.settings)

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _: newsroom.sends(), range(2)))

    assert newsroom.sends() == {DeliveryState.SENT: COUNT}
    assert Counter(line.partition(":")[2].strip("<>") for line in server.lines("RCPT")) == EVERYBODY


@pytest.mark.parametrize("takes_it", [False, True])
@pytest.mark.parametrize("dies_at", [1, 5, COUNT])
def test_killed_and_started_again_nobody_is_left_out(
    newsroom: Newsroom, tmp_path: Path, dies_at: int, takes_it: bool
) -> None:
    newsroom.opens()
    folder = tmp_path / "outbox" / f"{NEWSLETTER}-es-2026-W47"
    dead = DeadLedger(newsroom.store, newsroom.issue, lease_seconds=300, retry_hours=36)
    with pytest.raises(Killed), DyingTransport(folder, dies_at, takes_it) as way:
        stage.send(dead, way, newsroom.template(), lambda: NOW, lambda: False, lambda _reply: None)

    during_the_lease = newsroom.sends(NOW + timedelta(seconds=299))
    assert during_the_lease[DeliveryState.SENDING] == COUNT - dies_at + 1
    assert newsroom.state() is IssueState.SENDING

    assert newsroom.sends(NOW + timedelta(seconds=301)) == {DeliveryState.SENT: COUNT}
    assert recipients(folder) == EVERYBODY


def test_a_row_that_was_begun_and_whose_lease_ended_is_uncertain_and_kept_for_a_person_if_wanted(
    newsroom: Newsroom,
) -> None:
    newsroom.configured(uncertain="hold")
    newsroom.opens()
    claimed = newsroom.ledger().claim(3, NOW)
    assert newsroom.ledger().begin(claimed[0])

    counts = newsroom.sends(NOW + timedelta(seconds=301))

    assert counts == {DeliveryState.UNCERTAIN: 1, DeliveryState.SENT: COUNT - 1}


def test_a_server_that_cannot_be_reached_pauses_the_issue_and_loses_nobody(newsroom: Newsroom, server: FarEnd) -> None:
    newsroom.configured(transport="smtp", smtp=server.settings)
    server.answers("GREETING", "554 5.7.1 not you", "220 welcome")

    with pytest.raises(FarEndError):
        newsroom.sends()
    assert (newsroom.counts(), newsroom.state()) == ({DeliveryState.QUEUED: COUNT}, IssueState.PAUSED)

    assert newsroom.sends() == {DeliveryState.SENT: COUNT}
    assert len(server.mails) == COUNT


def test_each_row_says_what_the_server_said(newsroom: Newsroom, server: FarEnd) -> None:
    newsroom.configured(transport="smtp", smtp=server.settings)
    server.answers("RCPT", "550 5.1.1 unknown", "450 4.2.0 greylisted", "250 ok")

    counts = newsroom.sends()

    assert counts == {DeliveryState.FAILED: 1, DeliveryState.DEFERRED: 1, DeliveryState.SENT: COUNT - 2}
    later = newsroom.sends(NOW + timedelta(minutes=31))
    assert later == {DeliveryState.FAILED: 1, DeliveryState.SENT: COUNT - 1}
    assert len(server.mails) == COUNT - 1


def test_a_second_try_is_the_same_octets(newsroom: Newsroom, server: FarEnd) -> None:
    newsroom.configured(transport="smtp", smtp=server.settings)
    server.answers("DOT", "451 4.3.0 not now", "250 ok")

    assert newsroom.sends()[DeliveryState.DEFERRED] == 1
    newsroom.sends(NOW + timedelta(minutes=31))

    assert sorted(Counter(server.contents).values()) == [1] * (COUNT - 1) + [2]
    assert sorted(Counter(server.lines("MAIL")).values()) == [1] * (COUNT - 1) + [2]


def test_who_leaves_during_the_sending_gets_no_message(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.opens()
    claimed: list[Delivery] = []

    class LeavingLedger(IssueLedger):
        def claim(self, limit: int, now: datetime) -> list[Delivery]:
            rows = super().claim(limit, now)
            claimed.extend(rows)
            if rows:
                with newsroom.store.writing() as transaction:
                    subscribers.leave(transaction, rows[-1].subscriber.id, NEWSLETTER, datetime.now(UTC))
            return rows

    rows = LeavingLedger(newsroom.store, newsroom.issue, 300, 36)
    with Outbox(tmp_path) as way:
        stage.send(rows, way, newsroom.template(), lambda: NOW, lambda: False, lambda _reply: None)

    assert newsroom.counts() == {DeliveryState.SENT: COUNT - 1, DeliveryState.SUPPRESSED: 1}
    assert claimed[-1].subscriber.email not in recipients(tmp_path)


def test_an_interruption_between_two_messages_leaves_the_rest_queued(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.opens()
    heard: list[Reply] = []

    with Outbox(tmp_path) as way:
        stage.send(newsroom.ledger(), way, newsroom.template(), lambda: NOW, lambda: len(heard) == 4, heard.append)

    assert newsroom.counts() == {DeliveryState.SENT: 4, DeliveryState.QUEUED: COUNT - 4}


REFUSALS = [
    ("RCPT", "554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied"),
    ("RCPT", "554 5.7.1 <reader@example.org>: Relay access denied"),
    ("RCPT", "550 5.1.0 <bounces@example.org>: Sender address rejected: User unknown"),
    ("RCPT", "550 5.1.1 <reader@example.org>: User unknown in local recipient table"),
    ("DATA", "554 5.5.0 no"),
    ("DOT", "554 5.7.1 spam"),
]


@pytest.mark.parametrize(("step", "answer"), REFUSALS)
def test_a_server_that_refuses_us_at_any_step_pauses_the_issue_and_touches_nobody(
    newsroom: Newsroom, server: FarEnd, step: str, answer: str
) -> None:
    newsroom.configured(transport="smtp", smtp=server.settings)
    server.answers(step, answer)

    with pytest.raises(FarEndError, match="nobody was skipped"):
        newsroom.sends()
    assert (newsroom.counts(), newsroom.state()) == ({DeliveryState.QUEUED: COUNT}, IssueState.PAUSED)

    server.answers(step, {"RCPT": "250 ok", "DATA": "354 go on", "DOT": "250 ok"}[step])
    assert newsroom.sends() == {DeliveryState.SENT: COUNT}
    assert len(server.mails) == COUNT


@pytest.mark.parametrize(("step", "answer"), [("MAIL", "451 4.3.0 later"), ("MAIL", HANG_UP), ("RCPT", HANG_UP)])
def test_a_server_that_takes_nothing_now_is_asked_for_three_and_nobody_is_put_off(
    newsroom: Newsroom, server: FarEnd, step: str, answer: str
) -> None:
    newsroom.configured(transport="smtp", smtp=server.settings)
    server.answers(step, answer)

    with pytest.raises(FarEndError, match="takes no mail now") as raised:
        newsroom.sends()

    assert not raised.value.permanent
    assert len(server.lines("MAIL")) == 3
    assert (newsroom.counts(), newsroom.state()) == ({DeliveryState.QUEUED: COUNT}, IssueState.SENDING)


def test_refusals_held_back_by_a_process_that_died_are_nobodys_fault(newsroom: Newsroom, server: FarEnd) -> None:
    newsroom.configured(transport="smtp", smtp=server.settings, uncertain="hold")
    newsroom.opens()
    server.answers("RCPT", *["550 5.1.1 unknown"] * 2, "250 ok")

    class DiesAtTheThird(IssueLedger):
        def begin(self, delivery: Delivery) -> bool:
            if len(server.lines("RCPT")) == 2:
                raise Killed
            return super().begin(delivery)

        def release(self, given_back: object) -> None:
            pass

    dead = DiesAtTheThird(newsroom.store, newsroom.issue, lease_seconds=300, retry_hours=36)
    with pytest.raises(Killed), Smtp(server.settings) as way:
        stage.send(dead, way, newsroom.template(), lambda: NOW, lambda: False, lambda _reply: None)

    assert newsroom.sends(NOW + timedelta(seconds=301)) == {DeliveryState.SENT: COUNT}
