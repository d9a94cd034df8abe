"""Hands a republisher a copy of an article that already complies with the license and the newsroom's wishes."""

from publisher.collect import identity
from publisher.config import Settings
from publisher.errors import UnreadableInput, UsageError
from publisher.model import StoredArticle
from publisher.republish import kit
from publisher.store import Store, articles


def known_article(store: Store, url: str) -> StoredArticle:
    """Find an article by its URL, tracking parameters or not.

    Raises:
        UsageError: for what is no web address, or was never collected.
    """
    try:
        canonical = identity.canonical_url(url)
    except UnreadableInput as error:
        raise UsageError(str(error)) from error
    with store.reading() as transaction:
        stored = articles.by_url(transaction, canonical)
    if stored is None:
        raise UsageError(f"no article is known at {url}; collect it first, or look at its address on the site")
    return stored


def kit_html(store: Store, settings: Settings, url: str) -> str:
    """Give the copy as HTML, the same that the republishers' feed carries.

    Raises:
        UsageError: when the article was never collected.
        NotAllowed: when it was retracted.
    """
    return kit.kit_html(known_article(store, url), settings)
