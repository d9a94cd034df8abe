"""The formats every feed comes in: one file each, and one line here."""

from collections.abc import Callable
from dataclasses import dataclass

from publisher.syndicate import atom, jsonfeed, rss
from publisher.syndicate.view import Feed


@dataclass(frozen=True, slots=True)
class Format:
    """A format: the suffix of its files, what people call it, its media type, and how a feed is written in it."""

    suffix: str
    name: str
    media_type: str
    render: Callable[[Feed], bytes]


FORMATS = (
    Format("rss", "RSS", "application/rss+xml", rss.render),
    Format("atom", "Atom", "application/atom+xml", atom.render),
    Format("json", "JSON", "application/feed+json", jsonfeed.render),
)
