"""A mailbox on an IMAP server (RFC 9051) into which bounces come: read under TLS, and of each mail only the beginning.

A mail is marked as read by us alone, once it was acted on. imap-tools has no word for reading the beginning of a
mail, and empties the bin whenever it marks one; both are asked of the client below it.
"""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from imap_tools import AND, BaseMailBox, ImapToolsError, MailBox, MailboxLoginError, MailBoxStartTls

from publisher.config.returning import Imap
from publisher.deliver.address import ascii_host
from publisher.deliver.bounces.mail import MOST_OCTETS
from publisher.errors import FarEndError

_FAULTS = (ImapToolsError, imaplib.IMAP4.error, OSError)


@dataclass(frozen=True, slots=True)
class Inbox:
    """An open folder. Each of its functions raises FarEndError when the server does not do what is asked."""

    client: BaseMailBox
    server: str

    def unread(self) -> list[str]:
        """Give the names (UIDs) of the mails that nobody read."""
        with _told(self.server):
            return self.client.uids(AND(seen=False))

    def beginning(self, name: str) -> bytes | None:
        """Give the first octets of a mail, as many as are read of any; None for one that is gone. It stays unread."""
        with _told(self.server):
            _, answer = self._asked("FETCH", name, f"(BODY.PEEK[]<0.{MOST_OCTETS}>)")
        return next((one[1] for one in answer if isinstance(one, tuple)), None)

    def mark_read(self, name: str) -> None:
        """Mark a mail as read."""
        with _told(self.server):
            self._asked("STORE", name, "+FLAGS", r"(\Seen)")

    def _asked(self, *words: str) -> tuple[str, list[bytes | tuple[bytes, bytes] | None]]:
        status, answer = self.client.client.uid(*words)
        if status != "OK":
            raise imaplib.IMAP4.error(f"{words[0]} was answered with {status}")
        return status, answer


@contextmanager
def opened(settings: Imap) -> Iterator[Inbox]:
    """Open the folder of the config.

    Raises:
        FarEndError: when the server cannot be reached, does not prove its name or does not let us in.
    """
    server = f"{settings.host}:{settings.port}"
    with _told(server):
        client = _connected(settings)
    try:
        with _told(server):
            client.login(settings.username, settings.password_text, settings.folder)
        yield Inbox(client, server)
    finally:
        with suppress(*_FAULTS):
            client.logout()


def _connected(settings: Imap) -> BaseMailBox:
    way = MailBox if settings.security == "tls" else MailBoxStartTls
    host, context = ascii_host(settings.host), ssl.create_default_context()
    return way(host, settings.port, timeout=settings.timeout_seconds, ssl_context=context)


@contextmanager
def _told(server: str) -> Iterator[None]:
    try:
        yield
    except MailboxLoginError as error:
        # The answer may repeat what we sent.
        raise FarEndError(
            f"mailbox {server} refused the log-in; check delivery.bounces.imap.username and its password",
            permanent=True,
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise FarEndError(
            f"mailbox {server} has a certificate that is not trusted ({error.verify_message}); mend it, or name the "
            "server in delivery.bounces.imap.host as it does",
            permanent=True,
        ) from error
    except _FAULTS as error:
        raise FarEndError(
            f"mailbox {server} cannot be read ({error}); try again later, or check delivery.bounces.imap"
        ) from error
