"""Subscribers from a CSV, with the consent noted.

An import never wakes a dead row: who left or is suppressed stays so, and is counted. A file that breaks half-way
changes nothing; a row that cannot be read is named with its line, and the rest goes on.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import TextIO

from publisher.compose import prose
from publisher.config import Settings
from publisher.errors import UsageError
from publisher.store import Store, subscribers
from publisher.tasks.composing import known_newsletter
from publisher.tasks.subscribing import check_address

MAX_FIELD = 320
BATCH = 500
_DELIMITERS = (",", ";", "\t")


@dataclass(slots=True)
class ImportAccount:
    """What came of each row: counts by outcome, and each row that was skipped with its line and reason."""

    outcomes: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    email: str
    name: str
    language: str
    tags: tuple[str, ...]


def import_csv(
    store: Store,
    settings: Settings,
    path: Path,
    newsletter_key: str,
    consent: str,
    now: datetime,
    language: str | None = None,
    progress: Callable[[int], None] = lambda _rows: None,
) -> ImportAccount:
    """Subscribe each address of a CSV with a header of `email` and, if wanted, `name`, `language`, `tags`.

    `consent` says when and where it was given. Tags are separated by `;`. Run twice, it adds nobody twice.

    Raises:
        UsageError: for a file that is no such CSV, an unknown newsletter or language, or no consent.
    """
    newsletter = known_newsletter(settings, newsletter_key)
    languages = settings.languages_of(newsletter)
    if not consent.strip():
        raise UsageError('consent is empty; say when and where it was given: --consent "web form, May 2026"')
    if language is not None and language not in languages:
        raise UsageError(f'newsletter "{newsletter.key}" has no issue in "{language}"; it has {", ".join(languages)}')
    account = ImportAccount()
    batch: list[_Row] = []
    for row in _rows(path, language or languages[0], languages, account):
        batch.append(row)
        if len(batch) == BATCH:
            _add(store, batch, newsletter.key, consent, now, account)
            progress(len(batch))
            batch = []
    _add(store, batch, newsletter.key, consent, now, account)
    progress(len(batch))
    return account


def _rows(path: Path, default: str, languages: tuple[str, ...], account: ImportAccount) -> Iterator[_Row]:
    try:
        # Read through once before anybody is imported.
        for _ in _table(path):
            pass
        for line, given, beyond in _table(path):
            wrong = _fault(given, beyond, languages)
            if wrong:
                account.skipped.append(f"{path}:{line}: {wrong}")
                continue
            language = _known_language(given.get("language", ""), languages) or default
            tags = tuple(tag.strip() for tag in given.get("tags", "").split(";") if tag.strip())
            yield _Row(line, given["email"], given.get("name", ""), language, tags)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a CSV file") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8; save the table as CSV in UTF-8") from error


def _table(path: Path) -> Iterator[tuple[int, dict[str, str], list[str]]]:
    """Give each row that is not empty: its line, its values by the names of their columns, and values beyond these."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter, before = _delimiter(file, path)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            columns = _columns(next(reader))
            for values in reader:
                if any(values):
                    named = zip_longest(columns, map(prose.one_line, values[: len(columns)]), fillvalue="")
                    yield before + reader.line_num, dict(named), [value for value in values[len(columns) :] if value]
        except csv.Error as error:
            raise UsageError(
                f"{path}:{before + reader.line_num}: is not CSV ({error}); save the table as CSV in UTF-8"
            ) from error


def _delimiter(file: TextIO, path: Path) -> tuple[str, int]:
    """Find what separates the columns, and stand before the line that names them; give the lines before it.

    Spreadsheets write a comma, a semicolon or a tab, by country, and some say so in a line of their own.
    """
    start, before = 0, 0
    header = file.readline()
    if re.fullmatch(r"sep=.\r?\n?", header, re.IGNORECASE):
        start, before = file.tell(), 1
        header = file.readline()
    file.seek(start)
    for delimiter in _DELIMITERS:
        columns = _columns(next(csv.reader([header], delimiter=delimiter), []))
        twice = {name for name in columns if name and columns.count(name) > 1}
        if "email" in columns and twice:
            raise UsageError(f'{path}: has the column "{min(twice)}" twice; give each its own name')
        if "email" in columns:
            return delimiter, before
    raise UsageError(f'{path}: has no column "email"; its first line must name the columns')


def _columns(header: list[str]) -> list[str]:
    return [name.strip().lower() for name in header]


def _fault(row: dict[str, str], beyond: list[str], languages: tuple[str, ...]) -> str | None:
    if not row["email"]:
        return "has no address"
    if beyond:
        return (
            f'has more values than there are columns, from "{beyond[0][:20]}" on; put values with separators in quotes'
        )
    try:
        check_address(row["email"])
    except UsageError as error:
        return str(error)
    if row.get("language") and not _known_language(row["language"], languages):
        return f'"{row["language"][:20]}" is not a language of the newsletter; it has {", ".join(languages)}'
    return None


def _known_language(said: str, languages: tuple[str, ...]) -> str | None:
    """Give the newsletter's language that a reader's is, or is a kind of, as `es-CO` is of `es`."""
    tag = said.replace("_", "-").casefold()
    by_tag = {language.casefold(): language for language in languages}
    return by_tag.get(tag) or by_tag.get(tag.partition("-")[0])


def _add(store: Store, rows: list[_Row], newsletter: str, consent: str, now: datetime, account: ImportAccount) -> None:
    if not rows:
        return
    with store.writing() as transaction:
        for row in rows:
            outcome = subscribers.add(
                transaction, row.email, row.name[:MAX_FIELD], row.language, row.tags, newsletter, consent, now
            )
            account.outcomes[outcome] += 1
