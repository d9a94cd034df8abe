"""The picture of an entry, with what the feed says of it.

A feed lists captions and credits beside its pictures, not with them: one is taken only where there is no doubt
whose it is.
"""

import html as entities
from collections.abc import Iterable
from typing import Any

from publisher import markup
from publisher.model import Image

_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
_NARROWEST = 50
"""Pixels; below it is a counter or an icon."""


def of_entry(entry: Any, link: str, body: str) -> Image | None:
    """Give the entry's picture: the widest of its media, else an enclosure, a thumbnail, the picture of an episode.

    What the article says in its `body` already is no caption.
    """
    media = [found for found in entry.get("media_content", ()) if _is_picture(found)]
    enclosed = [found for found in entry.get("enclosures", ()) if _is_picture(found)]
    thumbnails = [found for found in entry.get("media_thumbnail", ()) if _is_wide_enough(found)]
    of_episode = [entry["image"]] if isinstance(entry.get("image"), dict) else []
    for found in (*sorted(media, key=_width, reverse=True), *enclosed, *thumbnails, *of_episode):
        url = _web_address(found.get("url") or found.get("href"), link)
        if url:
            said = _only([entry.get("media_caption")]) if len(media) == 1 else ""
            return Image(
                url=url,
                caption="" if said in markup.line(body) else said,
                credit=_only(credit.get("content") for credit in entry.get("media_credit", ())),
                width=_width(found) or None,
                height=_pixels(found.get("height")) or None,
            )
    return None


def _only(values: Iterable[Any]) -> str:
    """Give the one text among them; nothing when there are two."""
    texts = {markup.line(value) for value in values if isinstance(value, str)} - {""}
    return texts.pop() if len(texts) == 1 else ""


def _is_picture(found: Any) -> bool:
    kind = str(found.get("type") or found.get("medium") or "")
    address = str(found.get("url") or found.get("href") or "").partition("?")[0].lower()
    return _is_wide_enough(found) and (kind.startswith("image") or (not kind and address.endswith(_ENDINGS)))


def _is_wide_enough(found: Any) -> bool:
    return _width(found) == 0 or _width(found) >= _NARROWEST


def _width(found: Any) -> int:
    return _pixels(found.get("width"))


def _pixels(written: Any) -> int:
    digits = str(written or "").strip().removesuffix("px")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 0


def _web_address(written: Any, base: str) -> str:
    """Give the address of a picture, made absolute; empty when it is none that a reader may be sent to."""
    cleaned = markup.links(markup.clean(f'<a href="{entities.escape(str(written or ""))}">x</a>', base))
    return cleaned[0][0] if cleaned and cleaned[0][0].startswith("http") else ""
