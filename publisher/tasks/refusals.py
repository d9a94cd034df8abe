"""Tells how often an issue was refused, for which cause and by whose mailboxes."""

from collections import Counter
from dataclasses import dataclass

from publisher.deliver import refusals as stage
from publisher.model import DeliveryState
from publisher.store import Store, standing

NAMED = 20
"""How many domains are named that belong to nobody we know, those with the most refusals."""
OTHERS = "other domains"


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many recipients at one provider were refused for one cause, for good and for now."""

    cause: str
    provider: str
    failed: int
    deferred: int


def of(store: Store, issue_id: int) -> list[Refusals]:
    """Count the refusals of an issue as its rows stand, the most frequent first."""
    with store.reading() as transaction:
        rows = list(standing.refusals(transaction, issue_id))
    unknown: Counter[str] = Counter()
    for row in rows:
        if row.domain and not stage.provider(row.domain):
            unknown[row.domain] += row.count
    named = {domain for domain, _ in unknown.most_common(NAMED)}
    counts: Counter[tuple[str, str, DeliveryState]] = Counter()
    for row in rows:
        whose = stage.provider(row.domain) or (row.domain if row.domain in named else OTHERS)
        counts[stage.cause(row.code, row.enhanced, row.words), whose, row.state] += row.count
    found = [
        Refusals(cause, whose, counts[cause, whose, DeliveryState.FAILED], counts[cause, whose, DeliveryState.DEFERRED])
        for cause, whose in dict.fromkeys(key[:2] for key in counts)
    ]
    return sorted(found, key=lambda one: (-one.failed - one.deferred, one.cause, one.provider))
