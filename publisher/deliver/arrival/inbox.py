"""Looks for one mail in a mailbox, by IMAP under TLS (RFC 9051); nothing in it is changed, or marked as read.

Looked at are the inbox and the folders for spam, since that is where a mail may be put that arrived.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from publisher.deliver.address import ascii_host
from publisher.errors import FarEndError

INBOX = "INBOX"
TIMEOUT_SECONDS = 30.0
MOST_OCTETS = 4_000_000
_MOST_FOLDERS = 5
_FOLDER = re.compile(rb'\((?P<flags>[^)]*)\) (?:"[^"]*"|NIL) (?P<name>"(?:[^"\\]|\\.)*"|[^\s"]+)')
_SPAM = re.compile(rb'"?(?:[^"]*[./])?(?:junk|spam)[^./]*"?', re.IGNORECASE)
_FAULTS = (imaplib.IMAP4.error, OSError)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox on an IMAP server, and who may read it."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)

    @property
    def server(self) -> str:
        """The server's name and port."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that is there: the folder it was put into, and its octets."""

    folder: str
    content: bytes

    @property
    def is_spam(self) -> bool:
        """Tell whether it was put elsewhere than into the inbox."""
        return self.folder != INBOX


@dataclass(frozen=True, slots=True)
class Inbox:
    """An open mailbox."""

    client: imaplib.IMAP4

    def find(self, ids: Sequence[str]) -> Arrived | None:
        """Look for a mail whose Message-ID has one of these in it; None when it is not there (yet)."""
        for folder in (INBOX.encode(), *_spam_folders(self.client)):
            status, _ = self.client.select(folder.decode("ascii", "replace"), readonly=True)
            for one in ids if status == "OK" else ():
                content = _content(self.client, one)
                if content is not None:
                    return Arrived(folder.decode("ascii", "replace").strip('"'), content)
        return None


@contextmanager
def opened(mailbox: Mailbox) -> Iterator[Inbox]:
    """Open a mailbox.

    Raises:
        FarEndError: when it cannot be reached or read, also later, or does not let us in.
    """
    host, context = ascii_host(mailbox.host), ssl.create_default_context()
    try:
        client = imaplib.IMAP4_SSL(host, mailbox.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
        try:
            _log_in(client, mailbox)
            yield Inbox(client)
        finally:
            with suppress(*_FAULTS):
                client.logout()
    except ssl.SSLCertVerificationError as error:
        raise FarEndError(
            f"mailbox {mailbox.server} has a certificate that is not trusted ({error.verify_message}); name the server "
            "in --imap as its certificate does",
            permanent=True,
        ) from error
    except _FAULTS as error:
        raise FarEndError(
            f"mailbox {mailbox.server} cannot be read ({error}); try again later, or check --imap"
        ) from error


def _log_in(client: imaplib.IMAP4, mailbox: Mailbox) -> None:
    try:
        # Every server has it (RFC 3501 §6.1.1), and the command LOGIN takes ASCII alone.
        client.authenticate("PLAIN", lambda _asked: f"\0{mailbox.username}\0{mailbox.password}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        # The answer may repeat what we sent.
        raise FarEndError(
            f"mailbox {mailbox.server} refused the log-in of {mailbox.username}; check --imap-user and the password, "
            "which some providers want one of its own for",
            permanent=True,
        ) from error


def _spam_folders(client: imaplib.IMAP4) -> list[bytes]:
    _, listed = client.list()
    found = (_FOLDER.fullmatch(line) for line in listed if isinstance(line, bytes))
    return [
        one["name"] for one in found if one and (rb"\junk" in one["flags"].lower() or _SPAM.fullmatch(one["name"]))
    ][:_MOST_FOLDERS]


def _content(client: imaplib.IMAP4, message_id: str) -> bytes | None:
    _, found = client.uid("SEARCH", "HEADER", "Message-ID", f'"{message_id}"')
    names = found[0].split() if found and found[0] else []
    if not names:
        return None
    _, answer = client.uid("FETCH", names[0].decode("ascii"), f"(BODY.PEEK[]<0.{MOST_OCTETS}>)")
    return next((one[1] for one in answer if isinstance(one, tuple)), None)
