"""What a command needs: the settings, read once, and the store, opened once, when the command first asks."""

import json
import logging
import os
import shlex
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import structlog
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from publisher.config import Settings, load
from publisher.store import Store, open_store

SKIPPED = 3
_WIDE = 1000

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Context:
    """The config and the store of one command."""

    def __init__(self, config: Path, *, traced: bool = False) -> None:
        self.config = config
        log_to_stderr(traced=traced)

    @cached_property
    def settings(self) -> Settings:
        """The settings; a mistake in them ends the command."""
        return load(self.config)

    @cached_property
    def store(self) -> Store:
        """The store, with the newest schema when it was empty."""
        return open_store(self.settings.database_url)

    def close(self) -> None:
        """Close the store if it was opened."""
        if "store" in self.__dict__:
            self.store.close()


def of(context: typer.Context) -> Context:
    """Give a command's context its type."""
    found = context.find_object(Context)
    if found is None:
        raise RuntimeError("the command was not called through the application")
    return found


def program() -> str:
    """Give how a person who stands here calls this program."""
    if not sys.argv[0].endswith("main.py"):
        return "publisher"
    python = os.path.relpath(sys.executable) if Path(sys.executable).is_relative_to(Path.cwd()) else sys.executable
    return shlex.join([python, "main.py"])


def now() -> datetime:
    """The clock of every command."""
    return datetime.now(UTC)


def log_to_stderr(*, traced: bool = False) -> None:
    """Send every log line to stderr: stdout is for what a command makes. Where an error rose is told when `traced`."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # Each tick that finds the last one at work is skipped; that is how it is meant, and no warning.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            # Not the renderer's own: it would tell the values of variables, addresses among them.
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if traced else logging.INFO),
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
    )


def tell_json(document: Any) -> None:
    """Print one JSON document on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2, default=str))


def tell_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under their columns: as wide as the terminal, or as they need where a program reads them."""
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        # As text: a title in brackets is no markup of ours.
        table.add_row(*(Text(str(value)) for value in row))
    (out if out.is_terminal else Console(width=_WIDE)).print(table)


def progress() -> Progress:
    """Give a progress display: live on a terminal, silent elsewhere, where the account's lines tell."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        disable=not err.is_terminal,
        transient=True,
    )


def end_with_skipped(skipped: list[str]) -> None:
    """Name what was skipped on stderr, and end with the exit code that says so."""
    for sentence in skipped:
        err.print(sentence, markup=False)
    if skipped:
        leave(SKIPPED)


def leave(code: int) -> NoReturn:
    """End the command with an exit code."""
    raise typer.Exit(code)
