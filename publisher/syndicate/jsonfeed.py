"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), which feedgen does not know.

The license is an object `_license` in the feed and in each item, a picture's credit and license one `_picture`;
their `about` leads to the vocabulary they are in.
"""

import json
from typing import Any

from publisher.syndicate.view import Entry, Feed, Picture, stamp

VERSION = "https://jsonfeed.org/version/1.1"
LICENSES = "https://creativecommons.org/ns"
PICTURES = "https://www.rssboard.org/media-rss"


def render(feed: Feed) -> bytes:
    """Write the feed."""
    return json.dumps(_feed(feed), ensure_ascii=False, indent=2).encode() + b"\n"


def _feed(feed: Feed) -> dict[str, Any]:
    hubs = {"hubs": [{"type": "WebSub", "url": hub} for hub in feed.hubs]} if feed.hubs else {}
    return {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.url("json"),
        "description": feed.description,
        "language": feed.language,
        "authors": [{"name": feed.newsroom, "url": feed.home_url}],
        **hubs,
        "_license": {
            **_license(feed.notice.license_url, feed.notice.license_name, feed.rights),
            "statement": feed.notice.statement,
        },
        "items": [_item(entry) for entry in feed.entries],
    }


def _item(entry: Entry) -> dict[str, Any]:
    picture = entry.picture
    optional = {
        "summary": entry.summary,
        "image": picture.url if picture else "",
        "tags": list(entry.tags),
    }
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "content_html": entry.html,
        **{name: value for name, value in optional.items() if value},
        "date_published": stamp(entry.published),
        "date_modified": stamp(entry.updated),
        "authors": [{"name": name} for name in entry.authors],
        "language": entry.language,
        "_license": _license(entry.license_url, entry.license_name, entry.rights),
        **({"_picture": _picture(picture)} if picture else {}),
    }


def _license(url: str, name: str, rights: str) -> dict[str, str]:
    return {"about": LICENSES, "url": url, "name": name, "rights": rights}


def _picture(picture: Picture) -> dict[str, Any]:
    said = {
        "url": picture.url,
        "type": picture.media_type,
        "width": picture.width,
        "height": picture.height,
        "description": picture.description,
        "credit": picture.credit,
        "license": picture.license_url,
    }
    return {"about": PICTURES, **{name: value for name, value in said.items() if value}}
