"""The commands together, and the one place where an error becomes a sentence and an exit code."""

import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import articles, collecting, database, demo, feeds, issue, republish, running, subscribers
from publisher.cli.context import Context
from publisher.errors import ConfigError, FarEndError, PublisherError, UsageError

FAILED, WRONG_USE, TRY_AGAIN_LATER, INTERRUPTED = 1, 2, 75, 130

app = typer.Typer(
    name="publisher",
    help="Collects a newsroom's articles and publishes them as newsletters, feeds and republication kits.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
demo.register(app)
running.register(app)
collecting.register(app)
app.add_typer(issue.app, name="issue", help="Compose, look at, approve and send issues.")
app.add_typer(feeds.app, name="feeds", help="Build the feeds.")
app.add_typer(subscribers.app, name="subscribers", help="Import, show, suppress and erase subscribers.")
app.add_typer(articles.app, name="articles", help="Look at the articles, or take one back.")
app.add_typer(republish.app, name="republish", help="Copies for other sites.")
app.add_typer(database.app, name="db", help="The database's schema.")


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[Path, typer.Option("--config", "-c", help="The newsroom's config.")] = Path("config.toml"),
    show_traceback: Annotated[  # noqa: ARG001 - main() reads it itself, also when a command line is wrong
        bool, typer.Option("--traceback", help="Show where in the code an error rose.")
    ] = False,
) -> None:
    context.obj = Context(config)
    context.call_on_close(context.obj.close)


def main() -> None:
    """Run a command; exit 0 done, 1 failed, 2 wrong use or config, 3 items skipped, 75 try again later."""
    try:
        app()
    except PublisherError as error:
        _end(str(error), _exit_code(error))
    except KeyboardInterrupt:
        _end("interrupted; the same command goes on where it stopped", INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - a person gets a sentence; --traceback shows the bug
        _end(f"unexpected {type(error).__name__}: {error}; run it with --traceback before the command and report it", 1)


def _exit_code(error: PublisherError) -> int:
    if isinstance(error, (ConfigError, UsageError)):
        return WRONG_USE
    return TRY_AGAIN_LATER if isinstance(error, FarEndError) and not error.permanent else FAILED


def _end(sentence: str, code: int) -> None:
    if "--traceback" in sys.argv:
        traceback.print_exc()
    for line in sentence.splitlines():
        print(f"publisher: {line}", file=sys.stderr)
    sys.exit(code)
