"""The picture of an entry, with what the feed says of it.

A feed lists captions and credits beside its pictures, not with them: one is taken only where there is no doubt
whose it is.
"""

import re
from collections.abc import Iterable
from typing import Any

from publisher import markup
from publisher.collect import licenses
from publisher.collect.body import Body
from publisher.collect.feed import fields
from publisher.collect.feed.addresses import web_address
from publisher.model import Image

_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
_NARROWEST = 50
"""Pixels; below it is a counter or an icon."""
_NARROWEST_THUMBNAIL = 150
"""Of one that stands for an article: Blogger cuts 72 pixels out of the first picture in the text."""
_AVATAR = re.compile(r"https?://(?:\w+\.)?gravatar\.com/avatar/", re.IGNORECASE)
"""The author, whom WordPress.com lists among the pictures of an article."""


def of_entry(entry: Any, link: str, text: Body) -> Image | None:
    """Give the entry's picture: the widest of its media, else an enclosure, a thumbnail, the picture of an episode.

    What the article says in its `text` already is no caption, and a small thumbnail is that of the first picture there.
    """
    media = [found for found in fields.mappings(entry, "media_content") if is_picture(found) and _is_wide_enough(found)]
    enclosed = [found for found in fields.mappings(entry, "enclosures") if is_picture(found) and _is_wide_enough(found)]
    thumbnails = [found for found in fields.mappings(entry, "media_thumbnail") if _is_wide_enough(found)]
    of_episode = fields.mapping(entry, "image")
    for found in (*sorted(media, key=_width, reverse=True), *enclosed, *thumbnails, of_episode):
        url = web_address(found.get("url") or found.get("href"), link)
        if url and found in thumbnails and 0 < _width(found) < _NARROWEST_THUMBNAIL and text.images:
            return text.images[0]
        if url:
            said = _only([fields.value(entry, "media_caption")]) if len(media) == 1 else ""
            return Image(
                url=url,
                caption="" if said in markup.line(text.html) else said,
                credit=_only(credit.get("content") for credit in fields.mappings(entry, "media_credit")),
                license_url=_license(entry) if len(media) == 1 else None,
                width=_width(found) or None,
                height=_pixels(found.get("height")) or None,
            )
    return None


def _license(entry: Any) -> str | None:
    """Give the license of the entry's only picture: of its license, its copyright, or Dublin Core's."""
    license_, copyright_ = fields.mapping(entry, "media_license"), fields.mapping(entry, "media_copyright")
    return licenses.first(
        (
            license_.get("href"),
            copyright_.get("url"),
            fields.value(entry, "dcterms_license"),
            license_.get("content"),
            fields.value(entry, "media_copyright"),
        )
    )


def _only(values: Iterable[Any]) -> str:
    """Give the one text among them; nothing when there are two."""
    texts = {markup.line(value) for value in values if isinstance(value, str)} - {""}
    return texts.pop() if len(texts) == 1 else ""


def is_picture(found: Any) -> bool:
    """Whether a file is a picture for an article, by its type or else by its ending."""
    kind = media_type(found) or str(found.get("medium") or "")
    address = str(found.get("url") or found.get("href") or "").partition("?")[0].lower()
    return not _AVATAR.match(address) and (kind.startswith("image") or (not kind and address.endswith(_ENDINGS)))


def media_type(found: Any) -> str:
    """Give the type that a file is said to have; the parser says `text/html` where a feed says nothing."""
    kind = str(found.get("type") or "").strip().lower()
    return "" if kind == "text/html" else kind


def _is_wide_enough(found: Any) -> bool:
    return _width(found) == 0 or _width(found) >= _NARROWEST


def _width(found: Any) -> int:
    return _pixels(found.get("width"))


def _pixels(written: Any) -> int:
    digits = str(written or "").strip().removesuffix("px")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0
