"""What the newsroom is told when it must know something: a subject, a sentence, sums, and what to do.

Pure, like all of `compose`. The template is always ours: a newsroom's own that is broken must not keep this back.
No subscriber's address stands in it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from babel.numbers import format_decimal

from publisher import templating
from publisher.compose import review_words, typed
from publisher.compose.alert_words import Words, words_in
from publisher.languages import locale


class What(StrEnum):
    """What there is to tell."""

    PAUSED = "paused"
    HELD = "held"
    SENT = "sent"
    SILENT = "silent"
    BOUNCES = "bounces"
    COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing to tell. `about` is an issue's name in words or a source's; `since` is ready to be read.

    `counts` goes by the state of the ledger or by `bounced` and `complained`, `failures` by the servers' codes; `share`
    and `limit` are percents. `what_to_do` has commands, one a line.
    """

    what: What
    about: str
    why: str = ""
    who: str = ""
    since: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    failures: Mapping[str, int] = field(default_factory=dict)
    share: float = 0
    limit: float = 0
    what_to_do: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """An alert in words: `words` is its sentence, `text` the whole mail. `language` is the one they are in."""

    language: str
    subject: str
    words: str
    text: str


def name_of(language: str, newsletter: str, issue_language: str, number: int, title: str) -> str:
    """Name an issue in words; `number` is 0 for one that is no period."""
    _, words = review_words.words_in(language)
    what = words.weekly if number else words.special
    return _filled(what, {"name": f"{newsletter} ({issue_language})", "number": str(number), "title": title})


def told(alert: Alert, language: str) -> Told:
    """Put an alert into words."""
    spoken, words = words_in(language)
    numbers = {
        name: format_decimal(value, format="#,##0.##", locale=locale(spoken))
        for name, value in (("share", alert.share), ("limit", alert.limit))
    }
    filled = {
        "about": alert.about,
        "why": alert.why.rstrip(".") or words.unsaid,
        "who": alert.who,
        "since": alert.since,
        **numbers,
    }
    sentence = _filled(_sentence(alert, words), filled)
    counted = {words.counts[name]: count for name, count in alert.counts.items() if name in words.counts}
    causes = {_cause(code, words): count for code, count in alert.failures.items()}
    environment = templating.environment()
    environment.filters |= {"wrapped": typed.wrapped}
    text = templating.rendered(
        environment,
        "email/alert/body.txt",
        sentence=sentence,
        counts=_lines(counted, spoken),
        failures=_lines(causes, spoken),
        what_to_do=alert.what_to_do,
        words=words,
    )
    return Told(spoken, _filled(words.subjects[alert.what], filled), sentence, f"{text.strip()}\n")


def _sentence(alert: Alert, words: Words) -> str:
    sentences = {
        What.PAUSED: words.paused if alert.why else words.paused_by_hand,
        What.HELD: words.held_by if alert.who else words.held,
        What.SENT: words.sent,
        What.SILENT: words.silent if alert.since else words.never,
        What.BOUNCES: words.bounces,
        What.COMPLAINTS: words.complaints,
    }
    return sentences[alert.what]


def _cause(code: str, words: Words) -> str:
    """Say what a server's codes are about, as far as they tell."""
    if not code:
        return words.no_code
    enhanced = re.search(r"\b[245]\.(\d)\.\d{1,3}$", code)
    part = words.parts.get(enhanced[1], "") if enhanced else ""
    return f"{code} ({part})" if part else code


def _lines(counts: Mapping[str, int], spoken: str) -> list[str]:
    """Give a line for each count, the numbers below one another."""
    numbers = {name: format_decimal(count, locale=locale(spoken)) for name, count in counts.items()}
    names, width = (max(map(len, column), default=0) for column in (numbers, numbers.values()))
    return [f"{name:<{names}}  {number:>{width}}" for name, number in numbers.items()]


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda mark: values.get(mark[1], mark[0]), text)
