"""All files of a folder as they are now, before any is given: whose each address is, what translates what.

Only files that were written since they were read last are read.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from publisher.collect.markdown import folder
from publisher.collect.markdown.folder import File, Files
from publisher.collect.markdown.links import Links
from publisher.collect.markdown.notebook import Facts, Known

FactsOf = Callable[[str, str], Facts]
"""Reads the facts out of a file, given its name and its text."""


@dataclass(slots=True)
class Survey:
    """The files of one folder by their names; `known` has each as it is now, with what it said when it was given last.

    `owners` tells which file an address belongs to, the first that names it; `groups` hold languages and addresses of
    the texts that are translations of one another. `unread` are names of what could not be read now, and why.
    """

    known: dict[str, Known]
    unread: list[tuple[str, str]]
    owners: dict[str, str] = field(default_factory=dict)
    groups: dict[str, dict[str, str]] = field(default_factory=dict)

    def translations(self, facts: Facts) -> dict[str, str]:
        """Give the translations of a file among the others: language to address."""
        group = self.groups.get(facts.group, {})
        return {language: url for language, url in group.items() if language != facts.language and url != facts.url}

    def gone(self, remembered: Mapping[str, Known]) -> dict[str, Known]:
        """Give the files that were there before and are not now."""
        return {name: known for name, known in remembered.items() if name not in self.known}

    def links(self) -> Links:
        """Give where links to the files lead."""
        return Links({name: known.facts.url for name, known in self.known.items() if known.facts.url})

    def says(self, name: str) -> str:
        """Give what stands for all that a file says now."""
        known = self.known[name]
        beside = (self.translations(known.facts), self.owners.get(known.facts.url, name) == name)
        return _digest(f"{known.digest}{known.facts}{beside}".encode("utf-8", "replace"))

    def is_due(self, name: str) -> bool:
        """Whether a file says something else than when it was given last."""
        return name in self.known and self.known[name].given != self.says(name)

    def settled(self, remembered: Mapping[str, Known]) -> dict[str, Known]:
        """Give what is to be remembered before any file is given: those that are due as they were, if they were."""
        as_before = {name: remembered.get(name) if self.is_due(name) else known for name, known in self.known.items()}
        return {name: known for name, known in as_before.items() if known is not None}


def of(files: Files, remembered: Mapping[str, Known], facts_of: FactsOf) -> Survey:
    """Look at every file."""
    survey = Survey({}, list(files.unused))
    for file in files.files:
        before = remembered.get(file.name)
        try:
            known: Known | None = _look(file, before, facts_of)
        except OSError as error:
            survey.unread.append((file.name, folder.why(error)))
            known = before
        if known is not None:
            survey.known[file.name] = known
            _enter(survey, file.name, known.facts)
    return survey


def _look(file: File, before: Known | None, facts_of: FactsOf) -> Known:
    if before and before.stamp == file.stamp:
        return before
    content = folder.read(file)
    digest = _digest(content)
    if before and before.digest == digest:
        return replace(before, stamp=file.stamp)
    try:
        facts = facts_of(file.name, folder.decoded(content))
    except Exception:  # noqa: BLE001 - whatever it is, it is told when the file is due
        facts = Facts()
    return Known(file.stamp, digest, facts, before.given if before else "")


def _enter(survey: Survey, name: str, facts: Facts) -> None:
    if facts.url and survey.owners.setdefault(facts.url, name) == name:
        survey.groups.setdefault(facts.group, {}).setdefault(facts.language, facts.url)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
