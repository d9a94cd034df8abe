"""`publisher doctor`: whether the config works, what the relay does, how sources are understood, what receivers see."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.progress import Progress
from rich.text import Text

from publisher.cli import context as cli
from publisher.cli.collecting import bars
from publisher.cli.doctor import arguments, relaying, sources
from publisher.cli.doctor.arguments import NameServerOption, tell
from publisher.deliver import relays
from publisher.deliver.domain.asking import Judgment
from publisher.deliver.domain.nameserver import NameServer
from publisher.errors import PublisherError
from publisher.tasks import examining, sender


def check(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(help="Names of sources; all when none is given.")] = None,
    name_server: NameServerOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Try each source, and the domain that mails are from when a mail server sends them; nothing is stored."""
    asked = cli.of(context)
    resolver = arguments.resolver(name_server)
    database, hindered = _database(asked)
    with cli.progress() as shown:
        examined = list(examining.examine(asked.settings, cli.now, source or (), bars(shown)))
        judgments = _judgments(asked, resolver, shown) if not source else None
    relay = relays.configured(asked.settings)
    if as_json:
        cli.tell_json(
            {
                "config": str(asked.config),
                "database": database,
                "relay": relaying.document(relay),
                "sources": [sources.document(one) for one in examined],
                "sender": judgments and [asdict(one) for one in judgments],
            }
        )
    else:
        tell("config", f"{asked.config}: loads")
        tell("database", database)
        relaying.show(relay)
        for one in examined:
            sources.show(one, asked)
        _show(judgments, asked)
    examining.check(examined)
    if hindered:
        raise hindered
    cli.end_with_skipped([*examining.without_articles(examined), *arguments.wrong(judgments or [])])


def _judgments(asked: cli.Context, resolver: NameServer, shown: Progress) -> list[Judgment] | None:
    """Ask about the domain that mails are from; None when none leave."""
    if asked.settings.delivery.transport != "smtp":
        return None
    shown.add_task("asking DNS about the domain that mails are from", total=None)
    return list(sender.examine(asked.settings, resolver))


def _show(judgments: list[Judgment] | None, asked: cli.Context) -> None:
    if judgments is None:
        return
    cli.out.print()
    cli.out.print(Text(f"sender: {asked.settings.delivery.sender}", style="bold"))
    for one in judgments:
        tell(one.about, f"{one.verdict}: {one.words}")


def _database(asked: cli.Context) -> tuple[str, PublisherError | None]:
    """Say how the database is, and what hinders its use."""
    try:
        is_there = examining.database(asked.settings)
    except PublisherError as error:
        return "cannot be used", error
    return ("is there and has the newest schema" if is_there else "is not there yet; the first command makes it"), None
