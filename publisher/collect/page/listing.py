"""A page that lists articles: which it links to, in their order, and where the next page of the list is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from publisher.collect.page import addresses, document
from publisher.collect.page.document import Page
from publisher.config import Source
from publisher.fetch import Response

_MOST_LINKS = 3_000
_LONGEST_WORDS = 60
_FEWEST_FOR_A_GUESS = 5
"""Articles on a page that is taken for one of several although no link leads on."""
_FEWEST_ALIKE, _MOST_ABOVE = 3, 4
"""Articles in links that stand alike, and elements above each of them that are looked at."""
_NUMBERS = re.compile(r"[0-9]++")
_HEADINGS = ("h1", "h2", "h3", "h4")
_APART = ("nav", "footer", "form")
"""Elements whose links are not the list."""
_ONWARD = re.compile(
    r"\W*(?:next(?: (?:page|posts?|articles?))?|older(?: (?:posts?|articles?|entries|stories|news))?|"
    r"previous (?:posts|articles|entries|stories)|(?:p[áa]gina )?siguientes?(?: p[áa]gina)?|"
    r"(?:(?:entradas|noticias|notas|art[íi]culos|publicaciones|m[áa]s) )?(?:anteriores|antigu[ao]s)|"
    r"pr[óo]xim[ao]s?(?: p[áa]gina)?|(?:p[áa]gina )?seguinte|mais antig[ao]s|(?:page )?suivant(?:e|s|es)?|"
    r"(?:articles )?(?:plus anciens|pr[ée]c[ée]dents)|weiter|n[äa]chste(?: seite)?|"
    r"[äa]ltere(?: (?:beitr[äa]ge|artikel))?|(?:pagina )?successiv[ao]|volgende(?: pagina)?)\W*",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?P<before>.*(?:[?&](?:page|paged|p|pg|pag|pagina|seite|start_page|page_?num(?:ber)?)=|"
    r"/(?:page|pag|pagina|p|seite|strana)[/-]))(?P<number>[0-9]{1,4})(?P<after>(?:[/?&.].*)?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Listing:
    """What one page lists. `following` are addresses at which the next page may be; `is_certain` when it says so."""

    articles: tuple[str, ...]
    following: tuple[str, ...] = ()
    is_certain: bool = False


def read(response: Response, source: Source) -> Listing:
    """Read a page, whatever its bytes are; what lists nothing gives an empty list."""
    page = document.read(response)
    if page is None:
        return Listing(())
    links = [(element, url) for element, url in _links(page) if addresses.is_of_site(url, response.url)]
    here = addresses.named(response.url, response.url)
    onward = _onward(page, links, here)
    others = [(element, url) for element, url in links if url not in (here, onward)]
    articles = _articles(others, here, source)
    if onward:
        return Listing(tuple(articles), (onward,), is_certain=True)
    return Listing(tuple(articles), _guesses(here) if len(articles) >= _FEWEST_FOR_A_GUESS else ())


def _links(page: Page) -> Iterator[tuple[Any, str]]:
    anchors = [element for element in page.elements if element.tag in ("a", "area") and element.get("href")]
    for element in anchors[:_MOST_LINKS]:
        url = addresses.named(element.get("href"), page.base)
        if url:
            yield element, url


def _articles(links: list[tuple[Any, str]], here: str, source: Source) -> dict[str, None]:
    """Give the articles; what stands in the markup and folder in which most are articles is one, whatever its name."""
    named = {url for element, url in links if _is_article(element, url, here, source)}
    if source.article_urls is not None:
        return dict.fromkeys(url for _, url in links if url in named)
    alike: dict[tuple[str, ...], set[str]] = {}
    for element, url in links:
        if not addresses.is_plainly_none(url) and not _is_apart(element):
            alike.setdefault(_stand(element, url), set()).add(url)
    rows = [urls for urls in alike.values() if max(_FEWEST_ALIKE, len(urls) / 2) <= len(urls & named)]
    named.update(*rows)
    return dict.fromkeys(url for _, url in links if url in named)


def _stand(element: Any, url: str) -> tuple[str, ...]:
    """Give the folder of an address, and what the elements are called in which its link stands."""
    around = [element, *islice(element.iterancestors(), _MOST_ABOVE)]
    called = (
        f"{one.tag} {_NUMBERS.sub('', (one.get('class') or '')[:100]).strip().partition(' ')[0]}" for one in around
    )
    return (url.rstrip("/").rpartition("/")[0], *called)


def _is_article(element: Any, url: str, here: str, source: Source) -> bool:
    if source.article_urls is None and _is_apart(element):
        return False
    above = {ancestor.tag for ancestor in element.iterancestors()}
    in_heading = not above.isdisjoint(_HEADINGS) or next(element.iter(*_HEADINGS), None) is not None
    return addresses.is_linked_article(url, here, source, in_heading=in_heading)


def _is_apart(element: Any) -> bool:
    return any(ancestor.tag in _APART for ancestor in element.iterancestors())


def _onward(page: Page, links: list[tuple[Any, str]], here: str) -> str:
    """Give the address of the next page as the page names it; empty where it names none."""
    named = [addresses.named(element.get("href") or "", page.base) for element in page.linked("next")]
    named += [url for element, url in links if _ONWARD.fullmatch(_words(element))]
    numbers = _numbers((url for _, url in links), here)
    wanted = _number(here) + 1
    numbered = [numbers[number] for number in (wanted, 1) if number in numbers]
    return next((url for url in (*named, *numbered) if url and url != here and addresses.is_of_site(url, here)), "")


def _words(element: Any) -> str:
    said = " ".join("".join(element.itertext()).split())[:_LONGEST_WORDS]
    return (
        said if re.search(r"\w", said) else (element.get("aria-label") or element.get("title") or "")[:_LONGEST_WORDS]
    )


def _numbers(urls: Iterator[str], here: str) -> dict[int, str]:
    """Give the other pages of the same list by their numbers."""
    base = _without_number(here)
    found: dict[int, str] = {}
    for url in urls:
        if _NUMBERED.fullmatch(url) and _without_number(url) == base:
            found.setdefault(_number(url), url)
    return found


def _number(url: str) -> int:
    numbered = _NUMBERED.fullmatch(url)
    return int(numbered["number"]) if numbered else 1


def _without_number(url: str) -> str:
    numbered = _NUMBERED.fullmatch(url)
    if not numbered:
        return url.rstrip("/")
    before = re.sub(r"(?:[?&][\w]+=|/[a-z]+[/-])\Z", "", numbered["before"], flags=re.IGNORECASE)
    return before.rstrip("/") + numbered["after"].rstrip("/")


def _guesses(here: str) -> tuple[str, ...]:
    """Give the addresses at which publishing software puts the next page."""
    numbered = _NUMBERED.fullmatch(here)
    if numbered:
        return (f"{numbered['before']}{int(numbered['number']) + 1}{numbered['after']}",)
    parts = urlsplit(here)
    folder = parts._replace(path=f"{parts.path.rstrip('/')}/page/2/")
    query = parts._replace(query=f"{parts.query}&page=2" if parts.query else "page=2")
    return urlunsplit(folder), urlunsplit(query)
