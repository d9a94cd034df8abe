"""What several commands about issues are given."""

import getpass
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.tasks.composing import ComposedIssue

IssueId = Annotated[
    int, typer.Argument(metavar="ISSUE", min=1, max=2**63 - 1, help="The issue's id, as `issue list` shows it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
By = Annotated[str | None, typer.Option(help="Who decides; whoever is logged in when left out.")]


def login() -> str:
    """Give who is at the command line."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may have no name for its user.
        return "somebody at the command line"


def tell(issue: ComposedIssue) -> None:
    """Tell what came of composing an issue."""
    said = f"left as it is ({issue.state})" if issue.frozen else "composed"
    cli.err.print(f"issue {issue.id} ({issue.language}): {said}, {issue.articles} articles", markup=False)
    if issue.held_because:
        cli.err.print(f"issue {issue.id} is held: {issue.held_because}", markup=False)
    for finding in issue.findings:
        cli.err.print(f"issue {issue.id}: {finding.words}", markup=False)
