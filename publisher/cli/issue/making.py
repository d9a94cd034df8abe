"""`publisher issue compose`: issues are made."""

from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.tasks import composing

app = typer.Typer()


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
