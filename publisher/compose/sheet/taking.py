"""Takes an editor's changes out of a file: what it says otherwise than the issue was composed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from publisher.compose.sheet.reading import Line, Sheet
from publisher.config import Newsletter
from publisher.errors import UsageError
from publisher.front_matter import NO, YES
from publisher.model import ARCHIVE, CORRECTIONS, Block, Edits, Placement, Reason, StoredArticle

LEAD, OUT = "lead", "out"


@dataclass(frozen=True, slots=True)
class Base:
    """The issue as it stands: composed, with the changes made so far."""

    newsletter: Newsletter
    language: str
    title: str
    subject: str
    preheader: str
    placements: Sequence[Placement]
    edits: Edits


def taken(sheet: Sheet, base: Base, find: Callable[[str], StoredArticle | None]) -> Edits:
    """Give the changes that a file makes to an issue; `find` gives the article at an address.

    Raises:
        UsageError: with the line, for an article or a section that is none, or that cannot be where it stands.
    """
    return _Taking(base, find).taken(sheet)


@dataclass(frozen=True, slots=True)
class _Taking:
    base: Base
    find: Callable[[str], StoredArticle | None]
    _places: dict[int, Placement] = field(default_factory=dict)

    def taken(self, sheet: Sheet) -> Edits:
        self._places.update({placement.article.id: placement for placement in self.base.placements})
        self._check_sections(sheet)
        groups = {key: [(line, self._article(line)) for line in lines] for key, lines in sheet.groups.items()}
        self._check_once(groups)
        out = {stored.id for _, stored in groups.pop(OUT, [])}
        lead = self._lead(groups.pop(LEAD, []))
        ids = {key: [stored.id for _, stored in shelf] for key, shelf in groups.items()}
        return replace(
            self._texts(sheet),
            lead=lead,
            sections=self._sections(ids, lead),
            order=self._order(ids),
            dropped=self._dropped(ids, lead, out),
            excerpts=self._excerpts(sheet),
            blocks=tuple(Block(before, text) for before, text in sheet.blocks),
        )

    @property
    def _own(self) -> list[str]:
        return [section.key for section in self.base.newsletter.sections]

    def _check_sections(self, sheet: Sheet) -> None:
        for key in sheet.groups:
            if key not in (*self._own, LEAD, OUT, CORRECTIONS, ARCHIVE):
                raise UsageError(
                    f'line {sheet.lines[key]}: "{key}" is no section; there are {", ".join((LEAD, *self._own, OUT))}'
                )

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

    def _texts(self, sheet: Sheet) -> Edits:
        base, header = self.base, sheet.header
        appeal = header.get("appeal", "yes").lower() or "yes"
        if appeal not in (*YES, *NO):
            raise UsageError(f'appeal: "{appeal}" is neither yes nor no; write one of them')

        def _own(name: str, shown: str, kept: str) -> str:
            given = header.get(name, shown)
            return kept if given == shown else given

        return Edits(
            title=_own("title", " ".join(base.title.split()), base.edits.title),
            subject=_own("subject", " ".join(base.subject.split()), base.edits.subject),
            preheader=_own("preheader", " ".join(base.preheader.split()), base.edits.preheader),
            note=sheet.note,
            has_appeal=appeal in YES,
        )

    def _lead(self, shelf: list[tuple[Line, StoredArticle]]) -> int | None:
        if len(shelf) > 1:
            raise UsageError(f"line {shelf[1][0].number}: only one article leads; move the others to a section")
        if not shelf:
            return None
        chosen = shelf[0][1].id
        leads_by_rule = chosen in self._places and self._places[chosen].reason is Reason.LEAD
        return chosen if chosen == self.base.edits.lead or not leads_by_rule else None

    def _sections(self, ids: dict[str, list[int]], lead: int | None) -> dict[int, str]:
        before, found = self.base.edits.sections, dict[int, str]()
        for key in self._own:
            for article in ids.get(key, []):
                place = self._places.get(article)
                if place is None or place.section != key or before.get(article) == key:
                    found[article] = key
        standing = self._standing(ids)
        for article, key in before.items():
            # Where the lead stands besides is not in the file.
            if article not in standing and article in self._places and self._leads(article, lead):
                found[article] = key
        return found

    def _leads(self, article: int, lead: int | None) -> bool:
        return article == lead or (lead is None and self._places[article].reason is Reason.LEAD)

    def _order(self, ids: dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
        """Give the order of each section that is another than that of the rules, or was before."""
        found = {}
        for key in self._own:
            composed = [
                one.article.id
                for one in self.base.placements
                if one.section == key and one.article.id in ids.get(key, [])
            ]
            kept = self.base.edits.order.get(key, ())
            shelf = ids.get(key, [])
            # Whoever led is in no line of its section.
            composed = [article for article in composed if article in shelf]
            if shelf != composed:
                found[key] = tuple(shelf)
            elif kept:
                found[key] = kept
        return found

    def _standing(self, ids: dict[str, list[int]]) -> set[int]:
        return {article for shelf in ids.values() for article in shelf}

    def _dropped(self, ids: dict[str, list[int]], lead: int | None, out: set[int]) -> tuple[int, ...]:
        """Give what stays out: what stood in the issue and does no more, and what was dropped before and still is."""
        standing = self._standing(ids)
        gone = [
            article
            for article, place in self._places.items()
            if article not in standing and not self._is_lead(article, lead, out) and self._was_shown(place)
        ]
        before = [article for article in self.base.edits.dropped if article not in standing and article != lead]
        return tuple(sorted({*gone, *before}))

    def _is_lead(self, article: int, lead: int | None, out: set[int]) -> bool:
        return article not in out and self._leads(article, lead)

    def _was_shown(self, place: Placement) -> bool:
        return place.section is not None

    def _excerpts(self, sheet: Sheet) -> dict[int, str]:
        lines = [line for lines in sheet.groups.values() for line in lines if line.excerpt]
        return {self._article(line).id: line.excerpt for line in lines}
