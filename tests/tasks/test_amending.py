"""A mistake found in mid-send: those who wait get the amended issue, and a correction reaches those who got the old."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.errors import NotAllowed, UsageError
from publisher.model import DeliveryState, Issue, IssueState
from publisher.store import issues, ledger, standing, subscribers
from publisher.tasks import amending, editing, issuing, looking, recalling, reviewing, sending, special
from publisher.tasks.editing import Change
from tests.deliver.far_end import far_end
from tests.tasks.conftest import WEEKLY, Newsroom, titles

READERS = [f"reader{number:02}@example.org" for number in range(8)]
FIRST, SECOND, THIRD = "Port audit", "Port audit, corrected", "Port audit, corrected twice"


on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What asks the database nothing that the others do not."""


@dataclass
class Desk:
    """Ana's desk while issue `id` is being sent."""

    newsroom: Newsroom
    id: int

    @property
    def issue(self) -> Issue:
        return issuing.known_issue(self.newsroom.store, self.id)

    def sends(self, most: int = 1000) -> dict[str, int]:
        """Send until so many replies have come."""
        replies: list[object] = []
        counts = sending.send(
            self.newsroom.store,
            self.newsroom.settings,
            self.id,
            self.newsroom.clock,
            lambda: len(replies) >= most,
            replies.append,
        )
        return {str(state): count for state, count in counts.items() if count}

    def amends(self, **wanted: object) -> amending.Amended:
        self.newsroom.now += timedelta(minutes=1)
        return amending.change(
            self.newsroom.store,
            self.newsroom.settings,
            self.id,
            Change(**wanted),  # type: ignore[arg-type]  # by name
            "ana",
            self.newsroom.clock,
        )

    def approves(self) -> Issue:
        return issuing.move(self.newsroom.store, self.id, IssueState.APPROVED, self.newsroom.now, who="ana")

    def got(self, subject: str) -> list[str]:
        """Give who got a mail with a subject, by the outbox."""
        return sorted(str(mail["To"]) for mail in self.newsroom.mails() if mail["Subject"] == subject)

    def corrects(self) -> int:
        """Compose and approve a correction for those who got the old; its id."""
        file = self.newsroom.settings.path(Path("sorry.md"))
        file.write_text(
            "---\ntitle: Sorry\nkind: correction\n---\n\nThe audit has *nine* findings.\n", encoding="utf-8"
        )
        made = special.compose(
            self.newsroom.store, self.newsroom.settings, WEEKLY, file, self.newsroom.now, corrects=self.id
        )
        return issuing.move(self.newsroom.store, made.id, IssueState.APPROVED, self.newsroom.now, who="ana").id

    def recalls(self, address: str) -> bytes:
        return recalling.recall(self.newsroom.store, self.newsroom.settings, self.id, address).content


@pytest.fixture
def desk(newsroom: Newsroom) -> Desk:
    """An approved issue with eight readers."""
    newsroom.publishes(FIRST)
    newsroom.publishes("Night ferry", hours_ago=30)
    newsroom.subscribes(*READERS)
    return Desk(newsroom, newsroom.approves(newsroom.composes()))


def test_those_who_wait_get_the_amended_issue_and_the_correction_goes_to_exactly_the_others(desk: Desk) -> None:
    desk.sends(most=5)
    amended = desk.amends(subject=SECOND)
    assert desk.issue.state is IssueState.PAUSED
    assert (amended.reached.got, amended.reached.waiting) == (5, 3)

    desk.approves()
    assert desk.sends() == {"sent": 8}

    assert (desk.got(FIRST), desk.got(SECOND)) == (READERS[:5], READERS[5:])
    correction = desk.corrects()
    desk.newsroom.sends(correction)
    assert desk.got("Sorry") == READERS[:5]


def test_nothing_goes_out_before_the_amendment_is_approved(desk: Desk) -> None:
    desk.sends(most=5)
    desk.amends(subject=SECOND)
    store, now = desk.newsroom.store, desk.newsroom.now

    with pytest.raises(NotAllowed, match=f"waits for approval; `issue approve {desk.id}`"):
        issuing.move(store, desk.id, IssueState.SENDING, now)
    with pytest.raises(NotAllowed, match=f"`issue amend {desk.id} --reset` drops it"):
        desk.sends()

    assert len(desk.newsroom.mails()) == 5
    assert (desk.issue.state, desk.issue.version, desk.issue.variant.subject) == (IssueState.PAUSED, 0, FIRST)


@on_one_database
def test_an_approval_holds_for_the_amendment_that_was_seen(desk: Desk) -> None:
    desk.sends(most=5)
    desk.amends(subject=SECOND)
    seen = desk.issue
    desk.amends(subject=THIRD)

    left = issuing.move(
        desk.newsroom.store, desk.id, IssueState.APPROVED, desk.newsroom.now, who="ana", seen=seen.proposed
    )

    assert (left.version, left.proposed.variant.subject) == (0, THIRD)


def test_what_was_sent_is_shown_as_it_was_sent_before_and_after(desk: Desk) -> None:
    desk.sends(most=5)
    desk.amends(subject=SECOND)
    desk.approves()
    desk.sends(most=2)

    folder = desk.newsroom.settings.path(desk.newsroom.settings.delivery.outbox)
    sent = {file.read_bytes() for file in folder.rglob("*.eml")}
    assert {desk.recalls(address) for address in READERS[:7]} == sent
    assert f"Subject: {SECOND}".encode() in desk.recalls(READERS[7])


def test_a_second_amendment_leaves_three_versions_and_one_correction_for_both_that_are_old(desk: Desk) -> None:
    desk.sends(most=4)
    desk.amends(subject=SECOND)
    desk.approves()
    desk.sends(most=3)
    desk.amends(subject=THIRD)
    desk.approves()
    desk.sends()

    assert (desk.got(FIRST), desk.got(SECOND), desk.got(THIRD)) == (READERS[:4], READERS[4:7], READERS[7:])
    desk.newsroom.sends(desk.corrects())
    assert desk.got("Sorry") == READERS[:7]
    for address, subject in ((READERS[0], FIRST), (READERS[4], SECOND), (READERS[7], THIRD)):
        assert f"Subject: {subject}".encode() in desk.recalls(address)


def test_when_nobody_is_left_all_are_told_and_nobody_gets_the_issue_again(desk: Desk) -> None:
    desk.sends()
    amended = desk.amends(subject=SECOND)
    assert (amended.issue.state, amended.reached.got, amended.reached.waiting) == (IssueState.SENT, 8, 0)

    desk.approves()
    assert desk.sends() == {"sent": 8}

    assert (desk.issue.state, desk.issue.variant.subject) == (IssueState.SENT, SECOND)
    desk.newsroom.sends(desk.corrects())
    assert (desk.got(FIRST), desk.got(SECOND), desk.got("Sorry")) == (READERS, [], READERS)


@on_one_database
def test_before_the_first_mail_nobody_got_the_old_and_no_reader_is_told_of_it(desk: Desk) -> None:
    with desk.newsroom.store.writing() as transaction:
        issues.begin(transaction, desk.issue)
        ledger.open_issue(transaction, desk.id, WEEKLY, "en", desk.newsroom.now)

    amended = desk.amends(subject=SECOND)
    desk.approves()

    assert amended.reached.got == 0
    assert "Amended on" not in desk.issue.variant.web
    assert desk.sends() == {"sent": 8}
    with pytest.raises(NotAllowed, match="nobody who is still subscribed did"):
        desk.newsroom.sends(desk.corrects())


@on_one_database
def test_the_web_copy_says_that_it_was_amended_and_the_mails_do_not(desk: Desk) -> None:
    desk.sends(most=5)
    desk.amends(subject=SECOND)

    assert "Amended on" not in desk.issue.variant.web
    desk.approves()

    assert "Amended on November 20, 2026" in desk.issue.variant.web
    assert "Amended on" not in desk.issue.variant.html + desk.issue.variant.text


@on_one_database
def test_an_amendment_takes_in_nothing_that_came_since_and_lets_nothing_move_up(desk: Desk) -> None:
    newsroom = desk.newsroom
    desk.sends(most=5)
    newsroom.now += timedelta(hours=1)
    newsroom.publishes("Came late", hours_ago=0.5)

    desk.amends(drop=["https://estuary.example.org/night-ferry/"], note="We dropped an article.")
    desk.approves()

    assert titles(issuing.show(newsroom.store, desk.id)) == [FIRST]
    assert "Came late" not in desk.issue.variant.web


@on_one_database
def test_articles_are_as_their_source_has_them_by_now(desk: Desk) -> None:
    newsroom = desk.newsroom
    desk.sends(most=5)
    newsroom.publishes("Port audit: nine findings", url="https://estuary.example.org/port-audit/")
    looking.retract(newsroom.store, "https://estuary.example.org/night-ferry/", newsroom.now)

    desk.amends()
    desk.approves()

    assert titles(issuing.show(newsroom.store, desk.id)) == ["Port audit: nine findings"]


@on_one_database
def test_what_says_the_same_is_no_amendment(desk: Desk) -> None:
    desk.sends(most=5)
    desk.amends(subject=SECOND)
    assert desk.amends(subject=FIRST).issue.amendment is None

    desk.amends(subject=SECOND)
    desk.approves()

    assert desk.amends(subject=SECOND).issue.amendment is None


@on_one_database
def test_reset_drops_the_amendment(desk: Desk) -> None:
    desk.sends(most=5)
    desk.amends(subject=SECOND)

    assert desk.amends(reset=True).issue.amendment is None
    assert desk.sends() == {"sent": 8}
    assert desk.got(FIRST) == READERS


@on_one_database
def test_a_file_that_is_older_than_the_amendment_is_refused(desk: Desk) -> None:
    newsroom = desk.newsroom
    desk.sends(most=5)
    text = editing.written(newsroom.store, newsroom.settings, desk.id)
    changed = text.replace("subject: Port audit", f"subject: {SECOND}")

    def _take(file: str) -> Issue:
        return amending.take(newsroom.store, newsroom.settings, desk.id, file, "ana", newsroom.clock).issue

    assert _take(changed).proposed.variant.subject == SECOND
    with pytest.raises(NotAllowed):
        _take(text)


@on_one_database
@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.HELD, IssueState.APPROVED, IssueState.CANCELLED])
def test_only_what_is_being_sent_paused_or_sent_is_amended(newsroom: Newsroom, state: IssueState) -> None:
    newsroom.publishes(FIRST)
    issue = newsroom.composes().issue.id
    if state is not IssueState.DRAFT:
        issuing.move(newsroom.store, issue, state, newsroom.now, who="ana")

    with pytest.raises(NotAllowed, match=f"issue {issue} is {state}, and only one that is being sent"):
        Desk(newsroom, issue).amends(subject=SECOND)


@on_one_database
def test_approval_is_automatic_where_the_config_says_so(desk: Desk) -> None:
    desk.newsroom.newsletter(approval="automatic")
    desk.sends(most=5)

    amended = desk.amends(subject=SECOND)

    assert (amended.issue.amendment, amended.issue.version) == (None, 1)
    assert amended.issue.state is IssueState.PAUSED
    desk.sends()
    assert desk.got(SECOND) == READERS[5:]


def uncertain(desk: Desk) -> None:
    """Leave the first two rows uncertain, as a sender that died does, and three sent."""
    desk.newsroom.configured("delivery", uncertain="hold")
    with far_end() as server:
        server.answers("DOT", "hello", "hello", "250 ok")
        desk.newsroom.configured("delivery", transport="smtp", smtp=server.settings)
        desk.sends(most=5)
    desk.newsroom.configured("delivery", transport="outbox")


def test_who_is_uncertain_is_sent_the_same_mail_again_and_the_correction_too(desk: Desk) -> None:
    uncertain(desk)
    assert sending.status(desk.newsroom.store, desk.id)[DeliveryState.UNCERTAIN] == 2
    before = [desk.recalls(address) for address in READERS[:2]]
    desk.amends(subject=SECOND)
    desk.approves()
    sending.requeue_uncertain(desk.newsroom.store, desk.id, desk.newsroom.now)

    assert desk.sends() == {"sent": 8}

    assert [desk.recalls(address) for address in READERS[:2]] == before
    assert desk.got(FIRST) == READERS[:2]
    desk.newsroom.sends(desk.corrects())
    assert desk.got("Sorry") == READERS[:5]


def test_who_is_uncertain_hears_the_correction_though_the_mail_is_not_sent_again(desk: Desk) -> None:
    uncertain(desk)
    desk.amends(subject=SECOND)
    desk.approves()
    desk.sends()

    desk.newsroom.sends(desk.corrects())

    assert desk.got("Sorry") == READERS[:5]


def test_who_was_put_off_gets_the_amended_issue_and_no_correction(desk: Desk) -> None:
    with far_end() as server:
        server.answers("RCPT", "450 greylisted", "250 ok")
        desk.newsroom.configured("delivery", transport="smtp", smtp=server.settings)
        desk.sends(most=5)
    desk.newsroom.configured("delivery", transport="outbox")
    desk.amends(subject=SECOND)
    desk.approves()
    desk.newsroom.now += timedelta(hours=1)

    assert desk.sends() == {"sent": 8}

    assert READERS[0] in desk.got(SECOND)
    correction = desk.corrects()
    desk.newsroom.sends(correction)
    assert READERS[0] not in desk.got("Sorry")


def test_who_left_hears_no_correction_and_who_reads_another_language_by_now_does(desk: Desk) -> None:
    store, now = desk.newsroom.store, desk.newsroom.now
    desk.sends(most=5)
    desk.amends(subject=SECOND)
    desk.approves()
    with store.writing() as transaction:
        first, second = (subscribers.by_email(transaction, address) for address in READERS[:2])
        assert first
        assert second
        subscribers.leave(transaction, first.id, WEEKLY, now)
        subscribers.choose(transaction, second.id, WEEKLY, "es", "", now)

    desk.newsroom.sends(desk.corrects())

    assert desk.got("Sorry") == READERS[1:5]


def test_while_mails_are_on_their_way_the_correction_waits(desk: Desk) -> None:
    store, now = desk.newsroom.store, desk.newsroom.now
    desk.sends(most=5)
    with store.writing() as transaction:
        (_dead,) = ledger.claim(transaction, desk.id, 1, now, 300, "a sender")
    desk.amends(subject=SECOND)
    desk.approves()
    correction = desk.corrects()

    with pytest.raises(NotAllowed, match="1 mails are still on their way"):
        desk.newsroom.sends(correction)
    assert issuing.known_issue(store, correction).state is IssueState.APPROVED

    desk.newsroom.now += timedelta(seconds=301)
    desk.newsroom.sends(correction)
    assert desk.got("Sorry") == READERS[:6]


@on_one_database
def test_while_an_amendment_waits_the_correction_does_too(desk: Desk) -> None:
    desk.sends(most=5)
    desk.amends(subject=SECOND)
    correction = desk.corrects()

    with pytest.raises(NotAllowed, match=f"issue {desk.id} has an amendment that waits"):
        desk.newsroom.sends(correction)


@on_one_database
def test_a_correction_is_of_an_issue_that_was_amended(desk: Desk) -> None:
    desk.sends(most=5)
    with pytest.raises(UsageError, match=f"`issue amend {desk.id}` changes it first"):
        desk.corrects()


def test_a_sender_that_began_before_the_amendment_claims_nothing_after_it(desk: Desk) -> None:
    """It fills mails of the version that it knows; who comes next knows the new one."""
    amended: list[object] = []

    def _amends(_reply: object) -> None:
        if not amended:
            amended.append(desk.amends(subject=SECOND))
            desk.approves()
            issuing.move(desk.newsroom.store, desk.id, IssueState.SENDING, desk.newsroom.now)

    sending.send(desk.newsroom.store, desk.newsroom.settings, desk.id, desk.newsroom.clock, progress=_amends)
    old = desk.got(FIRST)
    desk.sends()

    assert desk.got(FIRST) == old
    assert desk.got(SECOND) == [address for address in READERS if address not in old]
    assert all(versions_of(desk, address) == (address not in old) for address in READERS)


def versions_of(desk: Desk, address: str) -> int:
    with desk.newsroom.store.reading() as transaction:
        record = standing.record(transaction, desk.id, address)
    assert record
    return record.delivery.version


@on_one_database
def test_reviewers_are_asked_about_an_amendment_when_a_person_says_so(desk: Desk) -> None:
    newsroom = desk.newsroom
    desk.sends(most=5)
    desk.amends(subject=SECOND)
    reviewing.go_on(newsroom.store, newsroom.settings, newsroom.clock)
    assert newsroom.notices() == []

    asked = reviewing.ask(newsroom.store, newsroom.settings, desk.id, newsroom.clock)

    assert asked.told == newsroom.settings.newsletters[0].reviewers
    plain = newsroom.notices()[0].get_body(("plain",))
    assert plain
    assert SECOND in plain.get_content()
    assert "was amended after its sending began" in " ".join(plain.get_content().split())
    desk.approves()
    newsroom.now += timedelta(days=2)
    reviewing.go_on(newsroom.store, newsroom.settings, newsroom.clock)
    assert len(newsroom.notices()) == len(asked.told)
