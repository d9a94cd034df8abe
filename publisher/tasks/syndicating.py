"""Builds the feeds from what the store has, and writes those whose bytes changed."""

from datetime import datetime

from publisher import syndicate as stage
from publisher.config import Section, Settings
from publisher.model import Issue, IssueState, StoredArticle
from publisher.store import Store, Transaction, articles, issues, terms

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
                filed = _filed(section)
                if filed:
                    wanted.append(articles.newest(transaction, now, entries * _reach(section), language, filed))
        found.update((stored.id, stored) for some in wanted for stored in some)
    return list(found.values())


def _filed(section: Section) -> dict[str, tuple[str, ...]]:
    """Give the terms by which the articles of a section are found."""
    given = {terms.CATEGORY: section.categories, terms.COUNTRY: section.countries, terms.TAG: section.tags}
    return {kind: names for kind, names in given.items() if names}


def _reach(section: Section) -> int:
    """Give how many times a feed's length is looked through: rules that are no terms leave some of it out."""
    return ELSE_FACTOR if section.kickers or section.sources or section.languages else 1
