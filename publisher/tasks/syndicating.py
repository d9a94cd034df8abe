"""Builds the feeds from what the store has, and writes those whose bytes changed."""

from datetime import datetime

from publisher import syndicate as stage
from publisher.config import Settings
from publisher.model import Issue, IssueState, StoredArticle
from publisher.store import Store, Transaction, articles, issues

PUBLISHED = (IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)
ELSE_FACTOR = 4
"""How many times a feed's length is looked through for the articles that no section's categories take."""


def build(store: Store, settings: Settings, now: datetime, everything: bool = False) -> list[str]:
    """Build every feed, `index.html` and the OPML; give the names of the files that changed, or of all of them.

    With `everything`, files that did not change are written too.
    """
    with store.reading() as transaction:
        newest = _newest(transaction, settings, now)
        published = _published(transaction, settings)
    files = stage.build(settings, newest, published)
    return stage.write(settings.path(settings.feeds.directory), files, everything)


def _published(transaction: Transaction, settings: Settings) -> list[Issue]:
    return [
        issue
        for newsletter in settings.newsletters
        for language in settings.languages_of(newsletter)
        for issue in issues.newest(transaction, newsletter.key, language, PUBLISHED, settings.feeds.entries)
    ]


def _newest(transaction: Transaction, settings: Settings, now: datetime) -> list[StoredArticle]:
    entries = settings.feeds.entries
    everywhere = articles.newest(transaction, now, entries)
    found = {stored.id: stored for stored in everywhere}
    for language in settings.publication.languages:
        wanted = [articles.newest(transaction, now, entries * ELSE_FACTOR, language)]
        for newsletter in settings.newsletters:
            for section in newsletter.sections:
                if section.categories:
                    wanted.append(articles.newest(transaction, now, entries, language, section.categories))
        found.update((stored.id, stored) for some in wanted for stored in some)
    return list(found.values())
