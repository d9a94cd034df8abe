"""What is collected from a WordPress, and what it says of itself: its name and zone, its languages, its categories."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from publisher import markup
from publisher.collect import identity
from publisher.collect.survey import asking, categories, tongues, zones
from publisher.collect.survey.asking import Found
from publisher.collect.survey.findings import Collected, FoundSource, Guess, Moment
from publisher.collect.survey.home import Home
from publisher.errors import PublisherError


def collected(homes: Sequence[Home], first: Found) -> Collected:
    """Give what the WordPress of a site says, and those of its other languages where they have one of their own."""
    sites = [first, *_elsewhere(homes[1:], first)]
    name = markup.line(str(first.index.get("name") or ""))
    site = identity.absolute(first.home.url, str(first.index.get("home") or first.index.get("url") or ""))
    ranked, twins = categories.ranked(sites)
    return Collected(
        sources=tuple(_source(one, sites) for one in sites),
        site="" if re.search(r"\s", site) else site,
        name=Guess(name, "what its REST API says of the site") if name else Guess(""),
        zone=_zone(first),
        moments=tuple(_moments(first)),
        languages=tuple(language for one in sites for language in (one.languages or (one.own_language,)) if language),
        ranked=ranked,
        twins=twins,
    )


def _elsewhere(homes: Iterable[Home], first: Found) -> list[Found]:
    """Find the REST APIs of home pages in other languages that show other posts than the first, as WPML does it."""
    known = {str(post.get("link")) for post in first.posts}
    found = []
    for home in homes:
        with suppress(PublisherError):
            other = asking.find(first.door, home) if tongues.tag(home.language) not in first.languages else first
            if other.root != first.root and {str(post.get("link")) for post in other.posts} - known:
                found.append(other)
    return found


def _source(found: Found, sites: Sequence[Found]) -> Guess[FoundSource]:
    language = Guess(found.own_language, f"the language of {found.home.url}")
    is_first, tells = found is sites[0], bool(found.languages) or len(sites) > 1
    name = "site" if is_first else f"site-{language.value}"
    types = found.other_types() if is_first else ()
    source = FoundSource(name, "wordpress", found.home.url, language, tells, other_types=types)
    return Guess(source, f"the REST API that answers at {found.root}")


def _zone(found: Found) -> Guess[str]:
    written = str(found.index.get("timezone_string") or "")
    zone = zones.named(written)
    return Guess(zone, f'"{zone}" in its REST API') if zone else Guess("")


def _moments(found: Found) -> list[Moment]:
    """Give when the clock of the site stood how far from UTC, by its posts, which have both times."""
    read = []
    for post in found.posts:
        with suppress(ValueError, TypeError, KeyError, OverflowError):
            there, universal = (
                datetime.fromisoformat(str(post[name])).replace(tzinfo=UTC) for name in ("date", "date_gmt")
            )
            read.append((universal, there - universal))
    return [(when, offset) for when, offset in read if abs(offset) <= timedelta(hours=14)]
