"""What a kind of source gives: articles in batches, and what it must remember once a batch is stored."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from publisher.config import Publication, Source
from publisher.model import Article, Remark, Skipped


@dataclass(frozen=True)
class Memory:
    """What a source remembers between runs: names to values, nothing but text, so that it can be kept as JSON."""

    values: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def read_as(self, terms: Mapping[str, str]) -> bool:
        """Whether what is remembered was read under these terms."""
        return terms.items() <= self.values.items()


@dataclass(frozen=True, slots=True)
class Listed:
    """All that a source shows of what it published from an instant on, by canonical URL.

    What was collected from it, published since then, and is not among these may have been taken off the site.
    """

    since: datetime
    urls: frozenset[str]


@dataclass(frozen=True, slots=True)
class Batch:
    """Articles that belong together; `memory` is right once they are stored, so an interrupted run goes on.

    `remarks` tell what is odd about articles that came in all the same. `withdrawn` are the canonical URLs of what the
    source itself says is public no more: behind a password now, a draft again, marked as deleted. `moved` maps the
    canonical URLs at which articles of this batch stood before to those they have now. `settled` are names of what was
    skipped before, if it was, and is not any more.
    """

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]
    memory: Memory
    remarks: tuple[Remark, ...] = ()
    withdrawn: tuple[str, ...] = ()
    listed: Listed | None = None
    moved: Mapping[str, str] = field(default_factory=dict)
    settled: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is more in it than memory."""
        return bool(self.articles or self.skipped or self.remarks or self.withdrawn)


def terms(source: Source, publication: Publication) -> dict[str, str]:
    """Give what of the config decides how a source is read, as part of its memory.

    When it changes, everything is read again: an article that did not change since may be another one now.
    """
    said = source.model_dump_json(exclude={"name", "url"}) + publication.model_dump_json(
        include={"url", "languages", "timezone", "parts"}
    )
    return {"url": source.url, "terms": hashlib.sha256(said.encode()).hexdigest()[:16]}
