"""Which articles belong together, by section and by language: one rule for issues and for feeds."""

import unicodedata
from collections.abc import Iterable

from publisher.config import Section
from publisher.config.newsletters import Rules
from publisher.model import Article


def section_of(sections: Iterable[Section], article: Article) -> Section | None:
    """Find the first section that takes the article; one for everything else comes last wherever it is listed."""
    sections = tuple(sections)
    named = (section for section in sections if section.are_given and takes(section, article))
    rest = (section for section in sections if section.everything_else)
    return next(named, None) or next(rest, None)


def takes(rules: Rules, article: Article) -> bool:
    """Tell whether an article has one of the names of every rule that is given; without rules any article is taken."""
    by_name = (
        (rules.categories, article.categories),
        (rules.tags, article.tags),
        (rules.countries, article.countries),
        (rules.kickers, (article.kicker,)),
    )
    return (
        all(_have_one_in_common(asked, names) for asked, names in by_name if asked)
        and (not rules.sources or article.source in rules.sources)
        and (not rules.languages or any(speaks(article.language, language) for language in rules.languages))
    )


def speaks(tag: str, wanted: str) -> bool:
    """Basic filtering of RFC 4647: what is for `es` takes `es-MX` too, what is for `pt-BR` takes no plain `pt`."""
    return f"{tag}-".casefold().startswith(f"{wanted}-".casefold())


def _have_one_in_common(asked: Iterable[str], names: Iterable[str]) -> bool:
    return not {_folded(name) for name in asked}.isdisjoint(_folded(name) for name in names)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
