"""The sample newsroom's site: a WordPress as far as anybody on the other end of HTTP can tell.

It has two states. At first it shows what is in `articles/`; after `Site.advance` an article is corrected, one is
retracted and one has arrived late. Requests read whichever state is there when they begin.
"""

import hashlib
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

from publisher.demo.newsroom import archive, pages, rest, rss
from publisher.demo.newsroom.answers import Answer
from publisher.demo.newsroom.archive import LANGUAGES, Archive
from publisher.demo.newsroom.manuscripts import HERE


class Site:
    """The running site."""

    def __init__(self, url: str, now: datetime) -> None:
        self.url = url
        self._first = archive.build(url, now, second=False)
        self._second = archive.build(url, now, second=True)
        self._archive = self._first

    def advance(self) -> None:
        """Correct an article, retract one and let one arrive late; done twice it changes nothing more."""
        self._archive = self._second

    def answer(self, target: str, asked: Mapping[str, str]) -> Answer:
        """Answer a request for `target`, a path with its query; `asked` holds its headers by lower-case name."""
        parts = urlsplit(target)
        found = _answer(self._archive, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), asked)
        named = {"Link": f'<{self.url}{rest.ROOT}>; rel="https://api.w.org/"'}
        return Answer(found.body, found.content_type, found.status, {**named, **found.headers})


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0, *, now: datetime) -> Iterator[Site]:
    """Run the site as it is on the newest Friday up to `now`, as long as the context lasts; port 0 takes a free one."""
    with _Server((host, port), _Handler) as server:
        server.site = Site(f"http://{host}:{server.server_port}", now)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.site
        finally:
            server.shutdown()
            thread.join()


def copy_pictures(folder: Path) -> None:
    """Copy the pictures of the site into a folder."""
    for picture in sorted((HERE / "pictures").glob("*.jpg")):
        shutil.copy(picture, folder)


def _answer(held: Archive, path: str, query: Mapping[str, str], asked: Mapping[str, str]) -> Answer:
    if path.startswith(rest.ROOT) or path == rest.ROOT.rstrip("/"):
        return rest.answer(held, f"{path.rstrip('/')}/", query)
    for language in LANGUAGES:
        if path == f"{pages.HOMES[language]}feed/":
            return _feed(held, language, asked)
    if path == pages.STYLE:
        return Answer((HERE / "templates" / "style.css").read_bytes(), "text/css; charset=UTF-8")
    for picture in held.pictures:
        if path in (picture.path, picture.small_path):
            return Answer((HERE / "pictures" / path.rpartition("/")[2]).read_bytes(), "image/jpeg")
    return _moved(held, path, query) or pages.answer(held, path)


def _moved(held: Archive, path: str, query: Mapping[str, str]) -> Answer | None:
    """Redirect the short address that a post's `guid` is, and paths without their last slash."""
    for post in held.posts:
        if path == "/" and query.get("p") == str(post.id):
            return Answer(b"", status=301, headers={"Location": held.url + post.path})
    return None if path.endswith("/") else Answer(b"", status=301, headers={"Location": f"{held.url}{path}/"})


def _feed(held: Archive, language: str, asked: Mapping[str, str]) -> Answer:
    body = rss.feed(held, language, pages.SITE, pages.TAGLINES[language])
    changed = max(post.modified for post in held.posts if post.language == language).replace(microsecond=0)
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Last-Modified": format_datetime(changed.astimezone(UTC), usegmt=True)}
    if _is_known(asked, etag, changed):
        return Answer(b"", status=304, headers=headers)
    return Answer(body, "application/rss+xml; charset=UTF-8", headers=headers)


def _is_known(asked: Mapping[str, str], etag: str, changed: datetime) -> bool:
    """Whether the asker has this already: the tag decides where one is given (RFC 9110 §13.1.3)."""
    tags = asked.get("if-none-match")
    if tags is not None:
        return etag in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    try:
        return parsedate_to_datetime(asked.get("if-modified-since", "")) >= changed
    except (ValueError, TypeError):
        return False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


class _Handler(BaseHTTPRequestHandler):
    """Writes what the site answers."""

    protocol_version = "HTTP/1.1"
    server_version = "Apache"
    sys_version = ""
    timeout = 30
    wbufsize = 1 << 16  # head and body leave in one piece
    server: _Server

    def do_GET(self) -> None:
        """Answer with a body."""
        self._write(with_body=True)

    def do_HEAD(self) -> None:
        """Answer as to a GET, without the body."""
        self._write(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's own name
        """Say nothing: the demo's output belongs to the demo."""

    def _write(self, *, with_body: bool) -> None:
        answer = self.server.site.answer(self.path, {name.lower(): value for name, value in self.headers.items()})
        self.send_response(answer.status)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(answer.body)
