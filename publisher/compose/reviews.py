"""The mails to those who look at an issue before it goes: the issue itself with a box at its top, or a short notice.

Pure, like all of `compose`. The words are ours; what readers will see below them is the issue as it was rendered.
"""

import re
import textwrap
from dataclasses import dataclass
from enum import StrEnum

from publisher import templating
from publisher.compose import findings
from publisher.compose.review_words import words_in
from publisher.config import Settings
from publisher.languages import direction
from publisher.model import Finding

WIDTH = 70


class Asking(StrEnum):
    """What a reviewer is told: a draft is ready, it still waits, it is held, or it goes and something has changed."""

    ASKED = "asked"
    REMINDED = "reminded"
    HELD = "held"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue as a reviewer is told of it; `deadline` is ready to be read, `html` and `text` are filled in.

    `number` is 0 for one that is no period. `why` it is held, and by whom: `who` is empty where the publisher itself
    did. With `is_amended` it is what an issue shall become whose sending has begun, and is never held.
    """

    name: str
    language: str
    number: int
    title: str
    subject: str
    deadline: str
    why: str
    who: str
    findings: tuple[Finding, ...]
    html: str
    text: str
    is_amended: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's subject and its two forms."""

    subject: str
    text: str
    html: str


def written(settings: Settings, draft: Draft, asking: Asking, review_url: str) -> Written:
    """Write the mail about a draft; `review_url` is the reviewer's own page."""
    language, words = words_in(draft.language)
    what = words.weekly if draft.number else words.special
    filled: dict[str, object] = {
        "what": _filled(what, {"name": draft.name, "number": draft.number, "title": draft.title}),
        "deadline": draft.deadline,
        "why": draft.why.rstrip(".") or words.unsaid,
        "who": draft.who,
    }
    sentences = {
        Asking.ASKED: words.amended if draft.is_amended else words.asked,
        Asking.REMINDED: words.still_amended if draft.is_amended else words.reminded,
        Asking.HELD: words.held_by if draft.who else words.held,
        Asking.CHANGED: words.changed,
    }
    subjects = {
        Asking.ASKED: words.asked_subject,
        Asking.REMINDED: words.reminded_subject,
        Asking.HELD: words.held_subject,
        Asking.CHANGED: words.changed_subject,
    }
    sentence = _filled(sentences[asking], filled)
    environment = templating.environment(settings.theme, settings.own_templates)
    view = {
        "language": language,
        "direction": direction(language),
        "sentence": sentence,
        "subject": draft.subject,
        "findings": findings.spoken(draft.findings, language),
        "words": words,
        "look": words.look_only if draft.is_amended else words.look,
        "url": review_url,
    }
    box = templating.rendered(environment, "email/review/box.html", **view)
    top = templating.rendered(environment, "email/review/top.txt", **view)
    return Written(
        subject=_filled(subjects[asking], {**filled, "subject": draft.subject}),
        text=f"{_wrapped(top)}\n\n{'=' * WIDTH}\n\n{draft.text}",
        # Behind the body's own tag: whatever a theme's templates hold, there is one.
        html=re.sub(r"(<body[^>]*>)", lambda tag: tag[1] + box, draft.html, count=1),
    )


def _filled(text: str, values: dict[str, object]) -> str:
    return re.sub(r"\{(\w+)\}", lambda mark: str(values.get(mark[1], mark[0])), text)


def _wrapped(text: str) -> str:
    lines = (
        textwrap.fill(
            line,
            WIDTH,
            subsequent_indent="  " if line.startswith("* ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.splitlines()
    )
    return "\n".join(lines).strip()
