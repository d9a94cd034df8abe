"""Finds the REST API of a site, and the languages that its home page leads to.

The API is at /wp-json/ on most sites; a site in a folder, with plain permalinks or with a prefix of its own names its
place in a `Link` header, or in its head, with the relation https://api.w.org/.
"""

import re

from publisher import markup
from publisher.collect import identity
from publisher.collect.wordpress import answers
from publisher.collect.wordpress.api import ACCEPT, REFUSALS, Api
from publisher.errors import PublisherError, UnreadableInput
from publisher.fetch import Door, Response

_RELATION = "https://api.w.org/"
_API = re.compile(r"(.*?(?:/wp-json/?|[?&]rest_route=/?))(?:wp/v2.*)?$")
_ELSEWHERE = ("index.php/wp-json/", "?rest_route=/")
"""Where the API is when the web server knows no permalinks, and the home page does not say so."""
_HEAD = 500_000
"""Bytes of a home page that are looked at."""
_MOST_LANGUAGES = 20
_TAG = re.compile(rb"<link\b[^<>]*+>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref=["']([^"']+)""", re.IGNORECASE)
_HREFLANG = re.compile(r"""\bhreflang=["']?([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*+)(?![\w-])""", re.IGNORECASE)


def find(door: Door, site: str, kind: str = answers.POSTS) -> Api:
    """Find the API of the site at `site`, which may be the address of the API itself.

    Raises:
        FarEndError: when there is one, but closed to visitors.
        UnreadableInput: when there is none.
    """
    direct = _API.match(site)
    guess = direct[1] if direct else f"{site.rstrip('/')}/wp-json/"
    at_guess = _probe(door, guess, kind)
    if at_guess is None or at_guess.status == 404 or not answers.is_json(at_guess):
        named = _named_root(door.get(site, accept="text/html"))
        if named:
            return _opened(door, named, kind)
    if at_guess is None:
        return _elsewhere(door, site, kind)
    return _opened(door, guess, kind, at_guess)


def home(site: str) -> str:
    """Give the address of the home page of a site, which may be given by the address of its API."""
    direct = _API.match(site)
    return re.sub(r"(?:index\.php/?)?(?:wp-json/?|[?&]rest_route=/?)$", "", direct[1]) if direct else site


def homes(door: Door, site: str) -> dict[str, str] | None:
    """Give the home page of each language that the site's home page names, by `hreflang`; None where it fails."""
    try:
        page = door.get(home(site), accept="text/html")
    except PublisherError:
        return None
    found: dict[str, str] = {}
    for tag in _TAG.findall(page.body[:_HEAD]):
        written = tag.decode("utf-8", "replace")
        language, address = _HREFLANG.search(written), _HREF.search(written)
        where = identity.absolute(page.url, markup.line(address[1])) if language and address else ""
        if language and where and len(found) < _MOST_LANGUAGES:
            found.setdefault(language[1].replace("_", "-").lower(), where)
    return found if len(found) > 1 else {}


def _elsewhere(door: Door, site: str, kind: str) -> Api:
    for place in _ELSEWHERE:
        root = f"{site.rstrip('/')}/{place}"
        answer = _probe(door, root, kind)
        if answer is not None and answers.is_json(answer):
            return _opened(door, root, kind, answer)
    raise UnreadableInput(f"{site} has no WordPress REST API; {answers.USE_FEED}")


def _opened(door: Door, root: str, kind: str, answer: Response | None = None) -> Api:
    """Give the API at `root`, or where it was redirected to, unless it is closed."""
    folder = root if root.endswith("/") else f"{root}/"
    asked = _question(folder, kind)
    came = answer or door.get(folder + asked, accept=ACCEPT, allow=REFUSALS)
    if not _knows_no_such_type(came, kind):
        answers.listed(came, kind)
    return Api(door, came.url.removesuffix(asked) if came.url.endswith(asked) else folder)


def _knows_no_such_type(answer: Response, kind: str) -> bool:
    """Whether the API is there and only `kind` is not, which is told when its posts are asked for."""
    return kind != answers.POSTS and answer.status == 404 and answers.code_of(answers.read(answer)) != ""


def _probe(door: Door, root: str, kind: str) -> Response | None:
    folder = root if root.endswith("/") else f"{root}/"
    answer = door.get(folder + _question(folder, kind), accept=ACCEPT, allow=REFUSALS)
    return None if answer.status == 404 and not answers.is_json(answer) else answer


def _question(root: str, kind: str) -> str:
    return f"wp/v2/{kind}{'&' if '?' in root else '?'}per_page=1&_fields=id"


def _named_root(page: Response) -> str | None:
    header = re.search(rf'<([^<>]*)>\s*;[^<>]*\brel="?{re.escape(_RELATION)}', page.headers.get("link", ""))
    if header:
        return identity.absolute(page.url, str(header[1])) or None
    for tag in _TAG.findall(page.body[:_HEAD]):
        written = tag.decode("utf-8", "replace")
        address = _HREF.search(written)
        if _RELATION in written and address:
            return identity.absolute(page.url, markup.line(address[1])) or None
    return None
