"""The pictures inside a body, with what is said about each: its caption, whose it is, its own license."""

import html as entities
import re

from publisher import markup
from publisher.collect import licenses
from publisher.model import Image

_TAG = r'(?: [\w-]++="[^"]*+")*+>'
_FIGURE = re.compile(rf"<figure{_TAG}((?:[^<]++|<(?!/?figure[ >]))*+)</figure>")
_CAPTION = re.compile(rf"<figcaption{_TAG}((?:[^<]++|<(?!/?figcaption[ >]))*+)</figcaption>")
_IMAGE = re.compile(r'<img((?: [\w-]++="[^"]*+")*+)>')
_DEED = re.compile(r"https?://(?:www\.)?creativecommons\.org/(?:licenses|publicdomain)/", re.IGNORECASE)
_LONGEST_CREDIT = 300
"""Characters at the end of a caption."""
_ATTRIBUTE = re.compile(r' ([\w-]++)="([^"]*+)"')
_KINDS = (
    r"photo(?:graph|graphie)?|picture|image|illustration|graphic|infographic|map|foto(?:graf[íi]a)?|imagen|"
    r"ilustraci[óo]n|infograf[íi]a|mapa|imagem|ilustra[çc][ãa]o|bild"
)
_NAMED = (
    rf"(?:{_KINDS})s?(?:\s+(?:credit|by|courtesy of|de|por))?\s*[:©]|"
    rf"(?:{_KINDS})s?\s+(?:by|courtesy of|por|cortesía de)\s|"
    rf"(?:cr[ée]dit(?:o|os|s)?(?:\s+(?:{_KINDS}))?|source|fuente|fonte|quelle)\s*[:©]|©"
)
_CREDIT = re.compile(
    rf"(?:\A\W{{0,5}}|[(\[|—–-]\s?|[.!?…»”\"']\s|\s(?=(?-i:[A-ZÉ])|©))(?:{_NAMED})\s*"
    r"(?P<who>(?:(?!(?<=\w\w\w)[.!?;]\s)[^|()\[\]]){2,120}?)(?:\s*(?:\([^()]{0,80}\)|\[[^\[\]]{0,80}\]|\|[^|]{0,80}))?[\s.)\]]{0,5}\Z",
    re.IGNORECASE,
)
"""Whose a picture is, at the end of its caption; "in the photo:" says who is seen in it. No sentence follows."""


def inside(clean_html: str) -> tuple[Image, ...]:
    """Give the pictures of clean HTML in their order, each address once."""
    if "<img" not in clean_html:
        return ()
    found: dict[str, Image] = {}
    captions = {
        place.start(1) + figure.start(1): (figure[1], len(_IMAGE.findall(figure[1])))
        for figure in _FIGURE.finditer(clean_html)
        for place in _IMAGE.finditer(figure[1])
    }
    for tag in _IMAGE.finditer(clean_html):
        given = {name: entities.unescape(value) for name, value in _ATTRIBUTE.findall(tag[1])}
        if given.get("src", "").startswith(("http://", "https://")):
            figure, pictures = captions.get(tag.start(1), ("", 0))
            caption = _CAPTION.search(figure) if pictures == 1 else None
            found.setdefault(given["src"], _image(given, caption[1] if caption else ""))
    return tuple(found.values())


def _image(given: dict[str, str], caption: str) -> Image:
    words = markup.line(caption)
    return Image(
        url=given["src"],
        alt=markup.one_line(given.get("alt", "")),
        caption=words,
        credit=credit(words),
        license_url=_license(caption),
        width=_pixels(given.get("width", "")),
        height=_pixels(given.get("height", "")),
    )


def _license(caption: str) -> str | None:
    if "creativecommons.org" not in caption:
        return None
    return licenses.first(url for url, _ in markup.links(caption) if _DEED.match(url))


def credit(caption: str) -> str:
    """Give whose a picture is, where the end of its caption says so."""
    found = _CREDIT.search(caption, max(len(caption) - _LONGEST_CREDIT, 0))
    return found["who"].strip(" .©") if found else ""


def _pixels(written: str) -> int | None:
    return int(written) if re.fullmatch(r"[1-9][0-9]{0,4}", written) else None
