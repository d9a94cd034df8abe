"""Footnotes, as Hugo, Jekyll and Eleventy know them: numbers where they are called, and a list of them at the end."""

import re

_CALL = re.compile(r"(?P<code>`[^`\n]++`)|\[\^(?P<name>[^\[\]\s]{1,60})\](?P<defines>:)?")
_NOTE = re.compile(r" {0,3}\[\^(?P<name>[^\[\]\s]{1,60})\]:[ \t]*+(?P<words>.*)")
_FENCE = re.compile(r" {0,3}(?P<mark>```|~~~)")
_GOES_ON = re.compile(r"(?: {2,}|\t)[ \t]*+(?P<words>\S.*)")


def resolved(markdown: str) -> str:
    """Give Markdown without footnotes; what is called and nowhere written stays as it stands."""
    if "[^" not in markdown:
        return markdown
    lines, notes = _divided(markdown.split("\n"))
    order: dict[str, int] = {}

    def _call(found: re.Match[str]) -> str:
        name = found["name"]
        if found["code"] or found["defines"] or name not in notes:
            return found[0]
        return f"<sup>{order.setdefault(name, len(order) + 1)}</sup>"

    text = "\n".join(line if is_code else _CALL.sub(_call, line) for line, is_code in lines)
    called = [f"{number}. {notes[name]}" for name, number in order.items()]
    return "\n".join([text, "", "---", "", *called, ""]) if called else text


def _divided(lines: list[str]) -> tuple[list[tuple[str, bool]], dict[str, str]]:
    """Give the lines that are no notes, each with whether it is code, and the notes by their names."""
    kept: list[tuple[str, bool]] = []
    notes: dict[str, list[str]] = {}
    fence = ""
    note: list[str] | None = None
    for line in lines:
        mark = _FENCE.match(line)
        began = None if fence or mark else _NOTE.match(line)
        more = _GOES_ON.fullmatch(line) if note is not None and not mark else None
        if began:
            note = notes.setdefault(began["name"], [])
            note.append(began["words"])
        elif note is not None and more:
            note.append(more["words"])
        else:
            note = None if line.strip() else note
            kept.append((line, bool(fence or mark)))
            if mark and fence in ("", mark["mark"]):
                fence = "" if fence else mark["mark"]
    return kept, {name: " ".join(words).strip() for name, words in notes.items()}
