"""Whether a page is an article at all, told by what its markup says it is and by how much text stands on it."""

import functools
import re
from collections.abc import Callable
from typing import Any

from publisher.collect import wording
from publisher.collect.page import addresses
from publisher.collect.page.document import Page, is_block, own_words, text_of
from publisher.collect.page.phrases import any_of
from publisher.collect.page.writing import Text
from publisher.fetch import Response

_FEW, _ENOUGH, _MUCH = 80, 400, 1200
"""Characters of text that a page may have that is an article by its date, by nothing but its text, beyond doubt."""
_NEAR, _A_SENTENCE, _FEWEST_OTHERS = 12, 60, 4
"""Elements before a text in which its first link may stand; characters; texts of which a list tells at least."""
_LISTS = frozenset(
    [
        "archive",
        "category",
        "tag",
        "author",
        "blog",
        "search",
        "search-results",
        "error404",
        "home",
        "paged",
        "post-type-archive",
        "term-page",
    ]
)
"""What WordPress calls the body of pages that are no article."""
_SINGLE = re.compile(r"\b(?:single|singular|page-template)\b")
_NOT_FOUND = any_of(r"""
    (?:error )?404\b.{0,60}|not found
    (?:.{0,30}\b)?(?:page|article|content|story)\b.{0,20}\b(?:not found|no longer available).{0,40}
    (?:.{0,30}\b)?(?:page|article|content|story)\b.{0,20}\bdoes(?:n['’]t| not) exist.{0,40}
    (?:.{0,30}\b)?(?:p[áa]gina|art[íi]culo|conte\w+)\b.{0,20}\b(?:no|n[ãa]o) (?:encontrad[oa]|existe).{0,40}
    page (?:introuvable|non trouv[ée]e).{0,40}|seite nicht gefunden.{0,40}
""")
_SAYS_NOT_FOUND = re.compile(rf"\W*(?:{_NOT_FOUND})\W*", re.IGNORECASE)
_LOG_IN = any_of(r"""
    log ?in|sign ?in|inicia(?:r)? sesi[óo]n|acceder|entrar|iniciar sess[ãa]o|se connecter|connexion|anmelden
    just a moment|attention required.{0,30}|access denied|are you a robot|verifying you are human.{0,40}
""")
_ASKS_WHO = re.compile(rf"\W*(?:{_LOG_IN})\W*", re.IGNORECASE)
_HTML = re.compile(
    r"(?:text/html|application/xhtml\+xml|text/plain|application/octet-stream)?\s*(?:;.*)?", re.IGNORECASE
)


def is_marked(page: Page) -> bool:
    """Whether the page says, outside of its structured data, that it is one article."""
    kind = page.said("og:type").lower()
    if kind.endswith("article") or page.said("article:published_time", "citation_title", "parsely-pub-date"):
        return True
    kinds = (element.get("itemtype") or "" for element in page.elements if element.get("itemtype"))
    return sum(1 for named in kinds if re.search(r"schema\.org/(?:\w*Article|BlogPosting)$", named)) == 1


def is_list(page: Page) -> bool:
    """Whether the page says that it is a list of articles, or the profile of a person."""
    called = set((page.root.xpath("string(//body/@class)") or "").lower().split())
    if called & _LISTS and not _SINGLE.search(" ".join(called)):
        return True
    return page.said("og:type").lower() in ("profile", "blog", "product")


def tells_of_others(page: Page, text: Text) -> bool:
    """Whether what stands on a page as a text are the beginnings of others: each paragraph with a link to its own page.

    A link within a paragraph is a reference; one before it, around it or behind it leads to where it goes on.
    """
    words = functools.cache(own_words)
    others: set[str] = set()
    paragraphs = told = 0
    leads_on = False
    for element in page.elements[max(text.first - _NEAR, 0) : text.end]:
        if element.tag == "a" and (url := _leads_to(page, element, words)) and url not in others:
            others.add(url)
            leads_on = True
        elif is_block(element) and len(words(element)) >= _A_SENTENCE:
            paragraphs, told, leads_on = paragraphs + 1, told + leads_on, False
    return told >= _FEWEST_OTHERS and 2 * told >= paragraphs


def _leads_to(page: Page, link: Any, words: Callable[[Any], str]) -> str:
    """Give the page of the site to which a link leads that is no part of a sentence; empty where there is none."""
    url = page.canonical(link.get("href"))
    is_other = url and addresses.is_of_site(url, page.url) and not addresses.is_plainly_none(url)
    if not is_other or url in (page.canonical(page.url), page.canonical(page.said("og:url"))):
        return ""
    block = next((above for above in link.iterancestors() if is_block(above)), link)
    is_around = any(is_block(below) for below in link.iterdescendants())
    return url if is_around or words(block).startswith(words(link)) else ""


def is_home(page: Page) -> bool:
    """Whether the page stands where a site's home page does."""
    address = page.canonical(page.url)
    return re.fullmatch(r"https?://[^/]+/", address) is not None


def not_html(response: Response) -> str:
    """Give what the answer is where it is no page."""
    named = response.headers.get("content-type", "").strip()
    return "" if _HTML.fullmatch(named[:200]) else named.partition(";")[0][:100]


def why_not(page: Page, *, marked: bool, listed: bool, dated: bool, length: int) -> str:
    """Give why a page with so much text is no article; empty where it is one."""
    if is_home(page):
        return "it is the home page of its site"
    if error := _error(page, length, is_known=marked or dated):
        return error
    if listed or is_list(page):
        return "it is a list of articles or a profile"
    if marked or dated:
        return "" if length >= (1 if marked else _FEW) else "there is no text on it"
    is_one = length >= _ENOUGH and _is_one_text(page)
    return "" if is_one else "nothing on it says that it is one, and there is little text"


def _error(page: Page, length: int, *, is_known: bool) -> str:
    """Give what a page says in place of what was asked for."""
    titles = [text_of(element)[:200] for element in page.root.iter("h1", "title")][:3]
    if length < _MUCH and any(map(_SAYS_NOT_FOUND.fullmatch, titles)):
        return "it says that there is no such page"
    is_locked = not is_known and bool(page.root.xpath("//input[@type='password']"))
    if length < _ENOUGH and (is_locked or any(map(_ASKS_WHO.fullmatch, titles))):
        return "it asks who is there before it shows anything"
    return ""


def _is_one_text(page: Page) -> bool:
    return bool(wording.line(page.said("og:title"))) or any(True for _ in page.root.iter("h1", "h2", "title"))
