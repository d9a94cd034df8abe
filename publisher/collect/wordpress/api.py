"""Speaks with the REST API of a WordPress: finds it, reads its pages, says in one sentence what is odd.

The API is at /wp-json/ on most sites; a site in a folder or with plain permalinks names its place in a
`Link` header with the relation https://api.w.org/. Whatever is not the JSON that was asked for (a login
page, a warning of PHP before the JSON, an error object) ends in an error that names the cause and the remedy.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from publisher import markup
from publisher.collect import identity
from publisher.errors import FarEndError, PublisherError, UnreadableInput
from publisher.fetch import Door, Response

Post = Mapping[str, Any]

_RELATION = "https://api.w.org/"
_EMBEDDED = "author,wp:term,wp:featuredmedia"
SHORT_PAGE = 10
_LARGEST_ID = 2**63
_REFUSALS = (400, 401, 403, 404)
_USE_FEED = 'use its feed instead (kind = "feed")'


@dataclass(frozen=True, slots=True)
class Page:
    """One page of posts; `is_last` is None when the server does not tell."""

    posts: tuple[Post, ...]
    is_last: bool | None


@dataclass(slots=True)
class Api:
    """The REST API of one site."""

    door: Door
    root: str
    per_page: int = 100
    _zone: tzinfo | None = None

    def page(self, parameters: Mapping[str, str | int]) -> Page:
        """Ask for one page of posts with everything embedded.

        A site that allows no page as long, or breaks under it, is asked for shorter ones from then on.
        """
        number = int(parameters.get("page", 1))
        may_be_shorter = self.per_page > SHORT_PAGE and number == 1
        try:
            answer = self._ask(self._url("wp/v2/posts", {"_embed": _EMBEDDED, "per_page": self.per_page, **parameters}))
        except FarEndError:
            if not may_be_shorter:
                raise
            return self._shorter(parameters)
        if answer.status == 400:
            error = _json(answer)
            if number > 1 and _code(error) == "rest_post_invalid_page_number":
                return Page((), is_last=True)
            if may_be_shorter and "per_page" in str(error):
                return self._shorter(parameters)
        posts = tuple(post for post in _list(answer) if isinstance(post, Mapping))
        pages = answer.headers.get("x-wp-totalpages", "")
        return Page(posts, is_last=number >= int(pages) if re.fullmatch(r"[0-9]{1,9}", pages) else None)

    def _shorter(self, parameters: Mapping[str, str | int]) -> Page:
        self.per_page = SHORT_PAGE
        return self.page(parameters)

    def links(self, ids: Iterable[int]) -> dict[int, str]:
        """Ask for the addresses of posts; those that are not public are left out."""
        wanted = sorted(number for number in set(ids) if 0 < number < _LARGEST_ID)
        found: dict[int, str] = {}
        for start in range(0, len(wanted), self.per_page):
            found |= self._links(wanted[start : start + self.per_page])
        return found

    def _links(self, ids: Sequence[int]) -> dict[int, str]:
        parameters: dict[str, str | int] = {
            "include": ",".join(map(str, ids)),
            "_fields": "id,link",
            "per_page": self.per_page,
        }
        try:
            found = _list(self._ask(self._url("wp/v2/posts", parameters)))
        except PublisherError:
            return {}  # a translation's address is worth a question, not a failed run
        return {post["id"]: str(post["link"]) for post in found if isinstance(post, Mapping) and _has_link(post)}

    def zone(self) -> tzinfo:
        """Ask for the site's time zone, once; UTC where it does not tell."""
        if self._zone is None:
            try:
                index = _json(self._ask(self._url("", {"_fields": "gmt_offset,timezone_string"})))
            except PublisherError:
                index = None
            self._zone = _zone(index if isinstance(index, Mapping) else {})
        return self._zone

    def _ask(self, url: str) -> Response:
        return self.door.get(url, accept="application/json", allow=_REFUSALS)

    def _url(self, route: str, parameters: Mapping[str, str | int]) -> str:
        return f"{self.root}{route}{'&' if '?' in self.root else '?'}{urlencode(parameters, safe=',:')}"


def find(door: Door, site: str) -> Api:
    """Find the API of the site at `site`, which may be the address of the API itself.

    Raises:
        FarEndError: when there is one, but closed to visitors.
        UnreadableInput: when there is none.
    """
    direct = re.match(r"(.*?(?:/wp-json/?|[?&]rest_route=/?))(?:wp/v2.*)?$", site)
    guess = direct[1] if direct else f"{site.rstrip('/')}/wp-json/"
    at_guess = _probe(door, guess)
    if at_guess is None or at_guess.status == 404 or not _is_json(at_guess):
        named = _named_root(door.get(site, accept="text/html"))
        if named:
            return _opened(door, named)
    if at_guess is None:
        raise UnreadableInput(f"{site} has no WordPress REST API; {_USE_FEED}")
    return _opened(door, guess, at_guess)


def _opened(door: Door, root: str, answer: Response | None = None) -> Api:
    api = Api(door, root if root.endswith("/") else f"{root}/")
    _list(answer or api._ask(_probe_url(api.root)))
    return api


def _probe(door: Door, root: str) -> Response | None:
    answer = door.get(_probe_url(root), accept="application/json", allow=_REFUSALS)
    return None if answer.status == 404 and not _is_json(answer) else answer


def _probe_url(root: str) -> str:
    folder = root if root.endswith("/") else f"{root}/"
    return f"{folder}wp/v2/posts{'&' if '?' in folder else '?'}per_page=1&_fields=id"


def _named_root(home: Response) -> str | None:
    header = re.search(rf'<([^<>]*)>\s*;[^<>]*\brel="?{re.escape(_RELATION)}', home.headers.get("link", ""))
    if header:
        return identity.absolute(home.url, str(header[1])) or None
    for tag in re.findall(rb"<link\b[^<>]*>", home.body[:500_000]):
        written = tag.decode("utf-8", "replace")
        address = re.search(r"""href=["']([^"']+)""", written)
        if _RELATION in written and address:
            return identity.absolute(home.url, markup.line(address[1])) or None
    return None


def _is_json(answer: Response) -> bool:
    try:
        _json(answer)
    except PublisherError:
        return False
    return True


def _json(answer: Response) -> Any:
    try:
        return json.loads(answer.body.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        said = f"{answer.url} answered" + (f" {answer.status}" if answer.status >= 400 else "")
        if _breaks_off(answer.body.strip()):
            raise FarEndError(f"{said} with JSON that breaks off in the middle; try again later") from error
        raise UnreadableInput(f"{said} {_what_it_is(answer.body)}") from error


def _breaks_off(body: bytes) -> bool:
    return body[:2] in (b"[{", b'{"') and body[-1:] != {b"[": b"]", b"{": b"}"}[body[:1]]


def _what_it_is(body: bytes) -> str:
    beginning = body[:2000].lstrip().lower()
    if not beginning:
        return "with nothing at all; ask the site's team to look at its error log"
    if (
        b"warning</b>" in beginning
        or b"notice</b>" in beginning
        or b"fatal error" in beginning
        or b"deprecated" in beginning
    ):
        return "with an error message of PHP before the JSON; ask the site's team to switch display_errors off"
    if b"wp-login" in body or b"password" in body[:20_000].lower():
        return f"with a login page instead of JSON; ask the site's team to open wp/v2/posts, or {_USE_FEED}"
    if beginning.startswith((b"<!doctype", b"<html", b"<")):
        return f"with a web page instead of JSON; check the address, or {_USE_FEED}"
    return f"with what is no JSON; check the address, or {_USE_FEED}"


def _list(answer: Response) -> list[Any]:
    """Give the list that was asked for, or say what came instead."""
    found = _json(answer)
    if isinstance(found, list) and answer.status < 400:
        return found
    code, message = _code(found), markup.line(str(found.get("message", "")))[:200] if isinstance(found, dict) else ""
    said = f"{answer.url} answered {answer.status}" + (f" {code}: {message}" if code else "")
    if answer.status in (401, 403):
        raise FarEndError(f"{said}; ask the site's team to open wp/v2/posts, or {_USE_FEED}", permanent=True)
    if answer.status >= 400 or code:
        raise FarEndError(f"{said}; check the address, or {_USE_FEED}", permanent=True)
    raise UnreadableInput(f"{answer.url} answered with one object instead of a list of posts; give the site's address")


def _code(found: Any) -> str:
    return markup.line(str(found.get("code", "")))[:100] if isinstance(found, Mapping) else ""


def _has_link(post: Post) -> bool:
    return isinstance(post.get("id"), int) and isinstance(post.get("link"), str)


def _zone(index: Mapping[str, Any]) -> tzinfo:
    try:
        return ZoneInfo(str(index["timezone_string"]))
    except (KeyError, ValueError, OSError):
        pass
    try:
        return timezone(timedelta(hours=float(index.get("gmt_offset") or 0)))
    except (TypeError, ValueError, OverflowError):
        return UTC
