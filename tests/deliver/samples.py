"""Bruno, an issue for him, and the mails a test makes of them; what a test does not say is ordinary."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from publisher.config import Settings, load
from publisher.deliver import message
from publisher.model import Delivery, Issue, IssueState, Period, Place, Subscriber, Variant

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SECRET = "a secret of sixteen characters or more"
KEY = "00112233445566778899"
HTML = (
    f'<!doctype html>\n<html lang="es"><body><p>La flota</p><p>Para {Place.ADDRESS}: '
    f'<a href="{Place.LEAVE_URL}">salir</a></p></body></html>\n'
)
TEXT = f"La flota\n\n-- \nPara {Place.ADDRESS}, que se suscribió.\nSalir:\n{Place.LEAVE_URL}\n"


def settings(**tables: dict[str, Any]) -> Settings:
    """Give the shipped config with some keys of its tables changed."""
    shipped = _shipped()
    changed = {name: getattr(shipped, name).model_copy(update=keys) for name, keys in tables.items()}
    return shipped.model_copy(update=changed)


@cache
def _shipped() -> Settings:
    return load(ROOT / "config.toml", {})


def issue(**fields: Any) -> Issue:
    variant = Variant(
        subject=fields.pop("subject", "Cuarenta lanchas salieron del registro"),
        preheader="",
        html=fields.pop("html", HTML),
        text=fields.pop("text", TEXT),
        web="",
    )
    period = Period("2026-W47", NOW - timedelta(days=4), NOW + timedelta(days=3))
    made = Issue(7, "the-organization", "es", period, 12, IssueState.SENDING, "La flota", NOW, variant)
    return replace(made, **fields)


def template(of: Settings | None = None, **fields: Any) -> message.Template:
    used = of or settings()
    return message.template(used, used.newsletters[0], issue(**fields), SECRET)


def delivery(email: str = "bruno@example.org", name: str = "Bruno", number: int = 1, **fields: Any) -> Delivery:
    made = Delivery(number, f"{number:020x}", 7, Subscriber(number, email, name, "es"), NOW, 1)
    return replace(made, **fields)


def mail(email: str = "bruno@example.org", name: str = "Bruno", number: int = 1, **fields: Any) -> message.Message:
    return template(**fields).fill(delivery(email, name, number))


def parsed(content: bytes) -> EmailMessage:
    """Read a mail as another program would."""
    read = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read
