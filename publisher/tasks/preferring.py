"""What a reader chooses by the link of a mail: name, newsletters and their languages.

The token alone decides. A newsletter that is chosen anew is consented to on that page, and the words say so.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from publisher import tokens
from publisher.compose import prose
from publisher.config import Settings, in_language
from publisher.store import Store, Transaction, ledger, subscribers
from publisher.store.subscribers import SubscriptionState
from publisher.tasks.leaving import NOBODY, masked

CONSENT = "preferences page"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """A newsletter a reader may choose: whether it is, in which of its languages."""

    newsletter: str
    title: str
    languages: tuple[str, ...]
    language: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Preferences:
    """What one reader has chosen; `address` is masked. `can_choose`: mail may go there at all."""

    address: str
    name: str
    language: str
    can_choose: bool
    choices: tuple[Choice, ...]


def is_test(token: str, secret: str) -> bool:
    """Tell whether a token stands in a preview or a test mail: it is ours, and nobody's."""
    return tokens.read_preferences_token(token, secret) == NOBODY


def find(store: Store, settings: Settings, token: str, secret: str) -> Preferences | None:
    """Give what the reader of a token has chosen, and change nothing; None for a forged or unknown token."""
    subscriber_id = tokens.read_preferences_token(token, secret)
    if subscriber_id is None:
        return None
    with store.reading() as transaction:
        return _preferences(transaction, settings, subscriber_id)


def choose(
    store: Store,
    settings: Settings,
    token: str,
    secret: str,
    name: str,
    chosen: Mapping[str, str],
    shown: Collection[str],
    now: datetime,
) -> Preferences | None:
    """Keep what a reader chose: the name, and the language of each newsletter that is wanted (`chosen`, by its key).

    `shown` are those that the page had ticked by itself: one that is not chosen any more is left, and its queued mails
    with it; a tick that was there already brings back none that was left meanwhile. None for a forged or unknown
    token; where mail may not go, nothing changes.
    """
    subscriber_id = tokens.read_preferences_token(token, secret)
    if subscriber_id is None:
        return None
    with store.writing() as transaction:
        before = _preferences(transaction, settings, subscriber_id)
        if before is None or not before.can_choose:
            return before
        subscribers.rename(transaction, subscriber_id, prose.one_line(name)[:LONGEST_NAME])
        for choice in before.choices:
            language, was_ticked = chosen.get(choice.newsletter), choice.newsletter in shown
            if language in choice.languages and (choice.is_chosen or not was_ticked):
                subscribers.choose(transaction, subscriber_id, choice.newsletter, str(language), CONSENT, now)
            elif language is None and choice.is_chosen and was_ticked:
                subscribers.leave(transaction, subscriber_id, choice.newsletter, now)
                ledger.suppress_queued(transaction, subscriber_id, choice.newsletter, now)
        return _preferences(transaction, settings, subscriber_id)


def _preferences(transaction: Transaction, settings: Settings, subscriber_id: int) -> Preferences | None:
    reader = subscribers.get(transaction, subscriber_id)
    if reader is None:
        return None
    known = subscribers.subscribed(transaction, subscriber_id)
    return Preferences(
        address=masked(reader.email),
        name=reader.name,
        language=reader.language,
        can_choose=reader.suppressed is None,
        choices=tuple(
            Choice(
                newsletter=newsletter.key,
                title=in_language(newsletter.title, reader.language),
                languages=settings.languages_of(newsletter),
                language=_language(settings.languages_of(newsletter), known.get(newsletter.key), reader.language),
                is_chosen=known.get(newsletter.key, ("", None))[1] is SubscriptionState.ACTIVE,
            )
            for newsletter in settings.newsletters
        ),
    )


def _language(languages: tuple[str, ...], known: tuple[str, SubscriptionState] | None, language: str) -> str:
    wanted = known[0] if known else language
    return wanted if wanted in languages else languages[0]
