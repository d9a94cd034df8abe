"""`publisher bounces collect`: what came back is read, and dead addresses are mailed no more."""

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.cli.issue.arguments import AsJson
from publisher.tasks import bouncing

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the command's name, though it is the only one."""


@app.command()
def collect(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE|MAILDIR...",
            help="Mails, mailboxes (mbox), Maildirs; what is new in those of the config, also by IMAP, if none.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read bounces, complaints and automatic replies, and suppress the addresses that are dead or complain."""
    asked = cli.of(context)
    with cli.progress() as shown:
        task = shown.add_task("reading what came back", total=None)
        account = list[bouncing.Taken]()
        if not paths:
            account += bouncing.collect_new(asked.store, asked.settings, cli.now)
            account += bouncing.collect_inbox(asked.store, asked.settings, cli.now)
        for taken in bouncing.collect(asked.store, asked.settings, paths or (), cli.now()):
            account.append(taken)
            shown.advance(task)
    if as_json:
        cli.tell_json([_document(taken) for taken in account])
        return
    for taken in account:
        about = f"{taken.bounce.recipient}: {taken.bounce.kind} {taken.bounce.status}: " if taken.bounce else ""
        cli.out.print(f"{taken.mail}: {about}{taken.done}", markup=False)


def _document(taken: bouncing.Taken) -> dict[str, str | None]:
    bounce = taken.bounce
    return {
        "mail": taken.mail,
        "recipient": bounce.recipient or None if bounce else None,
        "status": bounce.status or None if bounce else None,
        "kind": str(bounce.kind) if bounce else "unknown",
        "words": bounce.words if bounce else None,
        "done": taken.done,
    }
