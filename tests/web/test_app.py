import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.config import Settings
from publisher.store import open_store
from publisher.web import server
from publisher.web.app import application
from tests.web.conftest import NOW, SECRET, Visitor


@pytest.fixture
def broken(settings: Settings, tmp_path: Path) -> Iterator[Visitor]:
    """A site whose database turned to rubbish while nobody looked."""
    file = tmp_path / "broken.db"
    store = open_store(f"sqlite:///{file}")
    store.close()
    file.write_bytes(b"rubbish" * 1000)
    bound, stop = server.bind("127.0.0.1", 0), threading.Event()
    visitor = Visitor(bound.getsockname()[1])
    site = application(settings, store, SECRET, lambda: NOW)
    serving = threading.Thread(target=server.serve, args=(site, bound, stop))
    serving.start()
    yield visitor
    stop.set()
    serving.join()
    store.close()


def test_a_probe_hears_that_the_database_answers(visitor: Visitor) -> None:
    answer = visitor.get("/healthz")

    assert (answer.status, answer.text, answer.headers["Cache-Control"]) == (200, "ok", "no-store")


def test_a_probe_hears_that_the_database_is_broken(broken: Visitor) -> None:
    answer = broken.get("/healthz")

    assert answer.status == 503
    assert answer.headers["Retry-After"]


def test_feeds_are_served_without_a_database(broken: Visitor, feeds: Path) -> None:
    assert broken.get("/feeds/en/all.atom").status == 200


def test_robots_are_kept_from_the_links_of_mails(visitor: Visitor) -> None:
    assert "Disallow: /leave/" in visitor.get("/robots.txt").text


@pytest.mark.parametrize("path", ["/nothing", "/feeds/nothing.atom", "/issues/a/b/c", "/healthz/", "//feeds/"])
def test_what_is_not_there_is_said_in_plain_words_and_safely(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path)

    assert (answer.status, answer.text) == (404, "Not Found")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nobody_is_told_what_serves(visitor: Visitor) -> None:
    assert "Server" not in visitor.get("/robots.txt").headers


def test_a_request_whose_head_never_ends_is_refused(visitor: Visitor) -> None:
    begun = b"GET / HTTP/1.1\r\nHost: example.org\r\nCookie: "
    with socket.create_connection(("127.0.0.1", visitor.port)) as line:
        line.sendall(begun + b"a" * (server.HEAD_BYTES + 1 - len(begun)))

        assert line.recv(100).startswith(b"HTTP/1.1 400 ")
