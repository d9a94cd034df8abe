"""The parts of an issue between its lead and its end: sections, the editor's blocks, corrections, the archive."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from babel.dates import format_date

from publisher.compose import corrections, notes, prose
from publisher.compose import entry as entries
from publisher.compose.entry import Box, Entry, Picture
from publisher.compose.words import Words, words_in
from publisher.config import Newsletter, Settings, in_language
from publisher.languages import locale
from publisher.model import ARCHIVE, CORRECTIONS, Edits, Placement, Reason, StoredArticle

TOP = 2
"""The level of what stands under the issue's name: the lead's headline, those of sections and of an editor's block."""


@dataclass(frozen=True, slots=True)
class Group:
    """Articles under a heading. `form` names the template that shows them: `section`, `corrections` or `archive`."""

    key: str
    title: str
    entries: tuple[Entry, ...]
    form: str = "section"


@dataclass(frozen=True, slots=True)
class Insert:
    """A block of the editor's, as safe HTML."""

    html: str
    form: str = "block"


Part = Group | Insert


def _as_placed(
    shelves: dict[str, list[StoredArticle]], placements: Sequence[Placement]
) -> dict[str, list[StoredArticle]]:
    """Put sections in the order of their articles, which in an issue of no week is that of its file."""
    begins = {placement.article.id: placement.position for placement in placements}
    filled = sorted((key for key, shelf in shelves.items() if shelf), key=lambda key: begins[shelves[key][0].id])
    ordered = iter(filled)
    return {(one := next(ordered) if shelf else key): shelves[one] for key, shelf in shelves.items()}


@dataclass(frozen=True, slots=True)
class Desk:
    """Makes entries of articles, for one issue."""

    settings: Settings
    newsletter: Newsletter
    language: str
    edits: Edits

    def lead(self, placements: Sequence[Placement]) -> Entry | None:
        """Give the article that leads, if one does."""
        found = next((placement for placement in placements if placement.reason is Reason.LEAD), None)
        if found is None or found.section is None:
            return None
        box = Box(self.settings.theme.width, entries.LEAD_HEIGHT, is_thumb=False)
        return replace(self._entry(found.article, found.section, box), section=self._title(found.section))

    def parts(self, placements: Sequence[Placement]) -> tuple[Part, ...]:
        """Give what stands under the lead, in its order; a block stands though its section has no article."""
        shelves: dict[str, list[StoredArticle]] = {section.key: [] for section in self.newsletter.sections}
        ours: dict[str, list[StoredArticle]] = {CORRECTIONS: [], ARCHIVE: []}
        for placement in sorted(placements, key=lambda placement: placement.position):
            if placement.section is not None and placement.reason is not Reason.LEAD:
                among = ours if placement.section in ours else shelves
                among.setdefault(placement.section, []).append(placement.article)
        return tuple(self._in_order(_as_placed(shelves, placements) | ours))

    def _in_order(self, shelves: dict[str, list[StoredArticle]]) -> Iterator[Part]:
        for key, shelf in shelves.items():
            yield from (self._insert(block.text) for block in self.edits.blocks if block.before == key)
            if shelf:
                yield self._group(key, shelf)
        yield from (self._insert(block.text) for block in self.edits.blocks if block.before not in shelves)

    def _insert(self, text: str) -> Insert:
        return Insert(notes.note(text, self.settings.publication.url, TOP))

    def _group(self, key: str, shelf: Sequence[StoredArticle]) -> Group:
        words = self._words
        if key == CORRECTIONS:
            return Group(key, words.corrections, tuple(map(self._correction, shelf)), "corrections")
        if key == ARCHIVE:
            return Group(key, words.archive, tuple(map(self._archived, shelf)), "archive")
        return Group(key, self._title(key), tuple(self._entry(stored, key, entries.THUMB) for stored in shelf))

    def _entry(self, stored: StoredArticle, section: str, box: Box) -> Entry:
        kind = next((one.excerpt for one in self.newsletter.sections if one.key == section), "summary")
        own = prose.shortened(self.edits.excerpts.get(stored.id, ""), prose.OWN_EXCERPT_LENGTH)
        made = entries.entry(stored.article, self.language, box, own or prose.excerpt(stored.article, kind))
        return replace(made, picture=self._credited(made.picture) if box.is_thumb and made.picture else made.picture)

    def _credited(self, picture: Picture) -> Picture:
        """Leave the newsroom's own name out under a thumbnail: under each it says nothing but who sends the mail."""
        is_own = self.settings.publication.name.casefold() in picture.credit.casefold()
        return replace(picture, credit="") if is_own and not picture.license_url else picture

    def _correction(self, stored: StoredArticle) -> Entry:
        """Tell what was corrected; an article that was taken back has no page any more to link to."""
        if stored.retracted_at is not None or stored.article.retracted:
            told = entries.headline(stored.article, self.language)
            return replace(told, url="", kicker=self._words.retracted, note=self._words.taken_back)
        # One as long as can be was cut anywhere; here it ends with a whole word.
        said = prose.shortened(corrections.said(stored.article), corrections.LONGEST - 1)
        told = entries.headline(stored.article, self.language)
        return replace(told, excerpt=said) if said else replace(told, note=self._words.corrected)

    def _archived(self, stored: StoredArticle) -> Entry:
        day = stored.article.published.astimezone(self.settings.publication.zone)
        date = format_date(day, "long", locale=locale(self.language))
        return replace(entries.headline(stored.article, self.language), date=date)

    def _title(self, key: str) -> str:
        """Give a section's heading; its key, where the config has it no more."""
        found = next((section for section in self.newsletter.sections if section.key == key), None)
        return in_language(found.title, self.language) if found else key

    @property
    def _words(self) -> Words:
        return words_in(self.language)[1]
