"""Writes the file that an editor changes."""

from collections.abc import Iterator, Sequence

from publisher.compose.sheet.reading import protected
from publisher.compose.sheet.taking import Base
from publisher.config import in_language
from publisher.model import ARCHIVE, CORRECTIONS, Placement, Reason

SHOWN_OUT = 200
"""How many of the articles that are left out have a line. A busy newsroom leaves out thousands, most of them old."""

_FAR = (Reason.OTHER_LANGUAGE, Reason.BEFORE_PERIOD, Reason.IN_EARLIER_ISSUE)

HELP = """\
<!-- Change what you like, save and close. Lines like this one are not read.
Move an article's line, and the article moves: to another section, or within one. Under "lead" it leads; under "out"
it stays out, and a line that is deleted does too. An article that has no line comes in by one with its address. A line
under an article that begins with > is its own excerpt, in plain text. Text between two lines of ::: stands where you
put it, between sections. An empty title, subject or preheader is made anew. The note below the second line of --- is
Markdown, and stands at the top of the mail; one of its lines that looks like a section's heading gets a \\ before it.
-->"""


def written(base: Base) -> str:
    """Write an issue as a file."""
    return "\n".join(_lines(base)) + "\n"


def _lines(base: Base) -> Iterator[str]:
    yield "---"
    yield f"issue: {base.issue}"
    yield f"seen: {base.mark}"
    yield f"title: {_line(base.title)}"
    yield f"subject: {_line(base.subject)}"
    yield f"preheader: {_line(base.preheader)}"
    yield f"appeal: {'yes' if base.edits.has_appeal else 'no'}"
    yield "---"
    yield HELP
    yield ""
    if base.edits.note:
        yield protected(base.edits.note)
        yield ""
    lead = [placement for placement in base.placements if placement.reason is Reason.LEAD]
    yield from _group(base, "lead", "", lead)
    keys = [section.key for section in base.newsletter.sections]
    titles = {section.key: in_language(section.title, base.language) for section in base.newsletter.sections}
    shelves: dict[str, list[Placement]] = {key: [] for key in (*keys, CORRECTIONS, ARCHIVE)}
    shelves |= _shelves(base.placements)
    for key, shelf in shelves.items():
        blocks = list(_blocks(base, key))
        if key in keys or shelf or blocks:
            yield from blocks
            yield from _group(base, key, titles.get(key, ""), shelf)
    yield from _blocks(base, *(block.before for block in base.edits.blocks if block.before not in shelves))
    yield from _out(base)


def _out(base: Base) -> Iterator[str]:
    """Give the articles that are left out: those that an editor dropped first, and those that hardly belong last."""
    out = [placement for placement in base.placements if placement.section is None]
    out.sort(key=lambda placement: (placement.reason is not Reason.DROPPED, placement.reason in _FAR))
    yield from _group(base, "out", "", out[:SHOWN_OUT])
    if len(out) > SHOWN_OUT:
        yield f"<!-- and {len(out) - SHOWN_OUT} more, which `issue show {base.issue}` lists -->"


def _shelves(placements: Sequence[Placement]) -> dict[str, list[Placement]]:
    found: dict[str, list[Placement]] = {}
    for placement in placements:
        if placement.section is not None and placement.reason is not Reason.LEAD:
            found.setdefault(placement.section, []).append(placement)
    return found


def _blocks(base: Base, *keys: str) -> Iterator[str]:
    for block in base.edits.blocks:
        if block.before in keys:
            yield from (":::", protected(block.text), ":::", "")


def _group(base: Base, key: str, title: str, placements: Sequence[Placement]) -> Iterator[str]:
    yield f"## {key} · {title}" if title else f"## {key}"
    for placement in placements:
        article = placement.article.article
        why = f"  <!-- {placement.reason} -->" if placement.section is None else ""
        yield f"- [{_shown(article.title)}]({_address(article.url)}){why}"
        own = base.edits.excerpts.get(placement.article.id)
        if own:
            yield f"  > {_line(own)}"
    yield ""


def _shown(title: str) -> str:
    return _line(title.replace("[", "(").replace("]", ")"))


def _line(text: str) -> str:
    return " ".join(text.split())


def _address(url: str) -> str:
    return f"<{url}>" if "(" in url or ")" in url else url
