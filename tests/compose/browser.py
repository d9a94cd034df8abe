"""A real browser looks at a mail: how wide it becomes, which colours its words have, what it looks like."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.compose.devtools import browser

_SEEN = """(() => {
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const words = walker.currentNode.data.trim(), element = walker.currentNode.parentElement;
    if (!words || !element.getClientRects().length) continue;
    let ground = element;
    while (ground && getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    const on = ground ? getComputedStyle(ground).backgroundColor : "rgb(255, 255, 255)";
    texts.push([words, style.color, on, parseFloat(style.fontSize), box.height]);
  }
  const root = document.scrollingElement;
  return [root.scrollWidth, root.scrollHeight, texts];
})()"""

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Text:
    """Words as they are shown, on the colour they stand on."""

    words: str
    colour: Colour
    ground: Colour
    size: float
    height: float


@dataclass(frozen=True)
class Seen:
    """A page as it is shown."""

    width: int
    height: int
    texts: list[Text]


def look(page: str, folder: Path, *, width: int, dark: bool = False) -> Seen:
    """Open a page as wide as a screen and tell what is seen."""
    browser().open(_written(page, folder), width=width, dark=dark)
    scroll_width, scroll_height, texts = browser().evaluate(_SEEN)
    shown = [Text(words, _colour(on), _colour(ground), size, height) for words, on, ground, size, height in texts]
    return Seen(scroll_width, scroll_height, shown)


def picture(page: str, to: Path, *, width: int, height: int | None = None, dark: bool = False) -> None:
    """Take a picture of a page as wide as a screen: of its first pixels, or of all of it."""
    browser().open(_written(page, to.parent), width=width, dark=dark)
    whole: int = browser().evaluate("document.scrollingElement.scrollHeight")
    to.write_bytes(browser().screenshot(width, height or whole))


def _written(page: str, folder: Path) -> Path:
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    return file


def _colour(css: str) -> Colour:
    red, green, blue = (int(number) for number in re.findall(r"\d+", css)[:3])
    return red, green, blue


def flipped(colour: Colour) -> Colour:
    """Give a colour as a client that inverts everything shows it."""
    red, green, blue = colour
    return 255 - red, 255 - green, 255 - blue


def contrast(one: Colour, other: Colour) -> float:
    """Give the contrast of two colours (WCAG 2.2, 1.4.3)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    parts = (part / 255 for part in colour)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
