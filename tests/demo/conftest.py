"""The sample newsroom's site on loopback, and as the publisher collects it."""

from collections.abc import Iterator

import pytest

from publisher.collect import Memory, collect
from publisher.config import Source, load
from publisher.config.settings import Fetch
from publisher.demo import newsroom
from publisher.demo.settings import SHIPPED
from publisher.fetch import Door
from publisher.model import Article
from tests.demo.written import FRIDAY, Collect, Collected


@pytest.fixture(scope="module")
def site() -> Iterator[newsroom.Site]:
    """The site before its editors' second look; tests leave it so."""
    with newsroom.serve(now=FRIDAY) as running:
        yield running


@pytest.fixture(scope="module")
def second_site() -> Iterator[newsroom.Site]:
    """The site after its editors' second look."""
    with newsroom.serve(now=FRIDAY) as running:
        running.advance()
        yield running


@pytest.fixture(scope="module")
def collect_from() -> Iterator[Collect]:
    """Collects a path of a site as one kind of source: the articles by slug, and what was skipped."""
    settings = Fetch(allow_hosts=("127.0.0.1",), pause_seconds=0)
    with Door(settings, "The Estuary Desk <desk@estuary.example.org>") as door:

        def _collect(site: newsroom.Site, kind: str, path: str) -> Collected:
            source = Source.model_validate({"name": "site", "kind": kind, "url": site.url + path})
            batches = list(collect(source, door, Memory(), FRIDAY, load(SHIPPED, {}).publication))
            articles = {_slug_of(article): article for batch in batches for article in batch.articles}
            return articles, [skipped for batch in batches for skipped in batch.skipped]

        yield _collect


@pytest.fixture(scope="module")
def collected(site: newsroom.Site, collect_from: Collect) -> dict[str, Article]:
    """What the publisher makes of the site."""
    return collect_from(site, "wordpress", "/")[0]


def _slug_of(article: Article) -> str:
    return article.url.rstrip("/").rpartition("/")[2]
