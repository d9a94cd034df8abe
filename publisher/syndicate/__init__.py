"""Syndicate: articles and issues become the bytes of feeds, in every format, with the lists of them.

Pure but for `write`: the same articles, issues and settings give the same bytes, whatever order they come in.
Whoever calls knows the store and the time; this package knows neither.
"""

from collections.abc import Mapping, Sequence

from publisher import markup
from publisher.config import Settings
from publisher.model import Issue, StoredArticle
from publisher.syndicate import index, opml, plan
from publisher.syndicate.files import write
from publisher.syndicate.formats import FORMATS

__all__ = ["build", "write"]

INDEX, OPML = "index.html", "feeds.opml"


def build(settings: Settings, articles: Sequence[StoredArticle], issues: Sequence[Issue]) -> Mapping[str, bytes]:
    """Build every feed in every format, the page that lists them and the OPML; give each file by its name.

    `articles` are of the past, `issues` are published: what is retracted is left out here, what is of the future
    cannot be told from here. The lists come last, so that what is written in this order is there when it is listed.
    """
    feeds = plan.feeds(settings, articles, issues)
    files = {feed.file(form.suffix): form.render(feed) for feed in feeds for form in FORMATS}
    publication = markup.one_line(settings.publication.name)
    files[OPML] = opml.render(feeds, publication, publication)
    files[INDEX] = index.render(feeds, settings, OPML)
    return files
