"""Earlier articles that belong to those of an issue, from the archive."""

from collections.abc import Callable, Collection, Sequence

from publisher import markup
from publisher.model import Article, StoredArticle

Related = Callable[[Sequence[Article], Collection[int]], Sequence[StoredArticle]]
"""Gives the articles related to those of an issue, the best first; never one of some ids."""


def nothing(_articles: Sequence[Article], _without: Collection[int]) -> Sequence[StoredArticle]:
    """Give no related article: what an issue without an archive asks."""
    return ()


def links(article: Article) -> list[str]:
    """Give the addresses that an article leads to."""
    given = [link.url for link in (*article.see_also, *article.related)]
    return [*given, *(url for url, _ in markup.links(article.body))]
