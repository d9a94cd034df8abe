"""`publisher republish …`: copies for other sites."""

from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.tasks import republishing

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Copies for other sites."""


@app.command()
def kit(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="The article's URL.")],
) -> None:
    """Print a copy of an article that already complies with the license, as HTML."""
    asked = cli.of(context)
    print(republishing.kit_html(asked.store, asked.settings, article))
