r"""Writes header fields so that nothing in a value can end its line or begin another.

Written here and not by the standard library's `email`: CPython 3.11.7 turns a long URL into an encoded word,
which kills one-click unsubscribing, and writes a line of its own from `=?utf-8?q?x=0D=0ABcc:?=` in a name.
Whatever is not plain, a literal `=?` too, is written as encoded words (RFC 2047); a control character or a
line end is no part of a line of text and becomes a space.
"""

import base64
import re
from collections.abc import Sequence

from publisher.deliver.address import Address

LINE = 76
WORD = 75

_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_QUOTABLE = re.compile(r"[!#-\[\]-~]{1,60}(?: [!#-\[\]-~]{1,60})*")
_PLAIN = re.compile(r"[!-~]{1,60}(?: [!-~]{1,60})*")


def one_line(text: str) -> str:
    """Give the text as it can stand in a header: one line, no control characters."""
    return _BREAKS.sub(" ", text).strip()


def text(name: str, value: str) -> str:
    """Write a field of running text, such as Subject."""
    line = one_line(value)
    if "=?" not in line and (not line or _PLAIN.fullmatch(line)):
        return folded(name, line.split(" "))
    return folded(name, _encoded_words(line, LINE - len(name) - 2))


def mailbox(name: str, label: str, address: Address) -> str:
    """Write a field that holds one mailbox, such as From; `label` is the person's or newsroom's name."""
    return labelled(name, label, str(address))


def labelled(name: str, label: str, content: str) -> str:
    """Write a field that holds a name and, in angle brackets, `content`, such as List-Id."""
    line = one_line(label)
    if not line:
        return folded(name, [f"<{content}>"])
    if "=?" not in line and _QUOTABLE.fullmatch(line):
        return folded(name, [*f'"{line}"'.split(" "), f"<{content}>"])
    return folded(name, [*_encoded_words(line, LINE - len(name) - 2), f"<{content}>"])


def urls(name: str, *addresses: str) -> str:
    """Write a field of URLs in angle brackets; it folds between them and never inside one."""
    *others, last = [f"<{address}>" for address in addresses]
    return folded(name, [*(f"{other}," for other in others), last])


def folded(name: str, tokens: Sequence[str]) -> str:
    """Write a field of tokens that stay whole; a line is longer than usual only where a token is."""
    lines = [f"{name}: {tokens[0]}"]
    for token in tokens[1:]:
        if len(lines[-1]) + 1 + len(token) > LINE:
            lines.append("")
        lines[-1] += f" {token}"
    return "\r\n".join(lines) + "\r\n"


def _encoded_words(line: str, room: int) -> list[str]:
    """Split a text into encoded words, never inside a character; the first has `room`, the others 75 octets."""
    spell = min((_quoted, _base64), key=lambda one: len(one(line)))
    words, start = [], 0
    for end in range(1, len(line) + 1):
        if len(spell(line[start:end])) > room:
            words.append(spell(line[start : end - 1]))
            start, room = end - 1, WORD
    return [*words, spell(line[start:])]


def _quoted(line: str) -> str:
    # Only what RFC 2047 §5 (3) allows in a name stays; the same is right in running text.
    octets = re.sub(rb"[^A-Za-z0-9!*+/ -]", lambda octet: b"=%02X" % octet[0][0], _octets(line))
    return f"=?utf-8?q?{octets.replace(b' ', b'_').decode('ascii')}?="


def _base64(line: str) -> str:
    return f"=?utf-8?b?{base64.b64encode(_octets(line)).decode('ascii')}?="


def _octets(line: str) -> bytes:
    return line.encode("utf-8", "replace")
