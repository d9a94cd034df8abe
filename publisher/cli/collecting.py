"""`publisher collect`: the sources, and an account of what they gave."""

from collections import Counter
from typing import Annotated

import typer
from rich import progress

from publisher.cli import context as cli
from publisher.tasks import collecting
from publisher.tasks.sources import Progress, SourceAccount

_EVERY = 500
"""Articles of a source between two lines that tell how far it is."""
OUTCOMES = ("new", "changed", "unchanged", "retracted")


def register(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command()(collect)


def collect(
    context: typer.Context,
    source: Annotated[list[str] | None, typer.Argument(help="Names of sources; all when none is given.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Collect the sources and store what is new or changed."""
    asked = cli.of(context)
    with cli.progress() as shown:
        accounts = collecting.collect(asked.store, asked.settings, cli.now, source or (), bars(shown))
    if as_json:
        cli.tell_json([account_document(account) for account in accounts])
    else:
        for account in accounts:
            cli.out.print(account_line(account), markup=False)
    for one in accounts:
        for remark in one.remarks:
            cli.err.print(f"{remark.source}: {remark.what}: {remark.words}", markup=False)
    collecting.check_some_answered(accounts)
    skipped = [f"{item.source}: skipped {item.what}: {item.reason}" for one in accounts for item in one.skipped]
    cli.end_with_skipped([*collecting.failures(accounts), *skipped])


def bars(shown: progress.Progress) -> Progress:
    """Show a count that grows for each source: live on a terminal, else a line every so often."""
    tasks: dict[str, progress.TaskID] = {}
    counts: Counter[str] = Counter()

    def _advance(source: str, articles: int) -> None:
        if source not in tasks:
            tasks[source] = shown.add_task(f"collecting {source}", total=None)
        shown.advance(tasks[source], articles)
        lines = counts[source] // _EVERY
        counts[source] += articles
        if shown.disable and counts[source] // _EVERY > lines:
            cli.err.print(f"{source}: {counts[source]} articles read so far", markup=False)

    return _advance


def account_line(account: SourceAccount) -> str:
    """Say in one line what a source gave."""
    told = [f"{account.outcomes[outcome]} {outcome}" for outcome in OUTCOMES]
    told += [f"{len(account.skipped)} skipped", *([f"{len(account.remarks)} odd"] if account.remarks else [])]
    return f"{account.source}: {', '.join(told)}" + ("; failed" if account.failure else "")


def account_document(account: SourceAccount) -> dict[str, object]:
    """Give what a source gave as JSON."""
    return {
        "source": account.source,
        **{outcome: account.outcomes[outcome] for outcome in OUTCOMES},
        "skipped": [{"what": item.what, "reason": item.reason} for item in account.skipped],
        "remarks": [{"what": item.what, "words": item.words} for item in account.remarks],
        "failure": account.failure,
    }
