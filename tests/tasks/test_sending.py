"""Sending: everybody who was subscribed gets the issue once, whatever happens in between."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from publisher.errors import FarEndError, NotAllowed
from publisher.model import DeliveryState, IssueState, Reply
from publisher.store import issues, ledger, subscribers
from publisher.tasks import issuing, leaving, sending, signing
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


def test_paused_it_stops_before_the_next_message(newsroom: Newsroom, issue: int) -> None:
    def _pause_at_once(_reply: Reply) -> None:
        issuing.move(newsroom.store, issue, IssueState.PAUSED, newsroom.now)

    sending.send(newsroom.store, newsroom.settings, issue, newsroom.clock, progress=_pause_at_once)

    assert len(newsroom.mails()) == 1
    assert state(newsroom, issue) is IssueState.PAUSED
    assert newsroom.sends(issue) == {"sent": 25}


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


@pytest.mark.parametrize(("uncertain", "after"), [("resend", {"sent": 25}), ("hold", {"uncertain": 25})])
def test_what_a_dead_sender_left_is_uncertain_and_treated_as_configured(
    newsroom: Newsroom, issue: int, uncertain: str, after: dict[str, int]
) -> None:
    newsroom.configured("delivery", uncertain=uncertain)
    with newsroom.store.writing() as transaction:
        issues.move(transaction, issue, (IssueState.APPROVED,), IssueState.SENDING, newsroom.now)
        ledger.open_issue(transaction, issue, WEEKLY, "en", newsroom.now)
        dead = ledger.claim(transaction, issue, 100, newsroom.now, 300)
    assert newsroom.sends(issue) == {"sending": 25}
    newsroom.now += timedelta(seconds=301)

    assert newsroom.sends(issue) == after
    sent = {str(mail["Message-ID"]) for mail in newsroom.mails()}
    assert all(any(row.key in identity for row in dead) for identity in sent)


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
