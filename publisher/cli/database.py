"""`publisher db …`."""

import typer

from publisher.cli import context as cli
from publisher.store import upgrade as upgrade_schema

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The database's schema."""


@app.command()
def upgrade(context: typer.Context) -> None:
    """Bring the database to the schema of this version; nothing stored is lost."""
    upgrade_schema(cli.of(context).settings.database_url)
    cli.err.print("the database has the newest schema")
