"""What of a document is new or says something else, and what of it is settled so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from publisher.collect.feed import remembered
from publisher.collect.feed.full_text import Whole
from publisher.collect.feed.same_page import Page


@dataclass(slots=True)
class Changes:
    """The articles to be given. `before` and `said` are what was remembered of each, and what is to be, by URL."""

    fresh: Sequence[Page]
    before: Mapping[str, str]
    said: Mapping[str, str]
    reads: dict[str, str] = field(default_factory=dict)
    are_settled: bool = True

    @classmethod
    def since(cls, before: Mapping[str, str], pages: Sequence[Page]) -> "Changes":
        """Give what changed since it was remembered."""
        said = {page.article.url: remembered.said(page, before.get(page.article.url)) for page in pages}
        fresh = [page for page in pages if before.get(page.article.url) != said[page.article.url]]
        return cls(fresh, before, said, {url: before[url] for url in said if url in before})

    def settle(self, page: Page, whole: Whole) -> None:
        """Note that an article was given; or that it is to be read again, and what is known of it stays."""
        url = page.article.url
        if whole.is_settled and url in self.said:
            self.reads[url] = self.said[url]
        self.are_settled &= whole.is_settled
