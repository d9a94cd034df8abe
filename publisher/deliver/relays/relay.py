"""What there is to know of a relay: which fields it writes anew, what brings our key back, how it says "not now"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

KEY = "$key"
"""Where in `of_delivery` the key of the delivery stands."""
LONGEST_WORDS = 2_000

_WHEN = re.compile(r"(?:again|retry) (?:in|after) (\d{1,6}) ?(s|m|h|d)", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class Quota:
    """Words that say that we sent too much, and after how long they mean to let us go on."""

    words: str
    resume: timedelta


@dataclass(frozen=True, slots=True)
class Relay:
    """A relay, as the mails and whoever sends them must know it.

    `rewrites` are the names of fields that it writes anew, in lower case: no signature of ours can cover them.
    `of_delivery` are the lines of header that make it name a delivery in its events and leave the mail as it is,
    `of_notice` those of a mail that is no delivery's. `return_path` says what stands in the place of ours,
    `by_itself` and `at_its_site` what it does and what a person must see to there; each is a sentence for `doctor`.
    `new_id` is a regular expression: in the answer to a mail it finds the Message-ID, or a part, that the mail gets.
    """

    key: str
    name: str
    rewrites: frozenset[str] = frozenset()
    of_delivery: str = ""
    of_notice: str = ""
    return_path: str = ""
    by_itself: Sequence[str] = ()
    at_its_site: Sequence[str] = ()
    quotas: Sequence[Quota] = field(default=())
    new_id: str = ""

    def own_headers(self, key: str) -> str:
        """Give the lines of header of the delivery with `key` (hex)."""
        return self.of_delivery.replace(KEY, key)

    @property
    def own_fields(self) -> frozenset[str]:
        """The names of the fields of `of_delivery` in lower case: they are for the relay, and end there."""
        return frozenset(name.lower() for name in re.findall(r"^([\w-]+):", self.of_delivery, re.MULTILINE))

    def ids(self, answer: str) -> tuple[str, ...]:
        """Give what the Message-ID has in it under which a mail goes on, by the relay's answer to it."""
        found = re.search(self.new_id, answer, re.ASCII) if self.new_id else None
        return (found[1],) if found else ()

    def quota(self, words: str) -> timedelta | None:
        """Say how long to rest when a refusal means that our quota is used up; None for any other refusal.

        What the refusal says of the time wins over what is known of the relay.
        """
        said = " ".join(words[:LONGEST_WORDS].split())
        for quota in self.quotas:
            if re.search(quota.words, said, re.IGNORECASE):
                when = _WHEN.search(said)
                return timedelta(**{_UNITS[when[2].lower()]: int(when[1])}) if when else quota.resume
        return None


MINUTES, HOUR, NIGHT = timedelta(minutes=10), timedelta(hours=1), timedelta(hours=12)

COMMON = (
    Quota(r"\b(?:daily|hourly|24[- ]hour)\b.{0,40}\b(?:quota|limit)", HOUR),
    Quota(r"\bmonthly\b.{0,40}\b(?:quota|limit)|\bcredits?\b.{0,40}\b(?:exceeded|exhausted|insufficient)", NIGHT),
    # The quota of who sends: a mailbox that is full says "quota exceeded" too.
    Quota(r"\bsend(?:ing|er)?\b.{0,40}\b(?:quota|limit)s?\b|\b(?:messag\w+|emails?) (?:quota|limits?)\b", HOUR),
    Quota(r"\bsend(?:ing)? rate\b|\brate limit|\bthrottl|\btoo many (?:messages|emails|requests)", MINUTES),
)
"""What any of them may say, the narrower before the wider."""


def says_quota(words: str) -> bool:
    """Tell whether a refusal, whoever says it, means that our quota is used up."""
    return any(re.search(quota.words, words, re.IGNORECASE) for quota in COMMON)
