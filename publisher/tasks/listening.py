"""Takes bounces that a mail server hands over while `run` is at work: only mail to return paths of ours."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import structlog

from publisher.config import Settings
from publisher.deliver.bounces import listener
from publisher.deliver.return_path import base, read_return_path, return_path
from publisher.store import Store
from publisher.tasks import bouncing, signing
from publisher.tasks.bouncing import Taken

log = structlog.get_logger("publisher")


@contextmanager
def listening(
    store: Store,
    settings: Settings,
    clock: Callable[[], datetime],
    tell: Callable[[Sequence[Taken]], None] = bouncing.tell,
) -> Iterator[None]:
    """Take mail at the address of the config while within; nothing where there is none.

    Raises:
        ConfigError: when the address cannot be listened on.
    """
    listen = settings.delivery.bounces.listen_at
    if listen is None:
        yield
        return
    mailbox, secret = base(settings.delivery.return_path), signing.secret(store, settings)

    def _is_ours(address: str) -> bool:
        named = address.lower() if address.isascii() else ""
        key = read_return_path(named, secret)
        # A tag that we did not sign is a guess; without any, a mailbox provider may complain there.
        return named == (return_path(mailbox, key, secret) if key else str(mailbox))

    def _take(recipient: str, octets: bytes) -> None:
        tell(bouncing.take(store, settings, recipient, octets, clock()))

    with listener.listening(listen, _is_ours, _take):
        log.info("taking bounces", at=str(listen), by=listen.scheme)
        yield
