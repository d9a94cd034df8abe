"""Mail addresses as they go on the wire: the local part as its owner spells it, the domain in IDNA 2008.

The domain is converted by the `idna` package: Python's own codec sends straße.de to strasse.de, another
domain. What is no address stops here, so none of its characters reaches a header or a command.
"""

import re
from dataclasses import dataclass

import idna

from publisher.errors import ConfigError, UnreadableInput

MAX_LOCAL_OCTETS = 64
MAX_DOMAIN_OCTETS = 253

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_LOCAL = re.compile(rf'{_ATOM}(?:\.{_ATOM})*|"(?:[^"\\]|\\.)*"')
_DOMAIN = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*|\[[A-Za-z0-9:.]+\]")
_MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>|(?P<bare>[^<>]+)")


@dataclass(frozen=True, slots=True)
class Address:
    """An address that can be written into headers and commands as it stands; `domain` is ASCII."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def parse(email: str) -> Address:
    """Read an address (RFC 5321 §4.1.2, RFC 6531).

    Raises:
        UnreadableInput: for what no mail can be sent to.
    """
    local, _, domain = email.strip().rpartition("@")
    if not local.isprintable() or not _LOCAL.fullmatch(local) or len(local.encode()) > MAX_LOCAL_OCTETS:
        raise UnreadableInput(f'"{_shown(email)}" is no mail address; correct or remove the subscriber')
    return Address(local, _ascii(domain, email))


def configured(key: str, mailbox: str) -> tuple[str, Address]:
    """Read the config's `Name <name@example.org>` as a name, empty when there is none, and an address.

    Raises:
        ConfigError: naming `key`, for what is none or needs an extension not every server has (RFC 6531).
    """
    found = _MAILBOX.fullmatch(mailbox.strip())
    try:
        address = parse(found["address"] or found["bare"]) if found else None
    except UnreadableInput:
        address = None
    if found is None or address is None or not address.local.isascii():
        raise ConfigError(f'{key}: "{_shown(mailbox)}" is not a mail address; write "Name <name@example.org>" in ASCII')
    name = (found["name"] or "").strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, address


def ascii_host(host: str) -> str:
    """Give a host's name in IDNA 2008; one that is none stays as it is and will not be found."""
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return host


def _ascii(domain: str, email: str) -> str:
    written = ascii_host(domain) if len(domain) <= MAX_DOMAIN_OCTETS else ""
    if len(written) > MAX_DOMAIN_OCTETS or not _DOMAIN.fullmatch(written):
        raise UnreadableInput(f'"{_shown(email)}" has a domain that is none; correct or remove the subscriber')
    return written


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text[:80])
