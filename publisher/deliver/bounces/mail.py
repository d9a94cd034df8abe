"""A mail as a reader of bounces sees it: its header, what it reports, and the text above the message it returns."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from publisher import markup

MOST_OCTETS = 200_000
"""Of a mail that are read: a report stands before the message it returns."""
LONGEST_FIELD = 2_000
MOST_PARTS = 50

ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,128}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,10}"
"""A mail address in a text, as a regular expression."""

_BEGINS = ("original-recipient", "final-recipient")
"""Where the empty line between two blocks is lost, the next recipient begins another."""

_STATUS = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = (
    *("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global", "message/global-headers"),
    "message/partial",
)
_BELOW = re.compile(
    r"""
    ^(?:
        (?:received|return-path|message-id|dkim-signature|mime-version):[ ].*
      | [ ]{0,4}[-=*_]{2,}[^\n]{0,40}\b(?:copy|original|unsent|returned|enclosed|below|message\ (?:header|text))\b.*
      | [ ]{0,4}(?:original|returned|copy\ of|unsent|below\ is|enclosed|message|your\ message)\ [^\n]{0,40}
        (?:follows?|message|headers?|text)\b[^\n]{0,20}
    )$
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
"""A line at which the returned message begins, or the words that announce it."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What was read of a mail. `statuses` and `feedback` are the fields of its reports, a block at a time.

    `prose` is its own text up to the message it returns, `returned` that message's beginning.
    """

    header: Message
    statuses: tuple[dict[str, str], ...]
    feedback: tuple[dict[str, tuple[str, ...]], ...]
    prose: str
    returned: str

    def field(self, name: str) -> str:
        """Give a field of the header on one line, decoded; empty where there is none."""
        return _decoded(str(self.header.get(name, ""))[:LONGEST_FIELD])

    def addresses(self, name: str) -> list[str]:
        """Give the addresses in all fields of a name."""
        return [
            found
            for value in self.header.get_all(name, [])
            for found in re.findall(ADDRESS, str(value)[:LONGEST_FIELD])
        ]

    @property
    def returned_ids(self) -> list[str]:
        """The message ids of what it returns, without their brackets."""
        return re.findall(r"^message-id:\s*<([^<>\s]{1,200})>", self.returned, re.IGNORECASE | re.MULTILINE)

    @property
    def returned_paths(self) -> list[str]:
        """The return paths of what it returns or complains of."""
        told = [value for fields in self.feedback for value in fields.get("original-mail-from", ())]
        told += re.findall(r"^return-path:\s*(\S{1,400})", self.returned, re.IGNORECASE | re.MULTILINE)
        return [found for one in told for found in re.findall(ADDRESS, one)]


def read(octets: bytes) -> Mail:
    """Take a mail apart. Whatever it is, something is read: one that breaks a reader of mails is read as plain text."""
    try:
        return _read(message_from_bytes(octets[:MOST_OCTETS]))
    except (AttributeError, LookupError, MessageError, RecursionError, TypeError, ValueError):
        # Made to break it, mostly: the library raises what it likes for fields and encodings that are none.
        header, _, text = octets[:MOST_OCTETS].decode("latin-1").replace("\r\n", "\n").partition("\n\n")
        plain = Message()
        for name, value in _fields(header):
            plain[name] = value
        return Mail(plain, (), (), *_split(text))


def _read(whole: Message) -> Mail:
    statuses: list[dict[str, str]] = []
    feedback: list[dict[str, tuple[str, ...]]] = []
    prose: list[str] = []
    returned: list[str] = []
    for part in _parts(whole):
        kind = part.get_content_type()
        if kind in _STATUS:
            statuses += blocks(_raw(part))
        elif kind == "message/feedback-report":
            feedback.append(_repeated(_raw(part)))
        elif kind in _RETURNED:
            returned.append(_raw(part))
        elif part.get_content_maintype() in ("text", "multipart"):  # A multipart of no parts has lost its boundaries.
            above, below = _split(_text(part)) if not returned else ("", _text(part))
            prose.append(above)
            returned.append(below)
    told = "\n".join(prose)
    if not statuses and re.search("^final-recipient:", told, re.IGNORECASE | re.MULTILINE):
        # Where only the text of a report is left, it has to say what became of the mail.
        statuses = [fields for fields in blocks(told) if {"action", "status"} & fields.keys()]
    return Mail(whole, tuple(statuses), tuple(feedback), told, "\n".join(filter(None, returned)))


def blocks(text: str) -> list[dict[str, str]]:
    """Give the fields of each block of a report, their names in lower case (RFC 3464 §2.1.1)."""
    found = []
    for block in re.split(r"\r?\n[ \t]*\r?\n", text):
        fields: dict[str, str] = {}
        for name, value in _fields(block):
            if name.lower() in _BEGINS and name.lower() in fields:
                found.append(fields)
                fields = {}
            fields[name.lower()] = value
        if fields:
            found.append(fields)
    return found


def _repeated(text: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in _fields(text):
        found.setdefault(name.lower(), []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _fields(block: str) -> Iterator[tuple[str, str]]:
    unfolded = re.sub(r"\r?\n[ \t]+", " ", block)
    for line in unfolded.splitlines():
        name, colon, value = line.partition(":")
        if colon and re.fullmatch(r"[\w-]+", name.strip()):
            yield name.strip(), value.strip()


def _parts(whole: Message) -> Iterator[Message]:
    """Give the parts that are no containers, a returned message and a report as one each."""
    waiting, given = [whole], 0
    while waiting and given < MOST_PARTS:
        part = waiting.pop(0)
        payload = part.get_payload()
        if part.get_content_maintype() != "message" and isinstance(payload, list):
            waiting = [one for one in payload if isinstance(one, Message)] + waiting
        else:
            given += 1
            yield part


def _raw(part: Message) -> str:
    payload = part.get_payload()
    inner = "\n\n".join(map(_string, payload)) if isinstance(payload, list) else _text(part)
    if part.get("Content-Transfer-Encoding", "").strip().lower() == "base64" and isinstance(payload, list):
        try:
            return base64.b64decode("".join(inner.split()), validate=True).decode("utf-8", "replace")
        except binascii.Error:
            return inner
    return inner


def _string(part: object) -> str:
    if not isinstance(part, Message):
        return str(part)
    # Not `items`: that has "?" for every octet that is not ASCII, and a report may be UTF-8 (RFC 6533).
    fields = "\n".join(f"{name}: {_in_utf8(str(value))}" for name, value in part.raw_items())
    payload = part.get_payload()
    inner = "\n\n".join(map(_string, payload)) if isinstance(payload, list) else str(payload or "")
    return f"{fields}\n\n{inner}"


def _in_utf8(value: str) -> str:
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _text(part: Message) -> str:
    decoded = part.get_payload(decode=True)
    octets = decoded if isinstance(decoded, bytes) else str(part.get_payload()).encode("utf-8", "surrogateescape")
    try:
        text = octets.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = octets.decode("utf-8", "replace")
    return markup.text(text) if part.get_content_subtype() == "html" else text


def _split(text: str) -> tuple[str, str]:
    found = _BELOW.search(text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _decoded(value: str) -> str:
    try:
        said = str(make_header(decode_header(value)))
    except (LookupError, MessageError, ValueError):
        said = value
    return " ".join(said.split())
