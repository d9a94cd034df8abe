"""What an editor writes in Markdown, as mails and pages show it: safe HTML whose headings fit in where it stands.

HTML here is what `publisher.markdown` gives: clean, with every tag closed and every attribute in double quotes.
"""

import re

from publisher import markdown

_HEADING = re.compile(r"<(/?)h([1-6])>")
_DEEPEST = 6
_TABLE = '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">'


def note(text: str, base_url: str, top: int) -> str:
    """Give Markdown as HTML whose highest heading is of level `top` and whose headings jump no level."""
    html = markdown.html(text, base_url).strip() if text.strip() else ""
    return _levelled(html, top).replace("<th>", '<th scope="col">')


def for_mail(html: str, width: int) -> str:
    """Give a note as a mail needs it: a quotation in a cell that can have a border, pictures as wide as the column.

    `width` is what Word makes of a picture, in pixels: it reads nothing but the attribute. The last paragraph is
    marked, for there is no space under it.
    """
    framed = html.replace("<blockquote>", f'{_TABLE}<tr><td class="quote"><blockquote>')
    framed = framed.replace("</blockquote>", '</blockquote></td></tr><tr><td class="gap">&nbsp;</td></tr></table>')
    if framed.endswith("</p>"):
        before, paragraph, last = framed.rpartition("<p>")
        framed = f'{before}<p class="closing">{last}' if paragraph else framed
    return re.sub(r"<img\b(?![^<>]* width=)", f'<img width="{width}" border="0"', framed)


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
