"""Elements of a page written as HTML as they stand there: blocks of text, and pictures with their captions."""

from collections.abc import Callable
from copy import deepcopy
from html import escape
from typing import Any

from lxml import etree

from publisher.collect import sharing
from publisher.collect.page.document import text_of

_NEVER = """script style nav form button select input textarea template dialog head title h1 footer object label
    option"""
NEVER = frozenset(_NEVER.split())
"""What is never a part of a text."""


def is_button(element: Any) -> bool:
    """Whether it is a frame with a button of a network in it."""
    return element.tag == "iframe" and sharing.is_button(element.get("src") or "")


def figure(element: Any) -> str:
    """Write a picture with its caption as a figure, whatever the page has around it."""
    if element.tag in ("iframe", "video", "audio"):
        return f"<p>{html_of(element)}</p>"
    if element.tag == "figure":
        return html_of(element, without=lambda below: below.tag in NEVER)
    media = [below for below in element.iter("img", "iframe", "video", "audio") if not is_button(below)]
    words = text_of(element)
    caption = f"<figcaption>{escape(words)}</figcaption>" if words else ""
    return f"<figure>{''.join(map(html_of, media))}{caption}</figure>"


def html_of(element: Any, without: Callable[[Any], bool] | None = None) -> str:
    """Write an element as it stands on the page, without the elements inside it that are to go."""
    copied = deepcopy(element)
    copied.tail = None
    if without:
        twins = list(zip(element.iterdescendants(etree.Element), copied.iterdescendants(etree.Element), strict=True))
        for original, twin in twins:
            if without(original):
                twin.drop_tree()
    for picture in copied.iter("picture"):
        _sourced(picture)
    return str(etree.tostring(copied, encoding="unicode", method="html"))


def _sourced(picture: Any) -> None:
    """Give the image of a responsive picture the source that stands beside it, where it has none of its own."""
    image = next(picture.iter("img"), None)
    if image is None or (image.get("src") or "data:")[:5] != "data:":
        return
    sets = (source.get(name) for source in picture.iter("source") for name in ("data-srcset", "srcset"))
    found = next((each for each in sets if each and not each.startswith("data:")), None)
    if found and not any(image.get(name) for name in ("data-src", "data-lazy-src", "data-original", "data-srcset")):
        image.set("data-srcset", found)
