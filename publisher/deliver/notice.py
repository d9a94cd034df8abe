"""Mail about an issue or an account, to one person who is waited for: no newsletter, and no list (RFC 3834).

It comes from where a person reads mail (`publication.contact`), so that no mailbox takes it for a newsletter.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from publisher.config import Settings
from publisher.deliver import address, body, dkim, header, listing, relays, return_path
from publisher.deliver.address import Address
from publisher.deliver.message import Message
from publisher.errors import UnreadableInput


@dataclass(frozen=True, slots=True)
class Notice:
    """What one mail says, and to whom (`to`: a subscriber's address, or a mailbox as the config writes them).

    Without `html` it is plain text.
    """

    to: str
    language: str
    subject: str
    text: str
    html: str | None = None


def message(settings: Settings, notice: Notice, key: str, now: datetime, secret: str) -> Message:
    """Make the mail; `key` is twenty hexadecimal digits and names it.

    Raises:
        ConfigError: when `publication.contact`, the mailbox or a key of `delivery.dkim` cannot be used.
    """
    name, sender = address.configured("publication.contact", settings.publication.contact)
    to_name, to = _recipient(notice.to)
    relay = relays.configured(settings)
    content_type, content = _content(notice, f"=_{key}")
    headers = (
        header.mailbox("From", name or settings.publication.name, sender)
        + header.mailbox("To", to_name, to)
        + header.text("Subject", notice.subject)
        + f"Date: {format_datetime(now.astimezone(UTC))}\r\n"
        + f"Message-ID: <{key}@{sender.domain.lower()}>\r\n"
        + "Auto-Submitted: auto-generated\r\n"
        + "MIME-Version: 1.0\r\n"
        + f"Content-Language: {listing.word(notice.language)}\r\n"
        + content_type
        + relay.of_notice
    )
    return Message(
        key=key,
        sender=return_path.return_path(return_path.base(settings.delivery.return_path), key, secret),
        recipient=str(to),
        content=dkim.signed(
            dkim.signers(settings, sender.domain),
            headers.encode(),
            [content],
            now,
            relay.rewrites,
        ),
    )


def _content(notice: Notice, boundary: str) -> tuple[str, bytes]:
    """Give the header lines that say how the content is written, and the content from under them on."""
    text = body.part(notice.text, {})
    if notice.html is None:
        lines = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {text.encoding}\r\n"
        return lines, b"".join(text.fill({})).removesuffix(b"\r\n") + b"\r\n"
    lines = f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'
    return lines, b"".join(body.alternatives(text, body.part(notice.html, {}), {}, {}, boundary))


def _recipient(mailbox: str) -> tuple[str, Address]:
    try:
        return "", address.parse(mailbox)
    except UnreadableInput:
        return address.configured("the mailbox", mailbox)
