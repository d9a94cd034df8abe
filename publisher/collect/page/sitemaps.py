"""Walks through the sitemaps of a site, from an index down to those that list articles.

The newest come first. One whose time in the index is the one remembered is not asked for again; on the first
collection, those that end long before it are left alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from publisher.collect import wording
from publisher.collect.page import addresses, sitemap
from publisher.collect.page.gathered import Gathered, Mark
from publisher.collect.page.register import FEWEST_AT_FIRST, FIRST_REACH, Found, mark
from publisher.collect.page.sitemap import Entry, Sitemap
from publisher.collect.unpacking import unpacked
from publisher.errors import PublisherError, UnreadableInput
from publisher.fetch import Response

MOST_SITEMAPS = 50
"""Asked for in one run; the others come in the next."""
_DEEPEST = 3
_ENDS = 10
"""Of those known without a time, so many from each end of the index are asked for again."""
_NO_ARTICLES = re.compile(
    r"(?:.*[-_.])?(?:categor[a-z]*|post[-_]tags?|tags?|etiquetas?|authors?|autor[a-z]*|users?|images?|videos?|"
    r"taxonom[a-z]*|attachments?|wp-sitemap-posts-page)(?:[-_.][-_.0-9]*)?(?:sitemap[-0-9]*)?(?:\.xml|\.txt)?(?:\.gz)?"
    r"|page-sitemap[0-9]*\.xml",
    re.IGNORECASE,
)
"""Sitemaps of what is no article, by the names that publishing software gives them."""


@dataclass(frozen=True, slots=True)
class Sitemaps:
    """The sitemaps of one site in one run."""

    gathered: Gathered

    def read(self, response: Response) -> Sitemap | None:
        """Read an answer as a sitemap; None when it is none."""
        body = unpacked(response, self.gathered.door.max_bytes)
        return sitemap.read(body, self.gathered.publication.zone)

    def read_all(self, entries: Iterable[Entry], depth: int = 1) -> PublisherError | None:
        """Read several; each that fails is noted. Give the last failure when none of them could be read."""
        failure, one_was_read = None, False
        for entry in self._in_order(entries):
            if len(self.gathered.asked) >= MOST_SITEMAPS:
                break
            try:
                self._read_one(entry, depth)
                one_was_read = True
            except PublisherError as error:
                failure = error
                self.gathered.skip(entry.url, error)
        return None if one_was_read else failure

    def take(self, url: str, response: Response, read: Sitemap, changed: str = "", depth: int = 1) -> None:
        """Take in what a sitemap lists: articles, or other sitemaps, which are read.

        Raises:
            PublisherError: when it lists others, and none of them can be read.
        """
        if read.sitemaps:
            self.gathered.marks[url] = Mark()  # to be read each time: what it names may change while it does not
            below = [entry for entry in read.sitemaps if self._is_beside(entry.url, response.url)]
            failure = self.read_all(below, depth + 1) if depth < _DEEPEST else None
            if failure:
                raise failure
            return
        place = mark(url)
        found = [one for one in (self._found(entry, place, response.url) for entry in read.entries) if one]
        self.gathered.found += found if any(one.stamp for one in found) else _from_both_ends(found)
        if read.is_whole:
            self.gathered.marks[url] = Mark(changed).with_validators(response.validators)
            if since := min((one.stamp for one in found), default=0):
                self.gathered.whole[place] = since
        else:
            self.gathered.marks[url] = Mark()

    def _in_order(self, entries: Iterable[Entry]) -> list[Entry]:
        """Give those to ask for, the newest first; by the numbers in their names where they have no times."""
        gathered = self.gathered
        urls = {url: entry for entry in entries if (url := addresses.named(entry.url, gathered.source.url))}
        wanted = [url for url in urls if not _NO_ARTICLES.fullmatch(urlsplit(url).path.rpartition("/")[2])]
        if gathered.source.article_urls is not None or not wanted:
            wanted = list(urls)
        dated = [url for url in wanted if urls[url].changed]
        dated.sort(key=lambda url: urls[url].changed or gathered.now, reverse=True)
        undated = [url for url in wanted if not urls[url].changed]
        undated.sort(key=lambda url: [int(number) for number in re.findall(r"[0-9]{1,12}", url)], reverse=True)
        new = [url for url in undated if url not in gathered.marks and not gathered.register.is_left_alone(url, 0)]
        if gathered.register.is_new:
            for url in new[MOST_SITEMAPS:]:
                gathered.register.leave_alone(url, 0)
        known = _ends([url for url in undated if url in gathered.marks])
        return [Entry(url, urls[url].changed) for url in (*dated, *new[:MOST_SITEMAPS], *known)]

    def _read_one(self, entry: Entry, depth: int) -> None:
        gathered, url = self.gathered, entry.url
        known, changed = gathered.mark(url), entry.changed.isoformat() if entry.changed else ""
        if url in gathered.asked or (changed and known.changed == changed) or self._is_old(entry):
            return
        response = gathered.ask(url)
        if response.not_modified:
            gathered.marks[url] = Mark(changed, known.etag, known.last_modified)
            return
        read = self.read(response)
        if read is None:
            raise UnreadableInput(f"{response.url} is no sitemap; tell whoever keeps that site")
        self.take(url, response, read, changed, depth)

    def _is_old(self, entry: Entry) -> bool:
        """Whether a sitemap ends before what is collected begins."""
        gathered = self.gathered
        if entry.changed is None or entry.url in gathered.marks:
            return False
        stamp, long_ago = int(entry.changed.timestamp()), entry.changed < gathered.now - FIRST_REACH
        if gathered.register.is_new and len(gathered.found) >= FEWEST_AT_FIRST and long_ago:
            gathered.register.leave_alone(entry.url, stamp)
        return gathered.register.is_left_alone(entry.url, stamp)

    def _is_beside(self, url: str, index: str) -> bool:
        return addresses.is_of_site(url, index) or self.gathered.is_of_site(url)

    def _found(self, entry: Entry, place: str, base: str) -> Found | None:
        url = addresses.named(entry.url, base)
        if not url or not self.gathered.is_of_site(url) or not addresses.may_be_article(url, self.gathered.source):
            return None
        return Found(url, place, entry, self._said(entry, base))

    def _said(self, entry: Entry, base: str) -> dict[str, str]:
        """Give what a sitemap says of an article that its page may not say."""
        said = {"image": addresses.named(entry.image, base)}
        if entry.language:
            said["language"] = self._language(entry.language)
        for tag, written in entry.translations.items():
            language = self._language(tag)
            if language in self.gathered.publication.languages and tag != "x-default":
                said[f"in {language}"] = addresses.named(written, base)
        return {name: value for name, value in said.items() if value}

    def _language(self, tag: str) -> str:
        return wording.language(tag, self.gathered.source.language, self.gathered.publication.languages)


def _ends(urls: Sequence[str]) -> list[str]:
    return list(urls) if len(urls) <= 2 * _ENDS else [*urls[:_ENDS], *urls[-_ENDS:]]


def _from_both_ends(found: Sequence[Found]) -> list[Found]:
    """Order a list without times, of which nobody knows which end is the newer one: in turn from both."""
    turned = [one for pair in zip(found, reversed(found), strict=True) for one in pair]
    return turned[: len(found)]
