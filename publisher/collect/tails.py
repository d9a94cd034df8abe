"""What publishing software hangs on a text: the way back to the article itself, buttons, counters.

The way back is known by where it leads, not by its words, and so in every language: a link at the very end of a
text that leads to the article it stands in says "read on" or "appeared first on", and so does a last paragraph that
is the site's name, leading to its home page.
"""

import re
from urllib.parse import urlsplit

from publisher import markup
from publisher.collect import identity, sharing
from publisher.errors import UnreadableInput

_TAG = r'(?: [\w-]++="[^"]*+")*+>'
_LINK = re.compile(rf"<a({_TAG})(?:[^<]++|<(?!/?a[ >]))*+</a>")
_FEEDBURNER = re.compile(r' href="[^"]*/~ff/')
"""Where the buttons lead that FeedBurner adds: "share", "comment"."""
_COUNTER = re.compile(
    r'<img(?: [\w-]+="[^"]*")*? src="https?://(?:[\w-]++\.)*(?:imrworldwide\.com|pixel\.wp\.com|stats\.wordpress\.com|'
    r"feeds\.feedburner\.com|feedsportal\.com|doubleclick\.net|google-analytics\.com|scorecardresearch\.com|"
    rf'quantserve\.com|xiti\.com|pheedo\.com)/[^"]*"{_TAG}'
)
_EMPTY = re.compile(rf"<(p|div|li|ul|ol|h[1-6]|blockquote|figure|a|em|strong){_TAG}(?:\s|&nbsp;|<br>)*+</\1>")
_CLOSING = r"(?:\s|&nbsp;|<br>|</\w+>)*+"
_LAST_LINK = re.compile(rf"<a{_TAG}(?:[^<]++|<(?!/a>))*+</a>(?P<closing>{_CLOSING})")
_LAST_PARAGRAPH = re.compile(rf"<p{_TAG}(?:[^<]++|<(?!/p>))*+</p>(?P<closing>{_CLOSING})")
_LONGEST = 3000
"""Characters of HTML of the longest of them."""
_MOST_WORDS, _MOST_WORDS_BESIDE = 80, 160
"""Characters of a link that says "read on", and of the words beside the links in "appeared first on"."""
_RULES = re.compile(r"(?:\s*+<hr>)++\s*+\Z")
"""What Medium puts between the text and what it hangs on it."""
_DEEPEST = 10


def cut(body: str, url: str, title: str) -> str:
    """Give clean HTML without what is no part of the text; `url` is the article's identity."""
    if "/~ff/" in body:
        body = _LINK.sub(lambda link: "" if _FEEDBURNER.search(link[1]) else link[0], body)
    body = _COUNTER.sub("", body) if "<img" in body else body
    whole = body = _without_empty(sharing.without_buttons(body, url))
    footer = _at_the_end(body, "<p", _LAST_PARAGRAPH)
    if footer and _is_footer(footer[0], url, title):
        body = _RULES.sub("", body[: -len(footer[0])]) + footer["closing"]
    body = body.rstrip()
    way_back = _at_the_end(body, "<a ", _LAST_LINK)
    if way_back and _is_way_back(way_back[0], url):
        body = body[: -len(way_back[0])] + way_back["closing"]
    return body if body == whole else _without_empty(body)


def _at_the_end(body: str, tag: str, whole: re.Pattern[str]) -> re.Match[str] | None:
    start = body.rfind(tag)
    return whole.fullmatch(body, start) if start >= max(len(body) - _LONGEST, 0) else None


def _is_footer(paragraph: str, url: str, title: str) -> bool:
    """Whether it says "the post TITLE appeared first on SITE", as WordPress and Medium add to feeds, or only SITE.

    Both are known by where they lead; a title that was spoiled on its way is not the one above the text.
    """
    if paragraph.count("<a ") not in (1, 2):
        return False
    links = markup.links(paragraph)
    is_home = len(links) == 1 and links[0][1] != "" and _leads_home(links[0][0], url)
    is_origin = len(links) == 2 and _leads_to(links[0][0], url)
    if not is_home and not (is_origin and (links[0][1] == title or _leads_home(links[1][0], url))):
        return False
    words = markup.line(paragraph)
    beside = len(words) - sum(len(linked) for _, linked in links)
    if is_home:
        return beside == 0 or (title != "" and title in words and beside <= len(title) + _MOST_WORDS)
    return beside <= _MOST_WORDS_BESIDE


def _is_way_back(link: str, url: str) -> bool:
    found = markup.links(link)
    return bool(found) and _leads_to(found[0][0], url) and 0 < len(found[0][1]) <= _MOST_WORDS and "<img" not in link


def _leads_home(address: str, url: str) -> bool:
    """Whether the address is the home page of the article's site."""
    try:
        there, here = urlsplit(identity.canonical_url(address)), urlsplit(url)
    except UnreadableInput:
        return False
    hosts = {parts.netloc.removeprefix("www.") for parts in (there, here)}
    return len(hosts) == 1 and there.path == "/" and not there.query and here.path != "/"


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
