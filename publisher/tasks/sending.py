"""Sends an approved issue to those subscribed when its sending began, each once.

The ledger holds a row for each of them and is the only truth about who got it. Started twice or
interrupted, this goes on with the rows that are left, and first writes down what the journals of dead senders tell; a
row whose sender died with its message on its way is `uncertain`, and the config says what becomes of it. Only a person
opens an issue again that is paused.
"""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from publisher.config import Settings
from publisher.config.settings import DeliverySettings
from publisher.deliver import Transport, fleet, message, outbox, single, smtp
from publisher.deliver import send as stage
from publisher.deliver.breaker import Breaker
from publisher.deliver.journal import Journal
from publisher.errors import FarEndError, NotAllowed, PublisherError
from publisher.model import DeliveryState, Finding, Issue, IssueKind, IssueState, Reply
from publisher.store import Store, Transaction, issue_events, issues, ledger, standing, versions, welcomes
from publisher.store.issue_ledger import IssueLedger
from publisher.store.pacing import end_rest
from publisher.tasks import bouncing, issuing, last_look, pacing, recovering, signing
from publisher.tasks.composing import known_newsletter

log = structlog.get_logger("publisher")


@dataclass(frozen=True, slots=True)
class Skipped:
    """Recipients of an issue that did not get it: a sentence for each, and how many more there are."""

    sentences: tuple[str, ...]
    more: int


def _log(finding: Finding) -> None:
    log.warning("last look", found=finding.words)


def send(
    store: Store,
    settings: Settings,
    issue_id: int,
    clock: Callable[[], datetime],
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[Reply], None] = lambda _reply: None,
    tell: Callable[[Finding], None] = _log,
    *,
    resumes: bool = True,
    believes: bool = False,
    alone: bool = False,
) -> Mapping[DeliveryState, int]:
    """Send what can be sent now and give the counts of the ledger; `deferred` rows wait for a later call.

    So do those for which an hour's or a day's limit leaves no room; `pacing.resumes` says until when.
    Just before its first mail it is looked at once more, and `tell` is told what is odd by then.
    With `resumes` a paused issue goes on: only for a person who asked for it. With `believes` any number of refusals in
    a row is taken at its word. With `alone` it does not wait for other languages where the config lets them wait.

    Raises:
        UsageError: for an unknown issue.
        ConfigError: when the config cannot make or send its mails; the issue is left as it was.
        NotAllowed: when the issue is not approved, was cancelled, waits for another language, or all its articles
            were taken back.
        FarEndError: when no mail can leave; nobody is lost. The issue is paused when the mail server refuses us,
            and goes on in a later call when it could not be reached, or when our quota there is not used up any more.
    """
    issue = issuing.known_issue(store, issue_id)
    if issue.state is IssueState.SENT:
        return status(store, issue_id)
    _check_may_go(store, settings, issue, resumes=resumes, alone=alone)
    template(store, settings, issue)
    way = transport(settings, settings.delivery, f"{issue.newsletter}-{issue.language}-{issue.period.name}")
    recovering.recover(store, settings, clock())
    for finding in _looked_at(store, settings, issue, clock, stop):
        tell(finding)
    if stop():
        return status(store, issue_id)
    looked_at, issue = issue, issuing.known_issue(store, issue_id)
    if issue.approved != looked_at.approved:
        raise NotAllowed(f"issue {issue_id} was changed while it was looked at for the last time; send it again")
    sender = secrets.token_hex(8)
    notes = Journal(recovering.folder(settings), issue.id, sender)
    try:
        has_taken = _open(store, settings, issue, clock(), resumes=resumes)
        breaker = partial(Breaker, has_taken=has_taken, believes=believes)
        _send(store, settings, issue, _Sender(sender, notes, way, breaker), clock, stop, progress)
    except PublisherError as error:
        with suppress(PublisherError):  # It may be the database that is away; the next call counts them then.
            bouncing.count_refusals(store, settings, issue_id, clock())
        # Only a far end has a quota; our own sentences may use the same words.
        if isinstance(error, FarEndError) and (until := pacing.rest(store, settings, str(error), clock())):
            local = until.astimezone(settings.publication.zone)
            raise FarEndError(f"{error}; our quota there is used up, and `run` goes on at {local:%F %H:%M}") from error
        if error.permanent:
            issuing.pause(store, issue_id, str(error), clock())
        raise
    finally:
        notes.close()
    bouncing.count_refusals(store, settings, issue_id, clock())
    return _close(store, issue, clock())


@dataclass(frozen=True, slots=True)
class _Sender:
    name: str
    notes: Journal
    way: Transport
    breaker: Callable[..., Breaker]


def _send(
    store: Store,
    settings: Settings,
    issue: Issue,
    sender: _Sender,
    clock: Callable[[], datetime],
    stop: Callable[[], bool],
    progress: Callable[[Reply], None],
) -> None:
    delivery = settings.delivery
    limits = partial(pacing.limits, settings)
    hours, version = delivery.retry_hours, issue.version
    rows = IssueLedger(store, issue.id, delivery.lease_seconds, hours, sender.name, limits, version)

    def _is_paused() -> bool:
        with store.reading() as transaction:
            return issues.state(transaction, issue.id) is not IssueState.SENDING

    stage.send(
        rows,
        sender.notes,
        sender.way,
        template(store, settings, issue),
        clock,
        stop,
        _is_paused,
        progress,
        sender.breaker,
        lease_seconds=delivery.lease_seconds,
    )


def template(store: Store, settings: Settings, issue: Issue) -> message.Template:
    """Make the template of an issue's mails, of all its versions.

    Raises:
        UsageError: when the issue's newsletter is not in the config any more.
        ConfigError: when the config cannot make its mails.
    """
    with store.reading() as transaction:
        earlier = versions.earlier(transaction, issue)
    newsletter, secret = known_newsletter(settings, issue.newsletter), signing.secret(store, settings)
    return message.template(settings, newsletter, issue, secret, earlier)


def _looked_at(
    store: Store, settings: Settings, issue: Issue, clock: Callable[[], datetime], stop: Callable[[], bool]
) -> tuple[Finding, ...]:
    """Look at an issue for the last time, as long as no mail of it went; a welcome never has its last."""
    if issue.state is IssueState.APPROVED:
        return last_look.look(store, settings, issue, clock, stop)
    with store.reading() as transaction:
        has_begun = standing.has_begun(transaction, issue.id)
    if has_begun and issue.kind is not IssueKind.WELCOME:
        return ()
    return last_look.look_again(store, settings, issue, clock)


def _check_may_go(store: Store, settings: Settings, issue: Issue, *, resumes: bool, alone: bool) -> None:
    issuing.check_not_amended(issue)
    if issue.state not in (IssueState.APPROVED, IssueState.SENDING, *([IssueState.PAUSED] if resumes else [])):
        raise NotAllowed(_why_not(issue.id, issue.state))
    if issue.state is not IssueState.APPROVED or alone:
        return
    for other in issuing.waited_for(store, settings, issue):
        raise NotAllowed(
            f"issue {issue.id} waits for issue {other.id} ({other.language}), which is {other.state}; approve that, or "
            f"send this one by `issue send {issue.id} --alone`"
        )


def requeue_uncertain(store: Store, issue_id: int, now: datetime) -> int:
    """Let a person send those again of whom nobody knows whether they got the issue; give how many.

    Raises:
        UsageError: for an unknown issue.
        NotAllowed: when the issue is not being sent.
    """
    issue = issuing.known_issue(store, issue_id)
    with store.writing() as transaction:
        state = issues.state(transaction, issue_id)
        if state not in (IssueState.SENDING, IssueState.PAUSED, IssueState.SENT):
            raise NotAllowed(f"issue {issue.id} is {state}; only one whose sending has begun has rows to send again")
        ledger.expire(transaction, issue_id, now)
        return ledger.requeue_uncertain(transaction, issue_id)


def status(store: Store, issue_id: int) -> Mapping[DeliveryState, int]:
    """Count the rows of an issue's ledger by state; the counts add up to its recipients."""
    with store.reading() as transaction:
        return ledger.counts(transaction, issue_id)


def skipped(store: Store, settings: Settings, issue_id: int, limit: int) -> Skipped:
    """Name up to `limit` recipients whom the issue did not reach and does not without a person, and count the rest."""
    states = [DeliveryState.FAILED, *([DeliveryState.UNCERTAIN] if settings.delivery.uncertain == "hold" else [])]
    with store.reading() as transaction:
        counts = ledger.counts(transaction, issue_id)
        found = standing.outcomes(transaction, issue_id, states, limit)
    return Skipped(tuple(_sentence(one) for one in found), more=sum(counts[state] for state in states) - len(found))


def _sentence(one: standing.Outcome) -> str:
    told = " ".join(filter(None, (str(one.code or ""), one.enhanced, one.words)))
    if one.state is DeliveryState.UNCERTAIN:
        told = "a crash or a broken connection hid whether the mail was taken"
    return f"{one.email}: {one.state}: {told}"


def is_due(store: Store, settings: Settings, issue_id: int, now: datetime) -> bool:
    """Tell whether a sender would find something to do: an issue to close, a row whose turn has come, a newcomer.

    Where what may go in an hour or a day is used up, no row's turn comes until there is room again.
    """
    resend = settings.delivery.uncertain == "resend"
    issue = issuing.known_issue(store, issue_id)
    is_used_up = pacing.resumes(store, settings, now) is not None
    with store.reading() as transaction:
        return _is_over(transaction, issue) or (
            not is_used_up
            and (
                standing.has_turn(transaction, issue_id, now, resend_uncertain=resend)
                or (issue.kind is IssueKind.WELCOME and welcomes.has_newcomer(transaction, issue))
            )
        )


def _is_over(transaction: Transaction, issue: Issue) -> bool:
    """Tell whether nothing of an issue is left to do. A welcome waits for newcomers until another follows it."""
    if standing.is_open(transaction, issue.id):
        return False
    return issue.kind is not IssueKind.WELCOME or welcomes.is_over(transaction, issue)


def _open(store: Store, settings: Settings, issue: Issue, now: datetime, *, resumes: bool) -> bool:
    """Begin an issue, or go on with it; tell whether the mail server took any message of it before."""
    with store.writing() as transaction:
        end_rest(transaction)
        # The moves decide, not the state that was read before: of two senders one opens the ledger.
        begins = issues.begin(transaction, issue)
        if resumes and issues.move(transaction, issue.id, (IssueState.PAUSED,), IssueState.SENDING, now):
            issue_events.add(transaction, issue.id, now, "", str(IssueState.SENDING))
        state = issues.state(transaction, issue.id)
        if begins and issue.kind is not IssueKind.WELCOME:
            _open_rows(transaction, issue, now)
        elif state is IssueState.SENDING and issue.kind is IssueKind.WELCOME:
            welcomes.open_rows(transaction, issue, now)
        if state is IssueState.SENT:  # Another sender was faster; nobody is left.
            return True
        if state is not IssueState.SENDING:
            raise NotAllowed(_why_not(issue.id, state))
        ledger.expire(transaction, issue.id, now)
        if settings.delivery.uncertain == "resend":
            ledger.requeue_uncertain(transaction, issue.id)
        return standing.has_sent(transaction, issue.id)


def _open_rows(transaction: Transaction, issue: Issue, now: datetime) -> None:
    """Make the rows of an issue whose sending begins."""
    corrected = issues.get(transaction, issue.corrects) if issue.corrects is not None else None
    if corrected is None:
        ledger.open_issue(transaction, issue.id, issue.newsletter, issue.language, now)
        return
    issuing.check_not_amended(corrected)
    ledger.expire(transaction, corrected.id, now)
    reached = versions.reached(transaction, corrected)
    if reached.on_their_way:
        raise NotAllowed(
            f"issue {issue.id} is for those who got an earlier version of issue {corrected.id}, of which "
            f"{reached.on_their_way} mails are still on their way; send it again in a few minutes"
        )
    if not versions.open_correction(transaction, issue, corrected, now):
        raise NotAllowed(
            f"issue {issue.id} is for those who got an earlier version of issue {corrected.id}, and nobody who is "
            f"still subscribed did; `issue cancel {issue.id}` ends it"
        )


def _why_not(issue_id: int, state: IssueState) -> str:
    if state is IssueState.PAUSED:
        return f"issue {issue_id} is paused; a person lets it go on: `issue resume {issue_id}`"
    return f"issue {issue_id} is {state}; only an approved issue is sent: `issue approve {issue_id}`"


def transport(settings: Settings, delivery: DeliverySettings, folder: str) -> Transport:
    """Give the way mail leaves, as configured; `folder` is where the outbox puts this issue's mails."""
    if delivery.transport == "smtp":
        if delivery.relays:
            return fleet.Fleet([(smtp.Smtp(relay), relay.weight) for relay in delivery.relays], _tell_left_out)
        return smtp.Smtp(delivery.smtp)
    return outbox.Outbox(settings.path(delivery.outbox) / folder)


def _tell_left_out(why: FarEndError, seconds: float) -> None:
    log.warning("mail server left out", seconds=seconds, why=issuing.without_addresses(str(why)))


def hand_over(settings: Settings, notice: message.Message) -> Reply:
    """Send one mail that is no issue's, now; of several mail servers each is asked in turn, until one takes it.

    Gives the answer of that one.

    Raises:
        FarEndError: when it was not taken.
    """
    delivery, errors = settings.delivery, list[FarEndError]()
    servers = delivery.relays if delivery.transport == "smtp" else ()
    for way in [delivery.model_copy(update={"smtp": one, "relays": ()}) for one in servers] or [delivery]:
        try:
            return _hand_over(transport(settings, way, "notices"), notice)
        except FarEndError as error:
            errors.append(error)
    if not servers:
        raise errors[0]
    told = "; ".join(str(error).replace("delivery.smtp", "delivery.relays") for error in errors)
    raise FarEndError(f"no mail server takes it: {told}", permanent=all(error.permanent for error in errors))


def _hand_over(way: Transport, notice: message.Message) -> Reply:
    reply = single.hand_over(way, notice)
    if reply.state not in (DeliveryState.SENT, DeliveryState.UNCERTAIN):
        raise FarEndError(f"the mail to {notice.recipient} was not taken: {reply.code or 'no code'} {reply.words}")
    return reply


def _close(store: Store, issue: Issue, now: datetime) -> Mapping[DeliveryState, int]:
    with store.writing() as transaction:
        if _is_over(transaction, issue):
            issues.move(transaction, issue.id, (IssueState.SENDING,), IssueState.SENT, now)
        return ledger.counts(transaction, issue.id)
