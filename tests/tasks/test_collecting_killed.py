"""`collect` as a real process that is killed at some request: the next one has everything, each article once."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from publisher.config import load
from publisher.store import articles, open_store
from publisher.tasks import collecting
from publisher.tasks.sources import SourceAccount
from tests.collect import web as loopback
from tests.collect.newsroom import MONDAY, NOW, FeedSite, WordPress
from tests.collect.pagesite import PageSite
from tests.collect.web import Answer, Request
from tests.tasks.conftest import SHIPPED

ROOT = Path(__file__).parents[2]
ARTICLES = 12
SHAPES: dict[str, Any] = {"wordpress": WordPress, "feed": FeedSite, "page": PageSite}


@dataclass
class Desk:
    """A newsroom with the one source."""

    folder: Path
    site: Any

    @property
    def variables(self) -> dict[str, str]:
        source = self.site.source
        return {
            "PUBLISHER_SOURCES": json.dumps([{"name": source.name, "kind": source.kind, "url": source.url}]),
            "PUBLISHER_FETCH__ALLOW_HOSTS": '["127.0.0.1"]',
            "PUBLISHER_FETCH__PAUSE_SECONDS": "0",
        }

    def is_killed_at(self, request: int) -> None:
        """Collect in a process that is killed when it asks for the so-manieth answer."""
        respond, started, asked = self.site.web.respond, Event(), 0

        def _respond(what: Request) -> Answer:
            nonlocal asked
            started.wait()
            asked += 1
            if asked == request:
                process.kill()
            answer: Answer = respond(what)
            return answer

        self.site.web.respond = _respond
        command = [sys.executable, str(ROOT / "main.py"), "--config", str(self.folder / "config.toml"), "collect"]
        with subprocess.Popen(command, env={**os.environ, **self.variables}, stderr=subprocess.PIPE) as process:
            started.set()
            process.communicate()
        self.site.web.respond = respond
        assert process.returncode == -signal.SIGKILL

    def collects(self) -> tuple[SourceAccount, list[str]]:
        """Collect here; give the account, and the titles of all that is stored."""
        settings = load(self.folder / "config.toml", self.variables)
        store = open_store(settings.database_url)
        (account,) = collecting.collect(store, settings, lambda: NOW)
        with store.reading() as transaction:
            stored = articles.newest(transaction, NOW, 100)
        store.close()
        return account, sorted(one.article.title for one in stored)


@pytest.fixture
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    shutil.copy(SHIPPED, tmp_path / "config.toml")
    with loopback.serve() as web:
        site = SHAPES[request.param](web)
        if isinstance(site, WordPress):
            site.longest_page = 5
        for number in range(ARTICLES):
            site.publish(f"report-{number}", published=MONDAY + timedelta(hours=number))
        yield Desk(tmp_path, site)


@pytest.mark.parametrize(
    ("desk", "asked"),
    [("feed", 1), *((kind, asked) for kind in ("wordpress", "page") for asked in (1, 4, 9))],
    indirect=["desk"],
)
def test_killed_at_any_request_the_next_run_has_everything_once(desk: Desk, asked: int) -> None:
    desk.is_killed_at(asked)

    _, titles = desk.collects()
    again, _ = desk.collects()

    assert titles == sorted(f"report-{number}" for number in range(ARTICLES))
    assert not [outcome for outcome in again.outcomes if outcome != "unchanged"]
