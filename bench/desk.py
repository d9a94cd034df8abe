"""An approved issue of 40 KB with so many subscribers, in a database of its own, and servers to send it to."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from sqlalchemy import insert

from bench.mails import PARAGRAPH, ROOT
from publisher.compose import period
from publisher.config import Settings, load
from publisher.config.settings import DkimKey, Smtp
from publisher.model import IssueState, Place, Variant
from publisher.store import Store, issues, open_store
from publisher.store.schema import subscribers, subscriptions

NEWSLETTER = "the-organization"
DOMAIN = "estuary.example.org"
OCTETS = 40_000
_AT_ONCE = 10_000


def settings(folder: Path, url: str, port: int, connections: int, *kinds: str) -> Settings:
    """Give the shipped config with a database, a mail server, a journal and keys of one's own."""
    shipped = load(ROOT / "config.toml", {})
    smtp = Smtp(host="127.0.0.1", port=port, security="none", connections=connections)
    keys = tuple(DkimKey(selector=kind, domain=DOMAIN, key=folder / f"{kind}.pem") for kind in kinds)
    changed = {"transport": "smtp", "smtp": smtp, "journal": folder / "journal", "dkim": keys}
    delivery = shipped.delivery.model_copy(update=changed)
    database = shipped.database.model_copy(update={"url": url})
    return shipped.model_copy(update={"delivery": delivery, "database": database})


def write_key(folder: Path, kind: str) -> None:
    """Write a key that signs, `rsa` or `ed25519`, into a file of that name."""
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    form = serialization.PrivateFormat.PKCS8
    octets = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / f"{kind}.pem").write_bytes(octets)


def variant(octets: int = OCTETS) -> Variant:
    """Give an issue whose mails have so many octets, with everything that is each reader's own."""
    links = "".join(f'<a href="{url}">x</a>' for url in (Place.PREFERENCES_URL, Place.HELPFUL_URL, Place.UNHELPFUL_URL))
    paragraphs = PARAGRAPH * (octets * 3 // 4 // len(PARAGRAPH))
    html = f'{Place.GREETING}{paragraphs}<a href="{Place.LEAVE_URL}">{Place.ADDRESS}</a>{links}'
    return Variant("Port audit", "Forty boats", html, f"Port audit\n{Place.LEAVE_URL}\n{Place.ADDRESS}\n", "")


def prepared(url: str, count: int) -> int:
    """Fill the database with an approved issue and its subscribers; give the issue's id."""
    store, now = open_store(url), datetime.now(UTC)
    for start in range(0, count, _AT_ONCE):
        numbers = range(start + 1, min(start + _AT_ONCE, count) + 1)
        with store.writing() as transaction:
            transaction.execute(insert(subscribers), [_subscriber(number, now) for number in numbers])
            transaction.execute(insert(subscriptions), [_subscription(number, now) for number in numbers])
    made = approved(store, now)
    store.close()
    return made


def approved(store: Store, now: datetime) -> int:
    """Put an approved issue into the store."""
    week = period.week("2026-W47", load(ROOT / "config.toml", {}).publication.zone)
    with store.writing() as transaction:
        made = issues.put(transaction, NEWSLETTER, "en", week, 1, "Port audit", (), variant(), now)
        issues.move(transaction, made, (IssueState.DRAFT,), IssueState.APPROVED, now)
    return made


def _subscriber(number: int, now: datetime) -> dict[str, object]:
    email = f"reader{number}@example.org"
    known = {"identity": email, "email": email, "name": "Ana Roa", "language": "en", "tags": [], "created": now}
    return {"id": number, **known}


def _subscription(number: int, now: datetime) -> dict[str, object]:
    known = {"newsletter": NEWSLETTER, "language": "en", "state": "active", "consent": "a bench", "consented": now}
    return {"subscriber_id": number, **known}


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Run Postfix's smtp-sink; give its port."""
    port = free_port()
    with _running(["smtp-sink", "-u", "nobody", "-c", f"127.0.0.1:{port}", "1000"], port):
        yield port


@contextmanager
def sink(*options: str) -> Iterator[int]:
    """Run `bench.sink` with options; give its port."""
    port = free_port()
    with _running([sys.executable, "-m", "bench.sink", str(port), *options], port):
        yield port


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            await_port(process, port)
            yield
        finally:
            process.kill()


def await_port(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Wait until a process listens.

    Raises:
        RuntimeError: when it ends instead.
    """
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
