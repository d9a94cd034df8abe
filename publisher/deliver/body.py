"""A part of the message, encoded once an issue up to the places where each recipient's own words go.

Quoted-printable is cut at the places by soft line breaks, so filling is joining. Base64 cannot be cut and is
encoded for each message; it is taken where it is shorter, as in Arabic or Chinese. Both are 7-bit with lines
of at most 76 octets, so no hop rewrites them, and no line begins with a dot, so there is none to double on the way.
"""

import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

LINE = 76

_SOFT_BREAK = b"=\r\n"
_ESCAPED = re.compile(rb"[^\t -<>-~]|[\t ]\Z")
_WRAPPED = re.compile(rb"(?:\.[^\r\n]{0,72}|[^\r\n.][^\r\n]{0,74})(?<!=)(?<!=[0-9A-F])")
"""A line; one that begins with a dot has room for the dot to be written as `=2E`."""


_SHORT = 75
_CLEAN = re.compile(rb"[!-\-/-<>-~][!-<>-~]{0,149}")
"""What stands in quoted-printable as it is, as most links do, in two lines at most."""


class Part(Protocol):
    """A text with places. `encoding` is its Content-Transfer-Encoding."""

    @property
    def encoding(self) -> str:
        """Name the encoding."""
        ...

    def fill(self, values: Mapping[str, str]) -> Sequence[bytes]:
        """Give the encoded text with each mark replaced by its value, in pieces."""
        ...


@dataclass(frozen=True, slots=True)
class _QuotedPrintable:
    pieces: tuple[bytes, ...]
    """Encoded text and, at every second position, nothing: the place of `marks` in order, between soft breaks."""

    marks: tuple[str, ...]
    encoding: str = "quoted-printable"

    def fill(self, values: Mapping[str, str]) -> Sequence[bytes]:
        filled = list(self.pieces)
        filled[1::2] = [_own_words(values[mark]) for mark in self.marks]
        return filled


@dataclass(frozen=True, slots=True)
class _Base64:
    pieces: tuple[bytes, ...]
    marks: tuple[str, ...]
    encoding: str = "base64"

    def fill(self, values: Mapping[str, str]) -> Sequence[bytes]:
        filled = list(self.pieces)
        filled[1::2] = [_octets(values[mark]) for mark in self.marks]
        line = binascii.b2a_base64(b"".join(filled), newline=False)
        return [b"\r\n".join([line[start : start + LINE] for start in range(0, len(line), LINE)])]


def part(text: str, sample: Mapping[str, str]) -> Part:
    """Encode a text whose places are marked by the keys of `sample`, in the encoding that is shorter.

    `sample` has values of the usual length; all messages of an issue get the same encoding.
    """
    marked = "|".join(re.escape(mark) for mark in sample)
    cut = re.split(f"({marked})", _crlf(text)) if marked else [_crlf(text)]
    marks = tuple(cut[1::2])
    pieces = [_octets(piece) for piece in cut]
    pieces[1::2] = [b""] * len(marks)
    ways: tuple[Part, ...] = (
        _QuotedPrintable(_broken([quoted_printable(piece) for piece in pieces]), marks),
        _Base64(tuple(pieces), marks),
    )
    return min(ways, key=lambda way: sum(map(len, way.fill(sample))))


def _broken(pieces: list[bytes]) -> tuple[bytes, ...]:
    """Put a soft break at each end of a piece where a place is."""
    last = len(pieces) - 1
    return tuple(
        piece if at % 2 else b"".join((_SOFT_BREAK if at else b"", piece, _SOFT_BREAK if at < last else b""))
        for at, piece in enumerate(pieces)
    )


def alternatives(
    plain: Part, rich: Part, values: Mapping[str, str], escaped: Mapping[str, str], boundary: str
) -> Sequence[bytes]:
    """Give the two forms of a text, filled in, from under the empty line below the headers on, in pieces (RFC 2046
    §5.1.4)."""
    before, between, after = _seams(boundary, plain.encoding, rich.encoding)
    return (before, *plain.fill(values), between, *rich.fill(escaped), after)


@lru_cache(maxsize=16)
def _seams(boundary: str, plain_encoding: str, rich_encoding: str) -> tuple[bytes, bytes, bytes]:
    """Give what stands before, between and after the two forms."""
    line = f"--{boundary}"
    plain, rich = _part_headers("plain", plain_encoding), _part_headers("html", rich_encoding)
    return f"{line}{plain}".encode("ascii"), f"\r\n{line}{rich}".encode("ascii"), f"\r\n{line}--\r\n".encode("ascii")


def _part_headers(subtype: str, encoding: str) -> str:
    return f"\r\nContent-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"


def quoted_printable(octets: bytes) -> bytes:
    """Encode text with CRLF line ends (RFC 2045 §6.7); no line has more than 75 octets, so `=` can follow."""
    lines = octets.split(b"\r\n")
    return b"\r\n".join([_SOFT_BREAK.join(_undotted(_WRAPPED.findall(_escaped(line)))) for line in lines])


@lru_cache(maxsize=16)
def _own_words(text: str) -> bytes:
    """Encode what is one recipient's own; it stands in the text and, mostly the same, in the HTML."""
    octets = _octets(text)
    if not _CLEAN.fullmatch(octets) or octets.startswith(b".", _SHORT):
        return quoted_printable(octets)
    return octets if len(octets) <= _SHORT else octets[:_SHORT] + _SOFT_BREAK + octets[_SHORT:]


def _undotted(lines: list[bytes]) -> list[bytes]:
    return [b"=2E" + line[1:] if line.startswith(b".") else line for line in lines]


def _escaped(line: bytes) -> bytes:
    return _ESCAPED.sub(lambda octet: b"=%02X" % octet[0][0], line)


def _crlf(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "replace")
