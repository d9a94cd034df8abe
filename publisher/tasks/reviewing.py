"""Lets people approve an issue without a terminal: they get it by mail, with a page that takes their decision.

Begun for an issue, its reviewers are asked, reminded with their deputy, and told when it is held; each mail goes once
to each of them, whoever sends it and how often it is tried. Silence holds at the deadline; it never sends.
"""

import secrets as random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from html import escape

import structlog
from babel.dates import format_date, format_datetime

from publisher import addresses, tokens
from publisher.compose import reviews
from publisher.compose.reviews import Asking, Draft
from publisher.config import Newsletter, Settings, address_in, in_language
from publisher.deliver import notice
from publisher.deliver.message import Message
from publisher.errors import NotAllowed, PublisherError, UsageError
from publisher.languages import locale
from publisher.model import Issue, IssueState
from publisher.store import Store, issue_events, issues, runs
from publisher.tasks import composing, issuing, last_look, previewing, signing
from publisher.tasks.sending import hand_over

log = structlog.get_logger("publisher")

_UNANSWERED = "nobody approved it by"

_GOING = (IssueState.APPROVED, IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)
TOLD_LATE = timedelta(days=1)
"""For so long it is tried to tell what changed before an issue went."""

REMEMBERED = timedelta(days=30)
"""For so long an issue that nobody decides about is one that somebody waits for."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision on the page: the issue as it is now, and whether the decision was taken."""

    issue: Issue
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The reviewers whom a mail reached just now, and those whom it is tried to reach again."""

    told: tuple[str, ...]
    missed: tuple[str, ...]


def begin_once(store: Store, issue_id: int, now: datetime, since: datetime) -> None:
    """Let an issue wait for its reviewers from now on, unless it has begun to since an instant.

    What was held because nobody had approved it in time, before that instant, waits anew.
    """
    with store.writing() as transaction:
        events = [
            event.at for event in issue_events.of(transaction, issue_id) if event.what == issue_events.REVIEW_BEGUN
        ]
        if not events or events[-1] < since:
            issue = issues.get(transaction, issue_id)
            if issue and issue.is_held_by_us and issue.held_because.startswith(_UNANSWERED):
                issues.let_go(transaction, issue_id)
            issue_events.add(transaction, issue_id, now, "", issue_events.REVIEW_BEGUN)


def ask(store: Store, settings: Settings, issue_id: int, clock: Callable[[], datetime]) -> Asked:
    """Let an issue wait for its reviewers from now on, and ask them, also again.

    Raises:
        UsageError: when there is no such issue, or nobody to be asked.
        NotAllowed: when there is nothing to decide about it any more.
    """
    issue = issuing.known_issue(store, issue_id)
    newsletter = composing.known_newsletter(settings, issue.newsletter)
    if not newsletter.reviewers:
        raise UsageError(f"newsletter {issue.newsletter} has no reviewers; name some in newsletters.reviewers")
    if issue.state not in issues.OPEN and issue.amendment is None:
        raise NotAllowed(f"issue {issue_id} is {issue.state}; only a draft, or one that is held, waits for reviewers")
    begun = clock()
    with store.writing() as transaction:
        issue_events.add(transaction, issue_id, begun, "", issue_events.REVIEW_BEGUN)
    told = _Review(store, settings, issue.proposed, newsletter, begun, clock).go_on()
    return Asked(told, tuple(mailbox for mailbox in newsletter.reviewers if mailbox not in told))


def go_on(store: Store, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Send what is to be told to reviewers now, and hold what nobody approved in time."""
    with store.reading() as transaction:
        since = clock() - REMEMBERED
        waiting = issue_events.waiting(transaction, issue_events.REVIEW_BEGUN, issues.OPEN, since, amended_too=True)
    for issue_id, begun in waiting:
        issue = issuing.known_issue(store, issue_id).proposed
        newsletter = settings.newsletter(issue.newsletter)
        if newsletter is not None and _waits(issue, begun):
            _Review(store, settings, issue, newsletter, begun, clock).go_on()
    _tell_changed(store, settings, clock)


def _waits(issue: Issue, begun: datetime) -> bool:
    """Tell whether what a review was begun of still waits; an amendment that was composed since is another."""
    if issue.amendment is not None:
        return begun >= issue.amendment.composed
    return issue.state in issues.OPEN


def _tell_changed(store: Store, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Tell the reviewers of issues that go out, or went, what has changed since they were approved."""
    with store.reading() as transaction:
        changed = issue_events.waiting(transaction, issue_events.CHANGED, _GOING, clock() - TOLD_LATE)
    for issue_id, at in changed:
        issue = issuing.known_issue(store, issue_id)
        newsletter = settings.newsletter(issue.newsletter)
        if newsletter is not None and (issue.approved is None or at >= issue.approved):
            found = tuple(finding for finding in issue.findings if last_look.is_change(finding))
            review = _Review(store, settings, replace(issue, findings=found), newsletter, at, clock)
            review.tell(Asking.CHANGED, f"changed {at:%Y-%m-%dT%H:%M:%S}", newsletter.reviewers)


def find(store: Store, settings: Settings, token: str, secret: str) -> tuple[Issue, str] | None:
    """Give the issue and the reviewer that a token of a review page is about.

    None for one that is not ours, and for somebody whom the config does not name any more.
    """
    meant = tokens.read_review_token(token, secret)
    if meant is None:
        return None
    with store.reading() as transaction:
        issue = issues.get(transaction, meant[0])
    newsletter = settings.newsletter(issue.newsletter) if issue else None
    if issue is None or newsletter is None:
        return None
    return (issue.proposed, meant[1]) if meant[1] in map(address_in, everybody(newsletter)) else None


def deadline(store: Store, settings: Settings, issue: Issue) -> str:
    """Say until when an issue waits for its reviewers; empty for one that waits for nobody."""
    newsletter = settings.newsletter(issue.newsletter)
    with store.reading() as transaction:
        begun = [
            event.at for event in issue_events.of(transaction, issue.id) if event.what == issue_events.REVIEW_BEGUN
        ]
    if newsletter is None or not begun or issue.state is not IssueState.DRAFT:
        return ""
    return shown(begun[-1] + timedelta(hours=newsletter.review.deadline_hours), settings, issue.language)


def decide(store: Store, issue: Issue, who: str, to: IssueState, seen: str, because: str, now: datetime) -> Decided:
    """Approve or hold an issue as its page asked; nothing happens when it is another than the one that was `seen`.

    Raises:
        NotAllowed: when its state has no way there.
    """
    if issue.state is to and (to is not IssueState.HELD or issue.held_by):
        return Decided(issue, is_taken=True)
    if to is IssueState.APPROVED and seen != digest(issue):
        return Decided(issue, is_taken=False)
    moved = issuing.move(store, issue.id, to, now, who=who, because=because, empty_too=True, seen=issue)
    is_amended = issue.amendment is not None and moved.amendment is None
    return Decided(moved.proposed, is_taken=moved.state is to or is_amended)


def digest(issue: Issue) -> str:
    """Give what tells an issue as a reviewer saw it from any other: what readers get, what was found, who holds it."""
    seen = (
        issue.variant,
        sorted(issue.audiences.items()),
        issue.findings,
        issue.state,
        issue.held_because,
        issue.held_by,
    )
    return sha256(repr(seen).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class _Review:
    """An issue that waits for its reviewers since `begun`."""

    store: Store
    settings: Settings
    issue: Issue
    newsletter: Newsletter
    begun: datetime
    clock: Callable[[], datetime]

    def go_on(self) -> tuple[str, ...]:
        """Do what is due, and give who was told of it just now."""
        since = f"{self.begun:%Y-%m-%dT%H:%M:%S}"
        if self.issue.state is IssueState.DRAFT and self.clock() >= self._deadline:
            self._hold()
            return ()
        if self.issue.state is IssueState.HELD:
            return self.tell(Asking.HELD, f"held {since} {self._hold_digest}", everybody(self.newsletter))
        told = self.tell(Asking.ASKED, f"asked {since}", self.newsletter.reviewers)
        if self.clock() >= self.begun + self.newsletter.review.reminded_after:
            told += self.tell(Asking.REMINDED, f"reminded {since}", everybody(self.newsletter))
        return told

    @property
    def _hold_digest(self) -> str:
        """What tells one hold from another: why, whose, and after which approval."""
        issue = self.issue
        told = "\0".join((issue.held_because, issue.held_by, str(issue.approved)))
        return sha256(told.encode()).hexdigest()[:16]

    @property
    def _deadline(self) -> datetime:
        return self.begun + timedelta(hours=self.newsletter.review.deadline_hours)

    def _hold(self) -> None:
        why = f"{_UNANSWERED} {shown(self._deadline, self.settings, 'en')}"
        log.warning("issue held", issue=self.issue.id, why=why, next=f"issue approve {self.issue.id}")
        with self.store.writing() as transaction:
            if issues.hold(transaction, self.issue.id, (IssueState.DRAFT,), why, ""):
                issue_events.add(transaction, self.issue.id, self.clock(), "", str(IssueState.HELD), why)

    def tell(self, asking: Asking, name: str, reviewers: Iterable[str]) -> tuple[str, ...]:
        """Tell each reviewer once, and give who was told just now.

        One who could not be told is told later: a claim that comes to nothing is open again after `runs.STALE`, so a
        mail server that is down, or refuses an address, is not asked at every tick.
        """
        task = f"review {self.issue.id} {name}"
        told = []
        for mailbox in dict.fromkeys(reviewers):
            if not self._claim(task, mailbox):
                continue
            try:
                hand_over(self.settings, self._mail(asking, mailbox))
            except PublisherError as error:
                log.warning("reviewer not told", issue=self.issue.id, reviewer=mailbox, why=str(error))
                continue
            with self.store.writing() as transaction:
                runs.finish(transaction, task, mailbox, self.clock(), "sent")
                issue_events.add(transaction, self.issue.id, self.clock(), "", f"{asking} by mail", mailbox)
            told.append(mailbox)
        return tuple(told)

    def _claim(self, task: str, mailbox: str) -> bool:
        with self.store.reading() as transaction:
            run = runs.find(transaction, task, mailbox)
        if run and run.finished:
            return False
        with self.store.writing() as transaction:
            return runs.claim(transaction, task, mailbox, self.clock())

    def _mail(self, asking: Asking, mailbox: str) -> Message:
        secret = signing.secret(self.store, self.settings)
        url = addresses.of_review(self.settings, tokens.review_token(self.issue.id, address_in(mailbox), secret))
        written = reviews.written(self.settings, self._draft(), asking, url)
        told = notice.Notice(mailbox, self.issue.language, written.subject, written.text, written.html)
        return notice.message(self.settings, told, random.token_hex(10), self.clock(), secret)

    def _draft(self) -> Draft:
        issue, newsletter = self.issue, self.newsletter
        values = previewing.sample_values(self.store, self.settings, issue)
        return Draft(
            name=f"{in_language(newsletter.title, issue.language)} ({issue.language})",
            language=issue.language,
            number=issue.number,
            title=issue.title,
            subject=issue.variant.subject,
            deadline=shown(self._deadline, self.settings, issue.language),
            why=issue.held_because,
            who=issue.held_by,
            findings=issue.findings,
            html=previewing.filled(issue.variant.html, {mark: escape(value) for mark, value in values.items()}),
            text=previewing.filled(issue.variant.text, values),
            is_amended=issue.amendment is not None,
        )


def everybody(newsletter: Newsletter) -> tuple[str, ...]:
    """Give who decides about the issues of a newsletter: its reviewers, and their deputy."""
    deputy = newsletter.review.deputy
    return (*newsletter.reviewers, *([deputy] if deputy else []))


def shown(instant: datetime, settings: Settings, language: str) -> str:
    """Write an instant for people, with the place of its zone: "November 20, 2026, 09:00 (Bogota)"."""
    local = instant.astimezone(settings.publication.zone)
    day = format_date(local, "long", locale=locale(language))
    return f"{day}, {format_datetime(local, 'HH:mm (VVV)', locale=locale(language))}"
