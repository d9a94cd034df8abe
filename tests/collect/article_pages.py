"""Pages of the Estuary Desk's site, and one way to read them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from publisher.collect.page import article
from publisher.config import Publication, Source
from publisher.fetch import Response
from publisher.model import Article
from tests.collect.newsroom import PUBLICATION

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
URL = "https://estuary.example.org/news/brief/night-ferries/"
NEWSROOM = PUBLICATION.model_copy(update={"languages": ("en", "es"), "parts": {"analysis": ".* analysis|Análisis .*"}})
SOURCE = Source(name="pages", kind="page", url="https://estuary.example.org/news/")
TITLE = "The Night Ferries of the Lower Estuary"
FIRST = (
    "A new count of the night ferries on the lower estuary shows how an old trade came back after the bridge was "
    "closed, while the port looks for ways to tax the boats that carry fish, cement and people across the water."
)
SECOND = (
    "The harbour office counted forty boats in one week, most of them without papers, and asked each of the pilots "
    "where the cargo was going and who had paid for it before they let the boat go on to the other side."
)
LAST = (
    "Until the bridge is open again nobody expects the number to fall, the pilots say, because a crossing by night "
    "costs half of what the lorries pay on the long way around, and the river asks no questions."
)
STORY = f"<p>{FIRST}</p><p>{SECOND}</p><p>{LAST}</p>"


def sample(name: str) -> bytes:
    return (Path(__file__).parent / "samples" / name).read_bytes()


def page(body: str = STORY, head: str = "", title: str = TITLE, above: str = "", language: str = "en") -> str:
    """Give a page that says that it is an article, and when it was published, in its head."""
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>{title} | The Estuary Desk</title>'
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2026-11-09T10:00:00Z">'
        f'{head}</head><body><nav><a href="/">Home</a> <a href="/news/">News</a></nav><main>{above}<h1>{title}</h1>'
        f'<div class="entry-content">{body}</div></main><footer><p>Calle 12 # 4-56</p></footer></body></html>'
    )


def found(
    html: str | bytes,
    *,
    url: str = URL,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
    source: Source = SOURCE,
    publication: Publication = NEWSROOM,
) -> Article:
    """Read a page that is an article."""
    response = Response(url, status, headers or {}, html if isinstance(html, bytes) else html.encode())
    read = article.read(response, source, publication, NOW)
    assert isinstance(read, Article), read
    return read


def why_not(html: str | bytes, *, url: str = URL, headers: Mapping[str, str] | None = None, status: int = 200) -> str:
    """Read a page that is none, and give the reason."""
    response = Response(url, status, headers or {}, html if isinstance(html, bytes) else html.encode())
    read = article.read(response, SOURCE, NEWSROOM, NOW)
    assert not isinstance(read, Article), read.title
    return read.reason
