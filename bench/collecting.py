"""Collecting from a WordPress on loopback into the store, beside feedparser alone over the same texts as a feed.

python -m bench.collecting [ARTICLES]
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import feedparser

from bench.measure import Ratio, compare
from publisher.config import Settings, Source, load
from publisher.store import open_store
from publisher.tasks import collecting

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SITE = "https://estuary.example.org/"
SENTENCE = (
    "Forty boats left the register the week before the audit, and all of them still sail under <em>other</em> names, "
    'the harbour office <a href="https://estuary.example.org/port-register/?utm_source=feed">keeps the list</a>. '
)
SMALL, LARGE = 1_000, 20_000


def body(number: int) -> str:
    """A text of 6 KB with a picture, links and a heading, another one for each article."""
    paragraph = f"<p>{SENTENCE * 3}</p>\n"
    figure = (
        f'<figure class="wp-block-image"><img src="{SITE}files/{number}.jpg" alt="The quay" width="1200" height="800">'
        "<figcaption>The quay at low water. Photo: Ana Roa</figcaption></figure>\n"
    )
    return f"<p>Report {number}.</p>{figure}{paragraph * 4}<h2>What follows</h2>\n{paragraph * 4}"


def post(number: int) -> dict[str, Any]:
    """One post as the REST API gives it with everything embedded."""
    when = (NOW - timedelta(minutes=number)).replace(tzinfo=None).isoformat()
    terms = [{"taxonomy": "category", "name": "News", "slug": "news"}]
    return {
        "id": number,
        **dict.fromkeys(("date", "date_gmt", "modified", "modified_gmt"), when),
        "status": "publish",
        "link": f"{SITE}report-{number}/",
        "title": {"rendered": f"Report {number} on the port&#8217;s register"},
        "content": {"rendered": body(number), "protected": False},
        "excerpt": {"rendered": f"<p>What the register of week {number} leaves out.</p>", "protected": False},
        "_embedded": {"author": [{"name": "Ana Roa"}], "wp:term": [terms]},
    }


def feed(articles: int) -> bytes:
    """The same texts as RSS."""
    items = "".join(
        f"<item><title>Report {number} on the port&amp;#8217;s register</title><link>{SITE}report-{number}/</link>"
        f"<guid>{SITE}report-{number}/</guid><pubDate>Fri, 20 Nov 2026 14:00:00 GMT</pubDate><category>News</category>"
        f"<description>{escape(f'<p>What the register of week {number} leaves out.</p>')}</description>"
        f"<content:encoded>{escape(body(number))}</content:encoded></item>"
        for number in range(1, articles + 1)
    )
    space = "http://purl.org/rss/1.0/modules/content/"
    head = f"<title>The Estuary Desk</title><link>{SITE}</link>"
    return f'<rss version="2.0" xmlns:content="{space}"><channel>{head}{items}</channel></rss>'.encode()


class _WordPress(BaseHTTPRequestHandler):
    """Answers as the REST API does, oldest change first; pages are made as they are asked for."""

    protocol_version = "HTTP/1.1"
    articles = SMALL

    def do_GET(self) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        per_page, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        after = query.get("modified_after") or query.get("after") or ""
        numbers = [number for number in range(self.articles, 0, -1) if _when(number) > after]
        if query.get("order") != "asc":
            numbers.reverse()
        shown = numbers[(page - 1) * per_page : page * per_page]
        answer = json.dumps([post(number) for number in shown]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-WP-TotalPages", str(-(-len(numbers) // per_page)))
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


def _when(number: int) -> str:
    return (NOW - timedelta(minutes=number)).replace(tzinfo=None).isoformat()


@contextmanager
def wordpress(articles: int) -> Iterator[str]:
    """Serve the articles in a process of its own, so that its work is not counted as ours."""
    command = [sys.executable, "-m", "bench.collecting", "--serve", str(articles)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            yield served.stdout.readline().strip()
        finally:
            served.terminate()


def serve(articles: int) -> None:
    _WordPress.articles = articles
    with ThreadingHTTPServer(("127.0.0.1", 0), _WordPress) as server:
        print(f"http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()


def newsroom(url: str) -> Settings:
    """The shipped newsroom with the one source at `url`."""
    settings = load(ROOT / "config.toml", {})
    fetch = settings.fetch.model_copy(update={"allow_hosts": ("127.0.0.1",), "pause_seconds": 0.0})
    source = Source(name="site", kind="wordpress", url=url)
    return settings.model_copy(update={"sources": (source,), "fetch": fetch})


def collect(url: str, articles: int) -> None:
    """Collect all that is there into a new database."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/publisher.db")
        (account,) = collecting.collect(store, newsroom(url), lambda: NOW)
        store.close()
    assert account.outcomes["new"] == articles, account


def measure(articles: int = 200) -> Ratio:
    """Compare collecting `articles` with parsing them."""
    document = feed(articles)
    with wordpress(articles) as url:
        return compare(
            "an article of 6 KB collected from WordPress and stored",
            lambda: collect(url, articles),
            "feedparser alone",
            lambda: feedparser.parse(document),
            articles,
        )


def peak(articles: int) -> int:
    """Give the most memory, in KB, that a process of its own takes to collect so many articles."""
    script = (
        "import resource, sys; from bench import collecting; collecting.collect(sys.argv[1], int(sys.argv[2])); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    with wordpress(articles) as url:
        told = subprocess.run(
            [sys.executable, "-c", script, url, str(articles)], cwd=ROOT, check=True, capture_output=True, text=True
        )
    return int(told.stdout)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(int(sys.argv[2]))
    else:
        print(measure(int(sys.argv[1]) if sys.argv[1:] else SMALL))
        small, large = peak(SMALL), peak(LARGE)
        print(
            f"most memory: {small} KB for {SMALL} articles, {large} KB for {LARGE}: {large / small:.2f} times as much"
        )
