"""Reads a rendered mail or page the way a checker of mails does."""

import re
from collections.abc import Iterator

from lxml import html
from lxml.html import HtmlElement


def parsed(page: str) -> HtmlElement:
    return html.document_fromstring(page)


def links(page: str) -> list[str]:
    return [link.get("href", "") for link in parsed(page).iter("a")]


def styles(page: str) -> Iterator[tuple[str, str, str, str]]:
    """Give the element, its classes, a property and its value, for each inline style."""
    for element in parsed(page).iter():
        for declaration in str(element.get("style") or "").split(";"):
            name, colon, value = declaration.partition(":")
            if colon:
                yield str(element.tag), str(element.get("class") or ""), name.strip(), value.strip()


def style_blocks(page: str) -> list[str]:
    return re.findall(r"<style>(.*?)</style>", re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL), re.DOTALL)


def without_style_block(page: str) -> str:
    return re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
