"""Asks the REST API of a WordPress: pages of posts, and the little questions beside them.

A question beside the posts (the address of a translation, the name of a term) that is refused is no failure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta, timezone, tzinfo
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from publisher.collect.wordpress import answers
from publisher.errors import FarEndError, PublisherError, UnreadableInput
from publisher.fetch import Door, Response

Post = Mapping[str, Any]

ACCEPT = "application/json"
REFUSALS = (400, 401, 403, 404)
LONG_PAGE, SHORT_PAGE = 100, 10
_EMBEDDED = "author,wp:term,wp:featuredmedia"
_LARGEST_ID = 2**63
_LISTED = "id,link,date,date_gmt,modified,status"
UNREAD = "publisher_unread"
"""A field of ours in a post that its site does not give: why."""
_NO_TYPES_OF_ARTICLES = {
    *("media", "blocks", "templates", "template-parts", "navigation", "menu-items", "global-styles", "font-families"),
    *("", "None", "font-faces"),
}


class NotOrderedByChange(UnreadableInput):
    """A WordPress before 4.9 cannot order posts by their last change."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One list of posts of a site: of one type, and in one language where the site shows one at a time.

    `kind` is the name that the REST API has for the type; an empty `language` asks for whatever is shown.
    """

    kind: str
    language: str = ""

    @property
    def name(self) -> str:
        """What it is called in the memory."""
        return f"{self.kind}.{self.language}" if self.language else self.kind

    def parameters(self) -> dict[str, str | int]:
        """Give what asks for its language: Polylang's and WPML's word for it, which all others ignore."""
        return {"lang": self.language, "wpml_language": self.language} if self.language else {}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of posts; `is_last` is None when the server does not tell, and so is `total`."""

    posts: tuple[Post, ...]
    is_last: bool | None
    total: int | None = None


@dataclass(slots=True)
class Api:
    """The REST API of one site."""

    door: Door
    root: str
    per_page: int = LONG_PAGE
    _zone: tzinfo | None = None

    def page(self, lane: Lane, parameters: Mapping[str, str | int]) -> Page:
        """Ask for one page of posts with everything embedded.

        A site that allows no page as long, or breaks under it, is asked for shorter ones from then on. Where a short
        one breaks it too, its posts are asked for one by one.

        Raises:
            NotOrderedByChange: when the site is too old for the order that is asked for.
        """
        number = int(parameters.get("page", 1))
        may_be_shorter = self.per_page > SHORT_PAGE and number == 1
        asked: dict[str, str | int] = {"_embed": _EMBEDDED, "per_page": self.per_page}
        try:
            answer = self._ask(f"wp/v2/{lane.kind}", {**asked, **lane.parameters(), **parameters})
            if answer.status < 400:
                return self._page(answer, lane, number)
        except (FarEndError, UnreadableInput) as error:
            return self._shorter(lane, parameters) if may_be_shorter else self._one_by_one(lane, parameters, error)
        said = answers.read(answer) if answer.status == 400 else None
        if number > 1 and answers.code_of(said) == "rest_post_invalid_page_number":
            return Page((), is_last=True)
        if may_be_shorter and "per_page" in str(said):
            return self._shorter(lane, parameters)
        if "orderby" in str(said) and parameters.get("orderby") == "modified":
            raise NotOrderedByChange(f"{answer.url} cannot order posts by their last change; update that WordPress")
        return self._page(answer, lane, number)

    def _shorter(self, lane: Lane, parameters: Mapping[str, str | int]) -> Page:
        self.per_page = SHORT_PAGE
        return self.page(lane, parameters)

    def _one_by_one(self, lane: Lane, parameters: Mapping[str, str | int], failure: PublisherError) -> Page:
        """Ask for each post of a page that fails by itself: one that breaks its site hides no others.

        Raises:
            PublisherError: the page's failure, where it is not that of a single post.
        """
        asked: dict[str, str | int] = {"_fields": _LISTED, "per_page": self.per_page}
        try:
            answer = self._ask(f"wp/v2/{lane.kind}", {**asked, **lane.parameters(), **parameters})
            page = self._page(answer, lane, int(parameters.get("page", 1)))
        except PublisherError:
            raise failure from None
        posts = tuple(self._alone(lane, post) for post in page.posts)
        broken = sum(UNREAD in post for post in posts)
        if broken == len(posts) != 1:
            raise failure
        return replace(page, posts=posts)

    def _alone(self, lane: Lane, listed: Post) -> Post:
        """Ask for one post; where that fails, give what the list says of it, and why as `UNREAD`."""
        route = f"wp/v2/{lane.kind}/{listed.get('id')}"
        try:
            found = answers.read(self._ask(route, {"_embed": _EMBEDDED, **lane.parameters()}))
            why = answers.code_of(found) or "with another post"
        except PublisherError as error:
            found, why = {}, str(error)
        if isinstance(found, dict) and found.get("id") == listed.get("id"):
            return found
        return {**listed, UNREAD: f"its site lists it and does not give it ({why}); open it there and save it anew"}

    def _page(self, answer: Response, lane: Lane, number: int) -> Page:
        if answer.status == 404 and lane.kind != answers.POSTS and answers.is_json(answer):
            raise self._unknown(lane.kind, answer)
        posts = tuple(post for post in answers.listed(answer, lane.kind) if isinstance(post, dict))
        pages, total = _count(answer, "x-wp-totalpages"), _count(answer, "x-wp-total")
        return Page(posts, None if pages is None else number >= pages, total)

    def _unknown(self, kind: str, answer: Response) -> FarEndError:
        found = self._aside("wp/v2/types", {})
        offered = {str(said.get("rest_base")) for said in found.values() if isinstance(said, dict)} if found else ()
        named = ", ".join(sorted(name for name in offered if name not in _NO_TYPES_OF_ARTICLES))
        return FarEndError(
            f'{answer.url} answered {answer.status}: there is no type "{kind[:80]}", which post_types names; '
            + (f"take from {named[:300]}" if named else "leave it out, or ask the site's team to show it in REST"),
            permanent=True,
        )

    def newest(self, lane: Lane) -> Page | None:
        """Ask what was published last, newest first and by a few fields; None where that fails."""
        asked: dict[str, str | int] = {
            "_fields": _LISTED,
            "per_page": self.per_page,
            "orderby": "date",
            "order": "desc",
        }
        try:
            return self._page(self._ask(f"wp/v2/{lane.kind}", {**asked, **lane.parameters()}), lane, 1)
        except PublisherError:
            return None

    def sample(self, lane: Lane) -> tuple[int, Any] | None:
        """Ask how many posts a lane has, and for the id of its newest; None where the site does not tell."""
        asked: dict[str, str | int] = {"per_page": 1, "_fields": "id"}
        try:
            page = self._page(self._ask(f"wp/v2/{lane.kind}", {**asked, **lane.parameters()}), lane, 1)
        except PublisherError:
            return None
        return None if page.total is None else (page.total, next((post.get("id") for post in page.posts), None))

    def links(self, lane: Lane, ids: Iterable[int]) -> dict[int, str]:
        """Ask for the addresses of posts; those that are not public are left out."""
        found = self._by_ids(lane.kind, ids, "id,link", {})
        return {number: post["link"] for number, post in found.items() if isinstance(post.get("link"), str)}

    def terms(self, base: str, ids: Iterable[int], lane: Lane) -> dict[int, Post]:
        """Ask for the terms of a taxonomy by their ids; those that are not public are left out."""
        found = self._by_ids(base, ids, "id,name,slug,taxonomy", lane.parameters())
        return {number: term for number, term in found.items() if isinstance(term.get("name"), str)}

    def coauthor(self, nicename: str) -> str:
        """Ask Co-Authors Plus for the name that an author is shown by; empty where it does not tell."""
        found = self._aside(f"coauthors/v1/coauthors/{quote(nicename, safe='')}", {"_fields": "display_name"})
        name = found.get("display_name") if found else ""
        return name if isinstance(name, str) else ""

    def zone(self) -> tzinfo:
        """Ask for the site's time zone, once; UTC where it does not tell."""
        if self._zone is None:
            self._zone = _zone(self._aside("", {"_fields": "gmt_offset,timezone_string"}) or {})
        return self._zone

    def _by_ids(
        self, route: str, ids: Iterable[int], fields: str, more: Mapping[str, str | int]
    ) -> dict[int, Mapping[str, Any]]:
        wanted = sorted(number for number in set(ids) if 0 < number < _LARGEST_ID)
        found: dict[int, Mapping[str, Any]] = {}
        for start in range(0, len(wanted), self.per_page):
            found |= self._few_by_ids(route, wanted[start : start + self.per_page], fields, more)
        return found

    def _few_by_ids(
        self, route: str, ids: Sequence[int], fields: str, more: Mapping[str, str | int]
    ) -> dict[int, Mapping[str, Any]]:
        asked: dict[str, str | int] = {"include": ",".join(map(str, ids)), "_fields": fields, "per_page": self.per_page}
        try:
            found = answers.listed(self._ask(f"wp/v2/{route}", {**asked, **more}))
        except PublisherError:
            return {}
        return {one["id"]: one for one in found if isinstance(one, dict) and isinstance(one.get("id"), int)}

    def _aside(self, route: str, parameters: Mapping[str, str | int]) -> Mapping[str, Any] | None:
        try:
            answer = self._ask(route, parameters)
            found = answers.read(answer)
        except PublisherError:
            return None
        return found if isinstance(found, dict) and answer.status < 400 else None

    def _ask(self, route: str, parameters: Mapping[str, str | int]) -> Response:
        mark = "&" if "?" in self.root else "?"
        query = f"{mark}{urlencode(parameters, safe=',:')}" if parameters else ""
        return self.door.get(f"{self.root}{route}{query}", accept=ACCEPT, allow=REFUSALS)


def _count(answer: Response, name: str) -> int | None:
    written = answer.headers.get(name, "")
    return int(written) if re.fullmatch(r"[0-9]{1,9}", written) else None


def _zone(index: Mapping[str, Any]) -> tzinfo:
    try:
        return ZoneInfo(str(index["timezone_string"]))
    except (KeyError, ValueError, OSError):
        pass
    try:
        return timezone(timedelta(hours=float(index.get("gmt_offset") or 0)))
    except (TypeError, ValueError, OverflowError):
        return UTC
