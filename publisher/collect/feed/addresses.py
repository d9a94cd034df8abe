"""Where the entries of a feed lead: which of the addresses in an entry is the article's own."""

import html as entities
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from publisher import markup
from publisher.collect import identity
from publisher.collect.feed import fields
from publisher.collect.feed.document import Document, Entry
from publisher.errors import UnreadableInput

_WITHOUT_SCHEME = re.compile(r"www\.[\w-]{1,63}\.[\w.-]{2,100}(?:/|\Z)", re.IGNORECASE)


class Addresses:
    """The addresses of one document's entries."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._shared = self._links_of_several_episodes()

    def of(self, entry: Entry) -> str:
        """Give where the entry leads, absolute; empty when it leads nowhere.

        Podcasts link every episode to one page: then its id, or the episode itself, is the address.
        """
        addresses = [address for address in map(self.absolute, _candidates(entry)) if address]
        return next((address for address in addresses if self._is_of_one_entry(address)), next(iter(addresses), ""))

    def absolute(self, address: str) -> str:
        """Give an address as it is meant in the feed; empty where it is none that an article can have."""
        address = f"//{address}" if _WITHOUT_SCHEME.match(address) else address
        absolute = identity.absolute(self._document.site, address) if address else ""
        try:
            identity.canonical_url(absolute)
        except UnreadableInput:
            return ""
        return absolute

    def _is_of_one_entry(self, address: str) -> bool:
        parts = urlsplit(address)
        is_home = address in (self._document.site, self._document.url) or not (parts.path.strip("/") or parts.query)
        is_counter = "/~r/" in parts.path  # FeedBurner's
        return not is_home and not is_counter and address not in self._shared

    def _links_of_several_episodes(self) -> frozenset[str]:
        episodes: dict[str, set[str]] = {}
        for entry in self._document.entries:
            link = self.absolute(fields.text(entry, "link"))
            if link and (sound := next(_episodes(entry), "")):
                episodes.setdefault(link, set()).add(sound)
        return frozenset(link for link, sounds in episodes.items() if len(sounds) > 1)


def web_address(written: Any, base: str) -> str:
    """Give the address of a file, made absolute; empty when it is none that a reader may be sent to."""
    if not isinstance(written, str) or not written.strip() or len(written) > identity.LONGEST:
        return ""
    cleaned = markup.links(markup.clean(f'<a href="{entities.escape(written)}">x</a>', base))
    return cleaned[0][0] if cleaned and re.match(r"https?://[^/?#]", cleaned[0][0]) else ""


def _candidates(entry: Entry) -> Iterator[str]:
    """Give what may be the entry's address, the best first: what a feed service says it was before counting clicks,
    its link, its id when it is one, the sound or film it encloses."""
    for name in ("feedburner_origlink", "pheedo_origlink", "link"):
        yield fields.text(entry, name)
    named = fields.text(entry, "id")
    yield named if re.match(r"https?://", named) else ""
    yield from _episodes(entry)


def _episodes(entry: Entry) -> Iterator[str]:
    for enclosed in fields.mappings(entry, "enclosures"):
        if fields.text(enclosed, "type").startswith(("audio", "video")):
            yield fields.text(enclosed, "href")
