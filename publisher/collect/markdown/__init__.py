"""A folder of Markdown files: each read once, and again when it changes.

What is remembered of a file tells whether it was written since, and what it said. It is given again when it says
something else, and when a translation of it came, went or moved. Drafts are no articles; one that was public before is
withdrawn. A file that is published at another address than before, or that is called otherwise and holds the same, is
the article it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from publisher import markup
from publisher.collect import batch
from publisher.collect.batch import Batch, Listed, Memory
from publisher.collect.markdown import folder, notebook, survey
from publisher.collect.markdown.article import Reader
from publisher.collect.markdown.folder import File
from publisher.collect.markdown.links import Links
from publisher.collect.markdown.notebook import Known
from publisher.collect.markdown.survey import Survey
from publisher.config import Publication, Source
from publisher.errors import UnreadableInput
from publisher.fetch import Door
from publisher.model import Article, Skipped

FILES_AT_ONCE = 100
_FROM_THE_BEGINNING = datetime.min.replace(tzinfo=UTC)


def collect(source: Source, _door: Door, memory: Memory, now: datetime, publication: Publication) -> Iterator[Batch]:
    """Collect the files that are new or changed since `memory`, in the order of their names.

    Raises:
        UnreadableInput: when there is no such folder.
    """
    if source.path is None:
        raise UnreadableInput(f'source "{source.name}" names no folder; write the folder of the files as its `path`')
    found = folder.look(source.path)
    terms = batch.terms(source, publication)
    remembered = notebook.files(memory.values)
    seen = notebook.seen(memory.values) if memory.values.get("url") == source.url else {}
    reader = Reader(source, publication, found.root, now, seen)
    as_before = remembered if memory.read_as(terms) else {}
    folder_now = survey.of(found, as_before, reader.facts)
    public = frozenset(known.facts.url for known in remembered.values() if known.facts.url)
    gone = folder_now.gone(remembered)
    run = _Run(
        reader=reader,
        survey=folder_now,
        terms=terms,
        links=folder_now.links(),
        remembered=remembered,
        public_before=public,
        settled=folder_now.settled(as_before),
        renamed={known.digest: known.facts.url for known in gone.values()},
    )
    due = [file for file in found.files if folder_now.is_due(file.name)]
    for start in range(0, len(due), FILES_AT_ONCE):
        yield run.batch(due[start : start + FILES_AT_ONCE])
    unread = tuple(run.skipped(name, reason) for name, reason in folder_now.unread)
    listed = Listed(_FROM_THE_BEGINNING, frozenset(folder_now.owners))
    yield Batch((), unread, run.memory(), listed=listed, settled=tuple(map(markup.one_line, gone)))


@dataclass(slots=True)
class _Run:
    """Gives the files that are due.

    `settled` is what of the files is to be remembered if the run ends here. `renamed` tells, by what they held, where
    files were published that are there no more.
    """

    reader: Reader
    survey: Survey
    terms: dict[str, str]
    links: Links
    remembered: dict[str, Known]
    public_before: frozenset[str]
    settled: dict[str, Known]
    renamed: dict[str, str]

    def batch(self, files: Sequence[File]) -> Batch:
        """Read some files, and note that they were given as they are."""
        results: list[Article | Skipped] = []
        withdrawn: list[str] = []
        moved: dict[str, str] = {}
        settled: list[str] = []
        for file in files:
            try:
                found = self._read(file)
            except UnreadableInput as error:
                found = self.skipped(file.name, str(error))
            except Exception as error:  # noqa: BLE001 - a bug that one file meets costs that file and not the source
                why = f"it cannot be read ({type(error).__name__}: {error}); tell whoever keeps this program"
                found = self.skipped(file.name, why)
            results += [found] if found else []
            withdrawn += self._withdrawn(file.name)
            if isinstance(found, Article):
                before = self._stood_before(file.name)
                moved |= {before: found.url} if before not in ("", found.url) else {}
            if not isinstance(found, Skipped):
                settled.append(markup.one_line(file.name))
        articles = tuple(result for result in results if isinstance(result, Article))
        skipped = tuple(result for result in results if isinstance(result, Skipped))
        remarks, self.reader.remarks = tuple(self.reader.remarks), []
        gone = tuple(sorted({*withdrawn}))
        return Batch(articles, skipped, self.memory(), remarks, gone, moved=moved, settled=tuple(settled))

    def _read(self, file: File) -> Article | Skipped | None:
        """Give the article, why it is none, or nothing where nobody means it to be one."""
        try:
            content = folder.read(file)
        except OSError as error:
            return self.skipped(file.name, folder.why(error))  # told again by each run: nothing is noted
        self.settled[file.name] = replace(self.survey.known[file.name], given=self.survey.says(file.name))
        written = folder.decoded(content)
        facts = self.reader.facts(file.name, written)
        if not facts.url:
            return None
        owner = self.survey.owners.get(facts.url, file.name)
        if owner != file.name:
            return self.skipped(file.name, f'its address is that of "{owner}" too; give one of them another `url`')
        return self.reader.article(file.name, written, self.links, self.survey.translations(facts))

    def _withdrawn(self, name: str) -> set[str]:
        """Give the addresses at which a draft was public before."""
        draft_url = self.survey.known[name].facts.draft_url
        if not draft_url:
            return set()
        of_file = {self.remembered[name].facts.url} if name in self.remembered else set()
        return {url for url in {draft_url, *of_file} & self.public_before if url not in self.survey.owners}

    def _stood_before(self, name: str) -> str:
        """Give the address at which a file was published before; nothing where a file has it now."""
        known = self.remembered.get(name)
        before = known.facts.url if known else self.renamed.get(self.survey.known[name].digest, "")
        return "" if before in self.survey.owners else before

    def skipped(self, name: str, reason: str) -> Skipped:
        """Give the account of a file that could not be used."""
        return Skipped(self.reader.source.name, markup.one_line(name), markup.one_line(reason))

    def memory(self) -> Memory:
        """Give what is to be remembered if the run ends here."""
        seen = {url: when for url, when in self.reader.seen.items() if url in self.survey.owners}
        return Memory({**self.terms, **notebook.written(self.settled, seen)})
