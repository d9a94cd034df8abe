"""What a site asks of programs is obeyed where pages for people are read."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.config.settings import Fetch
from publisher.errors import FarEndError
from publisher.fetch import Door, Response, robots
from tests.fetch.conftest import Server, Time
from tests.fetch.test_door import answer

SITE = "https://estuary.example.org/"
CLOSED = b"User-agent: *\nDisallow: /closed\n"


def rules(text: str | bytes, status: int = 200) -> robots.Robots:
    body = text if isinstance(text, bytes) else text.encode()
    return robots.read(Response(f"{SITE}robots.txt", status, {}, body))


@pytest.mark.parametrize(
    "text",
    [
        "User-agent: *\nDisallow: /closed",
        "USER-AGENT: Publisher\r\nDISALLOW: /closed # until Monday\r\n",
        "User-agent: other\nUser-agent: publisher/2.0\nDisallow: /closed",
        "User-agent: *\nAllow: /\nUser-agent: publisher\nDisallow: /clo*d$",
        "User-agent: publisher\nAllow: /\n\nUser-agent: publisher\nDisallow: /closed",
        b"\xef\xbb\xbfUser-agent: *\nDisallow: /closed",
        "User-agent: *\rDisallow: /closed",
        "User-agent *\nDisallow: /closed",
    ],
)
def test_a_closed_address_is_closed(text: str | bytes) -> None:
    assert not rules(text).allows(f"{SITE}closed")
    assert rules(text).allows(f"{SITE}open")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!DOCTYPE html><p>Not found",
        "User-agent: other\nDisallow: /",
        "User-agent: pub\nDisallow: /",
        "User-agent: publisher-images\nDisallow: /",
        "User-agent: *\nDisallow: /\nUser-agent: publisher\nDisallow:",
        "User-agent: *\nDisallow: /clo\nAllow: /closed",
        "Disallow: /",
        b"\xff\xfe\x00\x01",
    ],
)
def test_an_open_address_is_open(text: str | bytes) -> None:
    assert rules(text).allows(f"{SITE}closed")


def test_sitemaps_are_given_as_written_wherever_they_stand() -> None:
    text = "Sitemap: https://estuary.example.org/a.xml\nUser-agent: other\nDisallow: /\nsitemap: /b.xml"

    assert rules(text).sitemaps == ("https://estuary.example.org/a.xml", "/b.xml")


@pytest.mark.parametrize(
    ("asked", "given"), [("3", 3), ("0.5", 0.5), ("3600", 10), ("soon", 0), ("-1", 0), ("inf", 0), ("nan", 0)]
)
def test_a_pause_is_kept_up_to_a_length(asked: str, given: float) -> None:
    assert rules(f"User-agent: *\nCrawl-delay: {asked}").pause_seconds == given


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=500), st.text(max_size=50))
def test_any_bytes_are_rules(body: bytes, path: str) -> None:
    rules(body).allows(SITE + path)
    rules(b"User-agent: *\nDisallow: " + body).allows(path)


def test_robots_txt_is_asked_for_once_and_only_for_pages(server: Server, door: Door) -> None:
    server.answers_with(answer(b"feed"), answer(CLOSED), answer(b"page"))

    door.get(server.url)
    for _ in range(2):
        assert door.get(server.url, obeys_robots=True).body == b"page"

    assert [request.split()[1] for request in server.requests] == [b"/", b"/robots.txt", b"/", b"/"]


def test_a_closed_page_is_not_asked_for(server: Server, door: Door) -> None:
    server.answers_with(answer(CLOSED))

    with pytest.raises(FarEndError, match=r"/closed is closed to programs by its site's robots\.txt; ask .+") as it:
        door.get(f"{server.url}closed", obeys_robots=True)

    assert it.value.permanent
    assert len(server.requests) == 1


def test_a_redirect_to_a_closed_page_is_not_followed(server: Server, door: Door) -> None:
    server.answers_with(answer(CLOSED), answer(status="301 Moved", Location="/closed/too"))

    with pytest.raises(FarEndError, match=r"/closed/too is closed to programs"):
        door.get(server.url, obeys_robots=True)

    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "said",
    [
        answer(b"Disallow", status="404 Not Found"),
        answer(CLOSED, status="403 Forbidden"),
        answer(status="302 Found", Location="/robots.txt"),
        answer(b"x", Content_Encoding="gzip"),
        answer(b"." * 100_001),
    ],
    ids=["404", "403", "circle", "broken", "too large"],
)
def test_a_site_without_readable_rules_is_open(server: Any, door: Door, said: bytes) -> None:
    def _serve(connection: Any) -> None:
        connection.sendall(said if b"/robots.txt" in server.requests[-1].split(b"\r\n")[0] else answer(b"page"))

    server.answers_with(_serve)

    assert door.get(f"{server.url}closed", obeys_robots=True).body == b"page"


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Slow"])
def test_a_site_whose_rules_cannot_be_had_now_is_closed_for_this_run(server: Server, door: Door, status: str) -> None:
    server.answers_with(answer(status=status))

    for _ in range(2):
        with pytest.raises(FarEndError, match=r"/robots\.txt answered .+; try again later \(no page of a site") as it:
            door.get(server.url, obeys_robots=True)
        assert not it.value.permanent

    assert len(server.requests) == 3


def test_the_pause_that_a_site_asks_for_is_kept(server: Server, time: Time) -> None:
    server.answers_with(answer(b"User-agent: *\nCrawl-delay: 4"), answer())
    given = Fetch(allow_hosts=("127.0.0.1",), pause_seconds=0.5)
    with Door(given, "desk@estuary.example.org", sleep=time.sleep, clock=time.clock) as door:
        for _ in range(2):
            door.get(server.url, obeys_robots=True)

    assert time.slept == [4, 4]
