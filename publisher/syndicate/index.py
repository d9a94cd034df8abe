"""The page that lists the feeds for people, beneath them in the same folder; its links are relative to itself."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment

from publisher import markup, rights, templating
from publisher.config import Settings
from publisher.config.theme import Theme
from publisher.languages import direction
from publisher.syndicate.formats import FORMATS
from publisher.syndicate.listing import groups
from publisher.syndicate.view import Feed
from publisher.syndicate.words import words_in


@lru_cache(maxsize=8)
def environment(theme: Theme, own: Path | None) -> Environment:
    """Give the templates."""
    made = templating.environment(theme, own)
    made.filters["direction"] = direction
    return made


def render(feeds: Sequence[Feed], settings: Settings, opml: str) -> bytes:
    """Write the page, in the publication's first language; `opml` is the file of the list for readers."""
    home = settings.publication.languages[0]
    language, words = words_in(home)
    publication = markup.one_line(settings.publication.name)
    page = templating.rendered(
        environment(settings.theme, settings.own_templates),
        "web/feeds.html",
        language=language,
        direction=direction(language),
        title=words.feeds,
        publication_name=publication,
        publication_url=settings.publication.url,
        home=home,
        words=words,
        invitation=words.invitation.format(publication=publication),
        groups=groups(feeds),
        formats=FORMATS,
        opml=opml,
        notice=rights.notice(settings, home),
        appeal=rights.appeal(settings, home),
        publication=settings.publication,
    )
    return markup.valid_xml(page).encode()
