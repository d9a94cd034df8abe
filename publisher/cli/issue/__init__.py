"""`publisher issue …`: from composing an issue to its last mail."""

import typer

from publisher.cli.issue import deciding, editing, looking, making, reconciling, sending

app = typer.Typer(no_args_is_help=True)
for commands in (making.app, editing.app, looking.app, deciding.app, sending.app, reconciling.app):
    app.add_typer(commands)
