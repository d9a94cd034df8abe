"""Asks a mailbox by mail whether it wants a newsletter, and begins the subscription when its link is used.

Anybody can type anybody's address into a form: until its owner confirms, no issue goes there, and at most one mail a
day asks. What confirmed it, and when, is kept with the consent. Who left or is suppressed is not asked.
"""

import secrets as random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from publisher import addresses, tokens
from publisher.compose import confirmation
from publisher.config import Settings
from publisher.deliver import notice
from publisher.errors import PublisherError
from publisher.model import Subscriber
from publisher.store import Store, Transaction, runs, subscribers
from publisher.store.subscribers import Added, SubscriptionState
from publisher.tasks import signing
from publisher.tasks.composing import known_newsletter
from publisher.tasks.leaving import masked
from publisher.tasks.sending import hand_over
from publisher.tasks.subscribing import checked_language

VALID = timedelta(days=7)
"""For so long the link of a mail works."""
ONCE_IN = timedelta(days=1)
CONSENT = "asked for"
"""What stands for consent where nobody said where it was asked for."""


class Asked(StrEnum):
    """What became of an address that may be asked."""

    MAILED = "asked by mail, and subscribed when the link in it is used"
    LATELY = "asked by mail within the last day, and not again; the link in that mail works"


class Standing(StrEnum):
    """What the link of a mail finds."""

    WAITS = "waits"
    CONFIRMED = "confirmed"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Found:
    """The subscription a link is about. `address` is masked, for a page that anybody with the link may see."""

    newsletter: str
    language: str
    address: str
    standing: Standing


def ask(
    store: Store,
    settings: Settings,
    email: str,
    newsletter_key: str,
    consent: str,
    clock: Callable[[], datetime],
    language: str | None = None,
) -> Asked | Added:
    """Ask an address to confirm a subscription, unless it is subscribed, left, is suppressed, or was asked lately.

    Raises:
        UsageError: for what is no address, newsletter or language.
        FarEndError: when the mail cannot be sent; the address may be asked again at once.
    """
    language = checked_language(settings, email, newsletter_key, language)
    now, mail = clock(), random.token_hex(10)
    with store.writing() as transaction:
        added = subscribers.add(
            transaction, email, "", language, (), newsletter_key, consent or CONSENT, now, is_confirmed=False
        )
        reader = subscribers.by_email(transaction, email)
        if reader is None or added not in (Added.NEW, Added.WAITS):
            return added
        if not _may_be_asked(transaction, reader, mail, now):
            return Asked.LATELY
    try:
        _send(store, settings, reader, newsletter_key, language, mail, now)
    except PublisherError:
        with store.writing() as transaction:
            runs.release(transaction, _task(reader), mail)
        raise
    with store.writing() as transaction:
        runs.finish(transaction, _task(reader), mail, clock(), "sent")
    return Asked.MAILED


def find(store: Store, token: str, secret: str, now: datetime) -> Found | None:
    """Give the subscription a token is about and change nothing; None for a forged or unknown token."""
    meant = tokens.read_confirm_token(token, secret)
    if meant is None:
        return None
    with store.reading() as transaction:
        return _found(transaction, meant, now)


def confirm(store: Store, token: str, secret: str, now: datetime) -> Found | None:
    """Begin the subscription a token is about, when it still waits; None for a forged or unknown token."""
    meant = tokens.read_confirm_token(token, secret)
    if meant is None:
        return None
    with store.writing() as transaction:
        found = _found(transaction, meant, now)
        if found is not None and found.standing is Standing.WAITS:
            sent = datetime.fromtimestamp(meant.expires, UTC) - VALID
            proof = f"confirmed by the link of mail {meant.mail}, sent {sent:%F %H:%M} UTC"
            subscribers.confirm(transaction, meant.subscriber, meant.newsletter, proof, now)
        return _found(transaction, meant, now)


def _found(transaction: Transaction, meant: tokens.Confirmation, now: datetime) -> Found | None:
    reader = subscribers.get(transaction, meant.subscriber)
    known = subscribers.subscribed(transaction, meant.subscriber).get(meant.newsletter)
    if reader is None or known is None:
        return None
    language, state = known
    is_over = now.timestamp() >= meant.expires
    if reader.suppressed is not None or state is SubscriptionState.LEFT:
        standing = Standing.ENDED
    elif state is SubscriptionState.ACTIVE:
        standing = Standing.CONFIRMED
    else:
        standing = Standing.EXPIRED if is_over else Standing.WAITS
    return Found(meant.newsletter, language, masked(reader.email), standing)


def _may_be_asked(transaction: Transaction, reader: Subscriber, mail: str, now: datetime) -> bool:
    """Claim the one mail of a day; of two who ask at once, one does."""
    runs.forget(transaction, _task(reader), now - ONCE_IN)
    return runs.newest(transaction, _task(reader)) is None and runs.claim(transaction, _task(reader), mail, now)


def _task(reader: Subscriber) -> str:
    return f"confirmation {reader.id}"


def _send(
    store: Store, settings: Settings, reader: Subscriber, newsletter_key: str, language: str, mail: str, now: datetime
) -> None:
    secret = signing.secret(store, settings)
    asked = tokens.Confirmation(reader.id, newsletter_key, mail, int((now + VALID).timestamp()))
    url = addresses.of_confirming(settings, tokens.confirm_token(asked, secret))
    newsletter = known_newsletter(settings, newsletter_key)
    written = confirmation.written(settings, newsletter, language, reader.email, url, VALID.days)
    told = notice.Notice(reader.email, language, written.subject, written.text, written.html)
    hand_over(settings, notice.message(settings, told, mail, now, secret))
