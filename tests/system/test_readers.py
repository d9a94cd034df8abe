"""A feed reader that people use reads what we publish."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from publisher.syndicate import write
from tests.syndicate.samples import FLEET, FLOTA, ISSUE, NOW, SITE, build

pytestmark = pytest.mark.needs("newsboat")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def newsboat(tmp_path: Path) -> "Newsboat":
    write(tmp_path / "feeds", build())
    return Newsboat(tmp_path)


class Newsboat:
    """Bruno's reader, with a home of its own."""

    def __init__(self, folder: Path) -> None:
        self.feeds = folder / "feeds"
        self.home = folder / "home"
        self.home.mkdir()
        (self.home / "config").touch()

    def run(self, *arguments: str) -> str:
        files = {"-C": "config", "-u": "urls", "-c": "cache.db"}
        given = [word for flag, name in files.items() for word in (flag, str(self.home / name))]
        home = {"HOME": str(self.home), "XDG_CONFIG_HOME": str(self.home), "XDG_DATA_HOME": str(self.home)}
        done = subprocess.run(
            ["newsboat", *given, *arguments],
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **home},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return done.stdout

    def reads(self, feed: str) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
        """Subscribe to one feed, and give what it then knows of it and of its articles, the newest first."""
        with served(self.feeds) as url:
            (self.home / "urls").write_text(f"{url}/{feed}\n")
            assert self.run("-x", "reload") == ""
        with closing(sqlite3.connect(self.home / "cache.db")) as cache:
            cache.row_factory = sqlite3.Row
            (known,) = cache.execute("SELECT * FROM rss_feed")
            items = cache.execute("SELECT * FROM rss_item ORDER BY pubDate DESC").fetchall()
        return known, items


@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_a_reader_knows_the_feed_and_its_articles(newsboat: Newsboat, suffix: str) -> None:
    feed, items = newsboat.reads(f"en/all.{suffix}")

    assert (feed["title"], feed["url"]) == ("The Estuary Desk (English)", "https://estuary.example.org/")
    assert [item["title"] for item in items] == [FLEET.article.title, "Night ferry", "Reading list"]
    assert items[0]["url"] == items[0]["guid"] == f"{SITE}/ghost-fleet/"
    assert items[0]["pubDate"] == FLEET.article.published.timestamp()
    assert "Teo Arrieta" in items[0]["author"]
    assert "<p>The first paragraph says it.</p>" in items[0]["content"]
    assert "You may republish our articles" in items[0]["content"]


@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_a_reader_opens_an_article_in_its_own_language(newsboat: Newsboat, suffix: str) -> None:
    _, items = newsboat.reads(f"all.{suffix}")

    assert [item["url"] for item in items[:2]] == [FLEET.article.url, FLOTA.article.url]


@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_a_reader_opens_the_web_copy_of_an_issue(newsboat: Newsboat, suffix: str) -> None:
    _, items = newsboat.reads(f"en/the-organization.{suffix}")

    assert [(item["title"], item["url"]) for item in items] == [("Forty boats left the register", ISSUE)]
    assert items[0]["pubDate"] < NOW.timestamp()


@pytest.mark.parametrize("suffix", ["rss", "atom"])
def test_a_republisher_reads_copies_that_lead_to_the_article(newsboat: Newsboat, suffix: str) -> None:
    _, items = newsboat.reads(f"en/republish.{suffix}")

    assert items[0]["url"] == FLEET.article.url
    assert "By Marisol Quintero and Teo Arrieta, The Estuary Desk" in items[0]["content"]


def test_a_reader_takes_all_feeds_from_the_opml(newsboat: Newsboat) -> None:
    newsboat.run("-i", str(newsboat.feeds / "feeds.opml"))

    taken = (newsboat.home / "urls").read_text().splitlines()
    assert len(taken) == 15
    assert taken[0].startswith("https://news.estuary.example.org/feeds/all.rss")
