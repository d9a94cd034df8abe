"""Shortcodes that nobody made HTML of: page builders and plugins that were switched off leave them in the text.

They are known by what no sentence has in brackets: attributes, an end tag, the name of a page builder's element.
Their tags go, what stands between them stays; `[sic]`, `[…]` and `[12]` are the newsroom's.
"""

import re

_BARE = {
    *("gallery", "playlist", "dropcap", "pullquote", "gravityform", "nggallery", "addtoany", "sharethis", "wpforms"),
    *("smartslider3", "adrotate", "contact-form", "contact-form-7"),
}
"""Shortcodes also without attributes; so is every name that holds an underscore, as page builders' names do."""
_COMMON = _BARE | {
    *("caption", "embed", "audio", "video", "youtube", "vimeo", "soundcloud", "tweet", "button", "column", "row"),
    *("section", "spacer", "divider"),
}
"""Shortcodes also when their attributes stand without quotes."""
_QUOTE = r"(?:[\"'“”″′‘’«»]|&(?:quot|#0?39|#34|#82(?:16|17|20|21|42|43)|#x201[89cdCD]|[lr][sd]quo|[Pp]rime|[lr]aquo);)"
_TAG = re.compile(r"\[(?P<end>/?)(?P<name>[A-Za-z][\w-]{1,60})(?P<said>(?:\s[^\[\]]{0,3000})?)/?\]")
_QUOTED = re.compile(rf"\s[\w-]{{1,60}}={_QUOTE}")
_UNQUOTED = re.compile(r"\s[\w-]{1,60}=[\w#.-]")
_CAPTION = re.compile(
    r"\[caption\b[^\[\]]{0,1000}\]\s*+((?:<a\b[^<>]*+>\s*+)?<img\b[^<>]*+>(?:\s*+</a>)?)([^\[\]]{0,2000})\[/caption\]",
    re.IGNORECASE,
)
_CODE = re.compile(r"\[(vc_raw_(?:html|js))\b[^\[\]]{0,1000}\][^\[\]]*+\[/\1\]", re.IGNORECASE)
"""What stands between these is code in base64, and no text."""


def without(html: str) -> str:
    """Give HTML without shortcodes; a caption becomes the caption of its picture."""
    if "[" not in html:
        return html
    html = _CODE.sub("", _CAPTION.sub(r"<figure>\1<figcaption>\2</figcaption></figure>", html))
    ended = {tag["name"].lower() for tag in _TAG.finditer(html) if tag["end"]}

    def _kept(tag: re.Match[str]) -> str:
        is_escaped = html[tag.start() - 1 : tag.start()] == "[" and html[tag.end() : tag.end() + 1] == "]"
        return tag[0] if is_escaped or not _is_shortcode(tag, ended) else ""

    return _TAG.sub(_kept, html)


def _is_shortcode(tag: re.Match[str], ended: set[str]) -> bool:
    name = tag["name"].lower()
    if tag["end"] or name in ended:
        return True
    if "_" in name or _QUOTED.search(tag["said"]):
        return True
    return name in _BARE if not tag["said"].strip() else name in _COMMON and _UNQUOTED.search(tag["said"]) is not None
