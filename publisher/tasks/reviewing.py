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
from babel.dates import format_datetime

from publisher import addresses, tokens
from publisher.compose import reviews
from publisher.compose.reviews import Asking, Draft
from publisher.config import Newsletter, Settings, address_in, in_language
from publisher.deliver import notice
from publisher.deliver.message import Message
from publisher.errors import NotAllowed, PublisherError, UsageError
from publisher.languages import locale
from publisher.model import Issue, IssueState, Variant
from publisher.store import Store, issue_events, issues, runs
from publisher.tasks import composing, issuing, last_look, previewing, signing
from publisher.tasks.sending import hand_over

log = structlog.get_logger("publisher")

BEGUN = "waits for review"

REMEMBERED = timedelta(days=30)
"""For so long an issue that nobody decides about is one that somebody waits for."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of a decision on the page: the issue as it is now, and whether the decision was taken."""

    issue: Issue
    is_taken: bool


def begin(store: Store, issue_id: int, now: datetime) -> None:
    """Let an issue wait for its reviewers from now on."""
    with store.writing() as transaction:
        issue_events.add(transaction, issue_id, now, "", BEGUN)


def ask(store: Store, settings: Settings, issue_id: int, clock: Callable[[], datetime]) -> tuple[str, ...]:
    """Let an issue wait for its reviewers from now on, ask them, and give who they are.

    Raises:
        UsageError: when there is no such issue, or nobody to be asked.
        NotAllowed: when there is nothing to decide about it any more.
    """
    issue = issuing.known_issue(store, issue_id)
    reviewers = composing.known_newsletter(settings, issue.newsletter).reviewers
    if not reviewers:
        raise UsageError(f"newsletter {issue.newsletter} has no reviewers; name some in newsletters.reviewers")
    if issue.state not in issues.OPEN:
        raise NotAllowed(f"issue {issue_id} is {issue.state}; only a draft, or one that is held, waits for reviewers")
    begin(store, issue_id, clock())
    go_on(store, settings, clock)
    return reviewers


def go_on(store: Store, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Send what is to be told to reviewers now, and hold what nobody approved in time."""
    with store.reading() as transaction:
        waiting = issue_events.waiting(transaction, BEGUN, issues.OPEN, clock() - REMEMBERED)
    for issue_id, begun in waiting:
        issue = issuing.known_issue(store, issue_id)
        newsletter = settings.newsletter(issue.newsletter)
        if newsletter is not None and issue.state in issues.OPEN:
            _Review(store, settings, issue, newsletter, begun, clock).go_on()


def tell_changed(store: Store, settings: Settings, issue_id: int, clock: Callable[[], datetime]) -> None:
    """Tell the reviewers of an issue that goes out what has changed since it was approved."""
    issue = issuing.known_issue(store, issue_id)
    newsletter = settings.newsletter(issue.newsletter)
    if newsletter is not None:
        found = tuple(finding for finding in issue.findings if last_look.is_change(finding))
        review = _Review(store, settings, replace(issue, findings=found), newsletter, clock(), clock)
        review.tell(Asking.CHANGED, "changed", newsletter.reviewers)


def find(store: Store, token: str, secret: str) -> tuple[Issue, str] | None:
    """Give the issue and the reviewer that a token of a review page is about; None for one that is not ours."""
    meant = tokens.read_review_token(token, secret)
    if meant is None:
        return None
    with store.reading() as transaction:
        issue = issues.get(transaction, meant[0])
    return (issue, meant[1]) if issue else None


def decide(store: Store, issue: Issue, who: str, to: IssueState, seen: str, because: str, now: datetime) -> Decided:
    """Approve or hold an issue as its page asked; nothing happens when it is another than the one that was `seen`.

    Raises:
        NotAllowed: when its state has no way there.
    """
    if issue.state is to:
        return Decided(issue, is_taken=True)
    if to is IssueState.APPROVED and seen != digest(issue.variant):
        return Decided(issue, is_taken=False)
    return Decided(issuing.move(store, issue.id, to, now, who=who, because=because, empty_too=True), is_taken=True)


def digest(variant: Variant) -> str:
    """Give what tells one rendering of an issue from another."""
    return sha256("\0".join((variant.subject, variant.html, variant.text)).encode()).hexdigest()


@dataclass(frozen=True)
class _Review:
    """An issue that waits for its reviewers since `begun`."""

    store: Store
    settings: Settings
    issue: Issue
    newsletter: Newsletter
    begun: datetime
    clock: Callable[[], datetime]

    def go_on(self) -> None:
        review = self.newsletter.review
        reviewers = self.newsletter.reviewers
        everybody = [*reviewers, *([review.deputy] if review.deputy else [])]
        if self.issue.state is IssueState.DRAFT and self.clock() >= self._deadline:
            self._hold()
        elif self.issue.state is IssueState.HELD:
            why = sha256(self.issue.held_because.encode()).hexdigest()[:16]
            self.tell(Asking.HELD, f"held {why}", everybody)
        else:
            self.tell(Asking.ASKED, "asked", reviewers)
            if self.clock() >= self.begun + timedelta(hours=review.reminder_hours):
                self.tell(Asking.REMINDED, "reminded", everybody)

    @property
    def _deadline(self) -> datetime:
        return self.begun + timedelta(hours=self.newsletter.review.deadline_hours)

    def _hold(self) -> None:
        why = f"nobody approved it by {_shown(self._deadline, self.settings, self.issue.language)}"
        log.warning("issue held", issue=self.issue.id, why=why, next=f"issue approve {self.issue.id}")
        with self.store.writing() as transaction:
            if issues.hold(transaction, self.issue.id, (IssueState.DRAFT,), why, ""):
                issue_events.add(transaction, self.issue.id, self.clock(), "", str(IssueState.HELD), why)

    def tell(self, asking: Asking, name: str, reviewers: Iterable[str]) -> None:
        """Tell each reviewer once; one who could not be told is told at the next tick."""
        task = f"review {self.issue.id} {name}"
        for mailbox in dict.fromkeys(reviewers):
            if not self._claim(task, mailbox):
                continue
            try:
                hand_over(self.settings, self._mail(asking, mailbox))
            except PublisherError as error:
                log.warning("reviewer not told", issue=self.issue.id, reviewer=mailbox, why=str(error))
                with self.store.writing() as transaction:
                    runs.release(transaction, task, mailbox)
                continue
            with self.store.writing() as transaction:
                runs.finish(transaction, task, mailbox, self.clock(), "sent")
                issue_events.add(transaction, self.issue.id, self.clock(), "", f"{asking} by mail", mailbox)

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
            subject=issue.variant.subject,
            deadline=_shown(self._deadline, self.settings, issue.language),
            why=issue.held_because,
            findings=issue.findings,
            html=previewing.filled(issue.variant.html, {mark: escape(value) for mark, value in values.items()}),
            text=previewing.filled(issue.variant.text, values),
        )


def _shown(instant: datetime, settings: Settings, language: str) -> str:
    local = instant.astimezone(settings.publication.zone)
    return str(format_datetime(local, "EEEE d MMMM, HH:mm z", locale=locale(language)))
