"""The secret that signs what leaves us: links in mails and return paths.

A secret of the config wins. Without one, one is made once and kept in the database, so that every host
that shares the database signs alike and a restart does not break the links of mails already sent.
"""

import secrets as random

from publisher.config import Settings
from publisher.store import Store, secrets


def secret(store: Store, settings: Settings) -> str:
    """Give the signing secret, making it at the first call."""
    if settings.web.secret is not None:
        return settings.web.secret.get_secret_value()
    with store.reading() as transaction:
        kept = secrets.find(transaction, "signing")
    if kept is not None:
        return kept
    with store.writing() as transaction:
        return secrets.get_or_make(transaction, "signing", lambda: random.token_urlsafe(32))
