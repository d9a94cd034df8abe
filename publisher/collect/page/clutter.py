"""What stands around a text on a page, known by its words or by what the page's own markup calls it.

The words are those of several languages, and always of a whole block: a sentence of the text is never taken.
"""

import re
from collections.abc import Sequence
from typing import Any

from publisher.collect.page import phrases
from publisher.collect.page.document import is_block, own_words, text_of

_STRONG_NAMES = phrases.any_of(r"""
    shar(?:e|ing|edaddy)|social|addtoany|addthis|related\w*|relacionad[oa]s?|recommend\w*|newsletters?|subscri\w+|suscri\w+
    sign-?up|promos?|promotion|advert\w*|adsbygoogle|ad-?(?:slot|unit|wrapper|container)|sponsor\w*|taboola|outbrain
    donat\w+|donaci\w+|support-?us|comments?|comentarios?|disqus\w*|respond|bread-?crumbs?|pagination|cookies?|consent
    author-?(?:bio|box|card|info)|about-?(?:the-?)?authors?|helpful|feedback|copyright|reuse|republish\w*|trending
    (?:more|most|also)-(?:from|on|stories|read|popular|viewed)|read-?(?:next|also)|post-?navigation|nav-?links
""")
_BEGINS, _ENDS = r"(?:^|[\s_-]|(?-i:(?<=[a-z])(?=[A-Z])))", r"(?:$|[\s_-]|(?-i:(?=[A-Z])))"
_STRONG = re.compile(rf"{_BEGINS}(?:{_STRONG_NAMES}){_ENDS}", re.IGNORECASE)
"""What no part of a text is called, unless it is the whole text."""
_WEAK_NAMES = phrases.any_of(r"""
    widgets?|meta|tags?|tag-?list|topics|nav\w*|menu\w*|side-?bar|tool-?bar|by-?line|print|paywall|popup|modal|rating
    teasers?|cards?|follow|skip|sr-only|screen-reader\w*|visually-?hidden|ads?|banner|buttons?|btn|icons?|date|time\w*
    authors?|autor(?:es)?|credits?|toc|hidden|notice|legal|footer|header
""")
_WEAK = re.compile(rf"{_BEGINS}(?:{_WEAK_NAMES}){_ENDS}", re.IGNORECASE)
_BESIDE = frozenset(("aside", "nav", "footer", "form", "figure", "table", "blockquote"))
_CAPTION = re.compile(
    rf"{_BEGINS}(?:caption\w*|(?:pie|leyenda)-?(?:de-?)?(?:foto|imagen)?|legende|bildunterschrift){_ENDS}",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_MOST_ASKED = 500
"""Characters of an appeal."""
_LONGEST = 700
"""Characters of a block that follows a text."""
_FEW_AFTER = 0.4
"""Of the text, beyond which what looks like its end may be a box inside it."""
_A_PARAGRAPH = 120
_NEAR, _SURELY = 15, 3
"""So many more within so many blocks leave no doubt."""


def is_named_clutter(element: Any) -> bool:
    """Whether the markup calls it what no part of a text is called."""
    named = _names(element)
    return bool(named) and _STRONG.search(named) is not None


def is_inside(element: Any) -> bool:
    """Whether it stands inside what is beside a text, by its tag or by what the markup calls it."""
    around = [element, *element.iterancestors()]
    return any(one.tag in _BESIDE or is_named_clutter(one) or is_hidden(one) for one in around)


def is_caption(element: Any) -> bool:
    """Whether it is the line about a picture that stands beside it, by what the markup calls it."""
    above = element.getparent()
    called_so = above is not None and _CAPTION.search(_names(element)) is not None
    return called_so and next(above.iter("img"), None) is not None and len(text_of(above)) <= _MOST_ASKED


def may_be_clutter(element: Any) -> bool:
    """Whether the markup calls it what may or may not be a part of a text."""
    named = _names(element)
    return bool(named) and (_STRONG.search(named) or _WEAK.search(named)) is not None


def is_hidden(element: Any) -> bool:
    """Whether it is not to be seen."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search((element.get("style") or "")[:300]) is not None
    )


def is_related_heading(words: str) -> bool:
    """Whether a block is the heading of a list of other articles."""
    return len(words) <= 100 and phrases.RELATED.fullmatch(words) is not None


def is_list_heading(words: str) -> bool:
    """Whether a block is called as the headings of lists of any articles are, related or not."""
    return is_related_heading(words) or (len(words) <= 100 and phrases.OTHERS.fullmatch(words) is not None)


def is_box(words: str) -> bool:
    """Whether a block is a button, a label or an appeal that may stand anywhere in a text."""
    if len(words) <= 120 and phrases.BOX.fullmatch(words):
        return True
    return len(words) <= _MOST_ASKED and phrases.ASKS.match(words) is not None


def is_appeal(element: Any) -> bool:
    """Whether it is a box that asks to give or to subscribe: few words, and a button under them."""
    if len(text_of(element)) > _MOST_ASKED:
        return False
    buttons = (
        below for below in element.iterdescendants("a", "button") if phrases.GIVE.fullmatch(text_of(below)[:120])
    )
    return any(_stands_alone(button, element) for button in buttons)


def _stands_alone(button: Any, box: Any) -> bool:
    block = next(above for above in button.iterancestors() if above is box or is_block(above))
    return own_words(block) == text_of(button)


def is_end(words: str) -> bool:
    """Whether a block follows a text that has come to its end: may it be copied, was it helpful, what else is there."""
    if len(words) <= 300 and (phrases.END.fullmatch(words) or phrases.MENU.fullmatch(words)):
        return True
    return is_related_heading(words) or (len(words) <= _LONGEST and phrases.REUSE.match(words) is not None)


def end_of(blocks: Sequence[str]) -> int:
    """Give how many of the blocks belong to the text, given the words of each in their order.

    A block that follows a text may also stand inside one: the text ends there if little comes after it, or more of its
    kind soon and little that is told in whole paragraphs.
    """
    ends = [is_end(words) for words in blocks]
    marks = [ended or is_box(words) or is_list_heading(words) for ended, words in zip(ends, blocks, strict=True)]
    whole = after = sum(map(len, blocks))
    told = still_told = sum(_told(words) for words, mark in zip(blocks, marks, strict=True) if not mark)
    for place, words in enumerate(blocks):
        if place and marks[place]:
            near = sum(marks[place + 1 : place + 1 + _NEAR])
            is_sure = near >= _SURELY and still_told <= told * _FEW_AFTER
            if is_sure or (ends[place] and after <= whole * _FEW_AFTER):
                return place
        after -= len(words)
        still_told -= 0 if marks[place] else _told(words)
    return len(blocks)


def _told(words: str) -> int:
    """Give how much of a block is text: of a paragraph all, of a label or what is cut off nothing."""
    return len(words) if len(words) >= _A_PARAGRAPH and not words.endswith(("…", "...")) else 0


def _names(element: Any) -> str:
    return " ".join((element.get(name) or "")[:300] for name in ("class", "id", "data-component")).strip()
