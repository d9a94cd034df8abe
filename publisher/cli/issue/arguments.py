"""What several commands about issues are given."""

from typing import Annotated

import typer

IssueId = Annotated[
    int, typer.Argument(metavar="ISSUE", min=1, max=2**63 - 1, help="The issue's id, as `issue list` shows it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
