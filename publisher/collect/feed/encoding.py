"""The words of a feed out of its bytes, whatever encoding they are in and whatever encoding is said.

What the bytes are counts more than what is said of them: text is hardly ever valid UTF-8 by chance, while servers and
declarations name encodings that a feed has not. UTF-8 with a few broken letters stays UTF-8.
"""

import codecs
import re

_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"{\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"\0\0\0{", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"{\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"\0{", "utf-16-be"),
)
_DECLARED = re.compile(rb"""\A\s{0,1000}<\?xml[^>]{0,1000}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})["']""")
_OF_HEADER = re.compile(r"""charset\s{0,9}=\s{0,9}["']?([\w.:-]{1,40})""", re.IGNORECASE)
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
"""What people mean who name the narrower one (https://encoding.spec.whatwg.org/#names-and-labels)."""
_READ = re.compile(
    r"cp(?:125\d|437|737|775|85\d|86\d|874|932|949|1006)|iso8859-\d{1,2}|koi8-[rtu]|mac-[a-z]+|kz1048|ptcp154|"
    r"gb18030|big5hkscs|euc_jp|iso2022_(?:jp|kr)|johab|hz"
)
"""Encodings of texts; Python has others, which decode more than letters."""
_BROKEN = re.compile("[\udc80-\udcff]")


def text(body: bytes, content_type: str) -> str:
    """Give the words; `content_type` is the header of the answer, or empty."""
    for mark, wide in _WIDE:
        if body.startswith(mark):
            return body.decode(wide, "replace").removeprefix("\ufeff")
    read = body.decode("utf-8-sig", "surrogateescape")
    broken = len(_BROKEN.findall(read))
    letters = len(read) - len(read.encode("ascii", "ignore")) - broken
    if letters >= 2 * broken:
        return _BROKEN.sub(_mended, read) if broken else read
    declared, said = _DECLARED.match(body), _OF_HEADER.search(content_type[:1000])
    named = (_known(declared[1].decode("ascii")) if declared else "") or (_known(said[1]) if said else "")
    return body.decode(named or "cp1252", "replace")


def _known(name: str) -> str:
    """Give Python's name of an encoding; empty for UTF-8, which the bytes are not, and for what is none of texts."""
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return ""
    found = _WIDER.get(found, found)
    return found if _READ.fullmatch(found) else ""


def _mended(broken: re.Match[str]) -> str:
    return bytes([ord(broken[0]) - 0xDC00]).decode("cp1252", "replace")
