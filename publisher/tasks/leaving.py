"""Ends a subscription by the link of a mail, for good and at once: no later message is written.

The token alone decides. It works as long as the subscription is on record, also when repeated; a token that
is not exactly one we made changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from publisher import tokens
from publisher.store import Store, ledger, subscribers

NOBODY = 0
"""The id of no subscriber: who reads a test mail may try its link, and nothing is changed."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a token is about. `address` is masked, for a page that anybody with the link may see."""

    newsletter: str
    language: str
    address: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Left:
    """What leaving came to; `already` when the subscription had ended before."""

    newsletter: str
    language: str
    address: str
    already: bool


def is_test(token: str, secret: str) -> bool:
    """Tell whether a token stands in a preview or a test mail: it is ours, and nobody's."""
    meant = tokens.read_leave_token(token, secret)
    return meant is not None and meant[0] == NOBODY


def find(store: Store, token: str, secret: str) -> Subscription | None:
    """Give the subscription a token is about and change nothing; None for a forged or unknown token."""
    meant = tokens.read_leave_token(token, secret)
    if meant is None:
        return None
    subscriber_id, newsletter = meant
    with store.reading() as transaction:
        subscriber = subscribers.get(transaction, subscriber_id)
        state = subscribers.state(transaction, subscriber_id, newsletter)
    if subscriber is None or state is None:
        return None
    is_active = state is subscribers.SubscriptionState.ACTIVE
    return Subscription(newsletter, subscriber.language, masked(subscriber.email), is_active)


def leave(store: Store, token: str, secret: str, now: datetime) -> Left | None:
    """End the subscription a token is about; rows of the ledger still queued for it are suppressed with it."""
    meant = tokens.read_leave_token(token, secret)
    if meant is None:
        return None
    subscriber_id, newsletter = meant
    with store.writing() as transaction:
        subscriber = subscribers.get(transaction, subscriber_id)
        was_active = subscribers.is_subscribed(transaction, subscriber_id, newsletter)
        if subscriber is None or not subscribers.leave(transaction, subscriber_id, newsletter, now):
            return None
        ledger.suppress_queued(transaction, subscriber_id, newsletter, now)
    return Left(newsletter, subscriber.language, masked(subscriber.email), already=not was_active)


def masked(email: str) -> str:
    """Give enough of an address for its owner to know it: `b…@example.org`."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
