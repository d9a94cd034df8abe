"""What an editor does with an issue: look at it, approve or hold it, pause, resume or cancel its sending.

Who did it and when are kept.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from publisher.config import Settings
from publisher.errors import NotAllowed, UsageError
from publisher.model import Issue, IssueEvent, IssueKind, IssueState, Placement
from publisher.store import Store, Transaction, issue_events, issues, versions
from publisher.store.versions import Reached

_MOVES: dict[IssueState, tuple[IssueState, ...]] = {
    IssueState.APPROVED: issues.OPEN,
    IssueState.HELD: (IssueState.DRAFT, IssueState.APPROVED),
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
    """An issue with the place or the reason of every article that was looked at for it, and what was done to it.

    While an amendment waits, the issue and its placements are as that has them. `reached` tells who got which version
    of the issue, or of the one that it corrects.
    """

    issue: Issue
    placements: tuple[Placement, ...]
    history: tuple[IssueEvent, ...] = ()
    reached: Reached | None = None


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
        history = issue_events.of(transaction, issue_id)
        placements = placements_of(transaction, issue)
        versioned = issues.get(transaction, issue.corrects) if issue.corrects is not None else issue
        reached = versions.reached(transaction, versioned) if versioned and versioned.proposed.version else None
    return Shown(issue.proposed, tuple(placements), tuple(history), reached)


def placements_of(transaction: Transaction, issue: Issue) -> list[Placement]:
    """Give the placements of an issue, or those that its amendment has."""
    if issue.amendment is None:
        return issues.placements(transaction, issue.id)
    return issues.with_articles(transaction, issue.amendment.placed)


def check_not_amended(issue: Issue) -> None:
    """See that no amendment waits for approval.

    Raises:
        NotAllowed: when one does.
    """
    if issue.amendment is not None:
        raise NotAllowed(
            f"issue {issue.id} has an amendment that waits for approval; `issue approve {issue.id}` lets it take "
            f"effect, `issue amend {issue.id} --reset` drops it"
        )


def listed(store: Store, limit: int = 100) -> list[Issue]:
    """Give the issues of the newest periods, those first."""
    with store.reading() as transaction:
        return issues.listed(transaction, limit)


def waited_for(store: Store, settings: Settings, issue: Issue) -> list[Issue]:
    """Give the other languages of an issue's period that are to be decided about, where no language goes alone."""
    newsletter = settings.newsletter(issue.newsletter)
    if newsletter is None or not newsletter.languages_wait or issue.kind is not IssueKind.PERIODIC:
        return []
    with store.reading() as transaction:
        together = [
            issues.find(transaction, issue.newsletter, language, issue.period.name)
            for language in settings.languages_of(newsletter)
        ]
    return [other for other in together if other and other.id != issue.id and other.state in issues.OPEN]


def move(
    store: Store,
    issue_id: int,
    to: IssueState,
    now: datetime,
    *,
    who: str = "",
    because: str = "",
    empty_too: bool = False,
    seen: Issue | None = None,
) -> Issue:
    """Bring an issue to the state a person wants; where it is there already, nothing happens.

    `who` wants it, and `because` says why an issue is held. An issue that carries nothing is approved only with
    `empty_too`: it is mostly a week that was misspelt. Given `seen`, one that was composed or held since is not
    approved, and given back as it is. Of an issue with an amendment that waits, it is the amendment that is approved.

    Raises:
        UsageError: when there is none with that id.
        NotAllowed: when its state has no way there, or it is empty.
    """
    issue = known_issue(store, issue_id)
    if to is IssueState.APPROVED and issue.amendment is not None:
        return _amended(store, issue, seen or issue, who, now)
    if to is IssueState.SENDING:
        check_not_amended(issue)
    with store.writing() as transaction:
        if to is IssueState.APPROVED and issue.state in _MOVES[to] and not empty_too:
            _check_not_empty(transaction, issue)
        if to is IssueState.APPROVED:
            moved = issues.approve(transaction, issue_id, who, now, seen)
        else:
            moved = _moved(transaction, issue_id, to, now, who, because)
        if moved:
            issue_events.add(transaction, issue_id, now, who, str(to), because)
    issue = known_issue(store, issue_id)
    is_another = seen is not None and issue.state in _MOVES[to]
    if not moved and issue.state is not to and not is_another:
        allowed = ", ".join(_MOVES[to])
        raise NotAllowed(f"issue {issue_id} is {issue.state} and cannot become {to}; that is open to: {allowed}")
    return issue


def _amended(store: Store, issue: Issue, seen: Issue, who: str, now: datetime) -> Issue:
    """Let the amendment of an issue take effect, unless it is another than the one `seen`."""
    if seen.amendment is None:
        return issue
    with store.writing() as transaction:
        if versions.take_effect(transaction, issue.id, seen.amendment.composed):
            words = f"version {issue.proposed.version}"
            issue_events.add(transaction, issue.id, now, who, str(IssueState.APPROVED), words)
    return known_issue(store, issue.id)


def pause(store: Store, issue_id: int, why: str, now: datetime) -> bool:
    """Pause an issue that nobody can go on sending, and keep why; False when it is not being sent.

    Servers repeat addresses; none is kept, since who is erased would stay in it.
    """
    with store.writing() as transaction:
        paused = issues.move(transaction, issue_id, (IssueState.SENDING,), IssueState.PAUSED, now)
        if paused:
            issue_events.add(transaction, issue_id, now, "", str(IssueState.PAUSED), without_addresses(why))
    return paused


def without_addresses(words: str) -> str:
    """Give words without the mail addresses in them."""
    return re.sub(r"[^\s<>@/]+@[^\s<>@/;,:]+", "…", words)


def _moved(transaction: Transaction, issue_id: int, to: IssueState, now: datetime, who: str, because: str) -> bool:
    if to is IssueState.HELD:
        return issues.hold(transaction, issue_id, _MOVES[to], because, who)
    return issues.move(transaction, issue_id, _MOVES[to], to, now)


def _check_not_empty(transaction: Transaction, issue: Issue) -> None:
    if issues.told(transaction, issue.id):
        return
    if issue.kind is IssueKind.PERIODIC:
        raise NotAllowed(f"issue {issue.id} carries no article; `issue approve {issue.id} --empty` approves it so")
    if not issue.edits.note and not issue.edits.blocks:
        raise NotAllowed(
            f"issue {issue.id} has no note, no article and no block; write into its file and compose it again, or "
            f"approve it so by `issue approve {issue.id} --empty`"
        )
