"""`publisher issue reconcile`: the mail server's log, or a relay's events, tell of whom nobody knows."""

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.cli.issue.arguments import AsJson, IssueId
from publisher.errors import UsageError
from publisher.model import DeliveryState
from publisher.tasks import issuing, reconciling

app = typer.Typer()

_SAID = {
    DeliveryState.SENT: "sent",
    DeliveryState.FAILED: "failed",
    DeliveryState.QUEUED: "never taken, and queued again",
}


@app.command()
def reconcile(
    context: typer.Context,
    issue: IssueId,
    more: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="More files of the same kind, as a shell's * gives them."),
    ] = None,
    mail_log: Annotated[
        list[Path] | None,
        typer.Option(
            "--mail-log",
            metavar="FILE",
            help="The mail server's log: of Postfix, Exim or OpenSMTPD, or JSON lines; also .gz, - for stdin.",
        ),
    ] = None,
    events: Annotated[
        list[Path] | None,
        typer.Option("--events", metavar="FILE", help="A hosted relay's events as JSON lines; also .gz, - for stdin."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Settle who is uncertain by the mail server's own log, or by a hosted relay's events.

    While an issue is paused, those too who still wait and of whom it proves that they got it.
    """
    if bool(mail_log) == bool(events):
        raise UsageError(
            "give the mail server's log by --mail-log FILE, or a relay's events by --events FILE, not both"
        )
    asked, by = cli.of(context), reconciling.by_log if mail_log else reconciling.by_events
    given = [*(mail_log or ()), *(events or ()), *(more or ())]
    with cli.progress() as shown:
        task = shown.add_task("reading lines", total=None)
        account = by(
            asked.store, asked.settings, issue, given, cli.now(), lambda lines: shown.advance(task, advance=lines)
        )
    if as_json:
        cli.tell_json(_document(issue, account))
    else:
        _tell(asked, issue, account)
    if account.left or account.more:
        cli.end_with_skipped([*account.left, *([f"and {account.more} more"] if account.more else [])])


def _tell(asked: cli.Context, issue: int, account: reconciling.Account) -> None:
    for rows, counts in (("uncertain", account.settled), ("that waited", account.waited)):
        told = ", ".join(f"{counts[state]} {said}" for state, said in _SAID.items() if counts[state])
        if told or rows == "uncertain":
            cli.err.print(f"issue {issue}: of those {rows}: {told or 'none settled'}", markup=False)
    cli.err.print(f"{account.lines} lines read, {account.malformed} of them skipped as none of a log", markup=False)
    state = issuing.known_issue(asked.store, issue).state
    cli.err.print(f"issue {issue} is {state}", markup=False)


def _document(issue: int, account: reconciling.Account) -> dict[str, object]:
    return {
        "issue": issue,
        "settled": {str(state): account.settled[state] for state in _SAID},
        "waited": {str(state): account.waited[state] for state in _SAID if state is not DeliveryState.QUEUED},
        "uncertain": len(account.left) + account.more,
        "lines": account.lines,
        "malformed": account.malformed,
    }
