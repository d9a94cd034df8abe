"""Takes what the relay reports by a call: bounces and complaints of our deliveries, each acted on once.

The relay is the config's, and its call is proven before anything of it is read. What it says is acted on as what
comes back by mail.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache, partial

import structlog

from publisher.config import Settings
from publisher.config.settings import Fetch
from publisher.deliver import webhooks
from publisher.deliver.return_path import read_return_path
from publisher.deliver.webhooks import MOST_BYTES, Call, Event
from publisher.errors import FarEndError
from publisher.fetch import Door
from publisher.store import Store
from publisher.tasks import bouncing, signing
from publisher.tasks.bouncing import Taken

__all__ = ["MOST_BYTES", "is_expected", "take"]

log = structlog.get_logger("publisher")


def is_expected(settings: Settings, relay: str) -> bool:
    """Tell whether the config says how calls of a relay are believed."""
    webhook = settings.delivery.webhook
    return relay == settings.delivery.relay in webhooks.READERS and bool(webhook.secret or webhook.topic)


def take(
    store: Store,
    settings: Settings,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    get: Callable[[str], bytes] | None = None,
) -> list[Taken]:
    """Act on a call of the relay that `is_expected`, and give an account. The names of `headers` are in lower case.

    `get` asks for what stands at an address; else the door does.

    Raises:
        FarEndError: when the relay does not give what it takes to believe it; it calls again.
        NotAllowed: for a call that is not proven to be the relay's.
        UnreadableInput: for one that says nothing.
    """
    webhook, get = settings.delivery.webhook, get or partial(_asked, settings.fetch, settings.publication.contact)
    secret = webhook.secret.get_secret_value() if webhook.secret else ""
    call = Call(headers, body, secret, webhook.topic or "", now, get)
    report = webhooks.READERS[settings.delivery.relay](call)
    if report.confirm:
        get(report.confirm)
        log.info("webhook confirmed", relay=settings.delivery.relay)
    account = [_acted(store, settings, event, now) for event in report.events]
    bouncing.tell(account)
    return account


def _acted(store: Store, settings: Settings, event: Event, now: datetime) -> Taken:
    key = event.key or (read_return_path(event.sender, signing.secret(store, settings)) if event.sender else None)
    with store.writing() as transaction:
        done = bouncing.act(transaction, settings, key, event.bounce, event.identity, now, leaves=event.leaves)
    return Taken(event.identity, event.bounce, done)


@lru_cache(maxsize=8)
def _asked(fetch: Fetch, contact: str, url: str) -> bytes:
    """Ask for a certificate, or for a confirmation, once: neither changes at its address."""
    with Door(fetch, contact) as door:
        answer = door.get(url)
    if answer.url != url:
        raise FarEndError(f"{url} was redirected, which it never is; try again later")
    return answer.body
