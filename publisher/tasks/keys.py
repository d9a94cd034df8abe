"""The keys that sign mails: makes them, and says what DNS must have, and whether it has it.

A private key is written once, readable by its owner alone, and never over a file that is there.
"""

import os
import re
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from publisher.config import Settings
from publisher.config.settings import SELECTOR, is_aligned
from publisher.deliver import address
from publisher.deliver.domain import keys
from publisher.deliver.domain.asking import Judgment, Resolver, judged
from publisher.deliver.domain.keys import Kind, Record
from publisher.errors import UsageError

FOLDER = Path("var/dkim")
"""Where keys are made; counts from the folder of the config file."""
USUAL_SELECTOR = "news"


@dataclass(frozen=True, slots=True)
class Key:
    """A key, as the config names it, the record to publish, and what DNS has of it if that was asked."""

    selector: str
    domain: str
    path: Path
    record: Record
    judgment: Judgment | None = None


def make(settings: Settings, domain: str = "", selector: str = "", *, beside: bool = False) -> tuple[Key, ...]:
    """Make an RSA key, and with `beside` an Ed25519 key too; only that where the config has the first already.

    `domain` is that of `delivery.from` when none is given.

    Raises:
        UsageError: when the key would sign no mail, cannot be called so, or its file is there already.
    """
    sender = address.configured("delivery.from", settings.delivery.sender)[1].domain.lower()
    signing, called = address.ascii_host(domain or sender).lower(), selector or USUAL_SELECTOR
    if not is_aligned(sender, signing):
        raise UsageError(f"a key of {signing} would not sign mails from {sender}; name that domain, or one above it")
    has_first = any(
        one.selector == called and address.ascii_host(one.domain).lower() == signing for one in settings.delivery.dkim
    )
    named: list[tuple[str, Kind]] = [] if beside and has_first else [(called, "rsa")]
    if beside:
        named.append((f"{called}-ed25519", "ed25519"))
    for name, _ in named:
        _check_free(settings, name, signing)
    return tuple(_made(settings, name, signing, kind) for name, kind in named)


def configured(settings: Settings, resolver: Resolver) -> tuple[Key, ...]:
    """Give the keys of the config with what DNS has of each.

    Raises:
        ConfigError: when a file has no key that can sign.
    """
    found = []
    for at, one in enumerate(settings.delivery.dkim):
        domain = address.ascii_host(one.domain).lower()
        record = keys.record(f"delivery.dkim.{at}", settings.path(one.key), one.selector, domain)
        (judgment,) = judged(keys.ABOUT, partial(keys.compare, record, resolver))
        found.append(Key(one.selector, domain, one.key, record, judgment))
    return tuple(found)


def _path(selector: str, domain: str) -> Path:
    return FOLDER / f"{selector}.{domain}.pem"


def _check_free(settings: Settings, selector: str, domain: str) -> None:
    if not re.fullmatch(SELECTOR, selector):
        raise UsageError(f'"{selector}" is no selector; write small letters and digits, as --selector news')
    file = settings.path(_path(selector, domain))
    if file.exists() or file.is_symlink():
        raise UsageError(
            f"{file} is there already and is left as it is; name it in delivery.dkim to see its record, or make "
            "another key with --selector"
        )


def _made(settings: Settings, selector: str, domain: str, kind: Kind) -> Key:
    path = _path(selector, domain)
    file = settings.path(path)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    octets = keys.made(kind)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(octets)
    return Key(selector, domain, path, keys.record(str(file), file, selector, domain))
