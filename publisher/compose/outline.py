"""What a checker sees of a mail's HTML: its links, pictures and headings, and its words."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit

_UNSEEN = ("style", "script", "title")
_WITHIN_A_LINE = frozenset(
    {*("a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i"), *("mark", "q", "s", "small", "span", "strong", "u")}
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link and the words on it; those of a picture are its `alt`, and `is_pictured` tells that there is one."""

    href: str
    words: str
    is_pictured: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is written; `alt` is None where there is none, `width` and `height` are in pixels."""

    src: str
    alt: str | None
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a mail, in its order; `levels` are those of its headings."""

    links: tuple[Link, ...]
    pictures: tuple[Picture, ...]
    levels: tuple[int, ...]
    words: str


def outline(html: str) -> Outline:
    """Read HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return Outline(
        tuple(reader.links),
        tuple(reader.pictures),
        tuple(reader.levels),
        " ".join("".join(reader.words).split()),
    )


def untagged(url: str) -> str:
    """Give an address without its fragment and without campaign parameters, which would be counted as a visit."""
    address = url.partition("#")[0]
    path, _, query = address.partition("?")
    pairs = [pair for pair in query.split("&") if pair and not pair.startswith("utm_")]
    return "?".join(filter(None, [path, "&".join(pairs)]))


def host(url: str) -> str:
    """Give the host of an address in lower case; empty for what has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []
        self.pictures: list[Picture] = []
        self.levels: list[int] = []
        self.words: list[str] = []
        self._unseen = 0
        self._anchor: tuple[str, list[str], int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._break(tag)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "a" and "href" in given:
            self._end_link()
            self._anchor = (given["href"] or "", [], len(self.pictures))
        elif tag == "img":
            alt = given["alt"] or "" if "alt" in given else None
            sizes = [given.get(side) or "" for side in ("width", "height")]
            self.pictures.append(Picture(given.get("src") or "", alt, *sizes))
            self._say(alt or "")
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.levels.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)
        if tag in _UNSEEN:
            self._unseen -= 1
        elif tag == "a":
            self._end_link()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._say(data)

    def _break(self, tag: str) -> None:
        if tag not in _WITHIN_A_LINE:
            self._say(" ")

    def _say(self, words: str) -> None:
        self.words.append(words)
        if self._anchor:
            self._anchor[1].append(words)

    def _end_link(self) -> None:
        if self._anchor:
            href, words, pictures = self._anchor
            self.links.append(Link(href, " ".join("".join(words).split()), len(self.pictures) > pictures))
            self._anchor = None

    def close(self) -> None:
        super().close()
        self._end_link()
