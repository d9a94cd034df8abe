"""Sending: everybody who was subscribed gets the issue once, whatever happens in between."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from publisher.errors import ConfigError, FarEndError, NotAllowed
from publisher.model import DeliveryState, IssueState, Reply
from publisher.store import Transaction, issues, ledger, subscribers
from publisher.tasks import issuing, leaving, looking, sending, signing
from publisher.tokens import leave_token
from tests.deliver.far_end import far_end
from tests.tasks.conftest import WEEKLY, Newsroom

READERS = [f"reader{number:02}@example.org" for number in range(25)]


@pytest.fixture
def issue(newsroom: Newsroom) -> int:
    """An approved issue with twenty-five subscribers."""
    newsroom.publishes("Port audit")
    newsroom.subscribes(*READERS)
    return newsroom.approves(newsroom.composes())


def state(newsroom: Newsroom, issue: int) -> IssueState:
    return issuing.known_issue(newsroom.store, issue).state


def stopping_after(count: int) -> tuple[Callable[[], bool], Callable[[Reply], None]]:
    """Give a stop that is asked for once so many replies have come, and what counts them."""
    replies: list[Reply] = []
    return lambda: len(replies) >= count, replies.append


def test_every_subscriber_of_the_language_gets_it_once(newsroom: Newsroom, issue: int) -> None:
    newsroom.subscribes("bruno@example.org", language="es")

    assert newsroom.sends(issue) == {"sent": 25}
    assert newsroom.recipients() == READERS
    assert state(newsroom, issue) is IssueState.SENT


def test_sending_twice_sends_once(newsroom: Newsroom, issue: int) -> None:
    newsroom.sends(issue)

    assert newsroom.sends(issue) == {"sent": 25}
    assert newsroom.recipients() == READERS


def test_two_senders_at_once_share_the_work(newsroom: Newsroom, issue: int) -> None:
    threads = [threading.Thread(target=newsroom.sends, args=(issue,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert newsroom.sends(issue) == {"sent": 25}
    assert newsroom.recipients() == READERS


def test_interrupted_it_goes_on_with_the_rest(newsroom: Newsroom, issue: int) -> None:
    stop, progress = stopping_after(7)
    counts = sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, stop, progress)

    assert (counts[DeliveryState.SENT], counts[DeliveryState.QUEUED]) == (7, 18)
    assert state(newsroom, issue) is IssueState.SENDING
    assert newsroom.sends(issue) == {"sent": 25}
    assert newsroom.recipients() == READERS


@pytest.mark.parametrize("ended", [IssueState.PAUSED, IssueState.CANCELLED])
def test_paused_or_cancelled_it_sends_no_more_than_what_is_on_its_way(
    newsroom: Newsroom, issue: int, ended: IssueState, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, state_of, times = threading.Event(), issues.state, count(1)

    def _state(transaction: Transaction, issue_id: int) -> IssueState:
        found = state_of(transaction, issue_id)
        # When it is asked for again, what was found the first time has been taken in.
        if found is ended and next(times) == 2:
            seen.set()
        return found

    def _ends(step: str) -> None:
        if step == "DOT" and not seen.is_set():
            issuing.move(newsroom.store, issue, ended, newsroom.now)
            seen.wait(30)

    monkeypatch.setattr(issues, "state", _state)
    with far_end() as server:
        newsroom.configured("delivery", transport="smtp", smtp=server.settings)
        server.on_step = _ends
        counts = newsroom.sends(issue)

    assert len(server.mails) <= 2
    assert counts == {"sent": len(server.mails), "queued": 25 - len(server.mails)}
    assert state(newsroom, issue) is ended


def test_cancelled_it_is_never_sent_again(newsroom: Newsroom, issue: int) -> None:
    stop, progress = stopping_after(3)
    sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, stop, progress)
    issuing.move(newsroom.store, issue, IssueState.CANCELLED, newsroom.now)

    with pytest.raises(NotAllowed, match="cancelled"):
        newsroom.sends(issue)
    assert len(newsroom.mails()) == 3


def test_who_subscribes_after_the_start_gets_the_next_issue(newsroom: Newsroom, issue: int) -> None:
    stop, progress = stopping_after(3)
    sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, stop, progress)
    newsroom.subscribes("late@example.org")

    assert newsroom.sends(issue) == {"sent": 25}
    assert "late@example.org" not in newsroom.recipients()


def test_leaving_counts_before_the_next_message_is_written(newsroom: Newsroom, issue: int) -> None:
    secret = signing.secret(newsroom.store, newsroom.settings)

    def _everybody_leaves(_reply: Reply) -> None:
        for mail in newsroom.mails():
            leaving.leave(newsroom.store, _token(str(mail["List-Unsubscribe"])), secret, newsroom.now)
        for address in READERS[5:10]:
            _leave(newsroom, address, secret)

    counts = sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, progress=_everybody_leaves)

    assert counts[DeliveryState.SUPPRESSED] == 5
    assert not set(READERS[5:10]) & set(newsroom.recipients())


def _token(header: str) -> str:
    return header.partition(">")[0].rpartition("/")[2]


def _leave(newsroom: Newsroom, address: str, secret: str) -> None:
    with newsroom.store.reading() as transaction:
        found = subscribers.by_email(transaction, address)
    assert found
    leaving.leave(newsroom.store, leave_token(found.id, WEEKLY, secret), secret, newsroom.now)


@pytest.mark.parametrize(
    ("uncertain", "after"), [("resend", {"sent": 25}), ("hold", {"uncertain": 25})], ids=["resend", "hold"]
)
def test_what_a_dead_sender_left_is_uncertain_and_treated_as_configured(
    newsroom: Newsroom, issue: int, uncertain: str, after: dict[str, int]
) -> None:
    newsroom.configured("delivery", uncertain=uncertain)
    with newsroom.store.writing() as transaction:
        issues.move(transaction, issue, (IssueState.APPROVED,), IssueState.SENDING, newsroom.now)
        ledger.open_issue(transaction, issue, WEEKLY, "en", newsroom.now)
        dead = ledger.claim(transaction, issue, 100, newsroom.now, 300, "a sender")
    assert newsroom.sends(issue) == {"sending": 25}
    newsroom.now += timedelta(seconds=301)

    assert newsroom.sends(issue) == after
    sent = {str(mail["Message-ID"]) for mail in newsroom.mails()}
    assert all(any(row.key in identity for row in dead) for identity in sent)


def held(newsroom: Newsroom, issue: int) -> dict[str, int]:
    """Leave one row uncertain, as a sender does that died, and go on; the counts."""
    newsroom.configured("delivery", uncertain="hold")
    stop, progress = stopping_after(24)
    sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, stop, progress)
    with newsroom.store.writing() as transaction:
        (_dead,) = ledger.claim(transaction, issue, 1, newsroom.now, 300, "a sender")
    newsroom.now += timedelta(seconds=301)
    return newsroom.sends(issue)


def test_who_is_held_as_uncertain_is_sent_again_when_a_person_says_so(newsroom: Newsroom, issue: int) -> None:
    assert held(newsroom, issue) == {"sent": 24, "uncertain": 1}

    assert sending.requeue_uncertain(newsroom.store, issue, newsroom.now) == 1
    assert newsroom.sends(issue) == {"sent": 25}

    assert newsroom.recipients() == READERS
    assert state(newsroom, issue) is IssueState.SENT
    assert sending.requeue_uncertain(newsroom.store, issue, newsroom.now) == 0


def test_who_is_held_is_named_and_so_is_who_was_refused(newsroom: Newsroom, issue: int) -> None:
    with far_end() as server:
        server.answers("RCPT", "550 5.1.1 unknown", "250 ok")
        newsroom.configured("delivery", transport="smtp", smtp=server.settings)
        assert held(newsroom, issue) == {"sent": 23, "failed": 1, "uncertain": 1}

    both = sending.skipped(newsroom.store, newsroom.settings, issue, limit=10)
    one = sending.skipped(newsroom.store, newsroom.settings, issue, limit=1)

    assert [sentence.split(": ")[:2] for sentence in both.sentences] == [
        ["reader00@example.org", "failed"],
        ["reader24@example.org", "uncertain"],
    ]
    assert both.sentences[0].endswith("550 5.1.1 unknown")
    assert (both.more, one.sentences, one.more) == (0, both.sentences[:1], 1)


def test_nothing_is_sent_again_of_an_issue_that_was_never_begun(newsroom: Newsroom, issue: int) -> None:
    with pytest.raises(NotAllowed, match="sending has begun"):
        sending.requeue_uncertain(newsroom.store, issue, newsroom.now)


def test_a_paused_issue_is_opened_again_only_for_a_person(newsroom: Newsroom, issue: int) -> None:
    stop, progress = stopping_after(3)
    sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, stop, progress)
    issuing.move(newsroom.store, issue, IssueState.PAUSED, newsroom.now)

    with pytest.raises(NotAllowed, match=f"issue resume {issue}"):
        sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, resumes=False)

    assert state(newsroom, issue) is IssueState.PAUSED
    assert len(newsroom.mails()) == 3


@pytest.mark.parametrize("resumes", [True, False])
def test_cancelled_just_before_it_is_opened_it_sends_nothing(newsroom: Newsroom, issue: int, resumes: bool) -> None:
    def _cancels_when_asked_for_the_time() -> datetime:
        issuing.move(newsroom.store, issue, IssueState.CANCELLED, newsroom.now)
        return newsroom.now

    with pytest.raises(NotAllowed, match="cancelled"):
        sending.send(newsroom.store, newsroom.settings, issue, _cancels_when_asked_for_the_time, resumes=resumes)

    assert newsroom.mails() == []
    assert sending.status(newsroom.store, issue) == {}


@pytest.mark.parametrize("mistake", ["return path", "outbox"])
def test_a_mistake_in_the_config_is_told_before_the_recipients_are_fixed(
    newsroom: Newsroom, issue: int, mistake: str, tmp_path: Path
) -> None:
    (tmp_path / "in-the-way").write_text("")
    keys: dict[str, dict[str, object]] = {
        "return path": {"return_path": "b" * 40 + "@example.org"},
        "outbox": {"outbox": tmp_path / "in-the-way"},
    }
    newsroom.configured("delivery", **keys[mistake])

    with pytest.raises(ConfigError):
        newsroom.sends(issue)

    assert state(newsroom, issue) is IssueState.APPROVED
    assert sending.status(newsroom.store, issue) == {}


def test_a_list_refused_as_a_whole_is_counted_as_failed_when_a_person_believes_it(
    newsroom: Newsroom, issue: int
) -> None:
    with far_end() as server:
        server.answers("RCPT", "550 5.1.1 unknown")
        newsroom.configured("delivery", transport="smtp", smtp=server.settings)
        with pytest.raises(FarEndError, match=f"`issue send {issue} --believe-refusals`"):
            newsroom.sends(issue)
        assert state(newsroom, issue) is IssueState.PAUSED
        assert sending.status(newsroom.store, issue) == {"queued": 25}

        counts = sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, believes=True)

    assert counts == {"failed": 25}


def test_a_row_deferred_first_after_many_claims_waits_half_an_hour(newsroom: Newsroom, issue: int) -> None:
    with far_end() as server:
        newsroom.configured("delivery", transport="smtp", smtp=server.settings)
        for _ in range(8):
            server.answers("GREETING", "421 busy")
            with pytest.raises(FarEndError):
                newsroom.sends(issue)
        server.answers("GREETING", "220 welcome").answers("RCPT", "450 greylisted", "250 ok")
        assert newsroom.sends(issue) == {"sent": 24, "deferred": 1}
        newsroom.now += timedelta(minutes=30)

        assert newsroom.sends(issue) == {"sent": 25}


def test_a_draft_is_not_sent(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    draft = newsroom.composes()

    with pytest.raises(NotAllowed, match="issue approve"):
        newsroom.sends(draft.issue.id)


def test_the_counts_add_up_at_every_step(newsroom: Newsroom, issue: int) -> None:
    seen = []

    def _count(_reply: Reply) -> None:
        seen.append(sum(sending.status(newsroom.store, issue).values()))

    sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, progress=_count)

    assert seen == [25] * 25


def test_a_mail_server_that_refuses_us_pauses_the_issue_and_touches_nobody(newsroom: Newsroom, issue: int) -> None:
    with far_end() as server:
        server.answers("MAIL", "550 5.7.1 not from you")
        newsroom.configured("delivery", transport="smtp", smtp=server.settings)

        with pytest.raises(FarEndError, match="not from you"):
            newsroom.sends(issue)

    assert state(newsroom, issue) is IssueState.PAUSED
    assert sending.status(newsroom.store, issue)[DeliveryState.QUEUED] == 25


def test_a_mail_server_that_is_away_leaves_the_issue_to_the_next_try(newsroom: Newsroom, issue: int) -> None:
    newsroom.configured(
        "delivery",
        transport="smtp",
        smtp=newsroom.settings.delivery.smtp.model_copy(update={"host": "127.0.0.1", "port": 1, "security": "none"}),
    )

    with pytest.raises(FarEndError, match=r"127\.0\.0\.1"):
        newsroom.sends(issue)

    assert state(newsroom, issue) is IssueState.SENDING
    assert sending.status(newsroom.store, issue)[DeliveryState.QUEUED] == 25


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.CANCELLED, IssueState.HELD])
def test_what_may_not_go_is_not_even_looked_at(newsroom: Newsroom, state: IssueState) -> None:
    article = newsroom.publishes("Port audit")
    newsroom.publishes("Pier nine")
    issue = newsroom.composes().issue.id
    if state is not IssueState.DRAFT:
        issuing.move(newsroom.store, issue, state, newsroom.now, who="ana")
    looking.retract(newsroom.store, article.url, newsroom.now)
    before = issuing.show(newsroom.store, issue)

    with pytest.raises(NotAllowed, match=f"issue {issue} is {state}"):
        newsroom.sends(issue)

    after = issuing.show(newsroom.store, issue)
    assert (after.issue, after.history) == (before.issue, before.history)
