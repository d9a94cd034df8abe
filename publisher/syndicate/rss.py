"""RSS 2.0.

Its descriptions are HTML to every reader, so an entry's is plain text escaped as HTML would have it; its titles are
taken as they are. feedgen drops hubs, licenses and authors without an address: they come from extensions.
"""

from html import escape

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from publisher.syndicate import extensions
from publisher.syndicate.view import Entry, Feed


def render(feed: Feed) -> bytes:
    """Write the feed."""
    made = _channel(feed)
    for entry in feed.entries:
        _item(made.add_entry(order="append"), entry, feed)
    return bytes(made.rss_str(pretty=True))


def _channel(feed: Feed) -> FeedGenerator:
    made = FeedGenerator()
    made.load_extension("dc", atom=False)
    made.register_extension("hubs", extensions.Hubs, None, atom=False)
    made.register_extension(
        "creative_commons", extensions.CreativeCommonsOfFeed, extensions.CreativeCommons, atom=False
    )
    made.register_extension("modified", extensions.Modified, extensions.Modified, atom=False)
    made.register_extension("media", extensions.Media, extensions.Media, atom=False)
    made.title(feed.title)
    made.description(feed.description)
    # The last link becomes the channel's own.
    made.link(href=feed.url("rss"), rel="self", type="application/rss+xml")
    made.link(href=feed.home_url, rel="alternate")
    made.language(feed.language)
    made.copyright(feed.rights)
    made.generator("publisher")
    made.ttl(feed.ttl_minutes)
    made.lastBuildDate(feed.updated)
    made.hubs.hubs = feed.hubs
    made.creative_commons.license_url = feed.notice.license_url
    return made


def _item(item: FeedEntry, entry: Entry, feed: Feed) -> None:
    item.title(entry.title)
    item.link(href=entry.url)
    item.guid(entry.id, permalink=True)
    item.description(escape(entry.summary or entry.title, quote=False))
    item.content(entry.html)
    item.published(entry.published)
    if entry.tags:
        item.category([{"term": tag} for tag in entry.tags])
    item.dc.dc_creator(list(entry.authors))
    item.dc.dc_rights(entry.rights)
    if entry.language != feed.language:
        item.dc.dc_language(entry.language)
    item.creative_commons.license_url = entry.license_url
    item.modified.instant = entry.updated
    item.media.picture = entry.picture
