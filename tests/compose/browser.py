"""A real browser looks at a mail: how wide it becomes, which colours its words have, what it looks like."""

import json
import re
import subprocess
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from publisher.demo.pictures import FLAGS

# A window cannot be as narrow as a phone, a frame can.
_FRAME = """<!doctype html><meta charset="utf-8"><body style="margin:0">
<iframe style="border:0;width:{width}px;height:{height}px" srcdoc="{page}"></iframe>
<pre id="seen"></pre>
<script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument, texts = [];
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {{
    const words = walker.currentNode.data.trim(), element = walker.currentNode.parentElement;
    if (!words || !element.getClientRects().length) continue;
    let ground = element;
    while (ground && page.defaultView.getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)")
      ground = ground.parentElement;
    const style = page.defaultView.getComputedStyle(element);
    const on = ground ? page.defaultView.getComputedStyle(ground).backgroundColor : "rgb(255, 255, 255)";
    texts.push([words, style.color, on, parseFloat(style.fontSize), element.getBoundingClientRect().height]);
  }}
  const root = page.scrollingElement;
  document.getElementById("seen").textContent = JSON.stringify([root.scrollWidth, root.scrollHeight, texts]);
}};
</script>"""

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
    file = _framed(page, folder, width, 1000)
    told = re.search(r'<pre id="seen">(.*?)</pre>', _run(folder, file, dark, "--dump-dom"), re.DOTALL)
    assert told, "the browser told nothing"
    scroll_width, scroll_height, texts = json.loads(unescape(told[1]))
    shown = [Text(words, _colour(on), _colour(ground), size, height) for words, on, ground, size, height in texts]
    return Seen(scroll_width, scroll_height, shown)


def picture(page: str, to: Path, *, width: int, height: int, dark: bool = False) -> None:
    """Take a picture of a page as wide as a screen."""
    file = _framed(page, to.parent, width, height)
    _run(to.parent, file, dark, f"--screenshot={to}", f"--window-size={max(width, 500)},{height}")


def _framed(page: str, folder: Path, width: int, height: int) -> Path:
    file = folder / "frame.html"
    file.write_text(_FRAME.format(width=width, height=height, page=escape(page)), encoding="utf-8")
    return file


def _run(folder: Path, file: Path, dark: bool, *asked: str) -> str:
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    command = ["chromium", *FLAGS, scheme, f"--user-data-dir={folder / 'profile'}", *asked, file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


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
