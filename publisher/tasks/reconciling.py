"""Settles rows of an issue of which nobody knows, by what the mail server's own log or a relay's events tell.

What the server took is `sent`, or `failed` where it gave the mail up later. What its log does not know was never
taken, and is queued again; but only where the log is that server's, by another mail of the issue, and has all of the
time in which the row may have been tried. While an issue is paused, the log's proofs count for the rows that wait
too: a database from a back-up may not know that they were sent. That something is missing proves nothing of those.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from publisher.config import Settings
from publisher.deliver.maillog import files
from publisher.deliver.maillog.trail import Trail, begins
from publisher.deliver.return_path import read_return_path
from publisher.errors import NotAllowed
from publisher.model import DeliveryState, Issue, IssueKind, IssueState, Reply
from publisher.store import Store, doubts, issues, ledger, standing
from publisher.store.doubts import Entry
from publisher.tasks import bouncing, issuing, presence, recovering, signing

BEGUN = (IssueState.SENDING, IssueState.PAUSED, IssueState.CANCELLED, IssueState.SENT)
AT_ONCE = 1_000
"""So many rows are looked up, or written, at a time."""
MOST = 200_000
"""So many rows are known at a time; when there are more, those that are known are written."""
SLACK = timedelta(minutes=15)
"""By so much clocks may differ, and a server may be slow with a mail whose sender has given up already."""
NAMED = 50
NO_EVENT = "the relay's events have nothing of it, which proves nothing"
NO_INSTANT = "nobody knows when it was tried"
ANOTHER_LOG = (
    "the log has no other mail of this issue at the time at which that was sent, so it is another server's, or its "
    "clock is another"
)


@dataclass
class Account:
    """What was settled: of rows that were uncertain, and of those that waited, by what became of them.

    `left` has a sentence for each of up to `NAMED` rows that stay uncertain, and `more` counts the others.
    """

    settled: Counter[DeliveryState] = field(default_factory=Counter)
    waited: Counter[DeliveryState] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)
    more: int = 0
    lines: int = 0
    malformed: int = 0


def by_log(
    store: Store,
    settings: Settings,
    issue_id: int,
    logs: Iterable[Path],
    now: datetime,
    progress: Callable[[int], None] = lambda _lines: None,
) -> Account:
    """Settle by the files of a mail server's log, in whatever order they are given; `progress` hears of lines read.

    Raises:
        UsageError: for an unknown issue, or a file that cannot be read; nothing is settled then.
        NotAllowed: when its sending has not begun.
    """
    work = _begun(store, settings, issue_id, now, progress)
    for log in sorted(logs, key=lambda log: _begins(log, now)):
        work.trail.read_log(work.watched(files.lines(log)))
    return work.done(work.by_absence)


def by_events(
    store: Store,
    settings: Settings,
    issue_id: int,
    events: Iterable[Path],
    now: datetime,
    progress: Callable[[int], None] = lambda _lines: None,
) -> Account:
    """Settle by files of a hosted relay's events; `progress` hears of lines read.

    Raises:
        UsageError: for an unknown issue, or a file that cannot be read; nothing is settled then.
        NotAllowed: when its sending has not begun.
    """
    work = _begun(store, settings, issue_id, now, progress)
    for file in events:
        work.trail.read_events(work.watched(files.lines(file)))
    return work.done(lambda _entry: NO_EVENT)


def _begins(log: Path, now: datetime) -> datetime:
    """Give when a file begins; stdin cannot be looked at before, and is taken for the newest."""
    return (None if log == files.STDIN else begins(files.lines(log), now)) or now


def _begun(
    store: Store, settings: Settings, issue_id: int, now: datetime, progress: Callable[[int], None]
) -> "_Reconciling":
    issue = issuing.known_issue(store, issue_id)
    if issue.state not in BEGUN:
        raise NotAllowed(f"issue {issue_id} is {issue.state}; only one whose sending has begun has rows to settle")
    presence.pause_abandoned(store, settings, issue, now)
    recovering.recover(store, settings, now)
    with store.writing() as transaction:
        ledger.expire(transaction, issue_id, now)
    key_of = partial(read_return_path, secret=signing.secret(store, settings))
    issue = issuing.known_issue(store, issue_id)
    away_until = presence.away_until(store, issue)
    return _Reconciling(store, settings, issue, now, Trail(key_of, now), progress, away_until)


@dataclass
class _Reconciling:
    store: Store
    settings: Settings
    issue: Issue
    now: datetime
    trail: Trail
    progress: Callable[[int], None]
    away_until: datetime | None
    account: Account = field(default_factory=Account)
    is_of_this_server: bool = False

    def watched(self, lines: Iterable[str]) -> Iterator[str]:
        """Give lines on, and now and then drop what they told of rows that nobody asks for."""
        for number, line in enumerate(lines, start=1):
            yield line
            if number % AT_ONCE == 0:
                self.progress(AT_ONCE)
            if len(self.trail.new) >= AT_ONCE:
                self._sort()

    def done(self, why_left: Callable[[Entry], str]) -> Account:
        """Write what was read, look at what is left, and give the account; without a reason a row was never taken."""
        self._sort()
        self._write()
        self._settle_left(why_left)
        if DeliveryState.FAILED in self.account.settled + self.account.waited:
            bouncing.count_refusals(self.store, self.settings, self.issue.id, self.now)
        with self.store.writing() as transaction:
            if self.issue.kind is not IssueKind.WELCOME and not standing.is_open(transaction, self.issue.id):
                going = (IssueState.SENDING, IssueState.PAUSED)
                issues.move(transaction, self.issue.id, going, IssueState.SENT, self.now)
        self.account.lines, self.account.malformed = self.trail.lines, self.trail.malformed
        return self.account

    def by_absence(self, entry: Entry) -> str:
        """Say why that a log does not know a row proves nothing; empty when it does."""
        until = max(filter(None, (entry.settled, self.away_until)), default=None)
        if until is None:
            return NO_INSTANT
        begin, end = entry.created - SLACK, until + SLACK
        if not self.trail.covers(begin, end):
            return f"the log has not all of the time from {_shown(begin)} to {_shown(end)}"
        return "" if self.is_of_this_server else ANOTHER_LOG

    def _is_wanted(self, entry: Entry) -> bool:
        waits = self.issue.state is IssueState.PAUSED and entry.state.is_open
        return waits or entry.state is DeliveryState.UNCERTAIN

    def _sort(self) -> None:
        new, self.trail.new = self.trail.new, set()
        with self.store.reading() as transaction:
            known = doubts.by_keys(transaction, self.issue.id, new)
        for key, entry in known.items():
            at = self.trail.became[key].at
            if at and entry.settled and entry.state is DeliveryState.SENT and abs(at - entry.settled) <= SLACK:
                self.is_of_this_server = True
        self.trail.forget(key for key in new if key not in known or not self._is_wanted(known[key]))
        if len(self.trail.became) > MOST:
            self._write()

    def _write(self) -> None:
        told = {key: one.reply for key, one in self.trail.became.items()}
        for piece in _pieces(sorted(told)):
            with self.store.writing(durable=True) as transaction:
                known = doubts.by_keys(transaction, self.issue.id, piece, to_change=True)
                entries = [entry for entry in known.values() if self._is_wanted(entry)]
                ledger.prove(transaction, [(entry, _with_words(told[entry.key])) for entry in entries], self.now)
            for entry in entries:
                was_uncertain = entry.state is DeliveryState.UNCERTAIN
                (self.account.settled if was_uncertain else self.account.waited)[told[entry.key].state] += 1
        self.trail.forget(told)

    def _settle_left(self, why_left: Callable[[Entry], str]) -> None:
        after = 0
        while True:
            with self.store.writing(durable=True) as transaction:
                entries = doubts.uncertain(transaction, self.issue.id, after, AT_ONCE)
                reasons = [(entry, why_left(entry)) for entry in entries]
                untaken = [entry for entry, why in reasons if not why]
                ledger.release(transaction, untaken)
            self.account.settled.update([DeliveryState.QUEUED] * len(untaken))
            for entry, why in reasons:
                if why:
                    self._leave(entry, why)
            if not entries:
                return
            after = entries[-1].id

    def _leave(self, entry: Entry, why: str) -> None:
        if entry.email and len(self.account.left) < NAMED:
            self.account.left.append(f"{entry.email}: {entry.state}: {why}")
        else:
            self.account.more += 1


def _with_words(reply: Reply) -> Reply:
    return reply if reply.words else replace(reply, words="taken, by the log of whom it was handed to")


def _pieces(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]


def _shown(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
