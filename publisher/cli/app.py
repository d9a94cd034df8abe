"""The commands together, and the one place where an error becomes a sentence and an exit code."""

import sys
import traceback
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import (
    articles,
    beginning,
    bounces,
    collecting,
    database,
    demo,
    doctor,
    feeds,
    issue,
    republish,
    running,
    streams,
    subscribers,
)
from publisher.cli.context import Context
from publisher.errors import ConfigError, FarEndError, PublisherError, UsageError

FAILED, WRONG_USE, TRY_AGAIN_LATER, INTERRUPTED, TERMINATED = 1, 2, 75, 130, 143

TRACEBACK = "--traceback"

app = typer.Typer(
    name="publisher",
    help="Collects a newsroom's articles and publishes them as newsletters, feeds and republication kits.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
demo.register(app)
beginning.register(app)
running.register(app)
collecting.register(app)
app.add_typer(doctor.app, name="doctor", help="Try the sources, and the domain that mails are from.")
app.add_typer(issue.app, name="issue", help="Compose, look at, approve and send issues.")
app.add_typer(feeds.app, name="feeds", help="Build the feeds.")
app.add_typer(subscribers.app, name="subscribers", help="Import, show, suppress and erase subscribers.")
app.add_typer(bounces.app, name="bounces", help="Read what came back, and mail no dead address again.")
app.add_typer(articles.app, name="articles", help="Look at the articles, or take one back.")
app.add_typer(republish.app, name="republish", help="Copies for other sites.")
app.add_typer(database.app, name="db", help="The database's schema.")


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"publisher {metadata.version('publisher')}")
        raise typer.Exit


@app.callback()
def _options(
    context: typer.Context,
    config: Annotated[Path, typer.Option("--config", "-c", help="The newsroom's config.")] = Path("config.toml"),
    show_traceback: Annotated[
        bool, typer.Option(TRACEBACK, help="Show where in the code an error rose; may stand anywhere.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    context.obj = Context(config, traced=show_traceback)
    context.call_on_close(context.obj.close)


def main() -> None:
    """Run a command; exit 0 done, 1 failed, 2 wrong use or config, 3 items skipped, 75 try again later."""
    streams.prepare()
    words, traced = _without_traceback(sys.argv[1:])
    code, sentence = FAILED, ""
    try:
        with streams.ended_by_sigterm(TERMINATED), streams.written_out():
            app([TRACEBACK, *words] if traced else words)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 0
        if code in (INTERRUPTED, TERMINATED):
            sentence = "interrupted; what was stored is kept, start the same command again"
    except BrokenPipeError:
        # Who reads wants no more, as `head` does.
        streams.discard_output()
    except Exception as error:  # noqa: BLE001 - a person gets a sentence; --traceback shows the bug
        if traced:
            traceback.print_exc()
        code, sentence = _told(error)
    streams.tell(sentence)
    sys.exit(code)


def _without_traceback(words: list[str]) -> tuple[list[str], bool]:
    """Take the option out, wherever it stands before a `--`; tell whether it was there."""
    end = words.index("--") if "--" in words else len(words)
    options = [word for word in words[:end] if word != TRACEBACK]
    return options + words[end:], len(options) < end


def _told(error: Exception) -> tuple[int, str]:
    """Give the exit code of an error, and its sentence."""
    if isinstance(error, PublisherError):
        return _exit_code(error), str(error)
    if isinstance(error, OSError) and not isinstance(error, (ConnectionError, TimeoutError)):
        streams.discard_output()
        what = error.filename or "what this prints"
        return FAILED, f"{what} cannot be read or written ({error.strerror or error}); mend that and start it again"
    return FAILED, f"unexpected {type(error).__name__}: {error}; run it with {TRACEBACK} and report it"


def _exit_code(error: PublisherError) -> int:
    if isinstance(error, (ConfigError, UsageError)):
        return WRONG_USE
    return TRY_AGAIN_LATER if isinstance(error, FarEndError) and not error.permanent else FAILED
