"""The states of an issue, and the ways between them that a person has."""

import pytest

from publisher.errors import NotAllowed, UsageError
from publisher.model import IssueState
from publisher.store import issues
from publisher.tasks import issuing
from tests.tasks.conftest import Newsroom

D, A, S, P, H, X, T = (
    IssueState.DRAFT,
    IssueState.APPROVED,
    IssueState.SENDING,
    IssueState.PAUSED,
    IssueState.HELD,
    IssueState.CANCELLED,
    IssueState.SENT,
)


def brought_to(newsroom: Newsroom, state: IssueState) -> int:
    newsroom.publishes("Port audit")
    issue = newsroom.composes().issue.id
    with newsroom.store.writing() as transaction:
        issues.move(transaction, issue, (D,), state, newsroom.now)
    return issue


@pytest.mark.parametrize(
    ("at", "to"), [(D, A), (H, A), (S, P), (P, S), (D, X), (A, X), (S, X), (P, X), (A, A), (P, P), (X, X)]
)
def test_a_person_may_move_an_issue(newsroom: Newsroom, at: IssueState, to: IssueState) -> None:
    issue = brought_to(newsroom, at)

    assert issuing.move(newsroom.store, issue, to, newsroom.now).state is to


@pytest.mark.parametrize(("at", "to"), [(T, A), (X, A), (D, P), (A, P), (D, S), (A, S), (T, X), (X, S)])
def test_other_moves_are_refused_and_change_nothing(newsroom: Newsroom, at: IssueState, to: IssueState) -> None:
    issue = brought_to(newsroom, at)

    with pytest.raises(NotAllowed, match=f"is {at} and cannot become {to}"):
        issuing.move(newsroom.store, issue, to, newsroom.now)

    assert issuing.known_issue(newsroom.store, issue).state is at


def test_approving_notes_when(newsroom: Newsroom) -> None:
    newsroom.publishes("Port audit")
    issue = newsroom.approves(newsroom.composes())

    assert issuing.known_issue(newsroom.store, issue).approved == newsroom.now


def test_an_unknown_issue_is_said(newsroom: Newsroom) -> None:
    with pytest.raises(UsageError, match="there is no issue 99"):
        issuing.show(newsroom.store, 99)


def test_an_issue_without_articles_is_approved_only_by_somebody_who_means_it(newsroom: Newsroom) -> None:
    empty = newsroom.composes().issue.id

    with pytest.raises(NotAllowed, match="carries no article; `issue approve 1 --empty`"):
        issuing.move(newsroom.store, empty, A, newsroom.now)

    assert issuing.move(newsroom.store, empty, A, newsroom.now, empty_too=True).state is A
