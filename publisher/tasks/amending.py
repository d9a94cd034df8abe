"""Amends an issue whose sending has begun: a mistake was found when some have got it already.

The sending is paused, and the issue composed anew beside what goes out. Approved, the amendment is what all get who
still wait; whoever got the issue before keeps the version that the ledger names. A correction (`special`) goes to them.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from publisher import compose as stage
from publisher.config import Settings
from publisher.errors import NotAllowed
from publisher.model import Amendment, Edits, Issue, IssueKind, IssueState
from publisher.store import Store, Transaction, issue_events, issues, standing, versions
from publisher.store.versions import Reached
from publisher.tasks import checking, composing, editing, issuing, special
from publisher.tasks.editing import Change

_BEGUN = (IssueState.SENDING, *versions.AMENDABLE)


@dataclass(frozen=True, slots=True)
class Amended:
    """An issue after an amendment of it, and who got which of its versions."""

    issue: Issue
    reached: Reached


def begin(store: Store, issue_id: int, who: str, now: datetime) -> bool:
    """Pause an issue that is being sent, so that nobody else gets what is wrong; tell whether it was being sent.

    Raises:
        UsageError: for an unknown issue.
        NotAllowed: when its sending has not begun, or was cancelled.
    """
    issue = issuing.known_issue(store, issue_id)
    if issue.state not in _BEGUN:
        raise NotAllowed(
            f"issue {issue_id} is {issue.state}, and only one that is being sent, paused or sent is amended; "
            f"`issue edit {issue_id}` changes a draft or a held one, `issue hold {issue_id}` opens an approved one"
        )
    if issue.state is not IssueState.SENDING:
        return False
    issuing.move(store, issue_id, IssueState.PAUSED, now, who=who)
    return True


def change(
    store: Store, settings: Settings, issue_id: int, wanted: Change, who: str, clock: Callable[[], datetime]
) -> Amended:
    """Amend an issue by single changes; to `reset` it drops the amendment that waits, before all others.

    Raises:
        UsageError: for an unknown issue, article or section.
        NotAllowed: when its sending has not begun, or was cancelled.
    """
    begin(store, issue_id, who, clock())
    if wanted.reset:
        _withdraw(store, issue_id, who, clock())
    issue = issuing.known_issue(store, issue_id)
    if wanted == Change(reset=True):
        return amended(store, issue_id)
    edits = editing.changed(store, settings, issue, issue.proposed.edits, wanted)
    return _keep(store, settings, issue, edits, who, clock)


def take(
    store: Store, settings: Settings, issue_id: int, text: str, who: str, clock: Callable[[], datetime]
) -> Amended:
    """Take an editor's file of an issue, or of its amendment that waits, as its amendment.

    Raises:
        UsageError: for an unknown issue, or a file that cannot be, with its line.
        NotAllowed: when its sending has not begun, was cancelled, or it has changed since the file was written.
    """
    begin(store, issue_id, who, clock())
    issue = issuing.known_issue(store, issue_id)
    return _keep(store, settings, issue, editing.read(store, settings, issue, text), who, clock)


def amended(store: Store, issue_id: int) -> Amended:
    """Give an issue with those who got an earlier version of it, or get the newest.

    Raises:
        UsageError: for an unknown issue.
    """
    issue = issuing.known_issue(store, issue_id)
    with store.reading() as transaction:
        return Amended(issue, versions.reached(transaction, issue))


def _withdraw(store: Store, issue_id: int, who: str, now: datetime) -> None:
    with store.writing() as transaction:
        if versions.withdraw(transaction, issue_id):
            issue_events.add(transaction, issue_id, now, who, "amendment dropped")


def _keep(
    store: Store, settings: Settings, issue: Issue, edits: Edits, who: str, clock: Callable[[], datetime]
) -> Amended:
    """Let an amendment wait, and check it; where it says what goes out already, there is none."""
    now = clock()
    with store.writing() as transaction:
        current = issues.get(transaction, issue.id)
        if current is None or (current.version, current.amendment) != (issue.version, issue.amendment):
            raise NotAllowed(f"issue {issue.id} was changed by somebody else meanwhile; do it again")
        made = _made(transaction, settings, issue, edits, now)
        if made is None:
            versions.withdraw(transaction, issue.id)
        elif versions.propose(transaction, issue.id, _amendment(made, edits, now)):
            words = editing.what(issue.proposed.edits, edits)
            issue_events.add(transaction, issue.id, now, who, "amended", words)
        else:
            raise NotAllowed(f"issue {issue.id} is {current.state} by now, and is not amended; do it again")
    if made is not None:
        _check(store, settings, issue.id, clock)
    return amended(store, issue.id)


def _check(store: Store, settings: Settings, issue_id: int, clock: Callable[[], datetime]) -> None:
    """Check an amendment, and approve it where the config asks for nobody and nothing grave is found."""
    findings = checking.check(store, settings, issue_id, clock)
    issue = issuing.known_issue(store, issue_id)
    newsletter = composing.known_newsletter(settings, issue.newsletter)
    needs_nobody = newsletter.approval == "automatic" and issue.kind is IssueKind.PERIODIC
    if needs_nobody and not any(finding.is_grave for finding in findings):
        issuing.move(store, issue_id, IssueState.APPROVED, clock(), seen=issue)


def _made(
    transaction: Transaction, settings: Settings, issue: Issue, edits: Edits, now: datetime
) -> stage.Composed | None:
    """Compose an amendment; None when it says what goes out already."""
    newsletter = composing.known_newsletter(settings, issue.newsletter)
    wanted = replace(issue, edits=edits)

    def _one(instant: datetime | None) -> stage.Composed:
        if issue.kind is not IssueKind.PERIODIC:
            return special.amended(transaction, settings, newsletter, wanted, instant)
        placements = issues.placements(transaction, issue.id)
        return composing.amended(transaction, settings, newsletter, wanted, placements, now, instant)

    same = _one(issue.amended if issue.version else None)
    if (same.title, same.variant, same.audiences) == (issue.title, issue.variant, issue.audiences):
        return None
    # Where no reader had another before, none is told.
    return _one(now) if issue.version or standing.has_begun(transaction, issue.id) else same


def _amendment(made: stage.Composed, edits: Edits, now: datetime) -> Amendment:
    return Amendment(
        title=made.title,
        variant=made.variant,
        audiences=made.audiences,
        edits=edits,
        findings=made.findings,
        composed=now,
        placed=issues.as_placed(made.placements),
    )
