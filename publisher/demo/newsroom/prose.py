"""Plain prose becomes the HTML that WordPress makes of it, numeric entities and all.

Known are paragraphs, `## headings`, `- lists`, `> quotations`, `**strong**`, `*emphasis*` and `[words](target)`,
where a target without a slash is the slug of another article. No HTML passes through.
"""

import html
import re
from collections.abc import Callable, Iterable

_ENTITIES = {"‘": 8216, "’": 8217, "“": 8220, "”": 8221, "–": 8211, "—": 8212, "…": 8230}
_LABEL = re.compile(r"^(SEE ALSO|VEA TAMBIÉN):")
_NO_PARAGRAPH = re.compile(rf"## |- |> |{_LABEL.pattern}")
_WORDS_OF_EXCERPT = 55


def to_html(text: str, address: Callable[[str], str]) -> str:
    """Give the HTML of a body; `address` gives the URL of a link's target."""
    return "\n".join(_block(block, address) for block in re.split(r"\n{2,}", text.strip())) + "\n"


def texturize(text: str) -> str:
    """Write one line of text as WordPress renders it: quotes curled, signs as numeric entities."""
    curled = re.sub(r'(?<![^\s(“‘*\[])"', "“", text).replace('"', "”")
    curled = re.sub(r"(?<![^\s(“*\[])'", "‘", curled).replace("'", "’").replace("...", "…")
    escaped = html.escape(curled, quote=False).replace("&amp;", "&#038;")
    return "".join(f"&#{_ENTITIES[sign]};" if sign in _ENTITIES else sign for sign in escaped)


def excerpt(summary: str, body: str) -> str:
    """Give the excerpt as HTML: the one that was written, else the first words of the body, cut off."""
    if summary:
        return f"<p>{texturize(summary)}</p>\n"
    paragraphs = [block for block in re.split(r"\n{2,}", body) if not _NO_PARAGRAPH.match(block)]
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)|\*+", r"\1", " ".join(paragraphs))
    words = plain.split()
    cut = " [&hellip;]" if len(words) > _WORDS_OF_EXCERPT else ""
    return f"<p>{texturize(' '.join(words[:_WORDS_OF_EXCERPT]))}{cut}</p>\n"


def links_list(heading: str, links: Iterable[tuple[str, str]]) -> str:
    """Give a heading over a list of links, given as addresses and titles in HTML."""
    items = "".join(f'<li><a href="{html.escape(url)}">{title}</a></li>\n' for url, title in links)
    return f'<h3 class="wp-block-heading">{heading}</h3>\n<ul class="wp-block-list">\n{items}</ul>\n' if items else ""


def _block(block: str, address: Callable[[str], str]) -> str:
    lines = block.split("\n")
    if block.startswith("## "):
        return f'<h2 class="wp-block-heading">{_inline(block[3:], address)}</h2>'
    if block.startswith("- "):
        items = "".join(f"<li>{_inline(line[2:], address)}</li>\n" for line in lines)
        return f'<ul class="wp-block-list">\n{items}</ul>'
    if block.startswith("> "):
        quoted = _inline(" ".join(line.removeprefix("> ") for line in lines), address)
        return f'<blockquote class="wp-block-quote"><p>{quoted}</p></blockquote>'
    labelled = _LABEL.sub(r"<strong>\1:</strong>", _inline(" ".join(lines), address))
    return f"<p>{labelled}</p>"


def _inline(text: str, address: Callable[[str], str]) -> str:
    def _link(found: re.Match[str]) -> str:
        return f'<a href="{html.escape(address(html.unescape(found[2])))}">{found[1]}</a>'

    marked = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", texturize(text))
    marked = re.sub(r"\*(.+?)\*", r"<em>\1</em>", marked)
    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", _link, marked)
