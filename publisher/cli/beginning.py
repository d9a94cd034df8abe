"""`publisher init`: a config for a newsroom, as far as its site tells."""

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.tasks import beginning, drafting


def register(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command(name="init")(begin)


def begin(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The address of the newsroom's site, or of its feed.")],
    to: Annotated[Path | None, typer.Option(help="Where the config is written; else where --config says.")] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="The site may have a private address, as one on this machine.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What was found, as one JSON document on stdout.")] = False,
) -> None:
    """Look at a site and write a config for it; every guess in it is marked."""
    path = to or cli.of(context).config
    with cli.progress() as shown:
        shown.add_task(f"looking at {url}", total=None)
        begun = beginning.begin(url, path, cli.now(), allow_private=allow_private)
    if as_json:
        cli.tell_json(
            {"config": str(path), "survey": asdict(begun.survey), "marks": [_mark(one) for one in begun.marks]}
        )
    else:
        print(path)
    for mark in begun.marks:
        if mark.evidence:
            cli.err.print(f"{mark.key}: {_shown(mark.value)}: {mark.words}", markup=False)
    unknown = ", ".join(mark.key for mark in begun.marks if not mark.evidence)
    cli.err.print(f"nobody can guess these, write yours: {unknown}", markup=False)
    command = cli.program() if path == Path("config.toml") else f"{cli.program()} --config {shlex.quote(str(path))}"
    for line in (
        f"next: check what is marked in {path}, then",
        f"  {command} doctor",
        "      shows an article of each source as it is understood",
        f"  {command} collect",
        "      stores the articles",
        f"  {command} issue compose {drafting.NEWSLETTER}",
        "      makes this week's issues, one in each language, and prints their ids for `issue preview` and `approve`",
    ):
        cli.err.print(line, markup=False)


def _mark(mark: drafting.Mark) -> dict[str, object]:
    return {"key": mark.key, "value": mark.value, "evidence": mark.evidence or None}


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(dict.fromkeys(map(str, value.values())))
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
