"""`publisher issue send | resend | pause | resume | rate | status`: an issue goes out."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import Annotated, NoReturn

import typer

from publisher.cli import context as cli
from publisher.cli.issue import progress
from publisher.cli.issue.arguments import AsJson, By, IssueId, login
from publisher.errors import UsageError
from publisher.model import DeliveryState, IssueState
from publisher.tasks import issuing, pacing, recalling, refusals, sending, voting

app = typer.Typer()

NAMED = 50
"""How many recipients that were skipped are named; the rest is counted."""


@app.command()
def pause(context: typer.Context, issue: IssueId) -> None:
    """Pause the sending of an issue."""
    _move(context, issue, IssueState.PAUSED)


@app.command()
def resume(context: typer.Context, issue: IssueId) -> None:
    """Let a paused issue go on; a running `publisher run` or `issue send` sends it."""
    _move(context, issue, IssueState.SENDING)


@app.command()
def send(
    context: typer.Context,
    issue: IssueId,
    believe: Annotated[
        bool,
        typer.Option(
            "--believe-refusals", help="Count refused recipients as failed, however many are refused in a row."
        ),
    ] = False,
    alone: Annotated[
        bool, typer.Option("--alone", help="Not wait for the other languages of its week (languages_wait).")
    ] = False,
) -> None:
    """Send an approved issue to its subscribers; started again, it goes on with those that are left."""
    _send(cli.of(context), issue, believes=believe, alone=alone)


@app.command()
def resend(context: typer.Context, issue: IssueId) -> None:
    """Send an issue again to those who are uncertain, with the same Message-ID, and go on with the rest."""
    asked = cli.of(context)
    uncertain = sending.requeue_uncertain(asked.store, issue, cli.now())
    cli.err.print(f"issue {issue}: {uncertain} uncertain are sent again", markup=False)
    if uncertain:
        _send(asked, issue)


@app.command()
def status(context: typer.Context, issue: IssueId, as_json: AsJson = False) -> None:
    """Count an issue's recipients by what became of them, and refusals by cause and mailbox provider."""
    asked = cli.of(context)
    known, counts = issuing.known_issue(asked.store, issue), sending.status(asked.store, issue)
    document = {
        "issue": known.id,
        "state": str(known.state),
        "recipients": sum(counts.values()),
        **{str(state): counts[state] for state in DeliveryState},
        **dict(zip(("helpful", "unhelpful"), voting.counts(asked.store, issue), strict=True)),
        "rate": pacing.rate(asked.store, asked.settings, issue),
        "goes_on": _goes_on(asked, known.state),
    }
    refused = [asdict(one) for one in refusals.of(asked.store, issue)]
    if as_json:
        cli.tell_json({**document, "refusals": refused})
        return
    for name, value in document.items():
        cli.out.print(f"{name:<12}{'-' if value is None else value}", markup=False)
    if refused:
        cli.out.print()
        cli.tell_table(tuple(refused[0]), [list(one.values()) for one in refused])


def _goes_on(asked: cli.Context, state: IssueState) -> str | None:
    """Give when an issue that is being sent goes on, where what may go in an hour or a day is used up."""
    resumes = pacing.resumes(asked.store, asked.settings, cli.now()) if state is IssueState.SENDING else None
    return resumes.astimezone(asked.settings.publication.zone).isoformat(timespec="minutes") if resumes else None


@app.command()
def rate(
    context: typer.Context,
    issue: IssueId,
    per_second: Annotated[
        float | None,
        typer.Argument(
            metavar="RATE", min=0.01, max=1_000_000, help="Messages a second; the present one is told without."
        ),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="No rate of its own: that of the config holds again.")] = False,
    by: By = None,
) -> None:
    """Let an issue go out at a rate of its own, from now on; a sender at work keeps to it within a second."""
    asked = cli.of(context)
    if none and per_second is not None:
        raise UsageError("a rate and --none were both given; give one")
    if none or per_second is not None:
        pacing.set_rate(asked.store, issue, per_second, cli.now(), by or login())
    holds = pacing.rate(asked.store, asked.settings, issue)
    told = "as fast as the mail server takes them" if holds is None else f"{holds:g} messages a second"
    cli.err.print(f"issue {issue}: {told}", markup=False)


@app.command(name="show-delivery")
def show_delivery(
    context: typer.Context,
    issue: IssueId,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="The recipient's mail address.")],
    as_json: AsJson = False,
) -> None:
    """Show what a recipient got: the row of the ledger, what came back, and the mail as it was sent."""
    asked = cli.of(context)
    recalled = recalling.recall(asked.store, asked.settings, issue, address)
    record, mail = recalled.record, recalled.mail
    document = {
        "issue": issue,
        "recipient": record.delivery.subscriber.email,
        "key": record.delivery.key,
        "state": str(record.state),
        "attempts": record.delivery.attempts,
        "version": record.delivery.version,
        "created": record.delivery.created,
        "settled": record.settled,
        "next_try": record.next_try,
        "answer": " ".join(filter(None, (str(record.code or ""), record.enhanced, record.words))),
        "return_path": mail.sender if mail else None,
        "bounces": [asdict(one) for one in recalled.bounces],
    }
    if as_json:
        cli.tell_json({**document, "mail": recalled.content.decode() or None})
        return
    for name, value in document.items():
        if name != "bounces":
            cli.out.print(f"{name:<12}{value if value is not None else ''}", markup=False)
    for one in recalled.bounces:
        cli.out.print(f"{'bounce':<12}{one.at} {one.kind} {one.status} {one.words}", markup=False)
    if mail:
        print(f"\n{mail.content.decode()}", end="")


def _send(asked: cli.Context, issue: int, *, believes: bool = False, alone: bool = False) -> None:
    known = issuing.known_issue(asked.store, issue)
    title = f"sending {known.newsletter} ({known.language})"
    with _stopped_by_signals() as stopped, progress.of_sending(asked, issue, title) as hear:
        counts = sending.send(
            asked.store,
            asked.settings,
            issue,
            cli.now,
            stopped,
            hear,
            lambda finding: cli.err.print(finding.words, markup=False),
            believes=believes,
            alone=alone,
        )
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no recipients"
    cli.err.print(f"issue {issue}: {told}", markup=False)
    skipped = _tell_skipped(asked, issue)
    held = counts.get(DeliveryState.UNCERTAIN, 0) if asked.settings.delivery.uncertain == "hold" else 0
    waiting = sum(count for state, count in counts.items() if state.is_open) - held
    if held:
        cli.err.print(f"{held} uncertain are kept; `issue resend {issue}` sends them again", markup=False)
    if waiting:
        _end_with_waiting(asked, issue, waiting)
    if skipped:
        cli.leave(cli.SKIPPED)


def _tell_skipped(asked: cli.Context, issue: int) -> bool:
    """Name whom the issue did not reach and does not without a person; tell whether there are any."""
    skipped = sending.skipped(asked.store, asked.settings, issue, NAMED)
    for sentence in skipped.sentences:
        cli.err.print(sentence, markup=False)
    if skipped.more:
        cli.err.print(f"and {skipped.more} more; see `issue status {issue}`", markup=False)
    return bool(skipped.sentences or skipped.more)


def _end_with_waiting(asked: cli.Context, issue: int, waiting: int) -> NoReturn:
    state, resumes = (
        issuing.known_issue(asked.store, issue).state,
        pacing.resumes(asked.store, asked.settings, cli.now()),
    )
    if state is IssueState.CANCELLED:
        cli.err.print(f"{waiting} do not get it: issue {issue} was cancelled", markup=False)
        cli.leave(1)
    next_step = f"`issue send {issue}` or `run` goes on with them"
    if state is IssueState.PAUSED:
        next_step = f"issue {issue} was paused; `issue resume {issue}` lets them go on"
    elif resumes:
        at = resumes.astimezone(asked.settings.publication.zone)
        next_step = f"what may go in an hour or a day is used up until {at:%F %H:%M}; from then on {next_step}"
    cli.err.print(f"{waiting} wait; {next_step}", markup=False)
    cli.leave(75)


@contextmanager
def _stopped_by_signals() -> Iterator[Callable[[], bool]]:
    """Let SIGTERM or SIGINT end the sending before its next message; given again, it does what it always does."""
    asked: list[int] = []

    def _stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(number, earlier[signal.Signals(number)])

    earlier = {number: signal.signal(number, _stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _move(context: typer.Context, issue: int, to: IssueState, *, empty_too: bool = False) -> None:
    moved = issuing.move(cli.of(context).store, issue, to, cli.now(), empty_too=empty_too)
    cli.err.print(f"issue {moved.id} is {moved.state}", markup=False)
