"""The one place where foreign HTML becomes safe HTML, and HTML becomes text.

What comes out of `clean` holds only the tags and attributes listed here, with absolute http, https and
mailto URLs; cleaning it again changes nothing. No text, however broken, raises here. Entities are decoded
once: what the newsroom encoded twice stays as it wrote it.

All work is linear in what comes in, and what comes in is capped, because the process that reads it also answers
people: at 300,000 characters and 20,000 tags, a text breaks off with "[…]". nh3 lets other threads run meanwhile.
"""

import html as entities
import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Literal
from urllib.parse import urljoin, urlsplit

import nh3

_BLOCK_TAGS = """p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote figure figcaption pre hr div
    table caption thead tbody tfoot tr th td"""
_PHRASE_TAGS = """a em strong b i u s del ins mark small abbr cite code kbd samp var q sub sup br img time span
    bdi bdo ruby rt rp wbr"""
_TAGS_DROPPED_WITH_TEXT = """script style noscript template form button select option textarea input object embed applet
    svg math canvas title head map dialog noembed noframes"""
_BLOCKS = set(_BLOCK_TAGS.split())
_TAGS = _BLOCKS | set(_PHRASE_TAGS.split())
_DROPPED_WITH_TEXT = set(_TAGS_DROPPED_WITH_TEXT.split())
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start", "reversed", "type"},
    "time": {"datetime"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
_ALIGNED = {cell: {"align": {"left", "center", "right"}} for cell in ("th", "td")}
_SCHEMES = {"http", "https", "mailto"}
_FRAMES = {"iframe", "video", "audio"}
_LAZY_SOURCES = ("data-lazy-src", "data-src", "data-original")
_LAZY_SETS = ("data-lazy-srcset", "data-srcset", "srcset")

_LONGEST = 300_000
"""Characters of one article, without the pictures written into it; the longest reports have half of that."""
_LONGEST_RAW, _MOST_TAGS, _DEEPEST = 4_000_000, 20_000, 200
_LONGEST_BEGINNING = 3_000
"""Characters that hold the first paragraph of most texts."""
_LONGEST_RUN = 8_000
"""Characters of text without a tag that a parser is given at once."""
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORBIDDEN_BYTES = bytes(set(range(32)) - set(b"\t\n\r"))
_LONGEST_ADDED = 5_000_000
"""Characters that a base may add to relative addresses before they go instead."""

_ATTRIBUTE = re.compile(r' ([\w-]++)="([^"]*+)"')
_TAG_END = r'((?: [\w-]++="[^"]*+")*+)>'
_FRAME = re.compile(rf"<(iframe|video|audio){_TAG_END}((?:[^<]++|<(?!/?\1[ >]))*+)</\1>")
_IMAGE = re.compile(rf"<img{_TAG_END}")
_LINK = re.compile(rf"<a{_TAG_END}((?:[^<]++|<(?!/?a[ >]))*+)</a>")
_RELATIVE = re.compile(r' (?:href|src)="(?!https?:|mailto:)')
"""Only these need a cleaner of their own, for the page they stand on; making one takes as long as cleaning does."""
_PIXELS = re.compile(r"[0-9]{1,5}(?![0-9])")
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden|(?<![\w-])(?:width|height):\s*[01](?:px)?\b")
_READ_ON = """continue reading|(?:keep )?read(?:ing)? (?:more|on)|leer más|leia mais|lire la suite|
    (?:sigue|seguir|continuar|continue) (?:leyendo|lendo)""".replace("\n    ", "")
_CUT_OFF = re.compile(
    rf"(?:\[\s?(?:…|\.{{3}})\s?\][^.!?]{{0,100}}|(?:…|\.{{3}})(?:\W{{0,10}}(?:{_READ_ON})\b[^.!?]{{0,100}})?)[\s»›→>]*\Z",
    re.IGNORECASE,
)

# Pictures may be written into the page itself (`data:`) until a lazy one has found its real source.
_READER = nh3.Cleaner(
    tags=_TAGS | _FRAMES | {"source"},
    attributes=_ATTRIBUTES
    | {"img": {"src", "alt", "width", "height", "style", *_LAZY_SOURCES, *_LAZY_SETS}}
    | {frame: {"src", "title", *_LAZY_SOURCES} for frame in _FRAMES}
    | {"source": {"src"}},
    tag_attribute_values=_ALIGNED,
    clean_content_tags=_DROPPED_WITH_TEXT,
    url_schemes=_SCHEMES | {"data"},
    link_rel=None,
)
_TEXT_READER = nh3.Cleaner(
    tags=_BLOCKS | {"br"}, attributes={"*": set()}, clean_content_tags=_DROPPED_WITH_TEXT | _FRAMES, link_rel=None
)
_PARAGRAPH_READER = nh3.Cleaner(
    tags={"p", "div", "br", "li", "blockquote"},
    attributes={"*": set()},
    clean_content_tags=_DROPPED_WITH_TEXT | _FRAMES | {"figure", "table", "h1", "h2", "h3", "h4", "h5", "h6"},
    link_rel=None,
)


def clean(html: str, base_url: str) -> str:
    """Make foreign HTML safe, its relative URLs absolute against `base_url`.

    Scripts, styles and forms go with their text, an embedded frame becomes a link, a lazy image gets its real
    source, a tracking pixel goes. Text beyond the caps is cut off with "[…]".
    """
    read = _READER.clean(_without_traps(html))
    if any(f"<{frame}" in read for frame in _FRAMES):
        read = _FRAME.sub(_frame_as_link, read)
    base = base_url if read.count("<") * len(base_url) <= _LONGEST_ADDED else ""
    settled = _real_images(read, base) if "<img" in read else read
    return _settled(settled, _writer(base if _RELATIVE.search(settled) else ""))


def text(html: str) -> str:
    """Give HTML as plain text: paragraphs with a blank line between, list items with a dash."""
    return "\n\n".join(_paragraphs(_TEXT_READER.clean(_without_traps(html))))


def line(html_or_text: str) -> str:
    """Give a title or a name, that may carry markup and entities, as one line of plain text."""
    if "<" not in html_or_text and len(html_or_text) < _LONGEST_RUN:
        return one_line(entities.unescape(html_or_text.removeprefix("\ufeff")))
    read = _TEXT_READER.clean(_without_traps(html_or_text))
    return one_line(entities.unescape(re.sub(r"<[^<>]*+>", " ", read)))


def one_line(plain: str) -> str:
    """Give plain text on one line, without the characters that no page may hold."""
    return " ".join(valid_xml(plain).split())


def first_paragraph(html: str) -> str:
    """Give the first paragraph that has words, as one line; headings, captions and tables are none."""
    beginning = _cut(html, _LONGEST_BEGINNING)
    if beginning != html:
        found = _paragraphs(_PARAGRAPH_READER.clean(_without_traps(beginning)))
        if len(found) > 1:  # the first is whole then
            return one_line(found[0])
    found = _paragraphs(_PARAGRAPH_READER.clean(_without_traps(html)))
    found = found or _paragraphs(_TEXT_READER.clean(_without_traps(html)))
    return one_line(found[0]) if found else ""


def links(html: str) -> list[tuple[str, str]]:
    """Give each link of clean HTML that leads somewhere: its URL and its words on one line."""
    found = ((_attributes(match[1]).get("href"), line(match[2])) for match in _LINK.finditer(html))
    return [(url, words) for url, words in found if url]


def is_cut_off(html: str) -> bool:
    """Whether a text breaks off as excerpts do: with […] or … at its end, be it before a "Read more"."""
    return _CUT_OFF.search(text(html)[-200:]) is not None


def valid_xml(text: str) -> str:
    """Give the text without the characters that XML 1.0 forbids, lone surrogates among them."""
    try:
        plain = text.encode()
    except UnicodeEncodeError:
        return _FORBIDDEN.sub("", text)
    is_valid = len(plain.translate(None, _FORBIDDEN_BYTES)) == len(plain) and b"\xef\xbf" not in plain
    return text if is_valid else _FORBIDDEN.sub("", text)


def bounded(html: str, longest: int, most_tags: int, deepest: int) -> str:
    """Give HTML as a parser may see it: cut off after so much, without tags nested deeper, no words in `noscript`."""
    shallow = _shallow(_noscript_images(_cut(html, longest)), deepest)
    if shallow.count("<") > most_tags:
        shallow = _cut(shallow, sum(len(piece) + 1 for piece in shallow.split("<", most_tags)[:-1]))
    return shallow


def _without_traps(html: str) -> str:
    """Take out, before any parser sees it, what makes parsers slow: mere length and bottomless nesting."""
    short = valid_xml(html[:_LONGEST_RAW])
    if ";base64," in short:
        short = re.sub(r"data:[\w/+.-]*+;base64,[A-Za-z0-9+/=]{500,}+", "data:,", short)
    return _divided(bounded(short, _LONGEST, _MOST_TAGS, _DEEPEST))


def _divided(html: str) -> str:
    """Put a tag that means nothing into long runs of text, for some of which parsers take quadratic time."""
    if len(html) < _LONGEST_RUN:
        return html
    divider = partial(re.compile(r"[^<>]{8000}[A-Za-z0-9#]*+;?").sub, r"\g<0><x></x>")
    return re.sub(r"(?<![^<>])[^<>]{8000,}+", lambda run: divider(run[0]), html)


def _cut(html: str, most: int) -> str:
    """Cut after so many characters, in front of a tag rather than inside it."""
    if len(html) <= most:
        return html
    kept = html[:most]
    return (kept[: kept.rfind("<")] if kept.rfind("<") > kept.rfind(">") else kept) + " […]"


def _noscript_images(html: str) -> str:
    """Free the pictures inside `noscript`, where lazy loading puts the real ones; its words are for nobody."""
    if "noscript" not in html.lower():
        return html
    pieces = re.split(r"<(/?)noscript\b[^<>]*>", html, flags=re.IGNORECASE)
    kept, inside = [pieces[0]], False
    for slash, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        inside = not slash
        kept.append(" ".join(re.findall(r"<img\b[^<>]*>", piece, re.IGNORECASE)) if inside else piece)
    return "".join(kept)


_NESTING = re.compile(
    r"<(/?)(?:(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?![^\s/<>])|(?!(?:a|p|li|d[dt]|r[pt]|br|img|hr|wbr|t[rdh]|tbody|thead|"
    r"tfoot|col|colgroup|option|input|meta|link|source|track|param|area|base|embed)\b)[a-z][a-z0-9-]*+)[^<>]*+>?",
    re.IGNORECASE,
)


def _shallow(html: str, deepest: int) -> str:
    """Drop tags nested deeper than anybody writes: HTML parsers take quadratic time for them.

    Open formatting tags are repeated by the parser in each new block, so few are enough for a flood: they lose their
    attributes, because the parser repeats only three that are the same.
    """
    if html.count("<") < 500:
        return html
    depth = [0, 0]

    def _keep(tag: re.Match[str]) -> str:
        formatting = int(tag[2] is not None)
        limit = (deepest, 8)[formatting]
        depth[formatting] += -1 if tag[1] else 1
        within = depth[formatting] < limit if tag[1] else depth[formatting] <= limit
        depth[formatting] = max(depth[formatting], 0)
        if not within:
            return ""
        return f"<{tag[1]}{tag[2]}>" if formatting else tag[0]

    return _NESTING.sub(_keep, html)


def _attributes(written: str) -> dict[str, str]:
    return {name: entities.unescape(value) for name, value in _ATTRIBUTE.findall(written)}


def _frame_as_link(frame: re.Match[str]) -> str:
    given = _attributes(frame[2])
    inner = re.search(rf"<source{_TAG_END}", frame[3])
    url = next((given[name] for name in (*_LAZY_SOURCES, "src") if given.get(name)), "")
    url = url or (_attributes(inner[1]).get("src", "") if inner else "")
    try:
        label = given.get("title", "").strip() or urlsplit(url).hostname or url
    except ValueError:
        return ""
    if not url or url.startswith(("data:", "about:")):
        return ""
    return f' <a href="{entities.escape(url)}">{entities.escape(label)}</a> '


def _real_images(html: str, base_url: str) -> str:
    previous = ""

    def _image(tag: re.Match[str]) -> str:
        nonlocal previous
        given = _attributes(tag[1])
        source = _real_source(given)
        if not source or _is_pixel(given) or _absolute(source, base_url) == previous:
            return ""
        previous = _absolute(source, base_url)
        kept = {"src": source, "alt": given.get("alt", "")}
        kept |= {name: given[name] for name in ("lang", "dir") if name in given}
        sizes = ((name, _PIXELS.match(given.get(name, ""))) for name in ("width", "height"))
        kept |= {name: digits[0] for name, digits in sizes if digits}
        return "<img" + "".join(f' {name}="{entities.escape(value)}"' for name, value in kept.items()) + ">"

    return _IMAGE.sub(_image, html)


def _real_source(given: dict[str, str]) -> str:
    return next((url for url in _sources(given) if url and not url.startswith(("data:", "about:", "blob:"))), "")


def _sources(given: dict[str, str]) -> Iterator[str]:
    for name in (*_LAZY_SOURCES, *_LAZY_SETS[:2], "src", "srcset"):
        if name in given:
            yield _largest(given[name]) if name.endswith("set") else given[name].strip()


def _largest(source_set: str) -> str:
    """Give the URL of the largest picture of a `srcset`; one that names no size counts as `1x`."""
    best, most = "", -1.0
    for alone, url, size in re.findall(r"[\s,]*+(?:(\S++)(?<=,)|(\S++)([^,]*+))", source_set[:8000]):
        named = re.fullmatch(r"\s*([0-9]{1,9}(?:\.[0-9]{1,9})?)[wx]\b.*|\s*", size, re.DOTALL)
        if named and float(named[1] or 1) > most:
            best, most = alone.rstrip(",") or url, float(named[1] or 1)
    return best


def _is_pixel(given: dict[str, str]) -> bool:
    tiny = any(given.get(side, "").strip() in ("0", "1", "0px", "1px") for side in ("width", "height"))
    return tiny or ("style" in given and _HIDDEN.search(given["style"]) is not None)


def _absolute(url: str, base_url: str) -> str:
    if url.startswith(("http://", "https://")):
        return url
    try:
        return urljoin(base_url, url)
    except ValueError:
        return url


@lru_cache(maxsize=256)
def _writer(base_url: str) -> nh3.Cleaner:
    """Give the cleaner that has the last word; without a usable base, relative URLs go."""
    try:
        return _writer_with(("rewrite_with_base", base_url))
    except ValueError:
        return _writer_with("deny")


def _writer_with(relative: tuple[Literal["rewrite_with_base"], str] | Literal["deny"]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values=_ALIGNED,
        clean_content_tags=_DROPPED_WITH_TEXT | _FRAMES,
        url_schemes=_SCHEMES,
        url_relative=relative,
        link_rel=None,
    )


def _settled(html: str, writer: nh3.Cleaner) -> str:
    """Clean until nothing changes: broken nesting can take an HTML parser several rounds to straighten."""
    for _ in range(8):
        unpadded = re.sub(r"(<pre[^<>]*+>)\n++", r"\1", html) if "<pre" in html else html
        again = writer.clean(_divided(unpadded))
        if again == html:
            return html
        html = again
    return "".join(f"<p>{entities.escape(block, quote=False)}</p>" for block in text(html).split("\n\n") if block)


def _paragraphs(plain: str) -> list[str]:
    """Split HTML that has block tags without attributes, and nothing else, into paragraphs of plain text."""
    broken = " ".join(plain.split()).replace("<br>", "\n")
    broken = re.sub(r"</t[dh]>\s*<t[dh]>", "  ", broken)
    broken = re.sub(r"<li>(?:\s|</?(?:p|div)>)*+", "\n\n- ", broken)
    blocks = re.split(r"(?:<[^<>]*+>|\n\n)++", broken)
    lines = ("\n".join(one_line(part) for part in entities.unescape(block).split("\n")).strip() for block in blocks)
    return [block for block in lines if block and block != "-"]
