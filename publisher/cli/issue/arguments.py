"""What several commands about issues are given."""

import getpass
from typing import Annotated

import typer

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
