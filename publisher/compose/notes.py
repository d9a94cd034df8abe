"""What an editor writes in Markdown, as mails and pages show it: safe HTML whose headings fit in where it stands.

HTML here is what `publisher.markdown` gives: clean, with every tag closed and every attribute in double quotes.
"""

import re

from publisher import markdown

_HEADING = re.compile(r"<(/?)h([1-6])>")
_MARKED = re.compile(r"<(/?)(p|ul|ol|pre)\b[^<>]*>")
_DEEPEST = 6
_TABLE = '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'
_GAP_ROW = '<tr><td class="gap">&nbsp;</td></tr>'
_GAP = f"{_TABLE}{_GAP_ROW}</table>"
"""Space under what has none of its own: Word knows no margin under a table."""


def note(text: str, base_url: str, top: int) -> str:
    """Give Markdown as HTML whose highest heading is of level `top` and whose headings jump no level."""
    html = markdown.html(text, base_url).strip() if text.strip() else ""
    return _levelled(html, top).replace("<th>", '<th scope="col">')


def for_mail(html: str, width: int) -> str:
    """Give a note as a mail needs it: a quotation in a cell that can have a border, pictures as wide as the column.

    `width` is what Word makes of a picture, in pixels: it reads nothing but the attribute. What stands last is marked,
    for there is no space under it.
    """
    framed = _closed(html).replace("</table>", f"</table>{_GAP}")
    framed = framed.replace("<blockquote>", f'{_TABLE}<tr><td class="quote"><blockquote>')
    framed = framed.replace("</blockquote>", f"</blockquote></td></tr>{_GAP_ROW}</table>")
    if framed.endswith(_GAP):
        framed = framed.removesuffix(_GAP)
    elif framed.endswith(f"{_GAP_ROW}</table>"):
        framed = framed.removesuffix(f"{_GAP_ROW}</table>") + "</table>"
    return re.sub(r"<img\b(?![^<>]* width=)", f'<img width="{width}" border="0"', framed)


def _closed(html: str) -> str:
    """Mark the paragraph, list or code that stands last."""
    depth = 0
    for tag in reversed(list(_MARKED.finditer(html))):
        if depth == 0 and tag.end() != len(html):
            break
        depth += 1 if tag[1] else -1
        if depth == 0:
            return f'{html[: tag.end(2)]} class="closing"{html[tag.end(2) :]}'
    return html


def _levelled(html: str, top: int) -> str:
    above: list[int] = []

    def _level(tag: re.Match[str]) -> str:
        written = int(tag[2])
        if not tag[1]:
            while above and above[-1] >= written:
                above.pop()
            above.append(written)
        return f"<{tag[1]}h{min(top + len(above) - 1, _DEEPEST)}>"

    return _HEADING.sub(_level, html)
