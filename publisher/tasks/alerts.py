"""What there is to tell the newsroom now, as the store has it: each thing under a name that it has once.

Nothing is kept here. An issue that is paused or held is found as long as it is, one that is done for a day, a source as
long as it is silent; `alerting` tells each of them once.
"""

import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from publisher.compose import alerts as stage
from publisher.compose.alerts import Alert, What
from publisher.compose.reviews import Asking
from publisher.config import Settings, address_in, in_language
from publisher.model import DeliveryState, Issue, IssueEvent, IssueState
from publisher.store import Store, bounces, issue_events, issues, ledger, sources, standing
from publisher.tasks import issuing, reviewing

REMEMBERED = reviewing.REMEMBERED
"""An issue that was paused or held longer ago is one that nobody waits for."""
LATELY = timedelta(days=1)
RETURNING = timedelta(days=14)
"""For so long after a mail came back the share of its issue is looked at."""
REVIEWERS_FIRST = timedelta(minutes=10)
"""Reviewers hear of a hold from the review, which may begin only when the checks are done."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell: its name, how it is told, and the issue or the source it is about.

    `heard` are the addresses of those who hear of it in another way.
    """

    name: str
    alert: Callable[[], Alert]
    issue: Issue | None = None
    source: str = ""
    heard: frozenset[str] = frozenset()


def events(store: Store, settings: Settings, now: datetime, *, with_bounces: bool) -> list[Event]:
    """Give what there is to tell; of bounces only when asked for, since all of them are counted."""
    found = [
        *_paused(store, settings, now),
        *_held(store, settings, now),
        *_sent(store, settings, now),
        *_silent(store, settings, now),
    ]
    return [*found, *(_returned(store, settings, now) if with_bounces else ())]


def _paused(store: Store, settings: Settings, now: datetime) -> Iterator[Event]:
    for issue, last in _in_state(store, IssueState.PAUSED, now):
        alert = partial(_of_issue, settings, What.PAUSED, issue, why=last.words)
        yield Event(f"paused {issue.id} {_at(last.at)}", alert, issue)


def _held(store: Store, settings: Settings, now: datetime) -> Iterator[Event]:
    for issue, last in _in_state(store, IssueState.HELD, now):
        # What holds it may have changed since, as from a missing source to no article.
        why = issuing.without_addresses(issue.held_because)
        alert = partial(_of_issue, settings, What.HELD, issue, why=why, who=issue.held_by)
        heard = _hear_from_the_review(store, settings, issue, last.at, now)
        yield Event(f"held {issue.id} {_at(last.at)}", alert, issue, heard=heard)


def _in_state(store: Store, state: IssueState, now: datetime) -> list[tuple[Issue, IssueEvent]]:
    """Give the issues that are in a state, with what brought them there."""
    with store.reading() as transaction:
        waiting = issue_events.waiting(transaction, str(state), (state,), now - REMEMBERED)
        known = [(issues.get(transaction, id_), issue_events.of(transaction, id_)) for id_, _ in waiting]
    return [
        (issue, next(event for event in reversed(history) if event.what == state))
        for issue, history in known
        if issue is not None
    ]


def _hear_from_the_review(
    store: Store, settings: Settings, issue: Issue, since: datetime, now: datetime
) -> frozenset[str]:
    """Give those whom the review tells that an issue is held.

    Where alerts go by a server of their own, after a while only those whom the review reached.
    """
    newsletter = settings.newsletter(issue.newsletter)
    with store.reading() as transaction:
        history = issue_events.of(transaction, issue.id)
    told: tuple[str, ...] = tuple(
        event.words for event in history if event.what == f"{Asking.HELD} by mail" and event.at >= since
    )
    is_reviewed = any(event.what == issue_events.REVIEW_BEGUN for event in history)
    if newsletter and (now < since + REVIEWERS_FIRST or (is_reviewed and settings.notify.relay is None)):
        told = reviewing.everybody(newsletter)
    return frozenset(address_in(mailbox).lower() for mailbox in told)


def _sent(store: Store, settings: Settings, now: datetime) -> Iterator[Event]:
    with store.reading() as transaction:
        done = issues.sent_since(transaction, now - LATELY)
    yield from (Event(f"sent {issue.id}", partial(_with_sums, store, settings, issue), issue) for issue in done)


def _silent(store: Store, settings: Settings, now: datetime) -> Iterator[Event]:
    """Give the sources whose last try failed and that have not answered for long, or never.

    While nothing is collected, as when the publisher itself was down, no source is to blame.
    """
    with store.reading() as transaction:
        known = sources.known(transaction, [source.name for source in settings.sources])
    for name, one in known.items():
        health, answered = one.health, one.health.succeeded
        if health.failed is None or (answered is not None and answered >= health.failed):
            continue
        if answered is None or now - answered > timedelta(days=settings.notify.silent_days):
            since = _at(answered) if answered else "ever"
            yield Event(f"silent since {since} {name}", partial(_silence, settings, health), source=name)


def _returned(store: Store, settings: Settings, now: datetime) -> Iterator[Event]:
    """Give the issues of which more came back, or was complained of, than the config allows.

    It is a share of all recipients, so that the first mails of an issue weigh no more than the last.
    """
    limits = {What.BOUNCES: settings.notify.bounce_percent, What.COMPLAINTS: settings.notify.complaint_percent}
    with store.reading() as transaction:
        tallies = bounces.tallies(transaction, now - RETURNING)
        known = {one.issue: issues.get(transaction, one.issue) for one in tallies}
        counts = {one.issue: ledger.counts(transaction, one.issue) for one in tallies}
    for one in tallies:
        issue, recipients = known[one.issue], _recipients(counts[one.issue])
        for what, name, count in (
            (What.BOUNCES, "bounced", one.bounced),
            (What.COMPLAINTS, "complained", one.complained),
        ):
            if issue is not None and 100 * count > limits[what] * recipients:
                sums = {"recipients": recipients, name: count}
                share = 100 * count / max(recipients, count)
                alert = partial(_of_issue, settings, what, issue, counts=sums, share=share, limit=limits[what])
                yield Event(f"{what} {issue.id}", alert, issue)


def _recipients(counts: Counter[DeliveryState]) -> int:
    """Count those to whom an issue went or goes."""
    return counts.total() - counts[DeliveryState.SUPPRESSED]


def _of_issue(settings: Settings, what: What, issue: Issue, **told: Any) -> Alert:
    commands = {
        What.PAUSED: (f"publisher issue status {issue.id}", f"publisher issue resume {issue.id}"),
        What.HELD: (f"publisher issue show {issue.id}", f"publisher issue approve {issue.id}"),
    }
    spoken, newsletter = settings.publication.languages[0], settings.newsletter(issue.newsletter)
    title = in_language(newsletter.title, issue.language) if newsletter else issue.newsletter
    name = stage.name_of(spoken, title, issue.language, issue.number, issue.title)
    return Alert(what, name, what_to_do=commands.get(what, ()), **told)


def _with_sums(store: Store, settings: Settings, issue: Issue) -> Alert:
    """Tell of an issue that is done how many it went to by state, and whom it did not reach by what servers said."""
    with store.reading() as transaction:
        counts, failed = ledger.counts(transaction, issue.id), standing.failures(transaction, issue.id)
    states = {str(state): counts[state] for state in DeliveryState if counts[state]}
    causes = {" ".join(filter(None, (str(one.code or ""), one.enhanced))): one.count for one in failed}
    sums = {"recipients": counts.total(), **states}
    return _of_issue(settings, What.SENT, issue, counts=sums, failures=causes)


def _silence(settings: Settings, health: sources.Health) -> Alert:
    language = settings.publication.languages[0]
    return Alert(
        What.SILENT,
        health.name,
        # The sentence of a collect names its source.
        why=(health.failure or "").removeprefix(f'source "{health.name}": '),
        since=reviewing.shown(health.succeeded, settings, language) if health.succeeded else "",
        what_to_do=(f"publisher doctor {shlex.quote(health.name)}",),
    )


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%S}"
