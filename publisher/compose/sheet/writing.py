"""Writes the file that an editor changes."""

from collections.abc import Iterator, Sequence

from publisher.compose.sheet.taking import Base
from publisher.config import in_language
from publisher.model import ARCHIVE, CORRECTIONS, Placement, Reason

HELP = """\
<!-- Change what you like, save and close. Lines like this one are not read.
Move an article's line, and the article moves: to another section, or within one. Under "lead" it leads; under "out"
it stays out, and a line that is deleted does too. A line under an article that begins with > is its own excerpt.
Text between two lines of ::: stands where you put it, between sections. An empty title, subject or preheader is made
anew. The note below the second line of --- is Markdown, and stands at the top of the mail. -->"""


def written(base: Base) -> str:
    """Write an issue as a file."""
    return "\n".join(_lines(base)) + "\n"


def _lines(base: Base) -> Iterator[str]:
    yield "---"
    yield f"title: {base.title}"
    yield f"subject: {base.subject}"
    yield f"preheader: {base.preheader}"
    yield f"appeal: {'yes' if base.edits.has_appeal else 'no'}"
    yield "---"
    yield HELP
    yield ""
    if base.edits.note:
        yield base.edits.note
        yield ""
    lead = [placement for placement in base.placements if placement.reason is Reason.LEAD]
    yield from _group(base, "lead", "", lead)
    keys = [section.key for section in base.newsletter.sections]
    titles = {section.key: in_language(section.title, base.language) for section in base.newsletter.sections}
    shelves: dict[str, list[Placement]] = {key: [] for key in (*keys, CORRECTIONS, ARCHIVE)}
    shelves |= _shelves(base.placements)
    for key, shelf in shelves.items():
        if key in keys or shelf:
            yield from _blocks(base, key)
            yield from _group(base, key, titles.get(key, ""), shelf)
    yield from _blocks(base, *(block.before for block in base.edits.blocks if block.before not in shelves))
    yield from _group(base, "out", "", [placement for placement in base.placements if placement.section is None])


def _shelves(placements: Sequence[Placement]) -> dict[str, list[Placement]]:
    found: dict[str, list[Placement]] = {}
    for placement in placements:
        if placement.section is not None and placement.reason is not Reason.LEAD:
            found.setdefault(placement.section, []).append(placement)
    return found


def _blocks(base: Base, *keys: str) -> Iterator[str]:
    for block in base.edits.blocks:
        if block.before in keys:
            yield from (":::", block.text, ":::", "")


def _group(base: Base, key: str, title: str, placements: Sequence[Placement]) -> Iterator[str]:
    yield f"## {key} · {title}" if title else f"## {key}"
    for placement in placements:
        article = placement.article.article
        why = f"  <!-- {placement.reason} -->" if placement.section is None else ""
        yield f"- [{_shown(article.title)}]({_address(article.url)}){why}"
        own = base.edits.excerpts.get(placement.article.id)
        if own:
            yield f"  > {own}"
    yield ""


def _shown(title: str) -> str:
    return " ".join(title.replace("[", "(").replace("]", ")").replace("<!--", "<!").split())


def _address(url: str) -> str:
    return f"<{url}>" if "(" in url or ")" in url else url
