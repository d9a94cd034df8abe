"""Collecting from a WordPress on loopback into the store, beside feedparser alone over the same texts as a feed.

python -m bench.collecting [ARTICLES]
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import feedparser

from bench.measure import ROUNDS, Ratio, compare
from publisher.config import Settings, Source, load
from publisher.store import Store, open_store
from publisher.tasks import collecting

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SITE = "https://estuary.example.org/"
PARAGRAPHS = (
    "<p>Forty boats left the register the week before the audit, and <strong>all of them</strong> still sail under "
    '<em>other</em> names; the harbour office <a href="https://estuary.example.org/port-register/?utm_source=feed" '
    'target="_blank" rel="noreferrer noopener">keeps the list</a>, and shows it to nobody who asks.</p>',
    "<p>The scales at the third gate were sealed in March. Nobody has weighed a container there since, says a clerk "
    "who signed for them; the manifests&nbsp;&#8211; we have seen&nbsp;312&nbsp;&#8211; all say &#8220;weighed&#8221; "
    "in the same hand, and none of them says by whom or when.</p>",
    '<blockquote class="wp-block-quote is-layout-flow"><p>We were told to write what the paper says.</p>'
    "<cite>A clerk of the harbour office</cite></blockquote>",
    '<ul class="wp-block-list"><li>12 boats have <a href="https://estuary.example.org/owners/">one owner</a></li>'
    "<li>9 have none</li><li>19 were sold in one afternoon</li></ul>",
)
"""As the block editor of WordPress writes them."""
SMALL, LARGE = 1_000, 20_000


def body(number: int) -> str:
    """A text of 7 KB, another one for each article: paragraphs, links, a quotation, a list, headings, two pictures."""
    opening = f"<p>Report {number}.</p>{picture(number, 'quay')}"
    return opening + heading("The register").join("\n".join(PARAGRAPHS) for _ in range(6)) + picture(number, "gate")


def heading(words: str) -> str:
    return f'\n<h2 class="wp-block-heading">{words}</h2>\n'


def picture(number: int, name: str) -> str:
    """A picture as WordPress writes it, in four sizes."""
    file = f"{SITE}wp-content/uploads/2026/11/{name}-{number}"
    sizes = ", ".join(f"{file}-{wide}x{wide * 2 // 3}.jpg {wide}w" for wide in (300, 768, 1024, 1536))
    return (
        '<figure class="wp-block-image size-large"><img fetchpriority="high" decoding="async" width="1024" '
        f'height="683" src="{file}-1024x683.jpg" alt="The {name}" class="wp-image-{number}" srcset="{sizes}" '
        'sizes="(max-width: 1024px) 100vw, 1024px" /><figcaption class="wp-element-caption">'
        f"The {name} at low water. Photo: Ana Roa</figcaption></figure>\n"
    )


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


def collect(store: Store, url: str, articles: int) -> None:
    """Collect all that is there into an empty database."""
    (account,) = collecting.collect(store, newsroom(url), lambda: NOW)
    assert account.outcomes["new"] == articles, account


@contextmanager
def databases() -> Iterator[Iterator[Store]]:
    """Give empty databases, as many as there are rounds: making them is no part of collecting."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as opened:
        stores = [open_store(f"sqlite:///{folder}/{number}.db") for number in range(ROUNDS)]
        for store in stores:
            opened.callback(store.close)
        yield iter(stores)


def measure(articles: int = 200) -> Ratio:
    """Compare collecting `articles` with parsing them."""
    document = feed(articles)
    with wordpress(articles) as url, databases() as empty:
        return compare(
            "an article of 7 KB collected from WordPress and stored",
            lambda: collect(next(empty), url, articles),
            "feedparser alone",
            lambda: feedparser.parse(document),
            articles,
        )


def peak(articles: int) -> int:
    """Give the most memory, in KB, that a process of its own takes to collect so many articles."""
    script = (
        "import resource, sys; from bench import collecting\nwith collecting.databases() as empty:\n"
        "    collecting.collect(next(empty), sys.argv[1], int(sys.argv[2]))\n"
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
