"""One issue's mails: what all share is written once, what is each recipient's own is filled in.

The same delivery gives the same octets whenever it is filled: its key and the moment its row was made decide
Message-ID, Date and return path, the issue decides the rest. Lines end in CRLF and have at most 998 octets;
all is 7-bit but the address of a recipient whose local part is not ASCII (RFC 6532).
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime

from publisher import addresses, tokens
from publisher.config import Newsletter, Settings
from publisher.deliver import address, body, header, listing, return_path
from publisher.deliver.address import Address
from publisher.deliver.body import Part
from publisher.model import Delivery, Issue, Place


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, ready to be handed over: `sender` and `recipient` are its envelope, `key` its delivery's."""

    key: str
    sender: str
    recipient: str
    content: bytes

    @property
    def needs_utf8(self) -> bool:
        """Tell whether only a server with SMTPUTF8 can take it (RFC 6531)."""
        return not self.recipient.isascii()


@dataclass(frozen=True, slots=True)
class Template:
    """What all mails of an issue share."""

    newsletter: str
    secret: str = field(repr=False)
    leave_prefix: str
    domain: str
    contact: Address
    bounces: Address
    shared_headers: bytes
    text: Part
    html: Part
    boundary: str

    def fill(self, delivery: Delivery) -> Message:
        """Make the mail of one delivery.

        Raises:
            UnreadableInput: when its subscriber's address is none that mail can be sent to.
        """
        subscriber = delivery.subscriber
        to = address.parse(subscriber.email)
        token = tokens.leave_token(subscriber.id, self.newsletter, self.secret)
        leave_url = self.leave_prefix + token
        own_headers = (
            header.mailbox("To", subscriber.name, to)
            + f"Date: {format_datetime(delivery.created.astimezone(UTC))}\r\n"
            + f"Message-ID: <{delivery.key}@{self.domain}>\r\n"
            + listing.unsubscribe(leave_url, self.contact, token)
        )
        return Message(
            key=delivery.key,
            sender=return_path.return_path(self.bounces, delivery.key, self.secret),
            recipient=str(to),
            content=b"".join(
                (own_headers.encode(), self.shared_headers, self._parts(leave_url, subscriber.email.strip()))
            ),
        )

    def _parts(self, leave_url: str, email: str) -> bytes:
        plain = {Place.LEAVE_URL: leave_url, Place.ADDRESS: email}
        line = f"--{self.boundary}".encode()
        return b"\r\n".join(
            (
                b"",
                line,
                _part_headers("plain", self.text),
                self.text.fill(plain),
                line,
                _part_headers("html", self.html),
                self.html.fill({mark: html.escape(value) for mark, value in plain.items()}),
                line + b"--",
                b"",
            )
        )


def template(settings: Settings, newsletter: Newsletter, issue: Issue, secret: str) -> Template:
    """Make the template of an issue's mails; `secret` signs leave links and return paths.

    Raises:
        ConfigError: when `delivery.from`, `delivery.return_path` or `publication.contact` cannot be used.
    """
    name, sender = address.configured("delivery.from", settings.delivery.sender)
    contact_name, contact = address.configured("publication.contact", settings.publication.contact)
    boundary = f"=_{listing.word(issue.period.name)}-{listing.word(issue.language)}"
    shared = (
        header.mailbox("From", name, sender),
        header.mailbox("Reply-To", contact_name, contact),
        header.text("Subject", issue.variant.subject),
        *listing.headers(settings, newsletter, issue, sender.domain, contact),
        "MIME-Version: 1.0\r\n",
        f"Content-Language: {listing.word(issue.language)}\r\n",
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n',
    )
    leave_prefix = addresses.of_leaving(settings, "")
    return Template(
        newsletter=newsletter.key,
        secret=secret,
        leave_prefix=leave_prefix,
        domain=sender.domain.lower(),
        contact=contact,
        bounces=return_path.base(settings.delivery.return_path),
        shared_headers="".join(shared).encode("ascii"),
        text=body.part(issue.variant.text, _sample(leave_prefix)),
        html=body.part(issue.variant.html, _sample(leave_prefix)),
        boundary=boundary,
    )


def _sample(leave_prefix: str) -> Mapping[str, str]:
    return {Place.LEAVE_URL: leave_prefix + "x" * 64, Place.ADDRESS: "reader@example.org"}


def _part_headers(subtype: str, part: Part) -> bytes:
    return (f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {part.encoding}\r\n").encode(
        "ascii"
    )
