"""The featured picture of a post, with what must be said about it."""

import re
from collections.abc import Mapping
from typing import Any

from publisher import markup
from publisher.collect import identity, licenses
from publisher.collect.wordpress.api import Post
from publisher.model import Image

THUMB, COLUMN = 240, 600
"""Pixels: what a thumb and a mail's column need at least."""
WIDEST = 1600
"""Pixels: wider than any place a picture is shown in; above it, the site's next smaller size is taken."""


_LICENSES = (
    "license_url",
    "_license_url",
    "license",
    "_license",
    "copyright_license",
    "cc_license",
    "isc_image_license",
)


def featured(post: Post, address: str) -> Image | None:
    """Give the featured picture; where it is not embedded, the one that Jetpack or Yoast names."""
    embedded = post.get("_embedded")
    found = embedded.get("wp:featuredmedia") if isinstance(embedded, Mapping) else None
    for medium in found if isinstance(found, list) else ():
        if isinstance(medium, Mapping) and isinstance(medium.get("source_url"), str):
            return _image(medium, address)
    url = _named_elsewhere(post)
    absolute = identity.absolute(address, url) if url.startswith(("http://", "https://", "/")) else ""
    return Image(absolute) if absolute else None


def _image(medium: Mapping[str, Any], address: str) -> Image | None:
    details = _mapping(medium.get("media_details"))
    if not str(medium.get("media_type") or medium.get("mime_type") or "image").startswith("image"):
        return None
    url, width, height = _fitting(str(medium["source_url"]), details)
    absolute = identity.absolute(address, url)
    if not absolute:
        return None
    caption = medium.get("caption")
    said = caption.get("rendered") if isinstance(caption, Mapping) else caption
    return Image(
        url=absolute,
        alt=markup.line(str(medium.get("alt_text") or "")),
        caption=markup.line(str(said or "")),
        credit=markup.line(_credit(medium, details)),
        license_url=_license(medium),
        width=width,
        height=height,
        small_url=identity.absolute(address, _small(details)) if _small(details) else "",
    )


def _fitting(url: str, details: Mapping[str, Any]) -> tuple[str, int | None, int | None]:
    """Give the original, or of its sizes the widest that is not too wide."""
    width, height = _pixels(details.get("width")), _pixels(details.get("height"))
    if width is None or width <= WIDEST:
        return url, width, height
    sizes = _sizes(details, COLUMN)
    if not sizes:
        return url, width, height
    smaller_width, smaller_height, smaller_url = sizes[-1]
    return smaller_url, smaller_width, smaller_height


def _small(details: Mapping[str, Any]) -> str:
    """Give the narrowest of its sizes that is sharp as a thumb; empty where there is none."""
    sizes = _sizes(details, THUMB)
    return sizes[0][2] if sizes else ""


def _sizes(details: Mapping[str, Any], narrowest: int) -> list[tuple[int, int, str]]:
    """Give the sizes of the original's own shape that are wide enough and not too wide, the narrowest first."""
    width, height = _pixels(details.get("width")) or 0, _pixels(details.get("height")) or 0
    found = []
    for size in map(_mapping, _mapping(details.get("sizes")).values()):
        wide, high, url = _pixels(size.get("width")), _pixels(size.get("height")), size.get("source_url")
        if not wide or not high or not isinstance(url, str) or not narrowest <= wide <= WIDEST:
            continue
        if abs(wide * height - high * width) <= max(width, height):
            found.append((wide, high, url))
    return sorted(found)


def _credit(medium: Mapping[str, Any], details: Mapping[str, Any]) -> str:
    written = _mapping(medium.get("meta")).get("_media_credit") or _mapping(details.get("image_meta")).get("credit")
    return written if isinstance(written, str) else ""


def _license(medium: Mapping[str, Any]) -> str | None:
    """Give the license of the attachment, from the fields that plugins for credits keep it in."""
    meta = _mapping(medium.get("meta"))
    return licenses.first(field.get(name) for field in (meta, medium) for name in _LICENSES)


def _named_elsewhere(post: Post) -> str:
    if isinstance(post.get("jetpack_featured_media_url"), str) and post["jetpack_featured_media_url"]:
        return str(post["jetpack_featured_media_url"])
    pictures = _mapping(post.get("yoast_head_json")).get("og_image")
    first = pictures[0] if isinstance(pictures, list) and pictures else None
    return str(_mapping(first).get("url") or "")


def _mapping(value: Any) -> Mapping[str, Any]:
    """Give an object; PHP writes an empty one as a list."""
    return value if isinstance(value, Mapping) else {}


def _pixels(value: Any) -> int | None:
    text = str(value)
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,4}", text) else None
