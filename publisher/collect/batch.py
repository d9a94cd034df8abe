"""What a kind of source gives: articles in batches, and what it must remember once a batch is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from publisher.config import Source
from publisher.model import Article, Skipped


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
class Batch:
    """Articles that belong together; `memory` is right once they are stored, so an interrupted run goes on."""

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]
    memory: Memory


def terms(source: Source, languages: tuple[str, ...]) -> dict[str, str]:
    """Give what of the config decides how a source is read, as part of its memory.

    When it changes, everything is read again: an article that did not change since may be another one now.
    """
    known = " ".join(filter(None, (source.language, *languages)))
    return {"url": source.url, "languages": known, "retracted": source.retracted_tag}
