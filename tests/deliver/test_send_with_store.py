"""The loop over the store's own ledger, on both databases: started twice, killed, refused, nobody is skipped."""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from publisher.config import Settings
from publisher.config.settings import Relay
from publisher.deliver import Message, Transport, message
from publisher.deliver import send as stage
from publisher.deliver.journal import Journal
from publisher.deliver.outbox import Outbox
from publisher.deliver.smtp import Smtp
from publisher.errors import FarEndError
from publisher.model import Claim, Delivery, DeliveryState, IssueState, Reply, Variant
from publisher.store import Store, issues, ledger, subscribers
from publisher.store.issue_ledger import IssueLedger
from publisher.tasks import issuing, recovering, sending
from tests.deliver import samples
from tests.deliver.far_end import HANG_UP, FarEnd, far_end
from tests.deliver.samples import NOW, SECRET

COUNT = 12
NEWSLETTER = "the-organization"
SENDER = "0123456789abcdef"


def never() -> bool:
    return False


class Killed(BaseException):
    """The process is gone: nothing after it runs."""


class DyingTransport(Outbox):
    """An outbox whose process dies at one message, before or after that one is out."""

    def __init__(self, folder: Path, dies_at: int, *, takes_it: bool) -> None:
        super().__init__(folder)
        self.dies_at = dies_at
        self.takes_it = takes_it

    def _write(self, message: Message) -> Reply:
        self.dies_at -= 1
        if self.dies_at:
            return super()._write(message)
        if self.takes_it:
            super()._write(message)
        raise Killed


class DeadLedger(IssueLedger):
    """A ledger that its process never reaches again once it is dying."""

    def claim(self, limit: int, now: datetime) -> Claim:
        return super().claim(COUNT, now)

    def settle(self, results: Sequence[tuple[Delivery, Reply]], now: datetime) -> None:
        raise FarEndError("the database is away")

    def release(self, given_back: Sequence[Delivery]) -> None:
        raise FarEndError("the database is away")


@dataclass
class Newsroom:
    """An approved issue with twelve subscribers."""

    store: Store
    settings: Settings
    issue: int

    def ledger(self) -> IssueLedger:
        return IssueLedger(self.store, self.issue, 300, 36, SENDER)

    def journal(self) -> Journal:
        return Journal(self.folder(), self.issue, SENDER)

    def dies(self, way: Transport) -> None:
        """Send until the process dies, and leave its journal behind."""
        rows, notes = DeadLedger(self.store, self.issue, 300, 36, SENDER), self.journal()
        with pytest.raises(Killed):
            stage.send(rows, notes, way, self.template(), lambda: NOW, never, never, lambda _reply: None)
        notes.close()

    def counts(self) -> Mapping[DeliveryState, int]:
        return sending.status(self.store, self.issue)

    def sends(self, at: datetime = NOW) -> Mapping[DeliveryState, int]:
        return sending.send(self.store, self.settings, self.issue, lambda: at)

    def folder(self) -> Path:
        return recovering.folder(self.settings)

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
    return Newsroom(
        store, samples.settings(delivery={"outbox": tmp_path / "outbox", "journal": tmp_path / "journal"}), made
    )


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
def test_killed_and_started_again_at_once_nobody_is_left_out(
    newsroom: Newsroom, tmp_path: Path, dies_at: int, takes_it: bool
) -> None:
    newsroom.opens()
    folder = tmp_path / "outbox" / f"{NEWSLETTER}-es-2026-W47"
    newsroom.dies(DyingTransport(folder, dies_at, takes_it=takes_it))
    assert newsroom.counts() == {DeliveryState.SENDING: COUNT}

    assert newsroom.sends() == {DeliveryState.SENT: COUNT}
    assert recipients(folder) == EVERYBODY
    assert list(newsroom.folder().iterdir()) == []


def test_only_the_message_on_its_way_is_in_doubt_and_kept_for_a_person_if_wanted(
    newsroom: Newsroom, tmp_path: Path
) -> None:
    newsroom.configured(uncertain="hold")
    newsroom.opens()
    newsroom.dies(DyingTransport(tmp_path, 5, takes_it=False))

    assert newsroom.sends() == {DeliveryState.UNCERTAIN: 1, DeliveryState.SENT: COUNT - 1}


def test_without_the_journal_all_that_was_claimed_is_in_doubt_once_the_lease_has_ended(newsroom: Newsroom) -> None:
    newsroom.configured(uncertain="hold")
    newsroom.opens()
    newsroom.ledger().claim(3, NOW)

    assert newsroom.sends(NOW + timedelta(seconds=299))[DeliveryState.SENDING] == 3
    assert newsroom.sends(NOW + timedelta(seconds=301))[DeliveryState.UNCERTAIN] == 3


def test_the_journal_of_a_living_sender_is_left_alone(newsroom: Newsroom) -> None:
    newsroom.opens()
    living = newsroom.journal()
    newsroom.ledger().claim(3, NOW)

    assert newsroom.sends() == {DeliveryState.SENDING: 3, DeliveryState.SENT: COUNT - 3}
    living.close()


def test_a_sender_that_stood_still_until_its_lease_ended_leaves_its_rows_to_who_has_them_by_now(
    newsroom: Newsroom, server: FarEnd
) -> None:
    newsroom.configured(transport="smtp", smtp=server.settings)
    now = [NOW]

    def _stands_still(step: str) -> None:
        if step == "RCPT" and now == [NOW]:
            now[0] += timedelta(seconds=newsroom.settings.delivery.lease_seconds)
            assert newsroom.sends(now[0]) == {DeliveryState.SENT: COUNT}

    server.on_step = _stands_still
    with pytest.raises(FarEndError, match="stood still"):
        sending.send(newsroom.store, newsroom.settings, newsroom.issue, lambda: now[0])

    assert Counter(str(samples.parsed(mail)["To"]) for mail in server.mails) == EVERYBODY
    assert newsroom.counts() == {DeliveryState.SENT: COUNT}


def test_a_server_that_cannot_be_reached_pauses_the_issue_and_loses_nobody(newsroom: Newsroom, server: FarEnd) -> None:
    newsroom.configured(transport="smtp", smtp=server.settings)
    server.answers("GREETING", "554 5.7.1 not you", "220 welcome")

    with pytest.raises(FarEndError):
        newsroom.sends()
    assert (newsroom.counts(), newsroom.state()) == ({DeliveryState.QUEUED: COUNT}, IssueState.PAUSED)

    assert newsroom.sends() == {DeliveryState.SENT: COUNT}
    assert len(server.mails) == COUNT


def relays(*servers: FarEnd) -> tuple[Relay, ...]:
    return tuple(Relay(**server.settings.model_dump()) for server in servers)


def test_several_servers_share_an_issue_and_one_that_refuses_us_does_not_pause_it(
    newsroom: Newsroom, server: FarEnd
) -> None:
    server.answers("MAIL", "250 ok", "550 5.7.1 not you")

    with far_end() as other:
        newsroom.configured(transport="smtp", relays=relays(server, other))
        assert newsroom.sends() == {DeliveryState.SENT: COUNT}

    assert (len(server.mails), len(other.mails)) == (1, COUNT - 1)
    assert newsroom.state() is IssueState.SENT


def test_an_issue_that_all_servers_refuse_is_paused(newsroom: Newsroom, server: FarEnd) -> None:
    server.answers("MAIL", "550 5.7.1 not you")
    newsroom.configured(transport="smtp", relays=relays(server, server))

    with pytest.raises(FarEndError, match="no mail server takes our mail"):
        newsroom.sends()

    assert (newsroom.counts(), newsroom.state()) == ({DeliveryState.QUEUED: COUNT}, IssueState.PAUSED)


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


REFUSALS = [
    ("RCPT", "554 5.7.1 <localhost[127.0.0.1]>: Client host rejected: Access denied"),
    ("RCPT", "554 5.7.1 <reader@example.org>: Relay access denied"),
    ("RCPT", "550 5.1.0 <bounces@example.org>: Sender address rejected: User unknown"),
    ("RCPT", "550 5.1.1 <reader@example.org>: User unknown in local recipient table"),
    ("DATA", "554 5.5.0 no"),
    ("DOT", "554 5.7.1 spam"),
    ("DOT", "550 5.7.26 the sender is unauthenticated"),
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

    def _dies() -> bool:
        if len(server.lines("RCPT")) == 2:
            raise Killed
        return False

    rows, notes = DeadLedger(newsroom.store, newsroom.issue, 300, 36, SENDER), newsroom.journal()
    with pytest.raises(Killed):
        stage.send(
            rows, notes, Smtp(server.settings), newsroom.template(), lambda: NOW, _dies, never, lambda _reply: None
        )
    notes.close()

    assert newsroom.sends() == {DeliveryState.SENT: COUNT}
