"""Stories: an article and its translations are one, whichever of them names the other."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from publisher.model import StoredArticle
from publisher.sections import speaks


def stories(articles: Iterable[StoredArticle], identity: Callable[[str], str]) -> dict[int, int]:
    """Give the story of each article, by its id; a story is called by the lowest id in it.

    `identity` gives what makes two addresses the same article.
    """
    known = sorted(articles, key=lambda stored: stored.id)
    by_address = {identity(stored.article.url): stored.id for stored in known}
    story = {stored.id: stored.id for stored in known}

    def _root(article: int) -> int:
        while story[article] != article:
            article = story[article]
        return article

    for stored in known:
        for url in stored.article.translations.values():
            other = by_address.get(identity(url))
            if other is not None:
                first, second = sorted((_root(stored.id), _root(other)))
                story[second] = first
    return {article: _root(article) for article in story}


def members(articles: Iterable[StoredArticle], story: Mapping[int, int]) -> dict[int, list[StoredArticle]]:
    """Give the articles of each story."""
    found: dict[int, list[StoredArticle]] = {}
    for stored in articles:
        found.setdefault(story.get(stored.id, stored.id), []).append(stored)
    return found


def untranslated(story: Sequence[StoredArticle], languages: Sequence[str]) -> list[str]:
    """Give the languages in which a story has no article that can be shown."""
    told = [stored for stored in story if stored.retracted_at is None and not stored.article.retracted]
    return [language for language in languages if not any(speaks(one.article.language, language) for one in told)]
