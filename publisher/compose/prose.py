"""The words an issue makes of its articles: lines, excerpts, bylines, reading times, the preheader. Plain text.

Whatever a source wrote comes into an issue through `shortened`, which no control character, no turned direction
and no mark of a reader's own survives.
"""

import math
import re
from collections.abc import Iterable, Sequence

from publisher import markup, rights
from publisher.compose import marks
from publisher.model import Article

TITLE_LENGTH = 200
SUBJECT_LENGTH = 150
"""What mailboxes show of a subject is less; a longer one is taken for spam."""

EXCERPT_LENGTH = 280
OWN_EXCERPT_LENGTH = 800
"""Of an excerpt that the editor wrote for this issue."""

LABEL_LENGTH = 60
"""Of a kicker, and of one name in a byline."""

NAMES_SHOWN = 5
BYLINE_LENGTH = 400
WORDS_A_MINUTE = 220
PREHEADER_LENGTHS = (40, 140)

_UNSEEN = re.compile("[\u200b\ufeff\u202a-\u202e\u2066-\u2069]")
"""What has no shape and hides in a word, or turns the line around; the marks and joiners that scripts need stay."""


def excerpt(article: Article, kind: str = "summary") -> str:
    """Give what stands under a headline, shortened at a word: what `excerpt` of a section says, else what there is."""
    if kind == "none":
        return ""
    summary, beginning = article.summary, article.body
    if kind == "first-paragraph":
        summary = ""
    elif kind in article.parts:
        summary = markup.first_paragraph(article.parts[kind]) or summary
    found = shortened(summary, EXCERPT_LENGTH) or shortened(markup.first_paragraph(beginning), EXCERPT_LENGTH)
    return found or shortened(article.summary, EXCERPT_LENGTH)


def shortened(text: str, length: int) -> str:
    """Give one line of at most `length` characters, cut between words and marked with an ellipsis.

    It is empty where the text spells a mark of `model.Place`.
    """
    line = one_line(text)
    if len(line) > length:
        kept, space, _ = line[:length].rpartition(" ")
        # A single word as long as the line, or a script without spaces, is cut where the line ends.
        whole = kept if space and len(kept) > length // 2 else line[: length - 1]
        line = whole.rstrip(" ,;:.–—-¿¡(«“") + "…"
    return "" if marks.are_spelled(line) else line


def one_line(text: str) -> str:
    """Give plain text on one line, without what cannot be seen and what turns the line around."""
    return markup.one_line(_UNSEEN.sub("", text))


def byline(authors: Sequence[str], language: str, more: str) -> str:
    """Give the words that name the authors: the first five, and with `more`, as "{count} more", how many there are."""
    people = [name for author in authors if (name := shortened(author, LABEL_LENGTH))]
    rest = len(people) - NAMES_SHOWN
    named = [*people[:NAMES_SHOWN], more.format(count=rest)] if rest > 0 else people
    return shortened(rights.by(named, language), BYLINE_LENGTH)


def minutes(article: Article) -> int | None:
    """Give the time that reading takes, or None when only a summary is known."""
    words = len(markup.text(article.body).split())
    return math.ceil(words / WORDS_A_MINUTE) if words else None


def preheader(headlines: Iterable[str], fillers: Iterable[str]) -> str:
    """Give the line a mailbox shows beside the subject: as many headlines as fit, in order, in 40 to 140 characters.

    Fillers make up a line that is too short; the last of them must be 40 characters long or more.
    """
    least, most = PREHEADER_LENGTHS
    line = ""
    for saying in headlines:
        line = _joined(line, saying, most)
    for saying in fillers:
        line = line if len(line) >= least else _joined(line, saying, most)
    return line


def _joined(line: str, saying: str, most: int) -> str:
    """Add a saying that fits; one too long is shortened where the line would be too short without it."""
    joined = " ".join(f"{line} · {saying}".split()) if line else saying
    if len(joined) <= most or len(line) < PREHEADER_LENGTHS[0]:
        return shortened(joined, most)
    return line
