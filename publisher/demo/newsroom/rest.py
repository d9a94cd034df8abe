"""The sample newsroom's WordPress REST API: which objects a request asks for, in pages and in its order.

Times in a request that name no zone are the site's own, `after` and its like leave out the instant itself, and
a page past the end is an error: as WordPress does it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import urlencode

from publisher.demo.newsroom import shapes
from publisher.demo.newsroom.answers import Answer, error, of_json
from publisher.demo.newsroom.archive import TAXONOMIES, Archive, Post
from publisher.demo.newsroom.manuscripts import ZONE

ROOT = "/wp-json/"
NAME = "The Estuary Desk"
DESCRIPTION = "Reporting on organized crime along the Yaraquí coast"
_ORDERS: dict[str, Callable[[Post], Any]] = {
    "date": lambda post: (post.published, post.id),
    "modified": lambda post: (post.modified, post.id),
    "id": lambda post: post.id,
    "slug": lambda post: post.slug,
    "title": lambda post: post.manuscript.title,
}
_TIMES: dict[str, Callable[[Post, datetime], bool]] = {
    "after": lambda post, instant: post.published > instant,
    "before": lambda post, instant: post.published < instant,
    "modified_after": lambda post, instant: post.modified > instant,
    "modified_before": lambda post, instant: post.modified < instant,
}

Query = Mapping[str, str]


class _Wrong(Exception):
    """A parameter that WordPress refuses, with its words."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name, self.words = name, words


def answer(archive: Archive, path: str, query: Query) -> Answer:
    """Answer a request for `path` under the API's root."""
    try:
        return _answer(archive, path.removeprefix(ROOT).strip("/"), query)
    except _Wrong as wrong:
        message = f"Invalid parameter(s): {wrong.name}"
        return error("rest_invalid_param", message, 400, params={wrong.name: wrong.words}, details={})


def _answer(archive: Archive, route: str, query: Query) -> Answer:
    if not route:
        return of_json(_only(shapes.index(archive, NAME, DESCRIPTION), query))
    collection, _, number = route.removeprefix("wp/v2/").partition("/")
    if route == "wp/v2/types/post":
        return of_json({"name": "Posts", "slug": "post", "rest_base": "posts", "rest_namespace": "wp/v2"})
    if re.fullmatch(r"posts/\d+/revisions", f"{collection}/{number}"):
        return error("rest_cannot_read", "Sorry, you are not allowed to view revisions of this post.", 401)
    found = _collection(archive, collection, query) if route.startswith("wp/v2/") else None
    if found is None or (number and not number.isdecimal()):
        return error("rest_no_route", "No route was found matching the URL and request method.", 404)
    if number:
        return _one(_collection(archive, collection, {}) or [], int(number), query, archive, collection)
    return _page(archive, collection, found, query)


def _collection(archive: Archive, name: str, query: Query) -> Sequence[Any] | None:
    """Give all that a collection has for a request; None when there is no such collection."""
    post = next((post for post in archive.posts if str(post.id) == query.get("post", query.get("parent"))), None)
    about_one_post = bool(query.keys() & {"post", "parent"})
    if name == "posts":
        return _posts(archive, query)
    if name == "media":
        return [found for found in archive.pictures if not about_one_post or (post and found == post.picture)]
    if name == "users":
        return [person for person in archive.people if not person.guest]
    for taxonomy, base in TAXONOMIES.items():
        if name == base:
            among = archive.terms if not about_one_post else post.terms if post else ()
            return [term for term in among if term.taxonomy == taxonomy]
    return [] if name == "comments" else None


def _posts(archive: Archive, query: Query) -> list[Post]:
    conditions = [_condition(name, value) for name, value in query.items() if value]
    found = [post for post in archive.posts if all(condition(post) for condition in conditions)]
    order = query.get("order", "desc").lower()
    if order not in ("asc", "desc"):
        raise _Wrong("order", "order is not one of asc and desc.")
    orderby = query.get("orderby", "date")
    if orderby not in _ORDERS:
        raise _Wrong("orderby", f"orderby is not one of {', '.join(_ORDERS)}.")
    return sorted(found, key=_ORDERS[orderby], reverse=order == "desc")


def _condition(name: str, value: str) -> Callable[[Post], bool]:
    if name in _TIMES:
        instant = _instant(name, value)
        return lambda post: _TIMES[name](post, instant)
    if name == "include":
        ids = set(value.split(","))
        return lambda post: str(post.id) in ids
    if name == "slug":
        return lambda post: post.slug in value.split(",")
    if name == "lang":
        return lambda post: post.language in value.split(",")
    if name in TAXONOMIES.values():
        return lambda post: any(str(term.id) in value.split(",") for term in post.terms)
    return lambda _post: True


def _instant(name: str, value: str) -> datetime:
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise _Wrong(name, "Invalid date.") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=ZONE)


def _page(archive: Archive, collection: str, found: Sequence[Any], query: Query) -> Answer:
    per_page = _number(query, "per_page", 10, "between 1 (inclusive) and 100 (inclusive)", most=100)
    number = _number(query, "page", 1, "greater than or equal to 1")
    pages = ceil(len(found) / per_page)
    if found and number > pages:
        code = "rest_post_invalid_page_number" if collection == "posts" else "rest_invalid_page_number"
        return error(code, "The page number requested is larger than the number of pages available.", 400)
    shown = found[(number - 1) * per_page : number * per_page]
    address = f"{archive.url}{ROOT}wp/v2/{collection}"
    counts = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
    exposed = {"Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link"}
    links = _neighbours(address, query, number, pages)
    body = [_only(_shape(archive, collection, one, query), query) for one in shown]
    return of_json(body, headers={**counts, **exposed, **({"Link": links} if links else {})})


def _one(found: Sequence[Any], number: int, query: Query, archive: Archive, collection: str) -> Answer:
    for one in found:
        if one.id == number:
            return of_json(_only(_shape(archive, collection, one, query), query))
    kind = {"posts": "post", "media": "post", "users": "user"}.get(collection, "term")
    return error(f"rest_{kind}_invalid_id", f"Invalid {kind} ID.", 404)


def _shape(archive: Archive, collection: str, one: Any, query: Query) -> dict[str, Any]:
    if collection == "posts":
        return shapes.post(archive, one, _embed(query))
    if collection == "media":
        return shapes.picture(archive, one)
    return shapes.person(archive, one) if collection == "users" else shapes.term_alone(archive, one)


def _embed(query: Query) -> frozenset[str]:
    """Read `_embed`: absent, nothing; empty or true, everything; else the relations it names."""
    if "_embed" not in query:
        return frozenset()
    return shapes.EMBEDDABLE if query["_embed"] in ("", "1", "true") else frozenset(query["_embed"].split(","))


def _only(shape: dict[str, Any], query: Query) -> dict[str, Any]:
    wanted = {name.partition(".")[0] for name in query.get("_fields", "").split(",") if name}
    return {name: value for name, value in shape.items() if name in wanted} if wanted else shape


def _number(query: Query, name: str, default: int, range_words: str, most: int | None = None) -> int:
    given = query.get(name, str(default))
    if not re.fullmatch(r"\d{1,9}", given):
        raise _Wrong(name, f"{name} is not of type integer.")
    if int(given) < 1 or (most and int(given) > most):
        raise _Wrong(name, f"{name} must be {range_words}")
    return int(given)


def _neighbours(address: str, query: Query, number: int, pages: int) -> str:
    near = {"prev": number - 1, "next": number + 1}
    return ", ".join(
        f'<{address}?{urlencode({**query, "page": page})}>; rel="{relation}"'
        for relation, page in near.items()
        if 1 <= page <= pages
    )
