"""The site of a small newsroom: a real server on loopback, its folder of feeds, and somebody who visits."""

import http.client
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path

import pytest

from publisher.config import Settings, load
from publisher.store import Store, open_store, subscribers
from publisher.tokens import leave_token
from publisher.web import server
from publisher.web.app import application

SHIPPED = Path(__file__).parents[2] / "config.toml"
SECRET = "a secret of sixteen characters or more"
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
HUB = "https://hub.example.net/"
NEWSLETTER = "the-organization"
BRUNO = "bruno@example.org"


@dataclass(frozen=True)
class Answer:
    """What came back over the wire: the body as it was sent, not unpacked."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Visitor:
    """Somebody who asks the site, and whose paths nobody tidies up first."""

    port: int

    def get(self, path: str, **fields: str) -> Answer:
        return self.ask("GET", path, None, **fields)

    def ask(self, method: str, path: str, body: bytes | None = None, **fields: str) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port)
        try:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in fields.items()})
            answer = line.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            line.close()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    config = tmp_path_factory.mktemp("newsroom") / "config.toml"
    config.write_text(SHIPPED.read_text(encoding="utf-8").replace("hubs = []", f'hubs = ["{HUB}"]'), encoding="utf-8")
    return load(config, {})


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings.database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def visitor(settings: Settings, store: Store) -> Iterator[Visitor]:
    bound, stop = server.bind("127.0.0.1", 0), threading.Event()
    visitor = Visitor(bound.getsockname()[1])
    site = application(settings, store, SECRET, lambda: NOW)
    serving = threading.Thread(target=server.serve, args=(site, bound, stop))
    serving.start()
    yield visitor
    stop.set()
    serving.join()


@pytest.fixture
def feeds(settings: Settings) -> Path:
    """The folder `syndicate` writes to, with one feed and the page that lists it."""
    folder = settings.path(settings.feeds.directory)
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "en").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Feeds</title>", encoding="utf-8")
    (folder / "en/all.atom").write_text("<feed>" + "<entry>Port audit</entry>" * 200 + "</feed>", encoding="utf-8")
    return folder


@pytest.fixture
def token(store: Store) -> str:
    """What stands in the link of the mails of Bruno, who reads Spanish."""
    with store.writing() as transaction:
        subscribers.erase(transaction, BRUNO)
        subscribers.add(transaction, BRUNO, "Bruno", "es", (), NEWSLETTER, "paper list, May 2026", NOW)
        bruno = subscribers.by_email(transaction, BRUNO)
    assert bruno is not None
    return leave_token(bruno.id, NEWSLETTER, SECRET)
