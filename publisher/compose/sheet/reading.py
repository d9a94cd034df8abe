"""Reads the file back, line by line, into what stands where; what cannot be is told with its line."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from publisher.errors import UsageError

FIELDS = ("issue", "seen", "title", "subject", "preheader", "appeal")
LONGEST = 1_000_000

_HEADING = re.compile(r"##\s+([a-z0-9-]+)(?:\s*·.*)?\s*")
_ARTICLE = re.compile(
    r"\s*[-*]\s+(?:\[.*\]\(\s*(?:<([^<>]*)>|([^\s()]+))\s*\)|<?(https?://\S+?)>?)\s*(?:<!--.*-->\s*)?"
)
_FENCE = re.compile(r":{3,}\s*")
_COMMENT = re.compile(r"\s*<!--")


def protected(text: str) -> str:
    """Write free text so that no line of it is taken for a heading, a line of ::: or a comment."""
    lines = text.split("\n")
    return "\n".join(f"\\{line}" if _has_meaning(line.lstrip("\\")) else line for line in lines)


def _free(lines: Iterable[str]) -> str:
    """Give free text as it was before `protected`."""
    return "\n".join(line[1:] if line[:1] == "\\" and _has_meaning(line.lstrip("\\")) else line for line in lines)


def _has_meaning(line: str) -> bool:
    return bool(_FENCE.fullmatch(line) or _HEADING.fullmatch(line) or _COMMENT.match(line))


@dataclass(slots=True)
class Line:
    """An article's line: its number, the address on it, and the excerpt under it."""

    number: int
    url: str
    excerpt: str = ""


@dataclass(slots=True)
class Sheet:
    """What a file says. `groups` has the articles under each heading, `blocks` the texts before the one named."""

    header: dict[str, str] = field(default_factory=dict)
    note: str = ""
    groups: dict[str, list[Line]] = field(default_factory=dict)
    blocks: list[tuple[str, str]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def parse(text: str) -> Sheet:
    """Read a file.

    Raises:
        UsageError: with the line, for what is no file of this kind.
    """
    if len(text) > LONGEST:
        raise UsageError(f"it has more than {LONGEST:,} characters; make it shorter")
    lines = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff")).split("\n")
    sheet = Sheet()
    _Reader(sheet, _without_comments(lines)).read()
    return sheet


def _without_comments(lines: list[str]) -> list[str]:
    """Empty the lines of comments, so that the others keep their numbers. One that ends a line is the line's own."""
    kept, begun = list[str](), 0
    for number, line in enumerate(lines, 1):
        rest = line
        if not begun and _COMMENT.match(line):
            begun, rest = number, line.lstrip().removeprefix("<!--")
        if begun:
            said, end, rest = rest.partition("-->")
            if "<!--" in said:
                # It would end where another one does, and take with it all articles between.
                break
            begun = 0 if end else begun
        kept.append(rest)
    if begun:
        raise UsageError(f"line {begun}: <!-- is never closed; put --> after what it says")
    return kept


@dataclass(slots=True)
class _Reader:
    sheet: Sheet
    lines: list[str]
    at: int = 0
    waiting: list[str] = field(default_factory=list)
    group: str | None = None

    def read(self) -> None:
        self._header()
        self._note()
        while self.at < len(self.lines):
            self._part()
        self.sheet.blocks += [("", text) for text in self.waiting]

    def _header(self) -> None:
        while self.at < len(self.lines) and not self.lines[self.at].strip():
            self.at += 1
        if self.at == len(self.lines) or self.lines[self.at].strip() != "---":
            raise self._wrong("is not the line of --- that the file begins with; put it back")
        self.at += 1
        while self.at < len(self.lines) and self.lines[self.at].strip() != "---":
            self._field(self.lines[self.at])
            self.at += 1
        if self.at == len(self.lines):
            raise self._wrong("ends without the second line of ---; put it under the preheader")
        self.at += 1

    def _field(self, line: str) -> None:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if not line.strip():
            return
        if not colon or name not in FIELDS:
            raise self._wrong(f'"{line.strip()[:60]}" is none of {", ".join(FIELDS)}; write one of them and a colon')
        if name in self.sheet.header:
            raise self._wrong(f"{name} stands there twice; keep one")
        self.sheet.header[name] = " ".join(value.split())

    def _note(self) -> None:
        found = []
        while self.at < len(self.lines) and not self._begins_parts(self.lines[self.at]):
            found.append(self.lines[self.at])
            self.at += 1
        self.sheet.note = _free(found).strip()

    def _begins_parts(self, line: str) -> bool:
        return bool(_FENCE.fullmatch(line) or _HEADING.fullmatch(line))

    def _part(self) -> None:
        line = self.lines[self.at]
        heading = _HEADING.fullmatch(line)
        if _FENCE.fullmatch(line):
            self._block()
            return
        if heading:
            self._open(heading[1])
        elif line.strip():
            self._entry(line)
        self.at += 1

    def _open(self, key: str) -> None:
        if key in self.sheet.groups:
            raise self._wrong(f'"{key}" stands there twice; keep all its articles under one heading')
        self.sheet.groups[key], self.sheet.lines[key], self.group = [], self.at + 1, key
        if key == "lead" and self.waiting:
            raise self._wrong("text between ::: stands before a section; write it into the note, or move it down")
        # What stands before the articles that are left out ends the issue.
        self.sheet.blocks += [("" if key == "out" else key, text) for text in self.waiting]
        self.waiting.clear()

    def _entry(self, line: str) -> None:
        shelf = self.sheet.groups.get(self.group or "")
        article, excerpt = _ARTICLE.fullmatch(line), re.fullmatch(r"\s*>\s?(.*)", line)
        if shelf is not None and article:
            shelf.append(Line(self.at + 1, next(filter(None, article.groups()), "")))
        elif shelf and excerpt:
            shelf[-1].excerpt = f"{shelf[-1].excerpt} {excerpt[1].strip()}".strip()
        else:
            raise self._wrong(
                f'"{line.strip()[:60]}" is no article, excerpt or heading; put free text between two lines of :::'
            )

    def _block(self) -> None:
        begun, self.at, found = self.at, self.at + 1, list[str]()
        while self.at < len(self.lines) and not _FENCE.fullmatch(self.lines[self.at]):
            found.append(self.lines[self.at])
            self.at += 1
        if self.at == len(self.lines):
            self.at = begun
            raise self._wrong("::: is never closed; put ::: under its text")
        self.at += 1
        if text := _free(found).strip():
            self.waiting.append(text)

    def _wrong(self, words: str) -> UsageError:
        return UsageError(f"line {min(self.at, len(self.lines) - 1) + 1}: {words}")
