"""What a site asks of programs in its robots.txt (RFC 9309), as far as it concerns the publisher.

Read by protego. Of its groups only those for the publisher and for everybody are handed on: its work grows with the
programs that a group names times the rules in it.
"""

import re
from dataclasses import dataclass, field

from protego import Protego

from publisher.fetch.answers import Response

TOKEN = "publisher"  # noqa: S105 - the word by which robots.txt calls us
LONGEST_PAUSE_SECONDS = 10.0
"""A site that asks for a longer pause between two requests is given this one: a week's articles must come in."""

_LONGEST = 500 * 1024
"""Bytes that a reader must take in (RFC 9309 §2.5); what comes after them says nothing."""
_AGENT = re.compile(r"^([^\S\n]*+user[- ]?agent\b[^\S\n]*+:?)([^\n]*+)$", re.IGNORECASE | re.MULTILINE)
_NOBODY = "-"


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one site for the publisher; `sitemaps` are as they are written."""

    sitemaps: tuple[str, ...]
    pause_seconds: float
    _rules: Protego = field(repr=False)

    def allows(self, url: str) -> bool:
        """Whether the publisher may ask for an address of the site."""
        try:
            return self._rules.can_fetch(url, TOKEN)
        except ValueError:  # no web address: the door says so
            return True


def read(answer: Response) -> Robots:
    """Read a robots.txt; an error instead of one allows all, and lines that say nothing are passed over."""
    if answer.status >= 400:
        return NONE
    return _parsed(answer.body[:_LONGEST].decode("utf-8-sig", "replace"))


def _parsed(written: str) -> Robots:
    text = "\n".join(written.splitlines())
    rules = Protego.parse(_AGENT.sub(_of_concern, text))
    return Robots(tuple(rules.sitemaps), min(rules.crawl_delay(TOKEN) or 0.0, LONGEST_PAUSE_SECONDS), rules)


def _of_concern(line: re.Match[str]) -> str:
    """Name us and everybody as they are, and everyone else by one name."""
    named = re.match(r"\s*+([a-z_-]++|\*)", line[2].lower())
    name = named[1] if named and named[1] in (TOKEN, "*") else _NOBODY
    return f"User-agent: {name}"


NONE = _parsed("")
"""What a site says that has none."""
