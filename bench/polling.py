"""A round over sources that did not change, beside bare `requests` asking for the same with the same validators.

python -m bench.polling [SOURCES]
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

import requests

from bench.collecting import feed
from bench.measure import ROUNDS
from publisher.config import Settings, Source, load
from publisher.store import Store, open_store
from publisher.tasks import collecting

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
HOSTS = 20
DOCUMENT = feed(3)
ETAG = '"unchanged"'


class _Feed(BaseHTTPRequestHandler):
    """A feed that says at each second request that nothing changed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        known = self.headers.get("If-None-Match") == ETAG
        self.send_response(304 if known else 200)
        self.send_header("ETag", ETAG)
        self.send_header("Content-Length", "0" if known else str(len(DOCUMENT)))
        self.end_headers()
        if not known:
            self.wfile.write(DOCUMENT)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


def serve() -> None:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Feed) for _ in range(HOSTS)]
    print(*(server.server_port for server in servers), flush=True)
    threads = [Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def feeds(count: int) -> Iterator[list[str]]:
    """Serve so many feeds on several hosts, in a process of their own; give their addresses."""
    command = [sys.executable, "-m", "bench.polling", "--serve"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        ports = served.stdout.readline().split()
        try:
            yield [f"http://127.0.0.1:{ports[number % HOSTS]}/feed-{number}" for number in range(count)]
        finally:
            served.terminate()


def newsroom(urls: list[str]) -> Settings:
    settings = load(ROOT / "config.toml", {})
    fetch = settings.fetch.model_copy(update={"allow_hosts": ("127.0.0.1",), "pause_seconds": 0.0})
    sources = tuple(Source(name=url, kind="feed", url=url) for url in urls)
    return settings.model_copy(update={"sources": sources, "fetch": fetch})


def ours(store: Store, settings: Settings) -> None:
    accounts = collecting.collect(store, settings, lambda: NOW)
    assert not any(account.outcomes or account.failure for account in accounts)


def bare(urls: list[str]) -> None:
    with requests.Session() as session:
        for url in urls:
            assert session.get(url, headers={"If-None-Match": ETAG}, timeout=30).status_code == 304


def measure(sources: int = 200) -> str:
    """Compare the rates, in sources a second, of both in turn."""
    taken: dict[str, list[float]] = {"ours": [], "bare": []}
    with feeds(sources) as urls, tempfile.TemporaryDirectory() as folder:
        store, settings = open_store(f"sqlite:///{folder}/publisher.db"), newsroom(urls)
        collecting.collect(store, settings, lambda: NOW)
        for _ in range(ROUNDS):
            taken["ours"].append(_seconds(lambda: ours(store, settings)))
            taken["bare"].append(_seconds(lambda: bare(urls)))
        store.close()
    rates = {way: sources / median(seconds) for way, seconds in taken.items()}
    return (
        f"unchanged sources asked: {rates['ours']:.0f} a second, bare requests: {rates['bare']:.0f}, "
        f"{rates['ours'] / rates['bare']:.2f} times the rate"
    )


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve()
    else:
        print(measure(*map(int, sys.argv[1:])))
