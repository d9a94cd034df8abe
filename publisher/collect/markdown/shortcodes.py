"""Tags of Hugo, Jekyll and Eleventy in the Markdown: a picture becomes a figure, a reference the name of its file.

A film becomes the frame that the site makes of it. Of any other tag nothing is kept but the words between a pair.
"""

import html as entities
import re
from collections.abc import Callable

_TAG = re.compile(
    r"\{\{(?P<hugo>[<%])(?P<of_hugo>[^{}]*+)\}\}|\{%(?P<liquid>[^{}]*+)\}|\{\{(?P<output>[^{}<%\n][^{}\n]*+)\}\}"
)
_WORD = re.compile(r"""(?:(?P<key>[\w-]++)=)?(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'|(?P<bare>[^\s"'=,]++))""")
_PICTURES = re.compile(r"figure|(?:responsive|post|blog)?[-_]?(?:image|img|picture|photo)s?", re.IGNORECASE)
_REFERENCES = ("ref", "relref", "link", "post_url")
_FRAMES = {"youtube": "https://www.youtube.com/embed/", "vimeo": "https://player.vimeo.com/video/"}
_OF_SITE = re.compile(r"\bsite\.|\|\s*(?:relative|absolute)_url|\|\s*url\b")
_MOST_WORDS = 40
"""Of one tag; a figure has a dozen."""


def resolved(markdown: str, inline: Callable[[str], str]) -> str:
    """Give Markdown without such tags; `inline` makes HTML of the Markdown of a caption."""

    def _tag(tag: re.Match[str]) -> str:
        if tag["output"] is not None:
            return _output(tag)
        said = tag["of_hugo"] if tag["hugo"] else tag["liquid"]
        closing = tag["hugo"].replace("<", ">") if tag["hugo"] else "%"
        return _meant(said.rstrip()[:-1].strip("- "), inline) if said.rstrip().endswith(closing) else tag[0]

    return _TAG.sub(_tag, markdown)


def _output(tag: re.Match[str]) -> str:
    """Give the address that Liquid prints: a text, or the site's own, which is what relative ones count from."""
    if not _OF_SITE.search(tag["output"]):
        return tag[0]
    first = _WORD.match(tag["output"].strip())
    return (first["double"] or first["single"] or "") if first else ""


def _meant(said: str, inline: Callable[[str], str]) -> str:
    named: dict[str, str] = {}
    words: list[str] = []
    for _, word in zip(range(_MOST_WORDS), _WORD.finditer(said), strict=False):
        value = next(part for part in (word["double"], word["single"], word["bare"]) if part is not None)
        if word["key"]:
            named[word["key"].lower()] = value
        else:
            words.append(value)
    if words[:1] == ["include"]:
        words = words[1:]
    name, given = (words[0].rpartition("/")[2].rpartition(".")[0] or words[0], words[1:]) if words else ("", [])
    if _PICTURES.fullmatch(name):
        return _figure(named, given, inline)
    if name in _REFERENCES and given:
        return given[0] if "." in given[0].rpartition("/")[2] else f"{given[0]}.md"
    if name in _FRAMES and (identifier := named.get("id") or next(iter(given), "")):
        return f'\n\n<iframe src="{_FRAMES[name]}{entities.escape(identifier)}"></iframe>\n\n'
    return ""


def _figure(named: dict[str, str], given: list[str], inline: Callable[[str], str]) -> str:
    source = next((named[key] for key in ("src", "url", "file", "path", "image") if named.get(key)), "")
    source, alt = (source, named.get("alt", "")) if source else (*given, "", "")[:2]
    if not source:
        return ""
    captions = (named.get(key, "") for key in ("title", "caption", "description", "attr", "credit"))
    caption = " ".join(inline(words) for words in captions if words.strip())
    picture = f'<img src="{entities.escape(source)}" alt="{entities.escape(alt)}">'
    return f"\n\n<figure>{picture}<figcaption>{caption}</figcaption></figure>\n\n"
