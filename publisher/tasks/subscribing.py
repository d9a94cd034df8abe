"""Subscribers: brought in from a CSV with the consent noted, shown, exported, suppressed, erased.

An import never wakes a dead row: who left or is suppressed stays so, and is counted.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

from email_validator import EmailNotValidError, validate_email

from publisher import markup
from publisher.config import Settings
from publisher.errors import UsageError
from publisher.store import Store, ledger, subscribers
from publisher.tasks.composing import known_newsletter

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
        delimiter = _delimiter(path)
        # Read through once before anybody is imported: a file that breaks half-way changes nothing.
        for _ in _table(path, delimiter):
            pass
        for line, given in _table(path, delimiter):
            wrong = _fault(given, languages)
            if wrong:
                account.skipped.append(f"{path}:{line}: {wrong}")
                continue
            tags = tuple(tag.strip() for tag in given.get("tags", "").split(";") if tag.strip())
            yield _Row(line, given["email"], given.get("name", ""), given.get("language") or default, tags)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); name a CSV file") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: is not UTF-8; save the table as CSV in UTF-8") from error
    except csv.Error as error:
        raise UsageError(f"{path}: is not a CSV ({error}); save the table as CSV in UTF-8") from error


def _delimiter(path: Path) -> str:
    """Find what separates the columns: spreadsheets write a comma, a semicolon or a tab, by country."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
    for delimiter in _DELIMITERS:
        if "email" in _columns(next(csv.reader([header], delimiter=delimiter), [])):
            return delimiter
    raise UsageError(f'{path}: has no column "email"; its first line must name the columns')


def _table(path: Path, delimiter: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give each row that is not empty with its line: its values by the lower-case names of the columns."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        columns = _columns(next(reader))
        for values in reader:
            if any(values):
                yield (
                    reader.line_num,
                    dict(zip_longest(columns, map(markup.one_line, values[: len(columns)]), fillvalue="")),
                )


def _columns(header: list[str]) -> list[str]:
    return [name.strip().lower() for name in header]


def _fault(row: dict[str, str], languages: tuple[str, ...]) -> str | None:
    if not row["email"]:
        return "has no address"
    try:
        check_address(row["email"])
    except UsageError as error:
        return str(error)
    if row.get("language") and row["language"] not in languages:
        return f'"{row["language"][:20]}" is not a language of the newsletter; it has {", ".join(languages)}'
    return None


def check_address(address: str) -> None:
    """Check the form of a mail address (RFC 5321, 6531); whether it takes mail shows when mail is sent.

    Raises:
        UsageError: when it is none.
    """
    try:
        validate_email(address, check_deliverability=False, test_environment=True, allow_quoted_local=True)
    except EmailNotValidError as error:
        raise UsageError(f'"{address[:60]}" is not a mail address: {str(error).rstrip(".").lower()}') from error


def _add(store: Store, rows: list[_Row], newsletter: str, consent: str, now: datetime, account: ImportAccount) -> None:
    if not rows:
        return
    with store.writing() as transaction:
        for row in rows:
            outcome = subscribers.add(
                transaction, row.email, row.name[:MAX_FIELD], row.language, row.tags, newsletter, consent, now
            )
            account.outcomes[outcome] += 1


def add(
    store: Store, settings: Settings, email: str, newsletter_key: str, consent: str, now: datetime, language: str | None
) -> str:
    """Subscribe one address; give the outcome.

    Raises:
        UsageError: for what is no address, newsletter or language.
    """
    newsletter = known_newsletter(settings, newsletter_key)
    languages = settings.languages_of(newsletter)
    check_address(email)
    if language is not None and language not in languages:
        raise UsageError(f'newsletter "{newsletter.key}" has no issue in "{language}"; it has {", ".join(languages)}')
    with store.writing() as transaction:
        return str(subscribers.add(transaction, email, "", language or languages[0], (), newsletter.key, consent, now))


def leave(store: Store, settings: Settings, email: str, newsletter_key: str, now: datetime) -> None:
    """End a subscription for somebody who asked a person; rows still queued for it are suppressed with it.

    Raises:
        UsageError: for an unknown newsletter, or an address that never subscribed to it.
    """
    newsletter = known_newsletter(settings, newsletter_key)
    with store.writing() as transaction:
        subscriber = subscribers.by_email(transaction, email)
        if subscriber is None or not subscribers.leave(transaction, subscriber.id, newsletter.key, now):
            raise UsageError(f"{email} is not subscribed to {newsletter.key}; look at its spelling")
        ledger.suppress_queued(transaction, subscriber.id, newsletter.key, now)


def show(store: Store, email: str) -> dict[str, Any]:
    """Give all that is stored about an address.

    Raises:
        UsageError: when nothing is.
    """
    with store.reading() as transaction:
        stored = subscribers.exported(transaction, email)
    if not stored:
        raise UsageError(f"nothing is stored about {email}; look at its spelling")
    return stored


def suppress(store: Store, email: str, why: str, now: datetime) -> None:
    """Never mail an address again, whatever is imported later."""
    with store.writing() as transaction:
        subscribers.suppress(transaction, email, why, now)


def erase(store: Store, email: str) -> None:
    """Erase all that is stored about an address.

    Raises:
        UsageError: when nothing is.
    """
    with store.writing() as transaction:
        if not subscribers.erase(transaction, email):
            raise UsageError(f"nothing is stored about {email}; look at its spelling")
