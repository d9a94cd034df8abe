"""Sites to look at: what stands at each path of a server of ours, as systems of all kinds serve it."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from tests.collect.newsroom import MONDAY
from tests.collect.web import Answer, Request, Web

HTML = {"Content-Type": "text/html; charset=utf-8"}
RSS = 'type="application/rss+xml"'


def serves(web: Web, places: Mapping[str, str | Answer]) -> None:
    """Let a server answer with what stands at a path, or at a path and its query; with 404 elsewhere."""

    def _respond(request: Request) -> Answer:
        found = places.get(request.path, Answer(b"<html><body>Not found", 404, HTML))
        is_page = isinstance(found, str) and "<html" in found
        return found if isinstance(found, Answer) else Answer(found.encode(), headers=HTML if is_page else {})

    web.respond = _respond


def home(head: str = "", body: str = "", language: str = "en") -> str:
    """Give a home page."""
    return f'<!doctype html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'


def feed(
    *slugs: str,
    title: str = "The Estuary Desk",
    language: str = "en",
    category: str = "News",
    zone: str = "+0000",
    link: str = "https://estuary.example.org/",
) -> str:
    """Give an RSS feed of articles with full texts, an hour between two."""
    items = "".join(
        f"<item><title>{slug}</title><link>{link}{slug}/</link><guid>{link}{slug}/</guid>"
        f"<category>{category}</category><description>{'The port is open again. ' * 20}</description>"
        f"<pubDate>{MONDAY + timedelta(hours=number):%a, %d %b %Y %H:%M:%S} {zone}</pubDate></item>"
        for number, slug in enumerate(slugs)
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>{link}</link><language>{language}</language>{items}</channel></rss>"
    )


def rest(value: Any, status: int = 200) -> Answer:
    """Give an answer of a REST API."""
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"})


def post(number: int, *categories: int, **said: Any) -> dict[str, Any]:
    """Give a post of a site five hours behind UTC, as it is listed."""
    return {
        "id": number,
        "link": f"https://estuary.example.org/{number}/",
        "date": f"2026-11-09T{number:02}:00:00",
        "date_gmt": f"2026-11-09T{number + 5:02}:00:00",
        "categories": list(categories),
        **said,
    }


def wordpress(
    web: Web,
    posts: Sequence[dict[str, Any]] = (),
    categories: Mapping[int, str] | None = None,
    index: Mapping[str, Any] | None = None,
    page: str = "",
    pretty: bool = True,
    **more: Any,
) -> None:
    """Let a server be a WordPress; `more` are answers of other routes, by their last names."""
    terms = [
        {"id": number, "name": name, "slug": name.lower(), "count": 9} for number, name in (categories or {}).items()
    ]
    routes: dict[str, Answer] = {
        "/": rest({"name": "The Estuary Desk", "timezone_string": "America/Bogota", **(index or {})}),
        "/wp/v2/posts": rest(list(posts)),
        "/wp/v2/categories": rest(terms),
        **{f"/wp/v2/{name}": answer for name, answer in more.items()},
    }

    def _respond(request: Request) -> Answer:
        route = request.query.get("rest_route")
        if pretty and request.path.startswith("/wp-json/"):
            route = request.path.removeprefix("/wp-json")
        if route is None and request.path == "/":
            root = "wp-json/" if pretty else "index.php?rest_route=/"
            link = f'<link rel="https://api.w.org/" href="{web.url}/{root}">'
            return Answer((page or home(link)).replace("</head>", f"{link}</head>").encode(), headers=HTML)
        return routes.get(route or "", rest({"code": "rest_no_route", "message": "No.", "data": {"status": 404}}, 404))

    web.respond = _respond
