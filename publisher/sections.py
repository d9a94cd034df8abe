"""Which articles belong together, by section and by language: one rule for issues and for feeds."""

import unicodedata
from collections.abc import Iterable

from publisher.config import Section
from publisher.model import Article


def section_of(sections: Iterable[Section], article: Article) -> Section | None:
    """Find the first section that takes the article; one for everything else comes last wherever it is listed."""
    categories = {_folded(category) for category in article.categories}
    sections = tuple(sections)
    named = (section for section in sections if categories & {_folded(category) for category in section.categories})
    rest = (section for section in sections if section.everything_else)
    return next(named, None) or next(rest, None)


def speaks(tag: str, wanted: str) -> bool:
    """Basic filtering of RFC 4647: what is for `es` takes `es-MX` too, what is for `pt-BR` takes no plain `pt`."""
    return f"{tag}-".casefold().startswith(f"{wanted}-".casefold())


def _folded(category: str) -> str:
    return unicodedata.normalize("NFC", category).casefold().strip()
