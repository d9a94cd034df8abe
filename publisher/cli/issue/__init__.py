"""`publisher issue …`: from composing an issue to its last mail."""

import typer

from publisher.cli.issue import deciding, looking, making, reconciling, sending

app = typer.Typer(no_args_is_help=True)
for commands in (making.app, looking.app, deciding.app, sending.app, reconciling.app):
    app.add_typer(commands)
