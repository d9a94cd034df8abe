"""Looks whether articles that their source shows no more are still on its site, and retracts those that are not.

One whose page leads to another article that the source shows is that article, and retracted too.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from publisher.collect import Listed, identity
from publisher.config import Source
from publisher.errors import PublisherError, UnreadableInput
from publisher.fetch import Door, Response
from publisher.store import Store, absence, articles

AT_ONCE = 10
"""Pages looked at in one run for one source: the rest is for the next runs."""
FURTHEST_BACK = timedelta(days=60)
"""Older articles stand in no issue to come, and in few feeds."""

GONE = (404, 410)


def retract_missing(
    store: Store, source: Source, listed: Sequence[Listed], door: Door, clock: Callable[[], datetime]
) -> int:
    """Look at the pages that are due, and give how many articles were retracted.

    `listed` has what the source showed in this run, one for each list it has; empty when it showed nothing new.
    """
    now = clock()
    since = max(max(one.since for one in listed), now - FURTHEST_BACK) if listed else None
    urls = frozenset().union(*(one.urls for one in listed))
    with store.reading() as transaction:
        due = absence.suspects(transaction, source.name, now, since, urls, AT_ONCE)
    shown = {articles.identity(url) for url in urls}
    retracted = 0
    for suspect in due:
        found = _looked(door, suspect.url)
        if found is None:
            continue
        with store.writing() as transaction:
            if found.status in GONE:
                retracted += absence.missing(transaction, suspect, now)
            elif _identity(found.url) in shown:
                retracted += absence.withdraw(transaction, [suspect.url], now)
            else:
                absence.there(transaction, suspect, now)
    return retracted


def _looked(door: Door, url: str) -> Response | None:
    """Give what a page answers, at the address it leads to; None when its site does not say."""
    try:
        return door.get(url, accept="text/html, */*;q=0.5", allow=GONE)
    except PublisherError:
        return None


def _identity(url: str) -> str:
    try:
        return articles.identity(identity.canonical_url(url))
    except UnreadableInput:
        return ""
