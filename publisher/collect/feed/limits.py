"""What a feed may hold, checked on its bytes before any parser sees it, because the parser's work is not linear.

The parser takes quadratic time in the attributes of a tag and in an XML declaration, keeps one object for each
reference to an entity, and reads encodings in which these checks would see nothing.
"""

import codecs
import re

from publisher.errors import UnreadableInput

_MOST_TAGS = 200_000
"""The parser takes up to 25 microseconds a tag; the longest feeds of newsrooms have a tenth of these."""
_MOST_WORK_ON_ATTRIBUTES = 20_000_000
"""The parser takes quadratic time in the attributes of a tag: this sum of squares is a fifth of a second."""
_ATTRIBUTE = rb"""\s++[^\s<>"'=]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+')"""
_OPENING = re.compile(rb"""[^\s<>/"'=]++(?:%s)*+""" % _ATTRIBUTE)
_ENTITY = re.compile(rb"""<!ENTITY([^>"']*+)("[^"]*+"?|'[^']*+'?)?([^>"']*+)""", re.IGNORECASE)
_LONGEST_ENTITY = 12
"""Bytes of the text for which an entity stands that a feed declares itself; a letter with an accent needs a few."""
_LONGEST_DECLARATION = 1000
_MOST_SPACE = re.compile(rb"\s{5000}")
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_ASCII = bytes(range(32, 127))


def checked(body: bytes, url: str, max_bytes: int) -> bytes:
    """Give the feed as the parser may read it, with a byte for each character of a tag.

    Raises:
        UnreadableInput: when it would keep the parser busy.
    """
    body = _narrow(body).replace(b"\0", b"")
    _check_beginning(body, url)
    _check_tags(body, url)
    _check_entities(body, url, max_bytes)
    end = body.find(b"?>", 0, _LONGEST_DECLARATION)
    return body[: end + 2] + b"\n" + body[end + 2 :] if body.startswith(b"<?") and end > 0 else body


def _narrow(body: bytes) -> bytes:
    encoding = next((encoding for mark, encoding in _WIDE if body.startswith(mark)), None)
    if encoding is None:
        return body
    text = re.sub(r"\A\s*+<\?xml[^>]{0,1000}>", "", body.decode(encoding, "replace"))
    return b'<?xml version="1.0" encoding="utf-8"?>' + text.encode("utf-8", "replace")


def _check_beginning(body: bytes, url: str) -> None:
    first_tag = re.search(rb"<\w", body)
    head = body[: first_tag.start()] if first_tag else b""
    if _MOST_SPACE.search(head):
        raise UnreadableInput(f"{url} begins with nothing but space; tell whoever keeps that site")
    if not body.startswith(b"<?"):
        return
    declaration = body[:_LONGEST_DECLARATION].partition(b"?>")
    if not declaration[1]:
        raise UnreadableInput(f"{url} begins with a declaration that does not end; open it and see what it is")
    declared = re.search(rb"""encoding=["']([\w.:-]{1,40})["']""", declaration[0])
    if declared and not _is_plain(declared[1].decode("ascii", "replace")):
        raise UnreadableInput(
            f"{url} is declared to be in an encoding that hides its tags; tell whoever keeps that site"
        )


def _is_plain(encoding: str) -> bool:
    """Whether the encoding writes ASCII as ASCII; wide ones, which cannot be true any more, are not followed."""
    if encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32", "utf16", "utf32", "ucs", "u16", "u32")):
        return True
    if "escape" in encoding.lower():
        return False
    try:
        return _ASCII.decode(encoding) == _ASCII.decode("ascii")
    except LookupError:
        return True
    except UnicodeError:
        return False


def _check_tags(body: bytes, url: str) -> None:
    if body.count(b"<") > _MOST_TAGS:
        raise UnreadableInput(f"{url} has more than {_MOST_TAGS} tags; name a feed of the newest articles only")
    if sum(_attributes(part) ** 2 for part in body.split(b"<")) > _MOST_WORK_ON_ATTRIBUTES:
        raise UnreadableInput(f"{url} has a tag with thousands of attributes; tell whoever keeps that site")


def _attributes(after_an_angle: bytes) -> int:
    if after_an_angle.count(b"=") < 100:
        return 0
    opening = _OPENING.match(after_an_angle)
    return len(re.findall(_ATTRIBUTE, opening[0])) if opening else 0


def _check_entities(body: bytes, url: str, max_bytes: int) -> None:
    declared = _ENTITY.findall(body)
    values = (value for name, value, _ in declared if not re.search(rb"\b(?:SYSTEM|PUBLIC)\s*+\Z", name))
    longest = max((len(value.strip(b"\"'")) for value in values), default=0)
    if longest > _LONGEST_ENTITY or any(len(name) + len(rest) > 200 for name, _, rest in declared):
        raise UnreadableInput(f"{url} declares an entity of its own that is long; tell whoever keeps that site")
    if longest * body.count(b"&") > max_bytes:
        raise UnreadableInput(
            f"{url} would grow beyond {max_bytes} bytes by its entities; tell whoever keeps that site"
        )
