"""Counts whether readers found an issue helpful, by the link of their mail; the answer can be changed.

What is kept names nobody: the voter is a hash, keyed by the secret that signs the links.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from publisher import tokens
from publisher.model import Issue
from publisher.store import Store, issues, votes
from publisher.tasks.leaving import NOBODY


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a token is about. `is_test`: it is that of a preview or a test mail, and is not counted."""

    issue: Issue
    is_test: bool


def find(store: Store, token: str, secret: str) -> Ballot | None:
    """Give the issue that a token is about, and change nothing; None for a forged or unknown token."""
    meant = tokens.read_vote_token(token, secret)
    if meant is None:
        return None
    with store.reading() as transaction:
        issue = issues.get(transaction, meant[0])
    return Ballot(issue, meant[1] == NOBODY) if issue else None


def vote(store: Store, token: str, secret: str, is_helpful: bool, now: datetime) -> Ballot | None:
    """Count the answer of the reader a token stands for; None for a forged or unknown token."""
    ballot, meant = find(store, token, secret), tokens.read_vote_token(token, secret)
    if ballot is None or meant is None or ballot.is_test:
        return ballot
    voter = hmac.new(secret.encode(), f"vote {meant[0]} {meant[1]}".encode(), hashlib.sha256).hexdigest()
    # To the day: an instant could be compared with those in a web server's log.
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with store.writing() as transaction:
        votes.cast(transaction, ballot.issue.id, voter, is_helpful, day)
    return ballot


def counts(store: Store, issue_id: int) -> tuple[int, int]:
    """Count those who found an issue helpful, and those who did not."""
    with store.reading() as transaction:
        return votes.counts(transaction, issue_id)
