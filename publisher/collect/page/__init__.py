"""Pages of a site that has neither an API nor a feed: its sitemaps or the pages that list articles, then each article.

What a run asks for:

- The lists (`lists.py`): sitemaps by their index, or a page and those that follow it.
- Each article that is new, or of which its list says that it changed, the newest first, at most `MOST_ASKED` in a run;
  what is left waits in the register (`register.py`) for the next one. The first collection goes back 60 days, and
  further only up to 500 articles; what is published after it is always fetched.
- Once a day, articles of the last seven days whose list says nothing of changes.
- What gave no article, after a wait that doubles: an address that is not there or holds no article is told once. An
  article that is not there twice, a day apart, is withdrawn.

robots.txt is obeyed throughout. Articles come in small batches, each with the memory that is right once it is stored.
A server that fails for one article after another is left alone until the next run.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from publisher.collect import batch
from publisher.collect.batch import Batch, Listed, Memory
from publisher.collect.page import article, lists
from publisher.collect.page.gathered import Gathered, reason
from publisher.collect.page.register import Fate, Found, Known, Register, by_url
from publisher.config import Publication, Source
from publisher.errors import FarEndError
from publisher.fetch import Door, Response, Validators
from publisher.model import Article, Image, Skipped

MOST_ASKED = 500
"""Articles in one run: five minutes at the usual pause."""
AT_ONCE = 20
_MOST_FAULTS = 5
"""Articles in a row at which a server fails before it is left alone."""
_ACCEPT = "text/html, application/xhtml+xml, */*;q=0.5"
_GONE = (404, 410)


def collect(source: Source, door: Door, memory: Memory, now: datetime, publication: Publication) -> Iterator[Batch]:
    """Collect the articles that are new or changed since `memory`, the newest first."""
    terms = batch.terms(source, publication)
    known = memory.values if memory.read_as(terms) else {}
    register = Register(known)
    gathered = Gathered(source, door, register, publication, now)
    gathered.remember(known)
    lists.read(gathered)
    run = _Run(gathered, terms, by_url(gathered.found))
    due = islice(register.due(gathered.found, now), MOST_ASKED)
    while urls := list(islice(due, AT_ONCE)):
        yield run.batch(urls)
        if run.failure:
            raise run.failure
    register.note_vanished(gathered.whole, run.shown)
    yield Batch((), tuple(gathered.skipped), run.memory(), listed=run.listed())


@dataclass(slots=True)
class _Run:
    """One run over one site; an article that two addresses lead to is given once."""

    gathered: Gathered
    terms: dict[str, str]
    shown: dict[str, Found]
    given: set[str] = field(default_factory=set)
    faults: int = 0
    failure: FarEndError | None = None

    def __post_init__(self) -> None:
        self.gathered.register.take(self.gathered.found, self.gathered.now)

    def batch(self, urls: list[str]) -> Batch:
        """Ask for several articles."""
        articles: list[Article] = []
        skipped: list[Skipped] = []
        withdrawn: list[str] = []
        for url in urls:
            outcome = self._outcome(url)
            if isinstance(outcome, Article) and outcome.url not in self.given:
                articles.append(outcome)
                self.given.add(outcome.url)
            elif isinstance(outcome, Skipped):
                skipped.append(outcome)
            elif isinstance(outcome, str):
                withdrawn.append(outcome)
            if self.failure:
                break
        return Batch(tuple(articles), tuple(skipped), self.memory(), withdrawn=tuple(withdrawn))

    def memory(self) -> Memory:
        """Give what is to be remembered."""
        return Memory({**self.terms, **self.gathered.values(), **self.gathered.register.values()})

    def listed(self) -> Listed | None:
        """Give all that is listed, when lists with times were read whole: lists that were not hold what they held."""
        whole, register = self.gathered.whole, self.gathered.register
        if not whole:
            return None
        there = {
            known.article or url
            for url, known in register.pages.items()
            if known.place not in whole or url in self.shown
        }
        since = max(*whole.values(), register.floor)
        return Listed(datetime.fromtimestamp(since, UTC), frozenset({*there, *self.shown}))

    def _outcome(self, url: str) -> Article | Skipped | str | None:
        """Ask for one address: its article, why there is none, what is withdrawn, or None when there is no news."""
        gathered, found = self.gathered, self.shown.get(url)
        known = gathered.register.pages[url]
        try:
            response = gathered.door.get(
                url, accept=_ACCEPT, validators=_validators(known), allow=_GONE, obeys_robots=True
            )
        except FarEndError as error:
            return self._failed(url, found, error)
        self.faults = 0
        if response.not_modified:
            gathered.register.note_unchanged(url, found, gathered.now)
            return None
        if not gathered.is_of_site(response.url):
            return self._nothing(url, found, "none", f"it leads to another site, {response.url}; take it off the list")
        if response.status in _GONE:
            why = f"it answered {response.status}, so it is not there; take it off the list that names it"
            return self._nothing(url, found, "gone", why)
        return self._read(url, found, known, response)

    def _read(self, url: str, found: Found | None, known: Known, response: Response) -> Article | Skipped | str | None:
        gathered = self.gathered
        read = article.find(response, _as_listed(gathered.source, known), gathered.publication, gathered.now)
        if isinstance(read, Skipped):
            return self._nothing(url, found, "none", read.reason)
        filled = _filled(read.article, known)
        if not read.is_dated:
            filled = _dated(filled, known, found)
        gathered.register.note_article(url, found, filled, response.validators, gathered.now)
        return filled

    def _failed(self, url: str, found: Found | None, error: FarEndError) -> Skipped | str | None:
        why = reason(error, url)
        if error.permanent:
            return self._nothing(url, found, "none", why)
        self.faults += 1
        if self.faults == _MOST_FAULTS:
            self.failure = error
        return self._nothing(url, found, "fault", why)

    def _nothing(self, url: str, found: Found | None, fate: Fate, why: str) -> Skipped | str | None:
        """Note that there is no article; what was told already is not told again."""
        before = self.gathered.register.note_nothing(url, found, fate, self.gathered.now)
        if before.fate != fate or fate == "fault":
            return Skipped(self.gathered.source.name, url, why)
        is_over = self.gathered.register.pages[url].tries > before.tries
        return before.article or url if fate == "gone" and before.is_read and is_over else None


def _validators(known: Known) -> Validators | None:
    """Give the validators of the article that was read last; one that was not there meanwhile is to come back whole."""
    was_there = known.is_read and known.fate in ("", "fault")
    return Validators(known.etag or None, known.last_modified or None) if was_there else None


def _as_listed(source: Source, known: Known) -> Source:
    """Give the source as an article of it is to be read: the list's language is that of pages which name none."""
    said = known.said.get("language")
    return source.model_copy(update={"language": said}) if said else source


def _filled(read: Article, known: Known) -> Article:
    """Fill what the page leaves empty with what its list says."""
    listed = {name[3:]: url for name, url in known.said.items() if name.startswith("in ")}
    others = {tag: url for tag, url in listed.items() if tag != read.language and url != read.url}
    image = Image(known.said["image"]) if "image" in known.said else None
    return replace(read, image=read.image or image, translations={**others, **read.translations})


def _dated(read: Article, known: Known, found: Found | None) -> Article:
    """Date an article whose page names no date: as its list does, else when it was first read."""
    listed = (found.entry.published or found.entry.changed) if found else None
    first_read = datetime.fromtimestamp(known.published, UTC) if known.published else None
    published = first_read or listed or read.published
    return replace(
        read, published=published, modified=max(published, found.entry.changed or published) if found else published
    )
