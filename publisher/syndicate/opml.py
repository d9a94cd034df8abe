"""OPML 2.0 (http://opml.org/spec2.opml): every feed, grouped by language, to hand to a feed reader at once.

Each feed is listed once, as RSS: a reader that was given three formats would subscribe to each.
"""

from collections.abc import Sequence

from lxml import etree

from publisher.syndicate.listing import groups
from publisher.syndicate.view import Feed


def render(feeds: Sequence[Feed], title: str, owner: str) -> bytes:
    """Write the list."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    etree.SubElement(head, "ownerName").text = owner
    body = etree.SubElement(root, "body")
    for group in groups(feeds):
        parent = etree.SubElement(body, "outline", text=group.name) if group.folder else body
        for feed in group.feeds:
            etree.SubElement(
                parent,
                "outline",
                type="rss",
                version="RSS2",
                text=feed.title,
                title=feed.title,
                description=feed.about,
                language=feed.language,
                xmlUrl=feed.url("rss"),
                htmlUrl=feed.home_url,
            )
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
