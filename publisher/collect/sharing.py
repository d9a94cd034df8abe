"""Buttons to share an article, to comment on it or to subscribe, which publishing software writes into its text.

They are known by where they lead, not by their words, and so in every language: to a page of a network on which a
link is posted, to a mail without an addressee, to the article's own address with `?share=`, as to Substack's own
pages. A block all of whose links lead there goes, and so does the label above it.
"""

import re
from urllib.parse import parse_qsl, urlsplit

from publisher import markup
from publisher.collect import identity
from publisher.errors import UnreadableInput

_TAG = r'(?: [\w-]++="[^"]*+")*+>'
_BLOCK = re.compile(rf"<(p|ul|ol|div){_TAG}((?:[^<]++|<(?!/?(?:p|ul|ol|div)[ >]))*+)</\1>")
_LINK = re.compile(rf"<a{_TAG}(?:[^<]++|<(?!/?a[ >]))*+</a>")
_HREF = re.compile(r' href="([^"]*+)"')
_WORDS_OF_BUTTONS = (
    *("share", "dialog/", "plugins/", "widgets/", "intent/", "status=", "wa.me/?", "/send", "/submit", "pin/create"),
    *("getpocket", "add", "line.me/", "mailto:?", "/subscribe", "/comments"),
)
"""One of them is in every address that is a button's, in small letters."""
_HERE = "\0"
"""Where a block was; no text holds it, XML forbids it."""
_LABELLED = re.compile(
    rf"<(h[1-6]|p|div|strong|b){_TAG}((?:(?!<\1[ >])[^\0]){{0,200}}?)</\1>((?:\s|<br>|<div{_TAG}){{0,10}}+)\0"
)
_LABEL = re.compile(
    r"\W*(?:share|compart\w*|compárt\w*|partag\w*|condivid\w*|teilen|diesen (?:artikel|beitrag) teilen|delen|deel)\b"
    r"[^.!?]{0,40}\W*",
    re.IGNORECASE,
)
_MOST_WORDS_BESIDE = 40
"""Characters beside its links up to which a block is a row of buttons and no sentence of the text."""
_ENDPOINTS = re.compile(
    r"(?:[\w-]+\.)?facebook\.com/(?:sharer|share\.php|dialog/(?:share|feed|send))|"
    r"(?:[\w-]+\.)?facebook\.com/plugins/(?:like|share|follow|page)|platform\.twitter\.com/widgets/(?:tweet|follow)_|"
    r"(?:[\w-]+\.)?(?:twitter|x)\.com/(?:intent/|share\b|home\?status=)|"
    r"wa\.me/\?|(?:api|web)\.whatsapp\.com/send\b|(?:t|telegram)\.me/share\b|"
    r"(?:[\w-]+\.)?linkedin\.com/(?:sharearticle|sharing/|cws/share)|"
    r"(?:[\w-]+\.)?reddit\.com/submit|(?:[\w-]+\.)?pinterest\.[a-z.]{2,6}/pin/create|"
    r"(?:[\w-]+\.)?tumblr\.com/(?:share|widgets/share)|getpocket\.com/(?:save|edit)|bsky\.app/intent/|"
    r"(?:[\w-]+\.)?threads\.(?:net|com)/intent/|news\.ycombinator\.com/submitlink|vk\.com/share|"
    r"(?:[\w-]+\.)?addtoany\.com/(?:add_to|share)|buffer\.com/add|share\.flipboard\.com/|"
    r"(?:[\w-]+\.)?substack\.com/subscribe\b|(?:social-plugins\.)?line\.me/(?:lineit/share|r/(?:msg|share))|(?:[\w-]+\.)?xing\.com/spi/shares",
    re.IGNORECASE,
)


def without_buttons(body: str, url: str) -> str:
    """Give clean HTML without its rows of buttons; `url` is the article's identity."""

    def _block(block: re.Match[str]) -> str:
        return _HERE if _is_row_of_buttons(block[2], url) else block[0]

    if not _may_hold_buttons(body):
        return body
    marked = _BLOCK.sub(_block, body)
    if marked == body:
        return body
    return _LABELLED.sub(_without_label, re.sub(r"\0(?:\s*+\0)++", _HERE, marked)).replace(_HERE, "")


def _may_hold_buttons(body: str) -> bool:
    """Whether some link is written like a button's: cheap, and never wrong where there is one."""
    addresses = "\n".join(_HREF.findall(body)).lower()
    return any(word in addresses for word in _WORDS_OF_BUTTONS)


def _without_label(labelled: re.Match[str]) -> str:
    return labelled[3].strip() if _LABEL.fullmatch(markup.line(labelled[2])) else labelled[0]


def is_button(address: str) -> bool:
    """Whether an address is a page of a network on which a link is posted."""
    return _ENDPOINTS.match(address.rpartition("//")[2][:200] if "//" in address[:8] else address[:200]) is not None


def _is_row_of_buttons(inner: str, url: str) -> bool:
    links = [address for address, _ in markup.links(inner)]
    if not any(_is_button(address, url) for address in links):
        return False
    beside = _LINK.sub("", inner)
    return (
        all(_is_button(address, url) or _is_here(address, url) for address in links)
        and "<img" not in beside
        and len(markup.line(beside)) <= _MOST_WORDS_BESIDE
    )


def _is_button(address: str, url: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return not parts.path and bool(parts.query)
    own, here = parts._replace(query="", fragment="").geturl(), url.partition("?")[0]
    named = dict(parse_qsl(parts.query[:2000])) if "share" in parts.query else {}
    if ("share" in named or named.get("action") == "share") and _is_here(own, here):
        return True
    place = urlsplit(here)
    of_substack = ("/subscribe", f"{place.path.rstrip('/')}/comments")
    if parts.netloc.lower() == place.netloc and parts.path in of_substack:
        return True
    posts = parts.path.lower() != "/send" or "phone=" not in parts.query  # WhatsApp: a number is a contact
    return posts and _ENDPOINTS.match(address.partition("://")[2][:200]) is not None


def _is_here(address: str, url: str) -> bool:
    try:
        return identity.canonical_url(address) == url
    except UnreadableInput:
        return False
