"""Makes sections of a site's most used categories, those of its languages side by side."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from publisher.collect.survey import tongues
from publisher.collect.survey.findings import Collected, FoundSection
from publisher.config.settings import ALL, REPUBLISH
from publisher.config.values import LONGEST_KEY
from publisher.model import Article

MOST = 5
REST = "more"
"""The key of the section that takes everything else."""
_LEAST_USED = 2
"""Articles of a feed that a category must have: others are tags."""


def of(collected: Collected, languages: Sequence[str], taken: Iterable[str]) -> tuple[FoundSection, ...]:
    """Give the sections; `taken` are keys that name other feeds."""
    keys, used = {ALL, REPUBLISH, REST, *taken}, set[str]()
    sections: list[FoundSection] = []
    for language, name in _by_turns(collected.ranked):
        if name.casefold() in used or len(sections) == MOST:
            continue
        names = {language or languages[0]: name, **_unused(collected.twins.get((language, name), {}), used)}
        used.update(one.casefold() for one in names.values())
        names = {one: names[one] for one in (*languages, *names) if one in names}
        key = _key(next(iter(names.values())), keys)
        keys.add(key)
        titles = {one: names.get(one, name) for one in languages}
        sections.append(FoundSection(key, titles, tuple(dict.fromkeys(names.values()))))
    return tuple(sections)


def ranked(articles: Iterable[Article], site: str) -> dict[str, list[str]]:
    """Count the categories of articles, by their languages; what the site itself is called is none."""
    counted: dict[str, Counter[str]] = {}
    for article in articles:
        counted.setdefault(tongues.tag(article.language), Counter()).update(article.categories)
    return {
        language: [
            name
            for name, count in names.most_common()
            if count >= _LEAST_USED and name.casefold() != site.casefold() and len(name) <= LONGEST_KEY
        ]
        for language, names in counted.items()
    }


def _by_turns(ranked_: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Give the first category of each language, then the second of each."""
    longest = max((len(names) for names in ranked_.values()), default=0)
    for rank in range(longest):
        yield from ((language, names[rank]) for language, names in ranked_.items() if rank < len(names))


def _unused(twins: Mapping[str, str], used: set[str]) -> dict[str, str]:
    return {language: name for language, name in twins.items() if name.casefold() not in used}


def _key(name: str, taken: set[str]) -> str:
    """Make a key of a name that is not taken; one of which nothing is left in ASCII counts."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain)[: LONGEST_KEY - 3].strip("-") or "section"
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (stem, *numbered) if key not in taken)
