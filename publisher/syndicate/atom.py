"""Atom 1.0 (RFC 4287).

A feed's identity is its address in this format. Each entry has a fraction of a second of its own, made of its
identity, so that no two of a feed claim the same `updated`. feedgen drops what the links of an entry are for, and
refuses `license` among them: they come from an extension.
"""

import zlib
from datetime import UTC, datetime

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from publisher.syndicate import extensions
from publisher.syndicate.view import NEVER, Entry, Feed


def render(feed: Feed) -> bytes:
    """Write the feed."""
    made = _feed(feed)
    for entry in feed.entries:
        _entry(made.add_entry(order="append"), entry, feed)
    return bytes(made.atom_str(pretty=True))


def _feed(feed: Feed) -> FeedGenerator:
    made = FeedGenerator()
    made.register_extension("links", extensions.Extension, extensions.Links, rss=False)
    made.register_extension("language_mark", extensions.Extension, extensions.LanguageMark, rss=False)
    made.register_extension("media", extensions.Media, extensions.Media, rss=False)
    made.id(feed.url("atom"))
    made.title(feed.title)
    made.subtitle(feed.description)
    made.language(feed.language)
    made.author(name=feed.newsroom, uri=feed.home_url)
    made.rights(feed.rights)
    made.generator("publisher")
    made.updated(max((_updated(entry) for entry in feed.entries), default=NEVER))
    made.link(href=feed.url("atom"), rel="self", type="application/atom+xml")
    made.link(href=feed.home_url, rel="alternate", type="text/html")
    made.link(href=feed.notice.license_url, rel="license", type="text/html")
    for hub in feed.hubs:
        made.link(href=hub, rel="hub")
    return made


def _entry(made: FeedEntry, entry: Entry, feed: Feed) -> None:
    made.id(entry.id)
    made.title(entry.title)
    made.updated(_updated(entry))
    made.published(entry.published.astimezone(UTC).replace(microsecond=0))
    made.author([{"name": name} for name in entry.authors])
    if entry.summary:
        made.summary(entry.summary)
    made.content(entry.html, type="html")
    made.rights(entry.rights)
    if entry.tags:
        made.category([{"term": tag} for tag in entry.tags])
    made.links.links = _links(entry)
    made.language_mark.language = entry.language if entry.language != feed.language else ""
    made.media.picture = entry.picture


def _links(entry: Entry) -> list[dict[str, str]]:
    # A translation is not `alternate`: many readers open the last of those, and would open another language.
    others = [{"rel": "related", "href": url, "hreflang": language} for language, url in entry.translations]
    return [
        {"rel": "alternate", "type": "text/html", "href": entry.url, "hreflang": entry.language},
        *others,
        {"rel": "license", "href": entry.license_url},
    ]


def _updated(entry: Entry) -> datetime:
    fraction = zlib.crc32(entry.id.encode()) % 1_000_000
    return entry.updated.astimezone(UTC).replace(microsecond=fraction)
