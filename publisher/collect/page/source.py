"""The bytes of a page become text that a parser may read: in its encoding, and with bounded work to do.

Comments, scripts and styles go; of the scripts, those that hold data about the page (JSON-LD) are kept beside it.
Parsers take quadratic time in the attributes of one tag and leave off where tags are nested too deep.
"""

import codecs
import re
from dataclasses import dataclass

from publisher import markup
from publisher.fetch import Response

_MOST_BYTES = 6_000_000
_LONGEST = 1_500_000
"""Characters without scripts and styles; the longest pages of newsrooms have a third of that."""
_MOST_TAGS = 20_000
_MOST_ATTRIBUTES = 100
"""Of one tag."""
_DEEPEST = 80
_MOST_DATA = 20
_LONGEST_DATA = 400_000

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<meta\b[^<>]{0,200}?\bcharset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.IGNORECASE)
_IN_XML = re.compile(rb"""\A\s{0,99}<\?xml\b[^<>]{0,200}?\bencoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})""", re.IGNORECASE)
_ANNOUNCED = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([\w.:-]{2,40})""", re.IGNORECASE)
_KNOWN = re.compile(
    r"utf-?8|utf-?16(?:[lb]e)?|windows-\d{3,4}|cp\d{3,4}|iso-?8859-\d{1,2}|latin-?\d|koi8-[ru]|gbk|gb2312|gb18030|"
    r"big5(?:-hkscs)?|shift[_-]jis|(?:x-)?sjis|euc-(?:jp|kr|cn)|iso-2022-jp|(?:us-)?ascii|macintosh|tis-620"
)
_MEANT = {
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252", "iso-8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030", "euc-cn": "gb18030",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949",
    "tis-620": "cp874", "macintosh": "mac-roman",
}  # fmt: skip
"""What browsers take them for (WHATWG Encoding §4.2)."""

_ATTRIBUTES = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))*+"""
_TOKEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(?P<raw>script|style)(?=[\s/>])(?P<said>{_ATTRIBUTES})>(?P<inside>.*?)(?:</(?P=raw)\b[^>]*+>|\Z)"
    rf"|<(?P<slash>/?)(?P<tag>[a-z][^\s/>]*+)(?P<attributes>{_ATTRIBUTES})(?P<end>>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_VALUE = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")
_FORBIDDEN = re.compile(
    r"&#(?:0*+(?:[0-8]|1[124-9]|2[0-9]|3[01])(?![0-9])|x0*+(?:[0-8bcef]|1[0-9a-f]|d[89a-f][0-9a-f]{2}|fff[ef])(?![0-9a-f]));?",
    re.IGNORECASE,
)
"""References to characters that no XML may hold, which parsers let through."""
_NOSCRIPT = re.compile(r"<noscript\b[^<>]*+>((?:[^<]++|<(?!/?noscript\b))*+)</noscript\s*>", re.IGNORECASE)
_A_TEXT = 500
_WRITTEN_IN = re.compile(r"data:[\w/+.-]*+;base64,[A-Za-z0-9+/=]{500,}+")
_DRAWING = re.compile(r"<svg\b(?:[^<]++|<(?!/?svg\b))*+</svg\s*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageSource:
    """The text of a page without its scripts, and the data that stood in them."""

    html: str
    data: tuple[str, ...]


def read(response: Response) -> PageSource:
    """Read the text of a page."""
    data: list[str] = []

    def _token(token: re.Match[str]) -> str:
        if token["raw"]:
            if "ld+json" in token["said"].lower() and len(data) < _MOST_DATA and len(token["inside"]) <= _LONGEST_DATA:
                data.append(token["inside"])
            return " "
        return _tag(token) if token["tag"] else ""

    html = _TOKEN.sub(_token, _FORBIDDEN.sub("", markup.valid_xml(_decoded(response))))
    html = _NOSCRIPT.sub(_shown, _DRAWING.sub("", _WRITTEN_IN.sub("data:,", html)))
    return PageSource(markup.bounded(html, _LONGEST, _MOST_TAGS, _DEEPEST), tuple(data))


def _shown(noscript: re.Match[str]) -> str:
    """Show a text that is there only without scripts; a line that asks to turn them on is none."""
    words = re.sub(r"<[^<>]*+>|\s++", "", noscript[1])
    return noscript[1] if len(words) > _A_TEXT else noscript[0]


def _tag(token: re.Match[str]) -> str:
    if token["slash"]:
        return f"</{token['tag']}>"
    said = token["attributes"]
    if len(said) > 2 * _MOST_ATTRIBUTES and len(_VALUE.sub(" ", said).split()) > _MOST_ATTRIBUTES:
        return f"<{token['tag']}>"
    return token[0] if token["end"] else ""


def _decoded(response: Response) -> str:
    """Decode by a byte order mark; else as UTF-8 if it is; else as it is declared; else as Western text.

    What a page declares is wrong more often than text in another encoding is valid UTF-8 by chance.
    """
    body = response.body[:_MOST_BYTES]
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _declared(response.headers.get("content-type", ""), body)
    if not declared.startswith(("utf-16", "utf16", "iso-2022")):
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(body)
        except UnicodeDecodeError:
            pass
    if declared.replace("-", "") in ("", "utf8"):
        return _mostly_utf8(body)
    return body.decode(declared, "replace")


def _declared(announced: str, body: bytes) -> str:
    """Give the codec of what the header or the page itself declares; empty where it is none that pages use."""
    named = [found[1] for found in [_ANNOUNCED.search(announced[:500])] if found]
    for inside in (_DECLARED.search(body[:8192]), _IN_XML.match(body[:400])):
        if inside and b"16" not in inside[1]:  # what could be read is not in it
            named.append(inside[1].decode("ascii", "replace"))
    for name in map(str.lower, named):
        if _KNOWN.fullmatch(name):
            try:
                return codecs.lookup(_MEANT.get(name, name)).name
            except LookupError:
                continue
    return ""


def _mostly_utf8(body: bytes) -> str:
    """Decode what says it is UTF-8 and is not quite: a letter cut in half is one thing, another encoding another."""
    text = body.decode("utf-8", "replace")
    foreign = sum(1 for letter in text if letter > "\x7f")
    return text if text.count("\ufffd") * 2 <= foreign else body.decode("cp1252", "replace")
