"""Writes into the ledger what dead senders left in their journals, so that nobody waits for their lease to end."""

import hashlib
import re
from datetime import datetime
from pathlib import Path

import structlog

from publisher.config import Settings
from publisher.deliver import journal
from publisher.model import DeliveryState, Reply
from publisher.store import Store, ledger

_PASSWORD = re.compile(r"(?<=[^/:]):[^:@/]*@")

log = structlog.get_logger("publisher")


def folder(settings: Settings) -> Path:
    """Give the folder of the journals that belong to the configured database, and to no other."""
    database = _PASSWORD.sub("@", settings.database_url)
    name = hashlib.sha256(database.encode()).hexdigest()[:12]
    return settings.path(settings.delivery.journal) / name


def recover(store: Store, settings: Settings, now: datetime) -> None:
    """Write what the journals of dead senders tell; those of the living are left alone.

    Raises:
        ConfigError: when a journal cannot be read.
        FarEndError: when the database cannot be written; the journals stay.
    """
    for path in journal.found(folder(settings)):
        with journal.left_behind(path) as left:
            if left is not None:
                _write(store, settings, left, now)


def _write(store: Store, settings: Settings, left: journal.Left, now: datetime) -> None:
    in_doubt = Reply(DeliveryState.UNCERTAIN)
    notes = {(note.delivery, note.claim): note.reply or in_doubt for note in left.notes}
    with store.writing(durable=True) as transaction:
        rows = ledger.recover(
            transaction, left.issue, left.sender, notes, now, settings.delivery.retry_hours, is_whole=left.is_whole
        )
    if rows:
        log.warning("a sender died", issue=left.issue, rows=rows, knows_all=left.is_whole)
