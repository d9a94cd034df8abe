"""`publisher issue approve | cancel`: a person decides what becomes of an issue."""

from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.cli.issue.arguments import IssueId
from publisher.model import IssueState
from publisher.tasks import issuing

app = typer.Typer()


@app.command()
def approve(
    context: typer.Context,
    issue: IssueId,
    empty: Annotated[bool, typer.Option("--empty", help="Also when it carries no article.")] = False,
) -> None:
    """Approve an issue: it is frozen, and sent at its time or by `issue send`."""
    _move(context, issue, IssueState.APPROVED, empty_too=empty)


@app.command()
def cancel(context: typer.Context, issue: IssueId) -> None:
    """Cancel an issue: what was not sent yet never is."""
    _move(context, issue, IssueState.CANCELLED)


def _move(context: typer.Context, issue: int, to: IssueState, *, empty_too: bool = False) -> None:
    moved = issuing.move(cli.of(context).store, issue, to, cli.now(), empty_too=empty_too)
    cli.err.print(f"issue {moved.id} is {moved.state}", markup=False)
