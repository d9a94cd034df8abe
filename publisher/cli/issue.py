"""`publisher issue …`: from composing an issue to its last mail."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer

from publisher.cli import context as cli
from publisher.model import DeliveryState, Issue, IssueState
from publisher.tasks import composing, issuing, previewing, sending

app = typer.Typer(no_args_is_help=True)

NAMED = 50
"""How many recipients that were skipped are named; the rest is counted."""

IssueId = Annotated[
    int, typer.Argument(metavar="ISSUE", min=1, max=2**63 - 1, help="The issue's id, as `issue list` shows it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command()
def compose(
    context: typer.Context,
    newsletter: Annotated[str, typer.Argument(help="The newsletter's key.")],
    language: Annotated[str | None, typer.Option(help="One language; all of the newsletter's when left out.")] = None,
    period: Annotated[str | None, typer.Option(help="A week such as 2026-W47; this week when left out.")] = None,
) -> None:
    """Compose the issues of a week and print their ids, one a line and language."""
    asked = cli.of(context)
    made = composing.compose(asked.store, asked.settings, newsletter, cli.now(), period, language)
    for issue in made:
        said = f"left as it is ({issue.state})" if issue.frozen else "composed"
        cli.err.print(f"issue {issue.id} ({issue.language}): {said}, {issue.articles} articles", markup=False)
        print(issue.id)


@app.command(name="list")
def list_issues(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, the newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List the issues, the newest week first."""
    found = issuing.listed(cli.of(context).store, limit)
    if as_json:
        cli.tell_json([_document(issue) for issue in found])
        return
    columns = ("id", "newsletter", "language", "period", "number", "state", "title")
    cli.tell_table(
        columns,
        [(one.id, one.newsletter, one.language, one.period.name, one.number, one.state, one.title) for one in found],
    )


@app.command()
def show(context: typer.Context, issue: IssueId, as_json: AsJson = False) -> None:
    """Show an issue: the place of every article, or the reason it has none."""
    shown = issuing.show(cli.of(context).store, issue)
    articles = [
        {
            "url": placement.article.article.url,
            "title": placement.article.article.title,
            "section": placement.section,
            "reason": str(placement.reason),
        }
        for placement in shown.placements
    ]
    if as_json:
        cli.tell_json({**_document(shown.issue), "articles": articles})
        return
    cli.out.print(f"{shown.issue.title}\n{shown.issue.newsletter} {shown.issue.period.name}", markup=False)
    columns = ("section", "reason", "title", "url")
    cli.tell_table(columns, [[article[name] or "-" for name in columns] for article in articles])


@app.command()
def preview(
    context: typer.Context,
    issue: IssueId,
    to: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("var/preview"),
) -> None:
    """Write an issue as HTML, plain text, web copy and .eml files, and print their names."""
    asked = cli.of(context)
    for file in previewing.preview(asked.store, asked.settings, issue, to, cli.now()):
        print(file)


@app.command()
def approve(
    context: typer.Context,
    issue: IssueId,
    empty: Annotated[bool, typer.Option("--empty", help="Also when it carries no article.")] = False,
) -> None:
    """Approve an issue: it is frozen, and sent at its time or by `issue send`."""
    _move(context, issue, IssueState.APPROVED, empty_too=empty)


@app.command()
def pause(context: typer.Context, issue: IssueId) -> None:
    """Pause the sending of an issue."""
    _move(context, issue, IssueState.PAUSED)


@app.command()
def resume(context: typer.Context, issue: IssueId) -> None:
    """Let a paused issue go on; a running `publisher run` or `issue send` sends it."""
    _move(context, issue, IssueState.SENDING)


@app.command()
def cancel(context: typer.Context, issue: IssueId) -> None:
    """Cancel an issue: what was not sent yet never is."""
    _move(context, issue, IssueState.CANCELLED)


@app.command()
def test(context: typer.Context, issue: IssueId, address: Annotated[str, typer.Argument(help="Where to.")]) -> None:
    """Send an issue as it stands to one address."""
    asked = cli.of(context)
    previewing.test(asked.store, asked.settings, issue, address, cli.now())
    cli.err.print(f"issue {issue}: sent to {address} by {asked.settings.delivery.transport}", markup=False)


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
) -> None:
    """Send an approved issue to its subscribers; started again, it goes on with those that are left."""
    _send(cli.of(context), issue, believes=believe)


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
    """Count an issue's recipients by what became of them."""
    store = cli.of(context).store
    known, counts = issuing.known_issue(store, issue), sending.status(store, issue)
    document = {
        "issue": known.id,
        "state": str(known.state),
        "recipients": sum(counts.values()),
        **{str(state): counts[state] for state in DeliveryState},
    }
    if as_json:
        cli.tell_json(document)
        return
    for name, value in document.items():
        cli.out.print(f"{name:<12}{value}", markup=False)


def _send(asked: cli.Context, issue: int, *, believes: bool = False) -> None:
    known = issuing.known_issue(asked.store, issue)
    with _stopped_by_signals() as stopped, cli.progress() as shown:
        task = shown.add_task(f"sending {known.newsletter} ({known.language})", total=None)
        counts = sending.send(
            asked.store,
            asked.settings,
            issue,
            cli.now,
            stopped,
            lambda _reply: shown.advance(task),
            believes=believes,
        )
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no recipients"
    cli.err.print(f"issue {issue}: {told}", markup=False)
    skipped = _tell_skipped(asked, issue)
    held = counts.get(DeliveryState.UNCERTAIN, 0) if asked.settings.delivery.uncertain == "hold" else 0
    waiting = sum(count for state, count in counts.items() if state.is_open) - held
    if held:
        cli.err.print(f"{held} uncertain are kept; `issue resend {issue}` sends them again", markup=False)
    if waiting:
        _end_with_waiting(issue, waiting, issuing.known_issue(asked.store, issue).state)
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


def _end_with_waiting(issue: int, waiting: int, state: IssueState) -> NoReturn:
    if state is IssueState.CANCELLED:
        cli.err.print(f"{waiting} do not get it: issue {issue} was cancelled", markup=False)
        cli.leave(1)
    next_step = f"`issue send {issue}` or `run` goes on with them"
    if state is IssueState.PAUSED:
        next_step = f"issue {issue} was paused; `issue resume {issue}` lets them go on"
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


def _document(issue: Issue) -> dict[str, object]:
    return {
        "issue": issue.id,
        "newsletter": issue.newsletter,
        "language": issue.language,
        "period": issue.period.name,
        "number": issue.number,
        "state": str(issue.state),
        "title": issue.title,
        "subject": issue.variant.subject,
        "composed": issue.composed.isoformat(),
    }
