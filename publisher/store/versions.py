"""What an issue said before it was amended, and who got which of it.

Its amendment waits beside what goes out until it is approved. Then what went out is kept as an earlier version, for as
long as the issue is, and each row that is claimed from then on is of the new one.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, insert, literal, or_, select, update

from publisher.model import Amendment, DeliveryState, Finding, Issue, IssueState, Version
from publisher.store import content, issues, ledger
from publisher.store.engine import Transaction
from publisher.store.schema import deliveries, issue_versions, subscribers, subscriptions
from publisher.store.schema import issues as kept

AMENDABLE = (IssueState.PAUSED, IssueState.SENT)
"""The states in which an issue is amended: its sending has begun, and nothing is being sent."""

_WAITING = (DeliveryState.QUEUED, DeliveryState.DEFERRED)


@dataclass(frozen=True, slots=True)
class Reached:
    """The recipients of an issue with regard to an amendment of it.

    `got` counts those who got an earlier version, or may have; of them `subscribed` still are. Of those who are
    `on_their_way` nobody knows yet. `waiting` get the newest.
    """

    got: int
    subscribed: int
    on_their_way: int
    waiting: int


def propose(transaction: Transaction, issue_id: int, amendment: Amendment) -> bool:
    """Let an amendment wait for approval, in place of one that waits; False when the issue cannot be amended."""
    mine = (kept.c.id == issue_id, kept.c.state.in_(AMENDABLE))
    values = {"amendment": content.amendment_to_json(amendment)}
    return transaction.execute(update(kept).where(*mine).values(**values)).rowcount == 1


def withdraw(transaction: Transaction, issue_id: int) -> bool:
    """Drop the amendment that waits; False when none does."""
    mine = (kept.c.id == issue_id, kept.c.amendment.is_not(None))
    return transaction.execute(update(kept).where(*mine).values(amendment=None)).rowcount == 1


def find_out(transaction: Transaction, issue_id: int, amendment: Amendment, findings: Sequence[Finding]) -> None:
    """Keep what checks found in an amendment that waits, in place of what they found before."""
    propose(transaction, issue_id, replace(amendment, findings=tuple(findings)))


def take_effect(transaction: Transaction, issue_id: int, seen: datetime) -> bool:
    """Let the amendment of an issue be what it says from now on; False when it is none that was composed when `seen`.

    Whoever claims rows waits for this, or claimed them before.
    """
    transaction.execute(select(kept.c.id).where(kept.c.id == issue_id).with_for_update()).one()
    issue = issues.get(transaction, issue_id)
    amendment = issue.amendment if issue else None
    if issue is None or amendment is None or amendment.composed != seen or issue.state not in AMENDABLE:
        return False
    supersede(transaction, issue)
    values = {
        "title": amendment.title,
        "variant": asdict(amendment.variant),
        "audiences": {tag: asdict(other) for tag, other in amendment.audiences.items()},
        "edits": content.edits_to_json(amendment.edits),
        "findings": [asdict(finding) for finding in amendment.findings],
        "amended": amendment.composed,
        "amendment": None,
    }
    transaction.execute(update(kept).where(kept.c.id == issue_id).values(**values))
    issues.place(transaction, issue_id, amendment.placed)
    return True


def supersede(transaction: Transaction, issue: Issue) -> None:
    """Keep what an issue says as an earlier version, so that it can say something else in the same transaction."""
    said = select(kept.c.id, literal(issue.version), kept.c.variant, kept.c.audiences).where(kept.c.id == issue.id)
    columns = ["issue_id", "version", "variant", "audiences"]
    transaction.execute(insert(issue_versions).from_select(columns, said))
    transaction.execute(update(kept).where(kept.c.id == issue.id).values(version=issue.version + 1))


def earlier(transaction: Transaction, issue: Issue) -> tuple[Version, ...]:
    """Give the versions of an issue before the one that goes out."""
    if not issue.version:
        return ()
    query = select(issue_versions).where(issue_versions.c.issue_id == issue.id).order_by(issue_versions.c.version)
    return tuple(
        Version(row.version, content.variant_from_json(row.variant), content.audiences_from_json(row.audiences))
        for row in transaction.execute(query)
    )


def reached(transaction: Transaction, issue: Issue) -> Reached:
    """Count who got an earlier version of an issue than its newest, also than one that waits for approval."""
    newest = issue.proposed.version
    waiting = and_(deliveries.c.state.in_(_WAITING), ~deliveries.c.in_doubt)
    asked = (_got(newest), and_(_got(newest), _active(issue)), _on_its_way(newest), waiting)
    return Reached(*(_count(transaction, issue.id, condition) for condition in asked))


def open_correction(transaction: Transaction, correction: Issue, corrected: Issue, now: datetime) -> int:
    """Make a row of a correction for each who got an earlier version of what it corrects, and is still subscribed.

    Give how many rows are new. The language somebody reads by now does not matter.
    """
    among = subscriptions.c.subscriber_id.in_(
        select(deliveries.c.subscriber_id).where(
            deliveries.c.issue_id == corrected.id,
            _got(corrected.version),
            deliveries.c.subscriber_id.is_not(None),
        )
    )
    return ledger.open_issue(transaction, correction.id, correction.newsletter, None, now, among)


def _got(newest: int) -> ColumnElement[bool]:
    """Give what is true of the rows whose recipient got an earlier version, or may have.

    One that was in doubt and is sent again is sent as it was.
    """
    in_doubt = and_(deliveries.c.in_doubt, deliveries.c.state.in_((*_WAITING, DeliveryState.SENDING)))
    known = deliveries.c.state.in_((DeliveryState.SENT, DeliveryState.UNCERTAIN))
    return and_(deliveries.c.version < newest, or_(known, in_doubt))


def _on_its_way(newest: int) -> ColumnElement[bool]:
    return and_(deliveries.c.version < newest, deliveries.c.state == DeliveryState.SENDING, ~deliveries.c.in_doubt)


def _active(issue: Issue) -> ColumnElement[bool]:
    return deliveries.c.subscriber_id.in_(
        select(subscriptions.c.subscriber_id)
        .join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id)
        .where(*ledger.valid(issue.newsletter, None))
    )


def _count(transaction: Transaction, issue_id: int, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(deliveries).where(deliveries.c.issue_id == issue_id, condition)
    count: int = transaction.execute(query).scalar_one()
    return count
