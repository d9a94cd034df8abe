"""What is odd about an article that came in: told to whoever can mend it at its source, and left as it is."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from ftfy.badness import is_bad

from publisher import markup
from publisher.model import Article, Remark

_MOST_LOOKED_AT = 5_000
"""Characters of a body: text that was spoiled on its way is spoiled from the beginning."""
_SPOILED = re.compile("[ÃÂâÅÐÑ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|\ufffd")
"""What UTF-8 looks like that was taken for a Western encoding, or was not what it was said to be."""
_LEADS = "ÃÂâÅÐÑ\ufffd"
_ENTITY = re.compile(r"&amp;(?:#\d{2,5}|#x[0-9a-fA-F]{2,4}|amp|quot|nbsp|lt|gt|[lr][sd]quo|[mn]dash|hellip);")
_CLOCKS_DIFFER = timedelta(hours=1)


def about(article: Article, now: datetime) -> Iterator[Remark]:
    """Give what is odd about an article of any kind of source."""
    beginning = f"{article.title} {article.summary} {article.body[:_MOST_LOOKED_AT]}"
    if article.published > now + _CLOCKS_DIFFER:
        said = f"{article.published:%Y-%m-%d %H:%M} UTC"
        yield _remark(article, f"it is dated {said}, in the future; it is left out until then, or mend its date")
    if any(letter in beginning for letter in _LEADS) and _SPOILED.search(beginning) and is_bad(markup.line(beginning)):
        yield _remark(article, "its letters were encoded twice and are kept as they came; save it anew at its source")
    elif "&amp;" in beginning and _ENTITY.search(beginning):
        yield _remark(article, "its entities were encoded twice and are kept as they came; save it anew at its source")


def _remark(article: Article, words: str) -> Remark:
    return Remark(article.source, article.url, words)
