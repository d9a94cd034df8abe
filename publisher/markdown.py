"""An editor's Markdown becomes safe HTML: notes, blocks, special issues. CommonMark; raw HTML in it shows as text."""

import re

from markdown_it import MarkdownIt

from publisher import markup

_READER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

_ALIGNED = re.compile(r'style="text-align:(left|center|right)"')
"""How a column of a table stands; what is written in the text itself has its quotes escaped and is no match."""


def html(text: str, base_url: str) -> str:
    """Give the text as safe HTML; relative links and pictures are those of `base_url`."""
    return markup.clean(_ALIGNED.sub(r'align="\1"', _READER.render(text)), base_url)
