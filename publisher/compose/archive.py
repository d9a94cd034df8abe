"""Earlier articles that belong to those of an issue, from the archive."""

from collections.abc import Callable, Collection, Iterable, Sequence

from publisher import markup
from publisher.model import ARCHIVE, Article, Placement, Reason, StoredArticle
from publisher.sections import speaks

Related = Callable[[Sequence[Article]], Sequence[StoredArticle]]
"""Gives the articles related to those of an issue that may be shown again, the best first."""


def nothing(_articles: Sequence[Article]) -> Sequence[StoredArticle]:
    """Give no related article: what an issue without an archive asks."""
    return ()


def shown(
    related: Iterable[StoredArticle], standing: Collection[int], dropped: Collection[int], language: str, limit: int
) -> list[Placement]:
    """Place what is shown from the archive: nothing that stands in the issue, was dropped or is in another language."""
    fitting = [
        stored
        for stored in related
        if stored.id not in standing
        and stored.id not in dropped
        and stored.retracted_at is None
        and speaks(stored.article.language, language)
    ]
    return [Placement(stored, ARCHIVE, 0, Reason.ARCHIVE) for stored in fitting[:limit]]


def links(article: Article) -> list[str]:
    """Give the addresses that an article leads to."""
    given = [link.url for link in (*article.see_also, *article.related)]
    return [*given, *(url for url, _ in markup.links(article.body))]
