"""What a server was asked when it refused, where the text of a bounce tells it beside the report.

That a user is unknown means more when the recipient was named than after the content, where it is a filter's word.
"""

import re
from itertools import islice

LONGEST = 20_000
MOST_PLACES = 10
"""What was said stands twice or thrice in a transcript; in a mail that is made to be slow, everywhere."""

_NAMED_BEHIND = re.compile(r" ?\((in reply to [\w ]{4,20} command)\)")
_ASKED = re.compile(r" ?(\w{4}\b(?: TO\b)?)[^<]*(?:<(?!<<)[^<]*)*<<< ?", re.IGNORECASE)
_NO_RECIPIENT = re.compile(r"<<< (?:503|554 (?:5\.5\.1 )?(?:error: )?no valid recipients)", re.IGNORECASE)
"""Who sends on without waiting asks DATA before it hears of its recipients; where all are refused, so is DATA."""


def with_question(words: str, text: str) -> str:
    """Give what a server said, and the command it answered where the text above the report has both."""
    said, told = " ".join(words[:LONGEST].split()), " ".join(text[:LONGEST].split())
    for found in islice(re.finditer(re.escape(said), told), MOST_PLACES if said else 0):
        if behind := _NAMED_BEHIND.match(told, found.end()):
            return f"{said} ({behind[1]})"
        begin = told.rfind(">>>", 0, found.start())
        asked = _ASKED.fullmatch(told, begin + 3, found.start()) if begin >= 0 else None
        if asked and not _NO_RECIPIENT.search(told[found.end() :].partition(">>>")[0]):
            return f"{said} (in reply to {asked[1]} command)"
    return said
