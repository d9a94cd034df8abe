"""Which HTML and CSS the main mail clients understand, by caniemail's tests, and what of it a mail uses.

`clients.json` has the facts for the features that our mails use or refuse, under caniemail's names; it is renewed by

    npm pack caniemail && tar xzf caniemail-*.tgz
    .venv/bin/python -m tests.compose.clients package/data/caniemail.json

`layout`: a mail falls apart without it, so every client must have it at least in part. `extra`: better where it is
understood, and nothing moves where it is not. `refused`: some client drops it and the mail would fall apart.
Features that caniemail has not tested, or not everywhere, say why they may stand in a mail.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.compose import page

FILE = Path(__file__).parent / "clients.json"
FAMILIES = {
    "Gmail": [("gmail", "")],
    "Outlook": [("outlook", name) for name in ("outlook-com", "macos", "ios", "android")],
    "Outlook with Word": [("outlook", "windows")],
    "Apple Mail": [("apple-mail", "")],
    "Yahoo": [("yahoo", "")],
    "Thunderbird": [("thunderbird", "")],
}
"""The main clients as caniemail files them; an empty platform means all of them."""

_WORST_FIRST = "nuay"
_ELEMENTS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "html-h1-h6"),
    **dict.fromkeys(("table", "tbody", "tr", "td", "th"), "html-table"),
    **dict.fromkeys(("ul", "ol", "li"), "html-lists"),
    **dict.fromkeys(("strong", "b", "em", "i"), "html-strong"),
    **dict.fromkeys(("header", "main", "footer", "nav", "section", "article", "figure"), "html-semantics"),
}
_ATTRIBUTES = (
    *("align", "aria-*", "background", "bgcolor", "border", "cellpadding", "cellspacing", "dir", "height", "hidden"),
    *("lang", "loading", "role", "srcset", "valign", "width"),
)
_VALUES = {
    r"!important": "css-important",
    r"\bcalc\(": "css-unit-calc",
    r"\bvar\(|^--": "css-variables",
    r"\b(?:clamp|min|max)\(": "css-function-clamp",
    r"gradient\(": "css-linear-gradient",
    r"\brgba\(": "css-rgba",
    r"\burl\(": "css-background-image",
    r"\d%": "css-unit-percent",
}
_SHORTHANDS = ("padding", "margin", "border")


@cache
def facts() -> Mapping[str, Mapping[str, Any]]:
    """Give each feature's use and what each family of clients makes of it: y, a (in part), n, u (unknown)."""
    features: dict[str, Mapping[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))["features"]
    return features


def dropped_by(feature: str) -> list[str]:
    """Give the families of clients that do not understand a feature."""
    return [client for client, support in facts()[feature].get("clients", {}).items() if support == "n"]


def needed(html: str) -> set[str]:
    """Give the features that the mail itself is made of: its elements, their attributes and inline styles."""
    found = set()
    for element in page.parsed(html).iter("*"):
        tag = str(element.tag)
        found |= {_ELEMENTS.get(tag, f"html-{tag}"), *map(_attribute, element.keys())}
        found |= set(_addressed(tag, element.get("src") or element.get("href") or ""))
    for _, _, name, value in page.styles(html):
        found |= set(_declared(name, value))
    return found - {""}


def wished(html: str) -> set[str]:
    """Give the features that stand in style blocks, which some clients drop whole."""
    found = set()
    for block in page.style_blocks(html):
        css = re.sub(r"/\*.*?\*/", "", block, flags=re.DOTALL)
        found |= {f"css-at-{name}" for name in re.findall(r"@([\w-]+)", css)}
        found |= {f"css-at-media-{name}" for name in re.findall(r"\((prefers-[\w-]+)", css)}
        for selectors, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
            found |= set(_selected(selectors))
            for declaration in declarations.split(";"):
                name, colon, value = declaration.partition(":")
                found |= set(_declared(name.strip(), value.strip())) if colon else set()
    return found


def _attribute(name: str) -> str:
    known = "aria-*" if name.startswith("aria-") else name
    return f"html-{name}" if known in _ATTRIBUTES else ""


def _addressed(tag: str, address: str) -> Iterator[str]:
    if tag == "a" and address.startswith(("mailto:", "#")):
        yield "html-mailto-links" if address.startswith("mailto:") else "html-anchor-links"
    if tag == "img":
        ending = Path(urlsplit(address).path).suffix.lower().removeprefix(".")
        yield "image-base64" if address.startswith("data:") else f"image-{'jpg' if ending == 'jpeg' else ending}"


def _declared(name: str, value: str) -> Iterator[str]:
    whole = next(
        (one for one in _SHORTHANDS if re.fullmatch(rf"{one}-(top|bottom|left|right|color|width|style)", name)), name
    )
    yield {"font-family": "css-font"}.get(name, f"css-{whole}")
    if name == "display" and (kind := re.search(r"none|flex|grid", value)):
        yield f"css-display-{kind[0]}"
    yield from (feature for pattern, feature in _VALUES.items() if re.search(pattern, value))
    yield from (f"css-unit-{unit}" for unit in re.findall(r"(?<![#\w-])[\d.]+([a-z]+)\b", value))


def _selected(selectors: str) -> Iterator[str]:
    for selector in selectors.split(","):
        if "@" in selector:
            continue
        yield from (f"css-pseudo-class-{name}" for name in re.findall(r"(?<!:):([\w-]+)", selector))
        signs = {r"\.": "class", "#": "id", r"\[": "attribute", r"\*": "universal", r"\w\s+[\w.\[]": "descendant"}
        yield from (f"css-selector-{kind}" for sign, kind in signs.items() if re.search(sign, selector.strip()))


def renewed(kept: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Give our table with the facts of newer data."""
    tested = {feature["slug"]: feature["stats"] for feature in data["data"]}
    features = {
        name: {**fact, "clients": _families(tested[name])} if name in tested else fact
        for name, fact in sorted(kept["features"].items())
    }
    return {**kept, "date": data["last_update_date"][:10], "features": features}


def _families(stats: Mapping[str, Mapping[str, Mapping[str, str]]]) -> dict[str, str]:
    return {
        name: _worst(
            versions
            for client, platform in places
            for at, versions in stats.get(client, {}).items()
            if platform in ("", at)
        )
        for name, places in FAMILIES.items()
    }


def _worst(platforms: Iterable[Mapping[str, str]]) -> str:
    """Give the least that the newest tested versions understand; what nobody tested is unknown."""
    tested = [[value[0] for value in versions.values() if value[0] != "u"] for versions in platforms]
    return min((known[-1] for known in tested if known), key=_WORST_FIRST.index, default="u")


def _written(table: Mapping[str, Any]) -> str:
    """Write the table with one feature a line."""
    features = ",\n".join(f"  {json.dumps(name)}: {json.dumps(fact)}" for name, fact in table["features"].items())
    told = "".join(f" {json.dumps(key)}: {json.dumps(table[key])},\n" for key in ("source", "date"))
    return f'{{\n{told} "features": {{\n{features}\n }}\n}}\n'


if __name__ == "__main__":
    newer = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    FILE.write_text(_written(renewed(json.loads(FILE.read_text(encoding="utf-8")), newer)), encoding="utf-8")
