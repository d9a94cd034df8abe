"""`publisher issue compose`: issues are made."""

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.cli.issue.arguments import tell
from publisher.errors import UsageError
from publisher.model import IssueState
from publisher.tasks import composing, special

app = typer.Typer()


@app.command()
def compose(
    context: typer.Context,
    newsletter: Annotated[str, typer.Argument(help="The newsletter's key.")],
    language: Annotated[str | None, typer.Option(help="One language; all of the newsletter's when left out.")] = None,
    period: Annotated[str | None, typer.Option(help="A week such as 2026-W47; this week when left out.")] = None,
    file: Annotated[
        Path | None, typer.Option("--special", metavar="FILE", help="A Markdown file: an issue that is no week.")
    ] = None,
    to_old_of: Annotated[
        int | None,
        typer.Option(
            metavar="ISSUE", help="With --special: only to those who got an earlier version of an amended issue."
        ),
    ] = None,
) -> None:
    """Compose the issues of a week, or of a file, and print their ids, one a line and language."""
    asked = cli.of(context)
    if file is None and to_old_of is not None:
        raise UsageError("--to-old-of is for an issue of a file; give that with --special")
    if file is not None and period is not None:
        raise UsageError("--special makes an issue that is no week; leave --period out")
    if file is not None:
        made = [special.compose(asked.store, asked.settings, newsletter, file, cli.now(), language, to_old_of)]
    else:
        made = composing.compose(asked.store, asked.settings, newsletter, cli.now(), period, language)
    for issue in made:
        tell(issue)
        if issue.state is IssueState.CANCELLED:
            way = "its articles go into the next issue" if file is None else "another key in the file makes it anew"
            cli.err.print(f"issue {issue.id} was cancelled and stays so; {way}", markup=False)
        print(issue.id)
