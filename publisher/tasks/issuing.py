"""What an editor does with an issue: look at it, approve it, pause, resume or cancel its sending."""

from dataclasses import dataclass
from datetime import datetime

from publisher.errors import NotAllowed, UsageError
from publisher.model import Issue, IssueState, Placement
from publisher.store import Store, Transaction, issues

_MOVES: dict[IssueState, tuple[IssueState, ...]] = {
    IssueState.APPROVED: (IssueState.DRAFT, IssueState.HELD),
    IssueState.PAUSED: (IssueState.SENDING,),
    IssueState.SENDING: (IssueState.PAUSED,),
    IssueState.CANCELLED: (
        IssueState.DRAFT,
        IssueState.HELD,
        IssueState.APPROVED,
        IssueState.SENDING,
        IssueState.PAUSED,
    ),
}
"""The state a person may bring an issue to, and from which."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An issue with the place or the reason of every article that was looked at for it."""

    issue: Issue
    placements: tuple[Placement, ...]


def known_issue(store: Store, issue_id: int) -> Issue:
    """Find an issue.

    Raises:
        UsageError: when there is none with that id.
    """
    with store.reading() as transaction:
        issue = issues.get(transaction, issue_id)
    if issue is None:
        raise UsageError(f"there is no issue {issue_id}; `issue list` shows those there are")
    return issue


def show(store: Store, issue_id: int) -> Shown:
    """Give an issue with its placements.

    Raises:
        UsageError: when there is none with that id.
    """
    issue = known_issue(store, issue_id)
    with store.reading() as transaction:
        return Shown(issue, tuple(issues.placements(transaction, issue_id)))


def listed(store: Store, limit: int = 100) -> list[Issue]:
    """Give the issues of the newest periods, those first."""
    with store.reading() as transaction:
        return issues.listed(transaction, limit)


def move(store: Store, issue_id: int, to: IssueState, now: datetime, *, empty_too: bool = False) -> Issue:
    """Bring an issue to the state a person wants; where it is there already, nothing happens.

    An issue that carries no article is approved only with `empty_too`: it is mostly a week that was misspelt.

    Raises:
        UsageError: when there is none with that id.
        NotAllowed: when its state has no way there, or it is empty.
    """
    issue = known_issue(store, issue_id)
    with store.writing() as transaction:
        if to is IssueState.APPROVED and issue.state in _MOVES[to] and not empty_too:
            _check_not_empty(transaction, issue_id)
        moved = issues.move(transaction, issue_id, _MOVES[to], to, now)
    if not moved and issue.state is not to:
        allowed = ", ".join(_MOVES[to])
        raise NotAllowed(f"issue {issue_id} is {issue.state} and cannot become {to}; that is open to: {allowed}")
    return known_issue(store, issue_id)


def _check_not_empty(transaction: Transaction, issue_id: int) -> None:
    if not any(placement.section for placement in issues.placements(transaction, issue_id)):
        raise NotAllowed(f"issue {issue_id} carries no article; `issue approve {issue_id} --empty` approves it so")
