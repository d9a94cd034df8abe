"""Keeps the marks of `model.Place` where our own templates put them, whatever a source or the config says.

A mark is filled with the reader's address or signed leave link wherever it stands: in a foreign picture's URL it
would be an open pixel that names the reader. So nothing foreign that spells one gets into an issue, and what was
rendered is counted before it leaves.

The marks stay fixed words. Marks made of the issue's own content would have to travel with every variant through
the store to where they are filled, and whoever writes all of a newsroom's articles could compute them beforehand.
"""

import re
import unicodedata
from html import unescape
from urllib.parse import unquote

from publisher.errors import ConfigError
from publisher.model import Place, Variant

MARKS = (
    Place.LEAVE_URL,
    Place.ADDRESS,
    Place.PREFERENCES_URL,
    Place.HELPFUL_URL,
    Place.UNHELPFUL_URL,
    Place.GREETING,
)

_SPELLED = re.compile("|".join(mark.casefold() for mark in MARKS))
_DECODINGS = 3


def are_spelled(text: str) -> bool:
    """Tell whether a text spells a mark, by its letters alone: in any case, encoding or dress, and however cut up.

    That is more than a mark itself, so no later step that drops, decodes or changes characters can make one.
    """
    for _ in range(_DECODINGS):
        if _SPELLED.search(re.sub(r"[^a-z]", "", text.casefold())):
            return True
        text = unicodedata.normalize("NFKC", unescape(unquote(text)))
    return bool(_SPELLED.search(re.sub(r"[^a-z]", "", text.casefold())))


def check(variant: Variant, is_greeted: bool) -> None:
    """See that each mark stands once in the HTML and once in the text, as our templates have it, and nowhere else.

    Raises:
        ConfigError: when one stands elsewhere, or is missing. No article can bring one in, so what did is the
            newsroom's own text; and what leaves one out is a template of the newsroom's.
    """
    for mark in MARKS:
        once = int(mark != Place.GREETING or is_greeted)
        mailed = (variant.html.count(mark), variant.text.count(mark))
        public = sum(form.count(mark) for form in (variant.web, variant.subject, variant.preheader))
        if public or max(mailed) > once:
            raise ConfigError(
                f'the issue has "{mark}" outside its place, where it would be filled with what is each reader\'s own; '
                "take it out of the names, titles and addresses in the config, of the newsroom's templates, and of "
                "what the editor wrote"
            )
        if min(mailed) < once:
            raise ConfigError(
                f'the issue has no "{mark}", which a template in theme.templates leaves out of the mail or its text; '
                "put it back where ours has it"
            )
