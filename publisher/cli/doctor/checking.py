"""`publisher doctor`: whether the config can be worked with, and how each source is understood."""

from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.cli.collecting import bars
from publisher.cli.doctor import sources
from publisher.cli.doctor.arguments import tell
from publisher.errors import PublisherError
from publisher.tasks import examining


def check(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(help="Names of sources; all when none is given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Try each source and show its newest article as it is understood; nothing is stored."""
    asked = cli.of(context)
    database, hindered = _database(asked)
    with cli.progress() as shown:
        examined = list(examining.examine(asked.settings, cli.now, source or (), bars(shown)))
    if as_json:
        cli.tell_json(
            {"config": str(asked.config), "database": database, "sources": [sources.document(one) for one in examined]}
        )
    else:
        tell("config", f"{asked.config}: loads")
        tell("database", database)
        for one in examined:
            sources.show(one, asked)
    examining.check(examined)
    if hindered:
        raise hindered
    cli.end_with_skipped(examining.without_articles(examined))


def _database(asked: cli.Context) -> tuple[str, PublisherError | None]:
    """Say how the database is, and what hinders its use."""
    try:
        is_there = examining.database(asked.settings)
    except PublisherError as error:
        return "cannot be used", error
    return ("is there and has the newest schema" if is_there else "is not there yet; the first command makes it"), None
