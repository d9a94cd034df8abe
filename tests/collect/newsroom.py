"""The Estuary Desk's site in two shapes, a WordPress and a feed, and one way to collect from either."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from math import ceil
from typing import Any, Literal
from xml.sax.saxutils import escape

from publisher.collect import Batch, Listed, Memory, collect
from publisher.config import Publication, Source
from publisher.fetch import Door
from publisher.model import Article, Remark, Skipped
from tests.collect.web import Answer, Request, Web

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
LINK = "https://estuary.example.org/"
"""Where articles stand; the server that a test asks is never in their addresses."""
PUBLICATION = Publication(
    name="The Estuary Desk",
    url=LINK,
    languages=("en",),
    timezone="America/Bogota",
    address="Calle 12 # 4-56, Cartagena",
    contact="desk@estuary.example.org",
)
PUB_DATE = "<pubDate>Mon, 09 Nov 2026 10:00:00 GMT</pubDate>"
AUDIT = f"<title>Port audit</title><link>{LINK}port-audit/</link>{PUB_DATE}"
"""What every item of a feed begins with."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What one run gave."""

    articles: list[Article]
    skipped: list[Skipped]
    memory: Memory
    batches: int
    remarks: list[Remark]
    withdrawn: list[str]
    listed: Listed | None
    moved: dict[str, str]
    settled: list[str]

    def titles(self) -> list[str]:
        return [article.title for article in self.articles]

    def only(self) -> Article:
        assert len(self.articles) == 1, self.titles()
        return self.articles[0]


def run(
    source: Source,
    door: Door,
    memory: Memory | None = None,
    *,
    now: datetime = NOW,
    stop_after: int | None = None,
    publication: Publication = PUBLICATION,
) -> Collected:
    """Collect, up to `stop_after` batches; what comes back is what a store would have."""
    gathered: list[Batch] = []
    for batch in collect(source, door, memory or Memory(), now, publication):
        gathered.append(batch)
        if len(gathered) == stop_after:
            break
    return Collected(
        [article for batch in gathered for article in batch.articles],
        [skipped for batch in gathered for skipped in batch.skipped],
        gathered[-1].memory,
        len(gathered),
        [remark for batch in gathered for remark in batch.remarks],
        [url for batch in gathered for url in batch.withdrawn],
        next((batch.listed for batch in reversed(gathered) if batch.listed), None),
        {before: after for batch in gathered for before, after in batch.moved.items()},
        [name for batch in gathered for name in batch.settled],
    )


@dataclass
class WordPress:
    """A scripted WordPress: each attribute is a way in which real ones differ.

    `types` are its post types by their names in the API, `terms` the terms of each taxonomy. With a `default_language`
    it shows posts of another one only to those who ask for it. The text of the post `breaks_under` ends PHP.
    """

    web: Web
    types: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {"posts": []})
    terms: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    coauthors: dict[str, str] = field(default_factory=dict)
    default_language: str = ""
    home: str = "<!DOCTYPE html>"
    folder: str = ""
    pretty: bool = True
    knows_modified_after: bool = True
    orders_by_change: bool = True
    longest_page: int = 100
    refuses_long_pages: bool = False
    tells_pages: bool = True
    breaks_under: int = 0
    index: dict[str, Any] = field(default_factory=dict)
    before: Callable[[Request], Answer | None] = lambda _request: None

    def __post_init__(self) -> None:
        self.web.respond = self.respond

    @property
    def source(self) -> Source:
        return Source(name="site", kind="wordpress", url=f"{self.web.url}{self.folder}/")

    @property
    def posts(self) -> list[dict[str, Any]]:
        """Those of the type that every site has."""
        return self.types["posts"]

    def publish(self, slug: str, *, published: datetime = MONDAY, kind: str = "posts", **said: Any) -> dict[str, Any]:
        """Add a post as WordPress 6 writes it; `said` are fields of its own, or `body` and `title`."""
        modified = said.pop("modified_at", published)
        post = {
            "id": max((post["id"] for posts in self.types.values() for post in posts if post.get("id")), default=0) + 1,
            **_times("date", published),
            **_times("modified", modified),
            "status": "publish",
            "link": f"{LINK}{slug}/",
            "title": {"rendered": said.pop("title", slug)},
            "content": {"rendered": said.pop("body", "<p>The port is open.</p>"), "protected": False},
            "excerpt": {"rendered": said.pop("excerpt", ""), "protected": False},
            **said,
        }
        self.types.setdefault(kind, []).append(post)
        return post

    def trash(self, slug: str) -> None:
        for posts in self.types.values():
            posts[:] = [post for post in posts if post["link"] != f"{LINK}{slug}/"]

    def edit(self, slug: str, *, title: str, modified: datetime) -> None:
        post = next(post for post in self.posts if post["link"] == f"{LINK}{slug}/")
        post.update({"title": {"rendered": title}, **_times("modified", modified)})

    def publish_nonsense(self) -> None:
        self.publish("no-date", date="soon", date_gmt=None)

    def respond(self, request: Request) -> Answer:
        given = self.before(request)
        if given:
            return given
        route = self._route(request)
        if route is None:
            return self._page(request)
        kind, _, number = route.removeprefix("/wp/v2/").partition("/")
        if kind not in self.types:
            return self._aside(route, request.query)
        return self._one(kind, number) if number else self._list(self.types[kind], request.query)

    def _one(self, kind: str, number: str) -> Answer:
        found = next((post for post in self.types[kind] if str(post["id"]) == number), None)
        if found is None:
            return _json({"code": "rest_post_invalid_id", "message": "Invalid post ID.", "data": {"status": 404}}, 404)
        return Answer(status=500) if found["id"] == self.breaks_under else _json(_shown(found, {}))

    def _aside(self, route: str, query: Mapping[str, str]) -> Answer:
        """Answer what is asked beside the posts."""
        if route == "/":
            return _json(self.index)
        if route == "/wp/v2/types":
            return _json({kind: {"rest_base": kind} for kind in (*self.types, "media")})
        if route.startswith("/coauthors/v1/coauthors/") and (name := self.coauthors.get(route.rpartition("/")[2])):
            return _json({"display_name": name})
        taxonomy = route.removeprefix("/wp/v2/")
        if taxonomy in self.terms:
            wanted = query.get("include", "").split(",")
            return _json([term for term in self.terms[taxonomy] if str(term["id"]) in wanted])
        return _json({"code": "rest_no_route", "message": "No route was found.", "data": {"status": 404}}, 404)

    def _route(self, request: Request) -> str | None:
        if "rest_route" in request.query:
            return request.query["rest_route"]
        root = f"{self.folder}/wp-json"
        return request.path.removeprefix(root) if self.pretty and request.path.startswith(f"{root}/") else None

    def _page(self, request: Request) -> Answer:
        if request.path != f"{self.folder}/":
            return Answer(b"<!DOCTYPE html><title>Not found</title>", 404, {"Content-Type": "text/html"})
        root = f"{self.web.url}{self.folder}/" + ("wp-json/" if self.pretty else "index.php?rest_route=/")
        return Answer(self.home.encode(), headers={"Link": f'<{root}>; rel="https://api.w.org/"'})

    def _list(self, posts: list[dict[str, Any]], query: Mapping[str, str]) -> Answer:
        asked, number = int(query.get("per_page", "10")), int(query.get("page", "1"))
        if self.refuses_long_pages and asked > self.longest_page:
            return _json(
                {"code": "rest_invalid_param", "message": "Invalid parameter(s): per_page", "data": {"status": 400}},
                400,
            )
        if query.get("orderby") == "modified" and not self.orders_by_change:
            return _json({"code": "rest_invalid_param", "message": "Invalid parameter(s): orderby"}, 400)
        per_page = min(asked, self.longest_page)
        found = [post for post in posts if self._matches(post, query)]
        column = query.get("orderby", "date")
        found.sort(key=lambda post: (post[column], post["id"]), reverse=query.get("order", "desc") == "desc")
        pages = ceil(len(found) / per_page)
        if found and number > pages:
            return _json({"code": "rest_post_invalid_page_number", "message": "Too far.", "data": {"status": 400}}, 400)
        on_page = found[(number - 1) * per_page : number * per_page]
        if "_fields" not in query and any(post["id"] == self.breaks_under for post in on_page):
            return Answer(status=500)
        shown = [_shown(post, query) for post in on_page]
        told = {"X-WP-TotalPages": str(pages), "X-WP-Total": str(len(found))}
        return _json(shown, headers=told if self.tells_pages else {})

    def _matches(self, post: Mapping[str, Any], query: Mapping[str, str]) -> bool:
        after, modified_after = query.get("after", ""), query.get("modified_after", "")
        ids = query.get("include", str(post["id"])).split(",")
        language = query.get("lang", self.default_language) if self.default_language else ""
        if language and post.get("language_of_it", language) != language:
            return False
        is_late_enough = not self.knows_modified_after or post["modified"] > modified_after
        return is_late_enough and post["date"] > after and str(post["id"]) in ids


def _shown(post: Mapping[str, Any], query: Mapping[str, str]) -> dict[str, Any]:
    fields = query["_fields"].split(",") if "_fields" in query else post.keys() - {"language_of_it"}
    return {name: value for name, value in post.items() if name in fields}


def _times(name: str, instant: datetime) -> dict[str, str]:
    """Give a time as a site three hours behind UTC shows it."""
    local = (instant - timedelta(hours=3)).replace(tzinfo=None)
    return {name: local.isoformat(), f"{name}_gmt": instant.replace(tzinfo=None).isoformat()}


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json", **(headers or {})})


@dataclass
class FeedSite:
    """A site with a feed; `text`, when set, is what is served in place of the entries. `others` are served by path."""

    web: Web
    items: dict[str, str] = field(default_factory=dict)
    text: str | bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    validator: Literal["etag", "last-modified", "none"] = "etag"
    language: str = "en"
    others: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.web.respond = self.respond

    @property
    def source(self) -> Source:
        return Source(name="feed", kind="feed", url=f"{self.web.url}/feed")

    def publish(self, slug: str, *, published: datetime = MONDAY, title: str = "", body: str = "<p>Open.</p>") -> None:
        self.item(
            slug,
            f"<title>{escape(title or slug)}</title><link>{LINK}{slug}/</link><guid>{LINK}{slug}/</guid>"
            f"<pubDate>{format_datetime(published)}</pubDate><description>{escape(body)}</description>",
        )

    def item(self, slug: str, inner: str) -> None:
        self.items[slug] = f"<item>{inner}</item>"

    def edit(self, slug: str, *, title: str, modified: datetime) -> None:
        self.publish(slug, title=title)

    def publish_nonsense(self) -> None:
        self.item("nowhere", "<title>Leads nowhere</title><description>x</description>")

    def serves(self, text: str | bytes, **headers: str) -> None:
        self.text = text
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def asked(self) -> list[str]:
        """Give the paths and queries that were asked for, beside the feed itself."""
        found = (
            request.path + "".join(f"?{key}={value}" for key, value in request.query.items())
            for request in self.web.requests
        )
        return [place for place in found if place != "/feed"]

    def respond(self, request: Request) -> Answer:
        if request.path in self.others:
            return self.others[request.path]
        body = self._document()
        known: dict[str, str] = {
            "etag": f'"{hashlib.sha256(body).hexdigest()[:8]}"',
            "last-modified": self._changed(body),
        }
        asked = {"etag": "if-none-match", "last-modified": "if-modified-since"}
        given: dict[str, str] = {self.validator: known[self.validator]} if self.validator in known else {}
        if given and request.headers.get(asked[self.validator]) == given[self.validator]:
            return Answer(status=304, headers=given)
        return Answer(body, headers={"Content-Type": "application/xml", **given, **self.headers})

    def _document(self) -> bytes:
        if self.text is not None:
            return self.text if isinstance(self.text, bytes) else self.text.encode()
        return rss("".join(self.items.values()), self.language).encode()

    @staticmethod
    def _changed(body: bytes) -> str:
        return format_datetime(MONDAY + timedelta(seconds=len(body)))


def rss(items: str, language: str = "en", attributes: str = "") -> str:
    """Give an RSS 2.0 document around items."""
    namespaces = " ".join(f'xmlns:{prefix}="{address}"' for prefix, address in _NAMESPACES.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {namespaces} {attributes}><channel>'
        f"<title>The Estuary Desk</title><link>{LINK}</link><language>{language}</language>{items}</channel></rss>"
    )


_NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "atom": "http://www.w3.org/2005/Atom",
    "fh": "http://purl.org/syndication/history/1.0",
}


def read_item(feed: FeedSite, door: Door, inner: str, language: str = "en") -> Article:
    """Serve a feed of one item, and collect it."""
    feed.serves(rss(f"<item>{inner}</item>", language))
    return run(feed.source, door).only()
