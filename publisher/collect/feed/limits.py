"""What a feed may hold, checked on its bytes before any parser sees it, because the parser's work is not linear.

The parser takes quadratic time in the attributes of a tag and in an XML declaration, and keeps one object for each
reference to an entity. It is given UTF-8 and nothing else: in other encodings these checks would see nothing.
"""

import re

from publisher import markup
from publisher.errors import UnreadableInput

_MOST_TAGS = 200_000
"""The parser takes up to 25 microseconds a tag; the longest feeds of newsrooms have a tenth of these."""
_MOST_WORK_ON_ATTRIBUTES = 20_000_000
"""The parser takes quadratic time in the attributes of a tag: this sum of squares is a fifth of a second."""
_CATEGORY = re.compile(rb"<(?:[\w.-]++:)?(?:category|subject|keywords)\b", re.IGNORECASE)
_MOST_CATEGORIES = 15_000
"""The parser takes quadratic time in the categories of an entry: five seconds for as many in one."""
_ATTRIBUTE = rb"""\s++[^\s<>"'=]++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+')"""
_OPENING = re.compile(rb"""[^\s<>/"'=]++(?:%s)*+""" % _ATTRIBUTE)
_ENTITY = re.compile(rb"""<!ENTITY([^>"']*+)("[^"]*+"?|'[^']*+'?)?([^>"']*+)""", re.IGNORECASE)
_LONGEST_ENTITY = 12
"""Bytes of the text for which an entity stands that a feed declares itself; a letter with an accent needs a few."""
_PERSON = re.compile(
    rb"<((?:[\w.-]++:)?(?:author|creator|managingeditor|webmaster|publisher|owner|contributor))(?=[\s>])[^<>]*+(?<!/)>",
    re.IGNORECASE,
)
_LONGEST_PERSON = 2_000
"""Bytes: the parser takes quadratic time to look for a mail address in a name."""
_DECLARATION = re.compile(r"<\?xml\s[^<>]{0,1000}>")
_MOST_SPACE = re.compile(rb"\s{5000}")


def checked(text: str, url: str, max_bytes: int) -> bytes:
    """Give the feed as the parser may read it.

    Raises:
        UnreadableInput: when it would keep the parser busy.
    """
    body = markup.valid_xml(_without_declaration(text.lstrip(), url)).encode("utf-8", "replace")
    _check_beginning(body, url)
    _check_tags(body, url)
    _check_entities(body, url, max_bytes)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + _PERSON.sub(_short_person, body)


def _short_person(opening: re.Match[bytes]) -> bytes:
    """Keep an author; what is too long for a person is renamed, and so nobody."""
    end = opening.string.find(b"</" + opening[1], opening.end(), opening.end() + _LONGEST_PERSON)
    return opening[0] if end >= 0 else b"<nobody>"


def _without_declaration(text: str, url: str) -> str:
    declaration = _DECLARATION.match(text)
    if text.startswith("<?xml ") and not declaration:
        raise UnreadableInput(f"{url} begins with a declaration that does not end; open it and see what it is")
    return text[declaration.end() :] if declaration else text


def _check_beginning(body: bytes, url: str) -> None:
    first_tag = re.search(rb"<\w", body)
    if first_tag and _MOST_SPACE.search(body, 0, first_tag.start()):
        raise UnreadableInput(f"{url} begins with nothing but space; tell whoever keeps that site")


def _check_tags(body: bytes, url: str) -> None:
    if body.count(b"<") > _MOST_TAGS:
        raise UnreadableInput(f"{url} has more than {_MOST_TAGS} tags; name a feed of the newest articles only")
    if len(_CATEGORY.findall(body)) > _MOST_CATEGORIES:
        raise UnreadableInput(
            f"{url} has more than {_MOST_CATEGORIES} categories; name a feed of the newest articles only"
        )
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
