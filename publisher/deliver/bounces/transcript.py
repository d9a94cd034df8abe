"""What a server was asked when it refused, where the text of a bounce tells it beside the report.

That a user is unknown means more when the recipient was named than after the content, where it is a filter's word.
"""

import re

_NAMED_BEHIND = re.compile(r" ?\((in reply to [\w ]{4,20} command)\)")
_ASKED_BEFORE = re.compile(r">>> ?(\w{4}\b(?: TO\b)?)(?:(?!>>>|<<<).)*<<< ?$", re.IGNORECASE)
_NO_RECIPIENT = re.compile(r"(?:(?!>>>).)*<<< (?:503|554 (?:5\.5\.1 )?(?:error: )?no valid recipients)", re.IGNORECASE)
"""Who sends on without waiting asks DATA before it hears of its recipients; where all are refused, so is DATA."""


def with_question(words: str, text: str) -> str:
    """Give what a server said, and the command it answered where the text above the report has both."""
    said, told = " ".join(words.split()), " ".join(text.split())
    for found in re.finditer(re.escape(said), told) if said else ():
        if behind := _NAMED_BEHIND.match(told, found.end()):
            return f"{said} ({behind[1]})"
        before = _ASKED_BEFORE.search(told[: found.start()])
        if before and not _NO_RECIPIENT.match(told, found.end()):
            return f"{said} (in reply to {before[1]} command)"
    return said
