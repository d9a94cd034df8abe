"""Rules on words that hold for every kind of source: titles, summaries, languages, the mark of a retraction."""

import html as entities
import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote, urlsplit

from publisher import markup
from publisher.config import Source

_LONGEST_TITLE = 80
_CUT_OFF = re.compile(r"(?:\[ ?(?:…|\.{3}) ?\]|…|\.{3})$")
_LINK = re.compile(r"<a[ >](?:[^<]++|<(?!/?a[ >]))*+</a>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*+>")
_TWICE_ENCODED = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_READ_ON = re.compile(
    r"(?:^|(?<=[\].…!?»”\"]))\s*(?:"
    r"(?:continue reading|read more|keep reading|leer más|sigue leyendo|seguir leyendo|continuar leyendo|leia mais|"
    r"continue lendo|lire la suite)\b[^.!?]{0,120}\W{0,10}"
    r"|la entrada\b.{0,300} se publicó primero en .{0,120}|the post\b.{0,300} appeared first on .{0,120})$",
    re.IGNORECASE,
)
"""A sentence of its own at the very end: the same words inside a sentence are the newsroom's."""
_BLANK_LINES = re.compile(r"\n[^\S\n]*+\n\s*+")
_LONGEST_END = 600
"""Characters of the longest of them."""


def title(written: str, body: str, url: str) -> str:
    """Give the title as plain text; an article without one is called by its first words, or by its address."""
    return (
        line(written)
        or _first_words(markup.first_paragraph(body))
        or markup.line(unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2].replace("-", " "))
        or url
    )


def line(written: str) -> str:
    """Give a title, a name or a summary as one line of plain text; what was encoded twice is decoded once more."""
    plain = markup.line(written)
    return markup.one_line(entities.unescape(plain)) if _TWICE_ENCODED.search(plain) else plain


def _first_words(paragraph: str) -> str:
    if len(paragraph) <= _LONGEST_TITLE:
        return paragraph
    whole_words = paragraph[: _LONGEST_TITLE + 1].rpartition(" ")[0].rstrip(" ,;:")
    return (whole_words or paragraph[:_LONGEST_TITLE]) + "…"


def summary(written: str, body: str) -> str:
    """Give the summary that the newsroom wrote, as plain text.

    Sites make one themselves where none was written: the beginning of the body, cut off. That is no summary.
    """
    if not written or ("<a" in written.lower() and not markup.line(_LINK.sub("", written))):
        return ""  # nothing but "Read on"
    plain = " ".join(markup.text(written).split())
    if _TWICE_ENCODED.search(plain):
        plain = markup.one_line(entities.unescape(plain))
    end = _READ_ON.search(plain, max(len(plain) - _LONGEST_END, 0))
    plain = plain[: end.start()] if end else plain
    return "" if _begins(body, _letters(_CUT_OFF.sub("", plain))) else plain


def _begins(body: str, letters: str) -> bool:
    """Whether the letters of clean HTML begin with these; no more of it is read than that needs."""
    end = body.rfind("<", 0, 2 * len(letters) + 500)
    beginning = _letters_of(body[:end]) if end > 0 else ""
    return (beginning if len(beginning) >= len(letters) else _letters_of(body)).startswith(letters)


def _letters_of(clean_html: str) -> str:
    return _letters(entities.unescape(_TAG.sub("", clean_html)))


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


def paragraphs(body: str) -> str:
    """Give clean HTML with at least one block: bare words and pictures become a paragraph.

    Where there is no line break of HTML either, blank lines divide paragraphs, as they do in plain text.
    """
    if not body.strip():
        return ""
    if re.search(r"<(?:p|div|h[1-6]|[uod]l|table|blockquote|pre|figure|hr)\b", body):
        return body
    blocks = [] if "<br>" in body else _BLANK_LINES.split(body.strip())
    if len(blocks) < 2 or any(block.count("<") != 2 * block.count("</") + block.count("<img ") for block in blocks):
        return f"<p>{body.strip()}</p>"  # one block, or a tag that does not end in the block it begins in
    return "".join(f"<p>{block.strip()}</p>" for block in blocks)


def language(said: str, configured: str | None, languages: Sequence[str]) -> str:
    """Give the BCP 47 tag of an article: what it says itself, as precisely as the newsroom names its languages.

    `configured` is the source's language and `languages` are the publication's; an article that says nothing is in the
    first of them.
    """
    known = [*([configured] if configured else []), *languages]
    tag = said.strip().replace("_", "-").lower()
    primary = tag.partition("-")[0]
    if not re.fullmatch(r"[a-z]{2,3}", primary):
        return known[0]
    exact = (name for name in known if name.lower() == tag)
    akin = (name for name in known if name.lower().partition("-")[0] == primary)
    return next(exact, None) or next(akin, primary)


def language_by_terms(terms: Iterable[str], source: Source) -> str:
    """Give the language that one of an article's categories or tags stands for in the config; empty where none does."""
    folded = {term.strip().casefold() for term in terms}
    for tag, names_ in source.language_categories.items():
        if any(name.strip().casefold() in folded for name in names_):
            return tag
    return ""


def is_retracted(terms: Iterable[str], mark: str) -> bool:
    """Whether one of an article's terms, by name or slug, is the mark of a retraction."""
    return any(term.strip().lower() == mark.strip().lower() for term in terms)


def names(written: Iterable[str]) -> tuple[str, ...]:
    """Give names as plain text, each once; a bare mail address is none."""
    plain = map(line, written)
    return tuple(dict.fromkeys(name for name in plain if name and not (" " not in name and "@" in name[1:-1])))
