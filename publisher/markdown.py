"""An editor's Markdown becomes safe HTML: notes, blocks, special issues. CommonMark; raw HTML in it shows as text."""

from markdown_it import MarkdownIt

from publisher import markup

_READER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def html(text: str, base_url: str) -> str:
    """Give the text as safe HTML; relative links and pictures are those of `base_url`."""
    return markup.clean(_READER.render(text), base_url)
