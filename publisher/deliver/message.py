"""One issue's mails: what all share is written once, what is each recipient's own is filled in.

The same delivery gives the same octets whenever it is filled: its key and the moment its row was made decide
Message-ID, Date and return path, the issue decides the rest. Lines end in CRLF and have at most 998 octets;
all is 7-bit but the address of a recipient whose local part is not ASCII (RFC 6532).
"""

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from publisher import rights, tokens
from publisher.config import Newsletter, Settings, in_language
from publisher.deliver import address, body, dkim, header, listing, relays, return_path
from publisher.deliver.address import Address
from publisher.deliver.body import Part
from publisher.deliver.dkim import Signer
from publisher.deliver.personal import SAMPLE, Personal, personal
from publisher.deliver.relays.relay import Relay
from publisher.model import Delivery, Issue, Place, Variant, Version

_MARKUP = re.compile("[&<>\"']")


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, ready to be handed over: `sender` and `recipient` are its envelope, `key` its delivery's."""

    key: str
    sender: str
    recipient: str
    content: bytes
    may_be_dotted: bool = True
    """Whether a line of the content may begin with a dot."""

    @property
    def needs_utf8(self) -> bool:
        """Tell whether only a server with SMTPUTF8 can take it (RFC 6531)."""
        return not self.recipient.isascii()


@dataclass(frozen=True, slots=True)
class Content:
    """What all mails of one variant share: headers, text and HTML."""

    headers: bytes
    text: Part
    html: Part


@dataclass(frozen=True, slots=True)
class Template:
    """What all mails of an issue share.

    `contents` has for each version that of each audience, by its tag, and that of all others.
    """

    settings: Settings
    personal: Personal
    secret: str = field(repr=False)
    domain: str
    contact: Address
    bounces: Address
    contents: Mapping[int, Mapping[str, Content]]
    boundary: str
    relay: Relay
    signers: Sequence[Signer]

    def fill(self, delivery: Delivery) -> Message:
        """Make the mail of one delivery.

        Raises:
            UnreadableInput: when its subscriber's address is none that mail can be sent to.
        """
        subscriber = delivery.subscriber
        to = address.parse(subscriber.email)
        token = tokens.leave_token(subscriber.id, self.personal.newsletter, self.secret)
        values = self.personal.values(subscriber, token)
        audience = rights.audience_of(self.settings, subscriber.tags)
        contents = self.contents[delivery.version]
        content = contents.get(audience) or contents[""]
        own_headers = (
            header.mailbox("To", subscriber.name, to)
            + _date(delivery.created)
            + f"Message-ID: <{delivery.key}@{self.domain}>\r\n"
            + listing.unsubscribe(values[Place.LEAVE_URL], self.contact, token)
            + self.relay.own_headers(delivery.key)
        )
        return Message(
            key=delivery.key,
            sender=return_path.return_path(self.bounces, delivery.key, self.secret),
            recipient=str(to),
            content=dkim.signed(
                self.signers,
                own_headers.encode(),
                _parts(content, values, self.boundary),
                delivery.created,
                self.relay.rewrites,
                content.headers,
            ),
            may_be_dotted=False,
        )


def template(
    settings: Settings, newsletter: Newsletter, issue: Issue, secret: str, earlier: Iterable[Version] = ()
) -> Template:
    """Make the template of an issue's mails, also of `earlier` versions; `secret` signs leave links and return paths.

    Raises:
        ConfigError: when `delivery.from`, `delivery.return_path`, `publication.contact`, the newsletter's `reply_to` or
            a key of `delivery.dkim` cannot be used.
    """
    name, sender = address.configured("delivery.from", settings.delivery.sender)
    name = in_language(newsletter.sender_name, issue.language) or name
    _, contact = address.configured("publication.contact", settings.publication.contact)
    boundary = f"=_{listing.word(issue.period.name)}-{listing.word(issue.language)}"
    shared = [
        header.mailbox("From", name, sender),
        header.mailbox("Reply-To", *_answered(settings, newsletter)),
        *listing.headers(settings, newsletter, issue, sender.domain, contact),
        "MIME-Version: 1.0\r\n",
        f"Content-Language: {listing.word(issue.language)}\r\n",
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n',
    ]
    reader = personal(settings, newsletter, issue, secret)
    versions = (*earlier, Version(issue.version, issue.variant, issue.audiences))
    return Template(
        settings=settings,
        personal=reader,
        secret=secret,
        domain=sender.domain.lower(),
        contact=contact,
        bounces=return_path.base(settings.delivery.return_path),
        contents={
            one.number: {
                tag: _content(said, reader, shared) for tag, said in {**one.audiences, "": one.variant}.items()
            }
            for one in versions
        },
        boundary=boundary,
        relay=relays.configured(settings),
        signers=dkim.signers(settings, sender.domain),
    )


def _answered(settings: Settings, newsletter: Newsletter) -> tuple[str, Address]:
    """Give who reads what readers answer."""
    if newsletter.reply_to:
        return address.configured(f"newsletters.{newsletter.key}.reply_to", newsletter.reply_to)
    return address.configured("publication.contact", settings.publication.contact)


@lru_cache(maxsize=8)
def _date(instant: datetime) -> str:
    """Write the Date field; most rows of an issue are made in the same moment."""
    return f"Date: {format_datetime(instant.astimezone(UTC))}\r\n"


def _content(variant: Variant, reader: Personal, shared: Sequence[str]) -> Content:
    sample = reader.values(SAMPLE, "x" * 64)
    return Content(
        headers="".join([header.text("Subject", variant.subject), *shared]).encode("ascii"),
        text=body.part(variant.text, sample),
        html=body.part(variant.html, sample),
    )


def _parts(content: Content, values: Mapping[str, str], boundary: str) -> Sequence[bytes]:
    return body.alternatives(content.text, content.html, values, _escaped(values), boundary)


def _escaped(values: Mapping[str, str]) -> Mapping[str, str]:
    """Write values as HTML; few have anything to escape."""
    if not _MARKUP.search("".join(values.values())):
        return values
    return {mark: html.escape(value) for mark, value in values.items()}
