"""What is each reader's own in a mail: the value of each mark of `model.Place`.

Values are plain text on one line. Whoever fills them into HTML escapes them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher import addresses, markup, tokens
from publisher.config import Newsletter, Settings, in_language
from publisher.deliver import header
from publisher.model import Issue, Place, Subscriber

LONGEST_NAME = 80
SAMPLE = Subscriber(0, "reader@example.org", "Ana Roa", "")
"""A reader who is nobody: who gets a preview. Whatever is done by the links of such a mail changes nothing."""

_UNSEEN = re.compile("[\u061c\u2060\u200b\u200e\u200f\ufeff\u202a-\u202e\u2066-\u2069]")
"""What has no shape, or turns a line around."""

_LINK = re.compile(r"[@/:]|[\w-]\.[a-z]{2,}\b(?!\.)", re.IGNORECASE)
"""What mail programs may make a link of, as `www.example.org` or `example.org`; the initials of `J.R.` are none."""


@dataclass(frozen=True, slots=True)
class Personal:
    """What the mails of one issue need to fill in what is each reader's own."""

    issue: int
    newsletter: str
    greeting: str
    unnamed: str
    leave_prefix: str
    preferences_prefix: str
    vote_prefix: str
    secret: str = field(repr=False)

    def values(self, subscriber: Subscriber, leave_token: str) -> Mapping[str, str]:
        """Give the value of each mark; `leave_token` is the one that `tokens` makes for this subscriber."""
        vote = self.vote_prefix + tokens.vote_token(self.issue, subscriber.id, self.secret)
        return {
            Place.LEAVE_URL: self.leave_prefix + leave_token,
            Place.ADDRESS: subscriber.email.strip(),
            Place.PREFERENCES_URL: self.preferences_prefix + tokens.preferences_token(subscriber.id, self.secret),
            Place.HELPFUL_URL: f"{vote}/{addresses.YES}",
            Place.UNHELPFUL_URL: f"{vote}/{addresses.NO}",
            Place.GREETING: self._greeting(subscriber.name),
        }

    def _greeting(self, name: str) -> str:
        known = named(name)
        return self.greeting.replace("{name}", known) if known else self.unnamed


def personal(settings: Settings, newsletter: Newsletter, issue: Issue, secret: str) -> Personal:
    """Give what the mails of an issue need; `secret` signs their links."""
    return Personal(
        issue=issue.id,
        newsletter=newsletter.key,
        greeting=in_language(newsletter.greeting, issue.language),
        unnamed=in_language(newsletter.greeting_unnamed, issue.language),
        leave_prefix=addresses.of_leaving(settings, ""),
        preferences_prefix=addresses.of_preferences(settings, ""),
        vote_prefix=f"{settings.web.base_url}{addresses.HELPFUL}",
        secret=secret,
    )


def named(name: str) -> str:
    """Give a subscriber's name as a greeting may say it: one line, nothing unseen in it, not too long.

    What mail programs would make a link of is no name; empty then, as for a name that is not known.
    """
    line = markup.one_line(_UNSEEN.sub("", header.one_line(name)))[:LONGEST_NAME].strip()
    return "" if _LINK.search(line) else line
