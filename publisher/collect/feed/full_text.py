"""The whole text of an entry, read from its page, where the feed has only its beginning."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.collect import wording
from publisher.collect.feed.same_page import Page
from publisher.collect.merge import merge
from publisher.collect.page import article as pages
from publisher.config import Publication, Source
from publisher.errors import FarEndError, PublisherError
from publisher.fetch import Door, Response
from publisher.model import Article, Remark, Skipped

_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.1"


@dataclass(frozen=True, slots=True)
class Whole:
    """An article with its page's text; None where it is better left as it was collected before.

    `is_settled` is False where the page is to be asked for again by the next run.
    """

    article: Article | None
    remarks: tuple[Remark, ...]
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class Pages:
    """Reads the pages of one feed's articles."""

    source: Source
    door: Door
    now: datetime
    publication: Publication

    def whole(self, page: Page, *, was_collected: bool) -> Whole:
        """Give the article with the text of its page.

        Where the page cannot be read, an article that was collected before keeps the text that it has, and a new one
        begins with what the feed says of it.
        """
        try:
            read = pages.read(self._asked(page.article.url), self.source, self.publication, self.now)
        except PublisherError as error:
            return self._left(page, str(error), was_collected, not isinstance(error, FarEndError) or error.permanent)
        if isinstance(read, Skipped):
            return self._left(page, read.reason, was_collected)
        return Whole(_with_page(page, read), page.remarks)

    def _asked(self, url: str) -> Response:
        return self.door.get(url, accept=_ACCEPT)

    def _left(self, page: Page, why: str, was_collected: bool, is_settled: bool = True) -> Whole:
        kept = "the text collected before is kept" if was_collected else "only what the feed says of it is there"
        remark = Remark(self.source.name, page.article.url, f"its page cannot be read and {kept}: {why}")
        return Whole(None if was_collected else page.article, (*page.remarks, remark), is_settled)


def _with_page(page: Page, read: Article) -> Article:
    """Fill what the feed leaves open; the longer text is the body, and the feed's own beginning then its summary."""
    own = page.article
    if not page.is_dated and read.published < own.published:
        own = replace(own, published=read.published, modified=max(read.published, read.modified))
    if _words(read.body) > _words(own.body):
        own = replace(
            own,
            body=read.body,
            images=read.images,
            parts=read.parts,
            summary=own.summary or wording.summary(own.body, read.body),
        )
    return merge([own, replace(read, url=own.url, source=own.source)])


def _words(html: str) -> int:
    return len(re.sub(r"<[^<>]*+>|\s++|&nbsp;", "", html))
