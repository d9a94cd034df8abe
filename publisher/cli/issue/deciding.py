"""`publisher issue approve | hold | review | cancel`: a person decides what becomes of an issue."""

from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.cli.issue.arguments import By, IssueId, login
from publisher.model import IssueState
from publisher.tasks import issuing, reviewing

app = typer.Typer()


@app.command()
def approve(
    context: typer.Context,
    issue: IssueId,
    empty: Annotated[bool, typer.Option("--empty", help="Also when it carries no article.")] = False,
    by: By = None,
) -> None:
    """Approve an issue: it is frozen, and sent at its time or by `issue send`. An amendment of it takes effect."""
    store = cli.of(context).store
    known = issuing.known_issue(store, issue)
    for finding in known.proposed.findings:
        cli.err.print(f"{finding.check}: {finding.words}", markup=False)
    moved = issuing.move(store, issue, IssueState.APPROVED, cli.now(), who=by or login(), empty_too=empty)
    if known.amendment is None:
        cli.err.print(f"issue {moved.id} is {moved.state}", markup=False)
        return
    goes_on = f"; `issue resume {issue}` lets it go on" if moved.state is IssueState.PAUSED else ""
    cli.err.print(f"issue {issue} is {moved.state}, and version {moved.version} goes out{goes_on}", markup=False)


@app.command()
def hold(
    context: typer.Context,
    issue: IssueId,
    because: Annotated[str, typer.Option(help="Why; others will read it.")] = "",
    by: By = None,
) -> None:
    """Hold an issue, also one that is approved: it does not go, and can be edited, until somebody approves it."""
    moved = issuing.move(cli.of(context).store, issue, IssueState.HELD, cli.now(), who=by or login(), because=because)
    cli.err.print(f"issue {moved.id} is {moved.state}", markup=False)


@app.command()
def review(context: typer.Context, issue: IssueId) -> None:
    """Ask the reviewers about an issue by mail, as `run` does for those it makes; it waits for them from now on."""
    asked = cli.of(context)
    reached = reviewing.ask(asked.store, asked.settings, issue, cli.now)
    for mailbox in reached.told:
        cli.err.print(f"issue {issue}: told {mailbox}", markup=False)
    cli.end_with_skipped([f"issue {issue}: {mailbox} not told; `run` tries again" for mailbox in reached.missed])


@app.command()
def cancel(context: typer.Context, issue: IssueId) -> None:
    """Cancel an issue: what was not sent yet never is."""
    moved = issuing.move(cli.of(context).store, issue, IssueState.CANCELLED, cli.now(), who=login())
    cli.err.print(f"issue {moved.id} is {moved.state}", markup=False)
