"""Markdown becomes HTML, foreign still: `markup.clean` has the last word.

CommonMark with tables, footnotes and struck-out words; raw HTML goes through. A picture with a title that stands alone
is a figure and the title its caption.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from publisher.collect import wording
from publisher.collect.markdown import footnotes, shortcodes

_READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_LONGEST = 300_000
"""Characters, as many as an article may have (`markup`)."""
_TITLED_PICTURE = re.compile(r'<p>(<img src="[^"]*+" alt="[^"]*+") title="([^"]*+)" /></p>')


def read(markdown: str, title: str) -> tuple[str, str]:
    """Give the title and the HTML of a text; its first heading is the title where `title` is empty.

    A heading that is the title stands in the text no more.
    """
    whole = markdown if len(markdown) <= _LONGEST else f"{markdown[:_LONGEST]} […]"
    tokens = _READER.parse(footnotes.resolved(shortcodes.resolved(whole, _READER.renderInline)), {})
    at = next((at for at, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h1"), None)
    if at is not None:
        heading = _html(tokens[at + 1 : at + 2])
        if not title or (at == 0 and _letters(heading) == _letters(title)):
            title = title or heading
            del tokens[at : at + 3]
    figure = r"<figure>\1><figcaption>\2</figcaption></figure>"
    return title, _TITLED_PICTURE.sub(figure, _html(tokens))


def _html(tokens: list[Token]) -> str:
    return str(_READER.renderer.render(tokens, _READER.options, {}))


def _letters(html: str) -> str:
    return re.sub(r"\W++", "", wording.line(html)).casefold()
