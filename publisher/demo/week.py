"""Plays the weeks of the demo, step by step, and says what each made."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from publisher.compose import period as periods
from publisher.config import Settings, load
from publisher.demo import newsroom
from publisher.demo.settings import demo_config, shipped_config
from publisher.errors import NotAllowed, UsageError
from publisher.model import DeliveryState, IssueState
from publisher.store import Store, open_store
from publisher.tasks import (
    collecting,
    composing,
    editing,
    importing,
    issuing,
    looking,
    previewing,
    sending,
    syndicating,
)

CONFIG = "config.toml"
CONSENT = "sign-up form of the sample newsroom, 1 June 2026"
SUBSCRIBERS = 300
NEWSLETTER = "the-organization"
EDITOR = "The desk"

Step = Callable[[str], None]
"""Told what begins, in a few words."""


@dataclass(slots=True)
class Account:
    """What the demo made, and where."""

    folder: Path
    site: str
    articles: int = 0
    new_in_second_week: int = 0
    corrected: int = 0
    retracted: int = 0
    subscribers: int = 0
    rows_skipped: tuple[str, ...] = ()
    issues: tuple[int, ...] = ()
    mails: int = 0
    feed_files: int = 0
    previews: tuple[Path, ...] = ()


@contextmanager
def play(
    folder: Path, step: Step, now: datetime | None = None, port: int | None = None
) -> Iterator[tuple[Account, Settings, Store]]:
    """Do the whole job in `folder`, made anew; the newsroom's site is up as long as the context is.

    With `port`, links in what is made lead to that port of this machine, where a server may show it; without, they
    lead where the shipped config says.

    Raises:
        NotAllowed: when `folder` holds something else than an earlier demo.
        UsageError: when `folder` cannot be made.
    """
    _empty(folder)
    friday = latest_schedule(now or datetime.now(UTC))
    with newsroom.serve(now=friday) as site:
        settings = _settings(folder, site.url, port)
        store = open_store(settings.database_url)
        account = Account(folder, site.url)
        try:
            _first_week(account, store, settings, friday, step)
            site.advance()
            _second_week(account, store, settings, friday, step)
            yield account, settings, store
        finally:
            store.close()


def latest_schedule(now: datetime) -> datetime:
    """Give the newest instant the sample newsletter was due at: the demo is always of the latest Friday."""
    settings_zone = newsroom.ZONE
    period = periods.week_of(now, settings_zone)
    due = periods.scheduled(period, newsroom.SCHEDULE, settings_zone)
    if due > now:
        due = periods.scheduled(
            periods.week_of(now - timedelta(days=7), settings_zone), newsroom.SCHEDULE, settings_zone
        )
    return due


def _empty(folder: Path) -> None:
    try:
        if folder.exists():
            if any(folder.iterdir()) and not (folder / CONFIG).exists():
                raise NotAllowed(f"{folder} holds something else than an earlier demo; name another folder with --dir")
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    except OSError as error:
        raise UsageError(f"{folder} cannot be made anew ({error.strerror}); name another folder with --dir") from error


def _settings(folder: Path, site: str, port: int | None) -> Settings:
    path = folder / CONFIG
    ours = (f"http://127.0.0.1:{port}", port) if port else ()
    path.write_text(demo_config(shipped_config(), site, *ours), encoding="utf-8")
    return load(path, {})


def _first_week(account: Account, store: Store, settings: Settings, now: datetime, step: Step) -> None:
    step("collecting the newsroom's five weeks")
    accounts = collecting.collect(store, settings, lambda: now)
    collecting.check_some_answered(accounts)
    step("importing subscribers")
    people = account.folder / "subscribers.csv"
    newsroom.subscribers_csv(people, SUBSCRIBERS)
    imported = importing.import_csv(store, settings, people, NEWSLETTER, CONSENT, now)
    account.subscribers, account.rows_skipped = imported.outcomes["new"], tuple(imported.skipped)
    step("composing and sending last week's issues")
    last_week = periods.week_of(now - timedelta(days=7), settings.publication.zone)
    _issue(account, store, settings, now, last_week.name)


def _second_week(account: Account, store: Store, settings: Settings, now: datetime, step: Step) -> None:
    step("collecting again: a correction, a retraction, a late arrival")
    for source in collecting.collect(store, settings, lambda: now):
        account.new_in_second_week += source.outcomes["new"]
        account.corrected += source.outcomes["changed"]
        account.retracted += source.outcomes["retracted"]
    step("composing and sending this week's issues")
    this_week = periods.week_of(now, settings.publication.zone)
    _issue(account, store, settings, now, this_week.name, newsroom.NOTES)
    step("building the feeds")
    account.feed_files = len(syndicating.build(store, settings, now))
    account.articles = len(looking.newest(store, now, 10_000))
    previews = [
        previewing.preview(store, settings, issue, account.folder / "preview", now) for issue in account.issues[-2:]
    ]
    account.previews = tuple(file for files in previews for file in files)
    newsroom.copy_pictures(account.folder / "preview")
    for file in account.previews:
        if file.suffix == ".html":
            # The newsroom's site ends with the demo; its pictures stay beside the pages that show them.
            page = file.read_text(encoding="utf-8").replace(f"{account.site}{newsroom.PICTURES}", "")
            file.write_text(page, encoding="utf-8")


def _issue(
    account: Account,
    store: Store,
    settings: Settings,
    now: datetime,
    period: str,
    notes: Mapping[str, str] | None = None,
) -> None:
    for issue in composing.compose(store, settings, NEWSLETTER, now, period):
        if notes:
            editing.change(store, settings, issue.id, editing.Change(note=notes[issue.language]), EDITOR, now)
        issuing.move(store, issue.id, IssueState.APPROVED, now)
        account.mails += sending.send(store, settings, issue.id, lambda: now)[DeliveryState.SENT]
        account.issues += (issue.id,)
