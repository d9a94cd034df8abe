"""The featured picture of a post, with what must be said about it, there and where it stands in the text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from publisher import markup
from publisher.collect import identity, licenses, pictures
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
_CREDITS = (
    *("_media_credit", "media_credit", "_credit", "credit", "credits", "photo_credit", "image_credit"),
    *("photographer", "photographer_name", "isc_image_source", "attribution", "source_name", "author_credit"),
)
_PICTURES = (
    *("jetpack_featured_media_url", "featured_image_src", "featured_image_url", "featured_media_src_url", "fimg_url"),
    *("featured_image_src_large", "featured_media_url"),
)
_IN_TAG = re.compile(r"(?:https?:)?//[^\s\"'<>,]+")


def featured(post: Post, address: str) -> Image | None:
    """Give the featured picture; where it is not embedded, the one that a plugin names."""
    medium = _embedded(post)
    if medium is not None:
        return _image(medium, address)
    absolute = next((found for url in _named_elsewhere(post) if (found := _address(address, url))), "")
    return Image(absolute) if absolute else None


def completed(
    images: tuple[Image, ...], about: Image | None, post: Post, written: str, address: str
) -> tuple[Image, ...]:
    """Give the pictures of a text with what is known of the featured one, where the text itself says nothing.

    `written` is the text as it came: there, WordPress marks a picture with the number of its attachment.
    """
    medium = _embedded(post) if images and about else None
    if medium is None or about is None:
        return images
    urls = _urls(medium, written, address)
    return tuple(_filled(image, about) if image.url in urls else image for image in images)


def _filled(image: Image, about: Image) -> Image:
    return replace(
        image,
        alt=image.alt or about.alt,
        caption=image.caption or about.caption,
        credit=image.credit or about.credit,
        license_url=image.license_url or about.license_url,
    )


def _urls(medium: Mapping[str, Any], written: str, address: str) -> set[str]:
    """Give every address that shows one attachment: its own, its sizes', and that of the picture with its number."""
    sizes = _mapping(_mapping(medium.get("media_details")).get("sizes")).values()
    urls = {str(one.get("source_url") or "") for one in (medium, *map(_mapping, sizes))}
    number = medium.get("id")
    mark = f"wp-image-{number}"
    if isinstance(number, int) and mark in written:
        for tag in re.finditer(rf"<img\b[^<>]*?\b{mark}\b[^<>]*+>", written):
            urls.update(_IN_TAG.findall(tag[0]))
    return {url if url.startswith("http") else identity.absolute(address, url) for url in urls if url}


def _embedded(post: Post) -> Mapping[str, Any] | None:
    embedded = post.get("_embedded")
    found = embedded.get("wp:featuredmedia") if isinstance(embedded, dict) else None
    for medium in found if isinstance(found, list) else ():
        if isinstance(medium, dict) and isinstance(medium.get("source_url"), str):
            return medium
    return None


def _address(base: str, url: str) -> str:
    return identity.absolute(base, url) if url.startswith(("http://", "https://", "/")) else ""


def _image(medium: Mapping[str, Any], address: str) -> Image | None:
    details = _mapping(medium.get("media_details"))
    if not str(medium.get("media_type") or medium.get("mime_type") or "image").startswith("image"):
        return None
    url, width, height = _fitting(str(medium["source_url"]), details)
    absolute, small = identity.absolute(address, url), _small(details)
    if not absolute:
        return None
    caption = markup.line(_words(medium.get("caption")))
    return Image(
        url=absolute,
        alt=markup.line(_words(medium.get("alt_text"))),
        caption=caption,
        credit=markup.line(_credit(medium, details)) or pictures.credit(caption),
        license_url=_license(medium),
        width=width,
        height=height,
        small_url=identity.absolute(address, small) if small else "",
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
    """Give whose the picture is, from the fields that plugins for credits keep it in, or the camera."""
    places = (*_places(medium), _mapping(details.get("image_meta")))
    return next((said for value in _fields(places, _CREDITS) if (said := _words(value))), "")


def _license(medium: Mapping[str, Any]) -> str | None:
    """Give the license of the attachment, from the fields that plugins for credits keep it in."""
    return licenses.first(_words(value) for value in _fields(_places(medium), _LICENSES))


def _places(medium: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    return _mapping(medium.get("meta")), _mapping(medium.get("acf")), medium


def _fields(places: tuple[Mapping[str, Any], ...], names: tuple[str, ...]) -> Iterator[Any]:
    return (place[name] for place in places for name in names if name in place)


def _words(value: Any) -> str:
    """Give a field's words, which may be in a list, or wrapped as WordPress wraps texts."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = next((value[name] for name in ("rendered", "plaintext", "raw", "name", "url") if value.get(name)), "")
    return value if isinstance(value, str) else ""


def _named_elsewhere(post: Post) -> Iterator[str]:
    """Give the addresses of a featured picture that plugins write into the post."""
    better = _mapping(post.get("better_featured_image"))
    yield from (_words(post.get(name)) for name in _PICTURES)
    yield _words(better.get("source_url"))
    for head in (_mapping(post.get("yoast_head_json")), _mapping(post.get("aioseo_head_json"))):
        found = head.get("og_image", head.get("og:image"))
        yield found if isinstance(found, str) else _words(found)


def _mapping(value: Any) -> Mapping[str, Any]:
    """Give an object; PHP writes an empty one as a list."""
    return value if isinstance(value, dict) else {}


def _pixels(value: Any) -> int | None:
    text = str(value)
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,4}", text) else None
