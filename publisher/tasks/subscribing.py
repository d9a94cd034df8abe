"""Subscribers, one by one: added with the consent noted, shown, taken out, suppressed, erased."""

from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email

from publisher.config import Settings
from publisher.errors import UsageError
from publisher.store import Store, ledger, subscribers
from publisher.tasks.composing import known_newsletter

LONGEST_LOCAL_PART = 64
"""Octets (RFC 5321 §4.5.3.1.1)."""


def check_address(address: str) -> None:
    """Check the form of a mail address (RFC 5321, 6531); whether it takes mail shows when mail is sent.

    Raises:
        UsageError: when it is none.
    """
    try:
        validate_email(address, check_deliverability=False, test_environment=True, allow_quoted_local=True)
        if len(address.rpartition("@")[0].encode()) > LONGEST_LOCAL_PART:
            raise UsageError(f'"{address[:60]}" is not a mail address: the part before the @ is too long')
    except EmailNotValidError as error:
        raise UsageError(f'"{address[:60]}" is not a mail address: {str(error).rstrip(".").lower()}') from error


def add(
    store: Store, settings: Settings, email: str, newsletter_key: str, consent: str, now: datetime, language: str | None
) -> str:
    """Subscribe one address; give the outcome.

    Raises:
        UsageError: for what is no address, newsletter or language, or no consent.
    """
    if not consent.strip():
        raise UsageError(
            'consent is empty; say when and where it was given (--consent "web form, May 2026"), or let the address be '
            "asked by mail (--confirm)"
        )
    language = checked_language(settings, email, newsletter_key, language)
    with store.writing() as transaction:
        return str(subscribers.add(transaction, email, "", language, (), newsletter_key, consent, now))


def checked_language(settings: Settings, email: str, newsletter_key: str, language: str | None) -> str:
    """Give the language in which an address is to get a newsletter: the one that is named, or the first it has.

    Raises:
        UsageError: for what is no address, newsletter or language.
    """
    newsletter = known_newsletter(settings, newsletter_key)
    languages = settings.languages_of(newsletter)
    check_address(email)
    if language is not None and language not in languages:
        raise UsageError(f'newsletter "{newsletter.key}" has no issue in "{language}"; it has {", ".join(languages)}')
    return language or languages[0]


def leave(store: Store, settings: Settings, email: str, newsletter_key: str, now: datetime) -> None:
    """End a subscription for somebody who asked a person; rows still queued for it are suppressed with it.

    Raises:
        UsageError: for an unknown newsletter, or an address that never subscribed to it.
    """
    newsletter = known_newsletter(settings, newsletter_key)
    with store.writing() as transaction:
        subscriber = subscribers.by_email(transaction, email)
        if subscriber is None or not subscribers.leave(transaction, subscriber.id, newsletter.key, now):
            raise UsageError(f"{email} is not subscribed to {newsletter.key}; look at its spelling")
        ledger.suppress_queued(transaction, subscriber.id, newsletter.key, now)


def show(store: Store, email: str) -> dict[str, Any]:
    """Give all that is stored about an address.

    Raises:
        UsageError: when nothing is.
    """
    with store.reading() as transaction:
        stored = subscribers.exported(transaction, email)
    if not stored:
        raise UsageError(f"nothing is stored about {email}; look at its spelling")
    return stored


def suppress(store: Store, email: str, why: str, now: datetime) -> None:
    """Never mail an address again, whatever is imported later.

    Raises:
        UsageError: for what is no address.
    """
    check_address(email)
    with store.writing() as transaction:
        subscribers.suppress(transaction, email, why, now)


def erase(store: Store, email: str) -> None:
    """Erase all that is stored about an address.

    Raises:
        UsageError: when nothing is.
    """
    with store.writing() as transaction:
        if not subscribers.erase(transaction, email):
            raise UsageError(f"nothing is stored about {email}; look at its spelling")
