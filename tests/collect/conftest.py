"""A web on loopback, a door to it, and the newsrooms that publish there."""

from collections.abc import Callable, Iterator

import pytest

from publisher.config.settings import Fetch
from publisher.fetch import Door
from tests.collect import web as loopback
from tests.collect import worst
from tests.collect.newsroom import FeedSite, WordPress


@pytest.fixture(scope="session")
def told_of() -> Iterator[Callable[[str], list[object]]]:
    """Give every text made to be slow to a function, and tell how that ended."""
    with worst.asked() as ask:
        yield ask


@pytest.fixture
def web() -> Iterator[loopback.Web]:
    with loopback.serve() as running:
        yield running


@pytest.fixture
def door() -> Iterator[Door]:
    settings = Fetch(allow_hosts=("127.0.0.1",), timeout_seconds=10, pause_seconds=0, tries=2)
    with Door(settings, "The Estuary Desk <desk@estuary.example.org>", sleep=lambda _seconds: None) as opened:
        yield opened


@pytest.fixture
def wordpress(web: loopback.Web) -> WordPress:
    return WordPress(web)


@pytest.fixture
def feed(web: loopback.Web) -> FeedSite:
    return FeedSite(web)
