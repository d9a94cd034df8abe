"""`publisher feeds …`."""

from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.tasks import syndicating

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Build the feeds."""


@app.command()
def build(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Write every file, also those that did not change.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Build the feeds from the stored articles and print the files that changed."""
    asked = cli.of(context)
    changed = syndicating.build(asked.store, asked.settings, cli.now(), everything)
    directory = asked.settings.path(asked.settings.feeds.directory)
    files = [str(directory / name) for name in changed]
    if as_json:
        cli.tell_json({"directory": str(directory), "written": files})
    else:
        for file in files:
            print(file)
    cli.err.print(f"{len(changed)} files written in {directory}", markup=False)
