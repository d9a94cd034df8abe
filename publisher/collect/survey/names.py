"""What a site is called, out of the titles of its pages and feeds, which say more than that."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from publisher import markup
from publisher.collect.survey.findings import Guess
from publisher.collect.survey.home import Home

_BETWEEN = re.compile(r"\s+[|–—·•»›:«/-]+\s+|\s*[|»]\s*|:\s+")
_NO_NAME = re.compile(
    r"(?:home(?: ?page)?|welcome|inicio|portada|principal|accueil|startseite|start|início|capa|"
    r"rss(?: feed| 2\.0)?|feed|atom|all (?:articles|posts|news)|latest(?: (?:news|articles|posts))?|news|"
    r"(?:últimas )?noticias|blog|untitled)",
    re.IGNORECASE,
)
_RSS = re.compile(r"\s*[-–—|(:]?\s*(?:RSS(?: Feed)?|Atom(?: Feed)?|Feed)\)?\s*$", re.IGNORECASE)
_LONGEST = 80


def of_site(home: Home, url: str, feeds: Iterable[tuple[str, str]] = ()) -> Guess[str]:
    """Give the name of the site at `url` by its home page, then by its feeds' titles, given with their addresses."""
    if home.site_name:
        return Guess(_cut(home.site_name), "og:site_name of the home page")
    of_page = _parts(home.title)
    for title, address in feeds:
        parts = _parts(title)
        if parts:
            both = [part for part in parts if part.casefold() in {one.casefold() for one in of_page}]
            return Guess(_best(both or parts, url), f"the title of the feed {address}")
    return Guess(_best(of_page, url), "the title of the home page") if of_page else Guess("")


def _best(parts: Sequence[str], url: str) -> str:
    """Give the part that the host is called by, else the first: "World - The Port" at theport.example.org."""
    labels = (urlsplit(url).hostname or "").removeprefix("www.").split(".")[:-1]
    label = re.sub(r"\W", "", max(labels, key=len, default=""))
    return next((part for part in parts if _are_akin(re.sub(r"\W", "", part.casefold()), label)), parts[0])


def _are_akin(letters: str, label: str) -> bool:
    return len(letters) > 2 and len(label) > 2 and (letters in label or label in letters)


def _parts(title: str) -> list[str]:
    """Give what may be the name in a title, without what every home page and feed is called."""
    line = _RSS.sub("", markup.one_line(title)[:500])
    parts = [part.strip() for part in _BETWEEN.split(line)]
    return [_cut(part) for part in parts if part and not _NO_NAME.fullmatch(part)]


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST else name[:_LONGEST].rpartition(" ")[0] or name[:_LONGEST]
