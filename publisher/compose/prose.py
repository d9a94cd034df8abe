"""The words an issue makes of its articles: excerpts, reading times, the preheader. Plain text."""

import math
from collections.abc import Iterable

from publisher import markup
from publisher.model import Article

EXCERPT_LENGTH = 280
WORDS_A_MINUTE = 220
PREHEADER_LENGTHS = (40, 140)


def excerpt(article: Article) -> str:
    """Give the summary, else the first paragraph, shortened at a word."""
    return shortened(article.summary, EXCERPT_LENGTH) or shortened(markup.first_paragraph(article.body), EXCERPT_LENGTH)


def shortened(text: str, length: int) -> str:
    """Give one line of at most `length` characters, cut between words and marked with an ellipsis."""
    line = markup.one_line(text)
    if len(line) <= length:
        return line
    kept, space, _ = line[:length].rpartition(" ")
    # A single word as long as the line, or a script without spaces, is cut where the line ends.
    whole = kept if space and len(kept) > length // 2 else line[: length - 1]
    return whole.rstrip(" ,;:.–—-¿¡(«“") + "…"


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
