"""Entries that lead to one page are one article.

Two with the same title or id are copies, of which the one changed last holds. Others are parts of the page, as of a
live blog or of a page for each day: the article is the page, and its body has them all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

from publisher.collect import body
from publisher.collect.feed.entry import Read
from publisher.collect.merge import merge
from publisher.config import Publication
from publisher.model import Article, Remark

_LONGEST = 300_000
"""Characters of a body; what `markup.clean` gives of one text."""
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Page:
    """An article with the entries that it was made of."""

    article: Article
    parts: tuple[Read, ...]
    remarks: tuple[Remark, ...]

    @property
    def is_dated(self) -> bool:
        """Whether one of the entries says when it was published."""
        return any(part.is_dated for part in self.parts)


def pages(entries: Iterable[Read], publication: Publication) -> list[Page]:
    """Give the articles, in the order of the entries."""
    by_url: dict[str, list[Read]] = {}
    for entry in entries:
        by_url.setdefault(entry.article.url, []).append(entry)
    return [_page(found, publication) for found in by_url.values()]


def _page(entries: Sequence[Read], publication: Publication) -> Page:
    parts: list[Read] = []
    for entry in entries:
        copy = next((at for at, part in enumerate(parts) if _are_copies(part, entry)), None)
        if copy is None:
            parts.append(entry)
        else:
            parts[copy] = _of_both(parts[copy], entry)
    remarks = tuple(remark for part in parts for remark in part.remarks)
    if len(parts) == 1:
        return Page(parts[0].article, tuple(parts), remarks)
    parts.sort(key=lambda part: part.part != "")  # the page itself before its parts
    article = _joined([part.article for part in parts], [part.titled for part in parts], publication)
    return Page(article, tuple(parts), (*remarks, _told(article, parts)))


def _are_copies(one: Read, other: Read) -> bool:
    return one.article.title == other.article.title or (one.id != "" and one.id == other.id)


def _of_both(one: Read, other: Read) -> Read:
    later, earlier = (other, one) if other.article.modified > one.article.modified else (one, other)
    article = _merged([later.article, earlier.article])
    left_out = earlier.article.title
    if left_out == article.title or later.article.modified > earlier.article.modified:
        return replace(later, article=article)
    words = f'another entry of the feed has its address, id and date, and is left out: "{left_out}"; give it its own'
    return replace(later, article=article, remarks=(*later.remarks, Remark(article.source, article.url, words)))


def _merged(articles: Sequence[Article]) -> Article:
    """Merge what several entries say of one page, which is filed under all that each of them is filed under."""
    return replace(
        merge(articles),
        categories=tuple(dict.fromkeys(name for article in articles for name in article.categories)),
        countries=tuple(dict.fromkeys(name for article in articles for name in article.countries)),
    )


def _joined(articles: Sequence[Article], titled: Sequence[bool], publication: Publication) -> Article:
    first = _merged(articles)
    html, size = [articles[0].body], len(articles[0].body)
    for article, has_title in zip(articles[1:], titled[1:], strict=True):
        piece = (f"<h2>{escape(article.title, quote=False)}</h2>" if has_title else "") + article.body
        size += len(piece)
        if size > _LONGEST:
            break
        html.append(piece)
    text = body.read("".join(html), publication)
    return replace(
        first,
        published=min(article.published for article in articles),
        modified=max(article.modified for article in articles),
        body=text.html,
        images=text.images,
        parts=text.parts,
        enclosures=tuple({file.url: file for article in articles for file in article.enclosures}.values()),
    )


def _told(article: Article, parts: Sequence[Read]) -> Remark:
    named = [f'"{part.article.title}"' for part in parts[1:]]
    others = ", ".join(named[:_MOST_NAMED]) + (
        f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    )
    words = f"other entries of the feed lead to the same page and are kept as parts of it: {others}"
    return Remark(article.source, article.url, f"{words}; give each article its own address")
