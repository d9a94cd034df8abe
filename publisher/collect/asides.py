"""What a body holds that is not part of the text: see-also lines and the list of related content.

They become data, so that every product can show them in its own place, and leave the body.
"""

import re
from dataclasses import dataclass

from publisher import markup
from publisher.model import Link

_END = r'(?: [\w-]++="[^"]*+")*+>'
_PARAGRAPH = re.compile(rf"<(p|h[1-6]){_END}((?:[^<]++|<(?!/?\1[ >]))*+)</\1>")
_LIST = re.compile(rf"<(ul|ol){_END}(?:[^<]++|<(?!/\1>|[uo]l[ >]))*+</\1>")
_SPACE = re.compile(r"\s*+")
_NOTHING = re.compile(r"(?:\s|&nbsp;|<br>|</\w+>)*+")
_OPENING = re.compile(rf"<div{_END}\Z")
_SEE_ALSO = re.compile(
    r"\W*(?:see also|read also|also read|v(?:ea|er|éase) también|le[ae] también|lea además|veja também|leia também|"
    r"voir aussi|lire aussi)\s*[:：]",
    re.IGNORECASE,
)
_RELATED = re.compile(
    r"\W*(?:related(?: (?:content|articles?|stories|posts?|coverage|reading))?|(?:contenidos? )?relacionad[oa]s?|"
    r"art[íi]culos relacionados|noticias relacionadas|notas relacionadas|conteúdo relacionado)\W*",
    re.IGNORECASE,
)
_WORDS_OF_SEE_ALSO = ("also", "tamb", "demás", "aussi")
_WORDS_OF_RELATED = ("rela",)
"""One of them is in each label, in small letters: cheaper to look for than the labels themselves."""
_HERE = "\0"
"""Where something was taken out; no text holds it, XML forbids it."""
_TAKEN = re.compile(rf"(?<!\s)\s++{_HERE}|{_HERE}")
_LONGEST_LABEL = 500
"""Characters of HTML."""
_MOST_WORDS_BESIDE = 40
"""Characters beside label and links up to which a paragraph is a see-also line and no sentence of the text."""


@dataclass(frozen=True, slots=True)
class Asides:
    """A body without its asides, and the asides."""

    body: str
    see_also: tuple[Link, ...]
    related: tuple[Link, ...]


def take_out(body: str) -> Asides:
    """Take the asides out of clean HTML."""
    small = body.lower()
    rest, related = _without_related(body) if _holds(small, _WORDS_OF_RELATED) else (body, [])
    see_also: list[Link] = []

    def _line(paragraph: re.Match[str]) -> str:
        found = _see_also(paragraph[2])
        see_also.extend(found)
        return _HERE if found else paragraph[0]

    if _holds(small, _WORDS_OF_SEE_ALSO):
        rest = _TAKEN.sub("", _PARAGRAPH.sub(_line, rest))
    return Asides(rest.strip(), tuple(dict.fromkeys(see_also)), tuple(dict.fromkeys(related)))


def _holds(small: str, words: tuple[str, ...]) -> bool:
    return any(word in small for word in words)


def _see_also(inner: str) -> list[Link]:
    if "<a " not in inner or not _holds(inner.lower(), _WORDS_OF_SEE_ALSO):
        return []
    words = markup.line(inner)
    label = _SEE_ALSO.match(words)
    found = _links(inner)
    if not label or not found or len(words) - label.end() - sum(len(link.title) for link in found) > _MOST_WORDS_BESIDE:
        return []
    return found


def _without_related(body: str) -> tuple[str, list[Link]]:
    kept: list[str] = []
    related: list[Link] = []
    start = 0
    for heading in _PARAGRAPH.finditer(body):
        if heading.start() < start or not _is_related(heading[2]):
            continue
        end, found = _list_after(body, heading.end())
        if not found and not _NOTHING.fullmatch(body, heading.end()):
            continue
        kept.append(body[start : heading.start()].rstrip())
        if not found:  # Jetpack fills it in the browser
            return _unboxed("".join(kept), body[end:].lstrip()), related
        related += found
        start = end
    return "".join(kept) + body[start:], related


def _is_related(words: str) -> bool:
    return len(words) <= _LONGEST_LABEL and _RELATED.fullmatch(markup.line(words)) is not None


def _unboxed(before: str, after: str) -> str:
    """Join what stood before and after something, without the boxes that held nothing else."""
    while after.startswith("</div>") and (opening := _OPENING.search(before, max(before.rfind("<"), 0))):
        before, after = before[: opening.start()].rstrip(), after.removeprefix("</div>").lstrip()
    return before + after


def _list_after(body: str, start: int) -> tuple[int, list[Link]]:
    """Read lists, and paragraphs that are nothing but links, as long as they follow one another."""
    found: list[Link] = []
    while part := _next(_LIST, body, start) or _next(_PARAGRAPH, body, start):
        here = _links(part[0])
        beside = len(markup.line(part[0])) - sum(len(link.title) for link in here)
        if not here or (part[1] not in ("ul", "ol") and beside > 0):
            break
        found += here
        start = part.end()
    return start, found


def _next(kind: re.Pattern[str], body: str, start: int) -> re.Match[str] | None:
    space = _SPACE.match(body, start)
    return kind.match(body, space.end() if space else start)


def _links(html: str) -> list[Link]:
    return [Link(url, words) for url, words in markup.links(html) if words and url.startswith("http")]
