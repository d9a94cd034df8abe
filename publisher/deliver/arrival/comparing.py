"""Compares a mail that arrived with what was sent: fields, links and pictures are as they were, no pixel came in."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message as Mail
from html.parser import HTMLParser

from publisher.deliver.arrival import results
from publisher.deliver.domain.asking import Judgment, Verdict
from publisher.deliver.relays.relay import Relay

RECEIVER, FIELDS, LINKS, PIXEL, BODY = "receiver", "headers", "links", "pixel", "body"
_METHODS = ("dkim", "spf", "dmarc")
_MOST_NAMED = 3
_SHOWN = 120
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(slots=True)
class _Body:
    """What a mail says: its plain text, its HTML, and what that leads to and shows."""

    text: str = ""
    html: str = ""
    links: list[str] = field(default_factory=list)
    images: list[str] = field(default_factory=list)


class _Tags(HTMLParser):
    def __init__(self, body: _Body) -> None:
        super().__init__()
        self._body = body

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("a", "area"):
            self._body.links.append(given.get("href") or "")
        if tag in ("img", "input", "source"):
            self._body.images.append(given.get("src") or given.get("srcset") or "")
        if given.get("background"):
            self._body.images.append(str(given["background"]))


def judge(sent: bytes, arrived: bytes, relay: Relay) -> Iterator[Judgment]:
    """Judge a mail that arrived, in the order in which a person looks at it; `relay` is known to rewrite some of it."""
    before, after = message_from_bytes(sent), message_from_bytes(arrived)
    yield from _said_by_receiver(after)
    yield from _fields(before, after, relay)
    yield from _bodies(_body(before), _body(after))


def _said_by_receiver(mail: Mail) -> Iterator[Judgment]:
    fields = [str(value) for value in mail.get_all("Authentication-Results", [])]
    server, found = results.read(fields)
    if not server:
        words = "the receiver does not say whether the mail passed; look at it in a mailbox of a large provider too"
        yield Judgment(RECEIVER, Verdict.REMARK, words)
        return
    for method in _METHODS:
        said = [one for one in found if one.method == method]
        told = _one_line(", ".join(f"{one.value} {one.domain}".strip() for one in said))
        if any(one.value == "pass" for one in said):
            yield Judgment(method, Verdict.GOOD, f"{server} says {told}")
        elif said:
            yield Judgment(method, Verdict.WRONG, f"{server} says {told}; `publisher doctor` judges what is published")
        else:
            yield Judgment(method, Verdict.REMARK, f"{server} says nothing of it")


def _fields(before: Mail, after: Mail, relay: Relay) -> Iterator[Judgment]:
    """Judge whether each field that was sent is there, as often as it was sent; but those that are the relay's."""
    names = [name for name in dict.fromkeys(map(str.lower, before)) if name not in relay.rewrites | relay.own_fields]
    wrong = []
    for name in names:
        ours, theirs = _values(before, name), _values(after, name)
        if not theirs:
            wrong.append(f"{name} was taken out")
        elif ours - theirs:
            wrong.append(f"{name} was changed")
        elif theirs - ours and name != "dkim-signature":
            wrong.append(f"{name} stands there {theirs.total()} times")
    if wrong:
        words = f"{'; '.join(wrong[:_MOST_NAMED])}; turn off what changes mails at your relay"
        yield Judgment(FIELDS, Verdict.WRONG, words)
    else:
        yield Judgment(FIELDS, Verdict.GOOD, f"all {len(names)} fields are as they were sent, each once")


def _values(mail: Mail, name: str) -> Counter[str]:
    """Give the values of a field; where their lines are folded does not matter."""
    values = (str(value) for value in mail.get_all(name, []))
    return Counter(re.sub(r"\s+", "" if name == "dkim-signature" else " ", value).strip() for value in values)


def _bodies(before: _Body, after: _Body) -> Iterator[Judgment]:
    rewritten = [*_missing(before.links, after.links), *_missing(_addresses(before), _addresses(after))]
    if rewritten:
        others = [*_missing(after.links, before.links), *_missing(_addresses(after), _addresses(before))]
        by = f" by {_one_line(others[0])}" if others else ""
        words = f"links were rewritten ({len(rewritten)}), as {_one_line(rewritten[0])}{by}"
        yield Judgment(LINKS, Verdict.WRONG, f"{words}; turn off the counting of clicks at your relay")
    else:
        yield Judgment(LINKS, Verdict.GOOD, f"all {len(before.links)} links are as they were sent")
    added = _missing(after.images, before.images)
    if added:
        words = f"pictures came in on the way ({len(added)}), as {_one_line(added[0])}"
        yield Judgment(PIXEL, Verdict.WRONG, f"{words}; turn off the counting of openings at your relay")
    else:
        yield Judgment(PIXEL, Verdict.GOOD, "no picture came in on the way")
    if not rewritten and not added and (before.text, before.html) != (after.text, after.html):
        words = "its text was changed on the way, so signatures break; ask who runs the servers between"
        yield Judgment(BODY, Verdict.WRONG, words)


def _missing(wanted: list[str], there: list[str]) -> list[str]:
    return list((Counter(wanted) - Counter(there)).elements())


def _addresses(body: _Body) -> list[str]:
    return _ADDRESS.findall(body.text)


def _body(mail: Mail) -> _Body:
    found = _Body()
    for part in mail.walk():
        kind = part.get_content_type()
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes) or kind not in ("text/plain", "text/html"):
            continue
        words = "\n".join(content.decode("utf-8", "replace").split("\r\n")).rstrip()
        if kind == "text/html":
            found.html += words
        else:
            found.text += words
    _Tags(found).feed(found.html)
    return found


def _one_line(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else "?" for letter in text)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
