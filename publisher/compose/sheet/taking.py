"""Takes an editor's changes out of a file: what it says otherwise than the issue was composed."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from publisher.compose.sheet.reading import Line, Sheet
from publisher.config import Newsletter
from publisher.errors import NotAllowed, UsageError
from publisher.front_matter import NO, YES
from publisher.model import ARCHIVE, CORRECTIONS, Block, Edits, Placement, Reason, StoredArticle

LEAD, OUT = "lead", "out"


@dataclass(frozen=True, slots=True)
class Base:
    """The issue as it stands: composed, with the changes made so far. `issue` is its id."""

    issue: int
    newsletter: Newsletter
    language: str
    title: str
    subject: str
    preheader: str
    placements: Sequence[Placement]
    edits: Edits

    @property
    def mark(self) -> str:
        """Tells a file that was written of the issue as it stands from an older one, which knows less than is there."""
        shown = [(one.article.id, one.section, one.reason) for one in self.placements if one.section is not None]
        stands = repr((self.title, self.subject, self.preheader, self.edits, shown))
        return hashlib.sha256(stands.encode("utf-8", "backslashreplace")).hexdigest()[:8]


def taken(sheet: Sheet, base: Base, find: Callable[[str], StoredArticle | None]) -> Edits:
    """Give the changes that a file makes to an issue; `find` gives the article at an address.

    Raises:
        UsageError: with the line, for an article or a section that is none, or that cannot be where it stands.
        NotAllowed: when the issue has changed since the file was written.
    """
    return _Taking(base, find).taken(sheet)


@dataclass(frozen=True, slots=True)
class _Taking:
    base: Base
    find: Callable[[str], StoredArticle | None]
    _places: dict[int, Placement] = field(default_factory=dict)

    def taken(self, sheet: Sheet) -> Edits:
        self._check_time(sheet)
        self._places.update({placement.article.id: placement for placement in self.base.placements})
        self._check_sections(sheet)
        groups = {key: [(line, self._article(line)) for line in lines] for key, lines in sheet.groups.items()}
        self._check_once(groups)
        self._check_ours(groups)
        groups.pop(OUT, None)
        leader = self._leader(groups.pop(LEAD, []))
        ids = {key: [stored.id for _, stored in shelf] for key, shelf in groups.items()}
        sections, order = self._sections(ids, leader), self._order(ids, leader)
        return replace(
            self._texts(sheet),
            lead=leader if self._is_pinned(leader, sections, order) else None,
            sections=sections,
            order=order,
            dropped=self._dropped({leader, *(article for shelf in ids.values() for article in shelf)}),
            excerpts=self._excerpts(sheet),
            blocks=tuple(Block(before, text) for before, text in sheet.blocks),
        )

    def _check_time(self, sheet: Sheet) -> None:
        issue, mark = self.base.issue, self.base.mark
        meant = sheet.header.get("issue") or str(issue)
        if meant != str(issue):
            raise UsageError(f"it is of issue {meant}, not of {issue}; take that of `issue edit {issue} --print`")
        if (sheet.header.get("seen") or mark) != mark:
            # An article that came in meanwhile is in no line, and would be taken for one that was deleted.
            raise NotAllowed(
                f"issue {issue} has changed since this file was written; look at `issue edit {issue} --print`, put in "
                f"what is missing and the line `seen: {mark}`"
            )

    @property
    def _own(self) -> list[str]:
        return [section.key for section in self.base.newsletter.sections]

    def _check_sections(self, sheet: Sheet) -> None:
        for key in sheet.groups:
            if key not in (*self._own, LEAD, OUT, CORRECTIONS, ARCHIVE):
                there_are = ", ".join((LEAD, *self._own, OUT))
                raise UsageError(
                    f'line {sheet.lines[key]}: "{key}" is no section; there are {there_are}; '
                    "a heading of the note has a \\ before it"
                )
        for key in (LEAD, *self._own, OUT):
            if key not in sheet.groups:
                raise UsageError(f'there is no heading "## {key}"; put it back, with nothing under it if you like')

    def _article(self, line: Line) -> StoredArticle:
        found = self.find(line.url)
        if found is None:
            raise UsageError(f"line {line.number}: {line.url} was never collected; look at its spelling")
        return found

    def _check_once(self, groups: dict[str, list[tuple[Line, StoredArticle]]]) -> None:
        seen: dict[int, int] = {}
        for key, shelf in groups.items():
            for line, stored in shelf:
                if stored.id in seen:
                    raise UsageError(f"line {line.number}: {line.url} stands on line {seen[stored.id]} too; keep one")
                seen[stored.id] = line.number
                was_there = stored.id in self._places and self._places[stored.id].section == key
                if key in (CORRECTIONS, ARCHIVE) and not was_there:
                    raise UsageError(f"line {line.number}: nothing can be put under {key}; move it to another section")
                if key != OUT and key != CORRECTIONS and (stored.retracted_at or stored.article.retracted):
                    raise UsageError(f"line {line.number}: {line.url} is retracted; move it under {OUT}")

    def _check_ours(self, groups: dict[str, list[tuple[Line, StoredArticle]]]) -> None:
        for key in (CORRECTIONS, ARCHIVE):
            lines = [line for line, _ in groups.get(key, [])]
            ranks = [self._places[stored.id].position for _, stored in groups.get(key, [])]
            moved = next((at for at, (one, after) in enumerate(pairwise(ranks)) if one > after), None)
            if moved is not None:
                raise UsageError(
                    f"line {lines[moved + 1].number}: what stands under {key} keeps its order; put it back"
                )

    def _texts(self, sheet: Sheet) -> Edits:
        base, header = self.base, sheet.header
        appeal = header.get("appeal", "").lower() or ("yes" if base.edits.has_appeal else "no")
        if appeal not in (*YES, *NO):
            raise UsageError(f'appeal: "{appeal}" is neither yes nor no; write one of them')

        def _own(name: str, shown: str, kept: str) -> str:
            given = header.get(name, shown)
            return kept if given == shown else given

        return replace(
            base.edits,
            title=_own("title", " ".join(base.title.split()), base.edits.title),
            subject=_own("subject", " ".join(base.subject.split()), base.edits.subject),
            preheader=_own("preheader", " ".join(base.preheader.split()), base.edits.preheader),
            note=sheet.note,
            has_appeal=appeal in YES,
        )

    def _leader(self, shelf: list[tuple[Line, StoredArticle]]) -> int | None:
        if len(shelf) > 1:
            raise UsageError(f"line {shelf[1][0].number}: only one article leads; move the others to a section")
        return shelf[0][1].id if shelf else None

    def _is_pinned(self, leader: int | None, sections: Mapping[int, str], order: Mapping[str, tuple[int, ...]]) -> bool:
        """Tell whether an article leads because the file says so: the rules would not, or not any more."""
        before, place = self.base.edits, self._places.get(leader) if leader is not None else None
        if leader is None or leader == before.lead or place is None or place.reason is not Reason.LEAD:
            return leader is not None
        changed = {key for article, key in sections.items() if before.sections.get(article) != key}
        rule = self.base.newsletter.lead
        if changed and (rule.are_given or rule.minutes):
            return True
        # Without a rule it is the first of the first section that has any.
        own = place.section
        until = [*takewhile(lambda key: key != own, self._own), own]
        return not changed.isdisjoint(until) or order.get(own or "") != before.order.get(own or "")

    def _sections(self, ids: dict[str, list[int]], leader: int | None) -> dict[int, str]:
        before, found = self.base.edits.sections, dict[int, str]()
        for key in self._own:
            for article in ids.get(key, []):
                place = self._places.get(article)
                # One that led because an editor said so might stand nowhere by the rules.
                stood = place is not None and place.section == key and article != self.base.edits.lead
                if not stood or before.get(article) == key:
                    found[article] = key
        if leader is not None and leader in before:
            # Where the lead stands besides is not in the file.
            found[leader] = before[leader]
        standing = {leader, *(article for shelf in ids.values() for article in shelf)}
        # Where one stood that is left out now is known when it is taken in again.
        return {**{article: key for article, key in before.items() if article not in standing}, **found}

    def _order(self, ids: dict[str, list[int]], leader: int | None) -> dict[str, tuple[int, ...]]:
        """Give the order of each section that is another than that of the rules, or was before."""
        found = {}
        comes_in = leader is not None and (leader not in self._places or not self._places[leader].is_told)
        for section in self.base.newsletter.sections:
            key, shelf = section.key, ids.get(section.key, [])
            composed = [
                one.article.id
                for one in self.base.placements
                if one.section == key and one.reason is not Reason.LEAD and one.article.id in shelf
            ]
            # A lead from outside counts in its section too, and would push one out where there is a limit.
            if shelf != composed or (shelf and comes_in and section.limit is not None):
                found[key] = tuple(shelf)
            elif kept := self.base.edits.order.get(key, ()):
                found[key] = kept
        return found

    def _dropped(self, standing: set[int | None]) -> tuple[int, ...]:
        """Give what stays out: what stood in the issue and does no more, and what was dropped before and still is."""
        shown = {article for article, place in self._places.items() if place.section is not None}
        return tuple(sorted({*shown, *self.base.edits.dropped} - standing))

    def _excerpts(self, sheet: Sheet) -> dict[int, str]:
        """Give the excerpts in the file, and those of articles that are in no line of it."""
        before, found = self.base.edits.excerpts, dict[int, str]()
        lines = {self._article(line).id: line for lines in sheet.groups.values() for line in lines}
        for article, text in before.items():
            if article not in lines or " ".join(text.split()) == lines[article].excerpt:
                found[article] = text
        return {**{article: line.excerpt for article, line in lines.items() if line.excerpt}, **found}
