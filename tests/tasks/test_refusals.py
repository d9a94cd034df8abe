"""An issue's refusals, by their cause and by whose mailboxes refused."""

import pytest

from publisher.model import DeliveryState, IssueState, Reply
from publisher.store import issues, ledger, subscribers
from publisher.tasks import refusals
from publisher.tasks.refusals import Refusals
from tests.tasks.conftest import WEEKLY, Newsroom

UNKNOWN = Reply(DeliveryState.FAILED, 550, "5.1.1", "no such user")
SLOW_DOWN = Reply(DeliveryState.DEFERRED, 421, "4.7.28", "slow down")
BARE = Reply(DeliveryState.FAILED, 550, "", "<ana@gmail.com>: no such user here")


def answered(newsroom: Newsroom, replies: dict[str, Reply]) -> int:
    """Give an issue whose readers got these answers."""
    newsroom.publishes("Port audit")
    newsroom.subscribes(*replies)
    issue = newsroom.approves(newsroom.composes())
    with newsroom.store.writing() as transaction:
        issues.move(transaction, issue, (IssueState.APPROVED,), IssueState.SENDING, newsroom.now)
        ledger.open_issue(transaction, issue, WEEKLY, "en", newsroom.now)
        rows = ledger.claim(transaction, issue, 100, newsroom.now, 300, "a sender")
        results = [(row, replies[row.subscriber.email]) for row in rows]
        ledger.settle(transaction, results, newsroom.now, 36)
    return issue


def test_refusals_are_counted_by_cause_and_provider_the_most_frequent_first(newsroom: Newsroom) -> None:
    issue = answered(
        newsroom,
        {
            "ana@gmail.com": BARE,
            "bruno@googlemail.com": UNKNOWN,
            "carla@hotmail.com": SLOW_DOWN,
            '"d@gmail.com"@live.nl': SLOW_DOWN,
            "eva@outlook.com": Reply(DeliveryState.FAILED, 450, "4.7.28", "slow down"),
            "fay@Example.org": UNKNOWN,
            "gil@example.org": Reply(DeliveryState.SENT, 250, "2.0.0", "ok"),
        },
    )

    assert refusals.of(newsroom.store, issue) == [
        Refusals("too many messages", "Outlook", failed=1, deferred=2),
        Refusals("no such address", "Gmail", failed=2, deferred=0),
        Refusals("no such address", "example.org", failed=1, deferred=0),
    ]


def test_rare_domains_are_counted_together_and_who_was_erased_is_among_them(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refusals, "NAMED", 1)
    often = {f"reader{number}@often.example": UNKNOWN for number in range(2)}
    issue = answered(newsroom, {**often, "ana@one.example": UNKNOWN, "bruno@two.example": UNKNOWN})
    with newsroom.store.writing() as transaction:
        subscribers.erase(transaction, "bruno@two.example")

    found = refusals.of(newsroom.store, issue)

    assert [(one.provider, one.failed) for one in found] == [("often.example", 2), (refusals.OTHERS, 2)]
