import gzip
import os
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # the package brings no types
import pytest

from publisher.config import Settings
from tests.web.conftest import HUB, Visitor

ATOM = "/feeds/en/all.atom"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("all.rss", "application/rss+xml; charset=utf-8"),
        ("all.atom", "application/atom+xml; charset=utf-8"),
        ("all.json", "application/feed+json"),
        ("feeds.opml", "text/x-opml"),
        ("index.html", "text/html; charset=utf-8"),
    ],
)
def test_each_kind_of_file_has_its_media_type(visitor: Visitor, feeds: Path, name: str, media_type: str) -> None:
    (feeds / name).write_text("content", encoding="utf-8")

    answer = visitor.get(f"/feeds/{name}")

    assert (answer.status, answer.text) == (200, "content")
    assert answer.headers["Content-Type"] == media_type


def test_a_folder_gives_its_page(visitor: Visitor, feeds: Path) -> None:
    assert "Feeds" in visitor.get("/feeds/").text
    assert visitor.get("/feeds/en/").status == 404


@pytest.mark.parametrize("path", ["/", "/feeds"])
def test_other_ways_in_lead_to_the_feeds_whatever_host_is_named(visitor: Visitor, path: str) -> None:
    answer = visitor.get(path, Host="evil.example")

    assert (answer.status, answer.headers["Location"]) == (302, "feeds/")


def test_a_feed_may_be_read_by_pages_of_other_sites_and_kept_a_while(visitor: Visitor, feeds: Path) -> None:
    headers = visitor.get(ATOM).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Vary"] == "Accept-Encoding"
    assert "max-age" in headers["Cache-Control"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_feed_names_its_hub_and_itself(visitor: Visitor, settings: Settings, feeds: Path) -> None:
    link = visitor.get(ATOM).headers["Link"]

    assert link == f'<{HUB}>; rel="hub", <{settings.web.base_url}{ATOM}>; rel="self"'
    assert "Link" not in visitor.get("/feeds/index.html").headers


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_feed_is_compressed_as_the_reader_likes_under_its_own_tag(visitor: Visitor, feeds: Path, coding: str) -> None:
    plain = visitor.get(ATOM)

    packed = visitor.get(ATOM, Accept_Encoding=coding)

    assert packed.headers["Content-Encoding"] == coding
    assert {"gzip": gzip.decompress, "br": brotli.decompress}[coding](packed.body) == plain.body
    assert len(packed.body) < len(plain.body)
    assert packed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize("coding", ["identity", "gzip", "br"])
def test_a_reader_who_has_it_gets_a_304_with_all_it_needs(visitor: Visitor, feeds: Path, coding: str) -> None:
    first = visitor.get(ATOM, Accept_Encoding=coding)

    again = visitor.get(ATOM, Accept_Encoding=coding, If_None_Match=f'"old", W/{first.headers["ETag"]}')

    assert (again.status, again.body) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary", "Last-Modified", "Access-Control-Allow-Origin"):
        assert again.headers[name] == first.headers[name]
    assert "Content-Encoding" not in again.headers


def test_the_tag_of_one_coding_is_not_that_of_another(visitor: Visitor, feeds: Path) -> None:
    plain = visitor.get(ATOM).headers["ETag"]

    packed = visitor.get(ATOM, Accept_Encoding="gzip", If_None_Match=plain)

    assert packed.status == 200


def test_a_reader_who_knows_only_the_date_gets_a_304_too(visitor: Visitor, feeds: Path) -> None:
    os.utime(feeds / "en/all.atom", (1_700_000_000, 1_700_000_000))
    first = visitor.get(ATOM)

    again = visitor.get(ATOM, If_Modified_Since=first.headers["Last-Modified"])
    other_tag = visitor.get(ATOM, If_Modified_Since=first.headers["Last-Modified"], If_None_Match='"old"')

    assert first.headers["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert (again.status, other_tag.status) == (304, 200)


def test_last_modified_is_never_later_than_now(visitor: Visitor, feeds: Path) -> None:
    os.utime(feeds / "en/all.atom", (4_000_000_000, 4_000_000_000))

    assert visitor.get(ATOM).headers["Last-Modified"] == "Fri, 20 Nov 2026 14:00:00 GMT"


def test_a_rewritten_feed_is_served_at_once(visitor: Visitor, feeds: Path) -> None:
    first = visitor.get(ATOM)
    stamp = (feeds / "en/all.atom").stat()
    replacement = feeds / "en/.new"
    replacement.write_bytes(first.body.replace(b"Port audit", b"Oil ledger"))
    os.utime(replacement, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    replacement.replace(feeds / "en/all.atom")

    second = visitor.get(ATOM, If_None_Match=first.headers["ETag"])

    assert second.status == 200
    assert "Oil ledger" in second.text


@pytest.mark.parametrize(
    "path",
    [
        "nothing.atom",
        "../config.toml",
        "..%2fconfig.toml",
        "%2e%2e/secret.atom",
        "en/../../secret.atom",
        "%2fetc%2fpasswd",
        "/secret.atom",
        "en//all.atom",
        "./en/all.atom",
        ".hidden.atom",
        "en/.hidden.atom",
        "README.md",
        "all.atom%00",
        "all.atom%0a",
        "%00.atom",
        "a" * 300 + ".atom",
        "folder.atom",
        "folder.atom/",
        "linked.atom",
        "away/secret.atom",
        "dangling.atom",
        "circle.atom",
        "%C3%A9.atom",
        "en\\all.atom",
    ],
)
def test_nothing_else_is_served(visitor: Visitor, feeds: Path, path: str) -> None:
    secret = feeds.parent / "secret.atom"
    for file in (secret, feeds / ".hidden.atom", feeds / "en/.hidden.atom", feeds / "README.md"):
        file.write_text("not for readers", encoding="utf-8")
    (feeds / "folder.atom").mkdir()
    (feeds / "linked.atom").symlink_to(secret)
    (feeds / "away").symlink_to(feeds.parent)
    (feeds / "dangling.atom").symlink_to(feeds / "gone.atom")
    (feeds / "circle.atom").symlink_to(feeds / "circle.atom")

    answer = visitor.get(f"/feeds/{path}")

    assert answer.status == 404
    assert "not for readers" not in answer.text


def test_a_link_that_stays_inside_is_followed(visitor: Visitor, feeds: Path) -> None:
    (feeds / "latest.atom").symlink_to(feeds / "en/all.atom")

    assert visitor.get("/feeds/latest.atom").text == visitor.get(ATOM).text


def test_head_says_what_get_would_and_sends_nothing(visitor: Visitor, feeds: Path) -> None:
    shown, asked = visitor.get(ATOM, Accept_Encoding="gzip"), visitor.ask("HEAD", ATOM, Accept_Encoding="gzip")

    assert (asked.status, asked.body) == (200, b"")
    assert {**dict(asked.headers), "date": ""} == {**dict(shown.headers), "date": ""}
    assert visitor.ask("HEAD", ATOM, If_None_Match="*").status == 304


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_feeds_are_only_read(visitor: Visitor, feeds: Path, method: str) -> None:
    answer = visitor.ask(method, ATOM)

    assert answer.status == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_reader_in_a_browser_may_ask_whether_a_feed_changed(visitor: Visitor, feeds: Path) -> None:
    asked = visitor.ask(
        "OPTIONS",
        "/feeds/en/all.atom",
        Origin="https://reader.example.net",
        Access_Control_Request_Method="GET",
        Access_Control_Request_Headers="if-none-match",
    )

    assert asked.status == 204
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
    assert "ETag" in visitor.get("/feeds/en/all.atom").headers["Access-Control-Expose-Headers"]
