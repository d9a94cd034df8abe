"""What publishing software hangs on a text: the way back to the article itself, buttons, counters.

The way back is known by where it leads, not by its words, and so in every language: a link at the very end of a
text that leads to the article it stands in says "read on" or "appeared first on".
"""

import re

from publisher import markup
from publisher.collect import identity
from publisher.errors import UnreadableInput

_TAG = r'(?: [\w-]+="[^"]*")*>'
_BUTTON = re.compile(rf'<a(?: [\w-]+="[^"]*")*? href="[^"]*/~ff/[^"]*"{_TAG}.*?</a>', re.DOTALL)
"""What FeedBurner adds: "share", "comment"."""
_COUNTER = re.compile(
    r'<img(?: [\w-]+="[^"]*")*? src="https?://(?:[\w-]+\.)*(?:imrworldwide\.com|pixel\.wp\.com|stats\.wordpress\.com|'
    r"feeds\.feedburner\.com|feedsportal\.com|doubleclick\.net|google-analytics\.com|scorecardresearch\.com|"
    rf'quantserve\.com|xiti\.com|pheedo\.com)/[^"]*"{_TAG}'
)
_EMPTY = re.compile(rf"<(p|div|li|ul|ol|h[1-6]|blockquote|figure|a|em|strong){_TAG}(?:\s|&nbsp;|<br>)*</\1>")
_CLOSING = r"(?:\s|&nbsp;|<br>|</\w+>)*"
_LAST_LINK = re.compile(rf"<a{_TAG}(?:(?!</a>).)*</a>(?P<closing>{_CLOSING})", re.DOTALL)
_LAST_PARAGRAPH = re.compile(rf"<p{_TAG}(?:(?!</p>).)*</p>(?P<closing>{_CLOSING})", re.DOTALL)
_LONGEST = 3000
"""Characters of HTML of the longest of them."""
_MOST_WORDS = 80
"""Characters of a link that says "read on", and of the words beside the title in "appeared first on"."""
_DEEPEST = 10


def cut(body: str, url: str, title: str) -> str:
    """Give clean HTML without what is no part of the text; `url` is the article's identity."""
    body = _without_empty(_COUNTER.sub("", _BUTTON.sub("", body)))
    footer = _at_the_end(body, "<p", _LAST_PARAGRAPH)
    if footer and _is_footer(footer[0], url, title):
        body = body[: -len(footer[0])] + footer["closing"]
    body = body.rstrip()
    way_back = _at_the_end(body, "<a ", _LAST_LINK)
    if way_back and _is_way_back(way_back[0], url):
        body = body[: -len(way_back[0])] + way_back["closing"]
    return _without_empty(body)


def _at_the_end(body: str, tag: str, whole: re.Pattern[str]) -> re.Match[str] | None:
    start = body.rfind(tag)
    return whole.fullmatch(body, start) if start >= max(len(body) - _LONGEST, 0) else None


def _is_footer(paragraph: str, url: str, title: str) -> bool:
    """Whether it says "the post TITLE appeared first on SITE", as WordPress adds to feeds."""
    links = markup.links(paragraph)
    if len(links) != 2 or not _leads_to(links[0][0], url):
        return False
    beside = len(markup.line(paragraph)) - sum(len(words) for _, words in links)
    return links[0][1] == title and beside <= _MOST_WORDS


def _is_way_back(link: str, url: str) -> bool:
    found = markup.links(link)
    return bool(found) and _leads_to(found[0][0], url) and 0 < len(found[0][1]) <= _MOST_WORDS and "<img" not in link


def _leads_to(address: str, url: str) -> bool:
    try:
        return identity.canonical_url(address) == url
    except UnreadableInput:
        return False


def _without_empty(body: str) -> str:
    for _ in range(_DEEPEST):
        body, removed = _EMPTY.subn("", body)
        if not removed:
            break
    start = max(len(body) - _LONGEST, 0)
    return (body[:start] + _without_blank_end(body[start:])).strip()


def _without_blank_end(end: str) -> str:
    closing = ""
    while True:
        end = end.rstrip()
        tag = re.fullmatch(r"</\w+>", end[end.rfind("<") :])
        if tag:
            closing = tag[0] + closing
        elif not end.endswith(("<br>", "&nbsp;")):
            return end + closing
        end = end[: max(end.rfind("<"), end.rfind("&"))]
