"""`publisher issue edit | amend`: issues are changed, before their sending and after it has begun."""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Annotated, Generic, TypeVar

import click
import typer

from publisher.cli import context as cli
from publisher.cli.issue.arguments import By, IssueId, login, tell
from publisher.errors import PublisherError, UsageError
from publisher.tasks import amending, editing
from publisher.tasks.amending import Amended
from publisher.tasks.composing import ComposedIssue
from publisher.tasks.editing import Change

app = typer.Typer()

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Way(Generic[Made]):
    """What becomes of what an editor wants. `begin` is called before the editor opens."""

    begin: Callable[[cli.Context, int, str], None]
    change: Callable[[cli.Context, int, Change, str], Made]
    take: Callable[[cli.Context, int, str, str], Made]
    tell: Callable[[Made], None]


def _command(way: _Way[Made]) -> Callable[..., None]:
    """Give the command that hears what an editor wants, and goes that way."""

    def _changes(
        context: typer.Context,
        issue: IssueId,
        title: Annotated[str | None, typer.Option(help="Its title; empty: made anew.")] = None,
        subject: Annotated[str | None, typer.Option(help="The mail's subject; empty: the title.")] = None,
        preheader: Annotated[str | None, typer.Option(help="The line beside the subject; empty: made anew.")] = None,
        note: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Markdown for the top of the mail; - reads stdin.")
        ] = None,
        lead: Annotated[str | None, typer.Option(metavar="URL", help="The article that leads; empty: by rule.")] = None,
        drop: Annotated[list[str] | None, typer.Option(metavar="URL", help="Leave an article out.")] = None,
        restore: Annotated[list[str] | None, typer.Option(metavar="URL", help="Take a dropped one in again.")] = None,
        take: Annotated[
            list[str] | None, typer.Option(metavar="SECTION=URL", help="Put an article into a section.")
        ] = None,
        excerpt: Annotated[list[str] | None, typer.Option(metavar="URL=TEXT", help="An article's own excerpt.")] = None,
        block: Annotated[
            list[str] | None, typer.Option(metavar="SECTION=FILE", help="Markdown to stand before a section.")
        ] = None,
        appeal: Annotated[bool | None, typer.Option("--appeal/--no-appeal", help="Whether it has the appeal.")] = None,
        reset: Annotated[bool, typer.Option("--reset", help="Forget all that was edited before.")] = False,
        file: Annotated[
            Path | None, typer.Option("--from", metavar="FILE", help="The whole issue as a file, as --print gives it.")
        ] = None,
        show: Annotated[bool, typer.Option("--print", help="Print the issue as a file, and change nothing.")] = False,
        by: By = None,
    ) -> None:
        asked, who = cli.of(context), by or login()
        if [str(note), *(one.partition("=")[2] for one in block or ()), str(file)].count("-") > 1:
            raise UsageError("- reads stdin once; give the other text as a file")
        wanted = Change(
            title=title,
            subject=subject,
            preheader=preheader,
            note=_text(note) if note else None,
            lead=lead,
            drop=drop or (),
            restore=restore or (),
            take=_each_once([(url, key) for key, url in _pairs(take, "SECTION=URL")]),
            excerpts=dict(_excerpt(given) for given in excerpt or ()),
            blocks={key: _text(Path(path)) for key, path in _each_once(_pairs(block, "SECTION=FILE")).items()},
            has_appeal=appeal,
            reset=reset,
        )
        if (show or file is not None) and not (wanted.is_empty and not (show and file)):
            raise UsageError("--print and --from say all of an issue; give one of them, and no other option")
        if show:
            print(editing.written(asked.store, asked.settings, issue), end="")
        elif file is not None:
            text = _text(file)
            way.tell(_named(str(file), lambda: way.take(asked, issue, text, who)))
        elif wanted.is_empty:
            way.tell(_in_editor(way, asked, issue, who))
        else:
            way.tell(way.change(asked, issue, wanted, who))

    return _changes


def _in_editor(way: _Way[Made], asked: cli.Context, issue: int, who: str) -> Made:
    """Open the issue in the person's editor and take it back; a file that cannot be is kept and named."""
    before = editing.written(asked.store, asked.settings, issue)
    if not sys.stdin.isatty():
        raise UsageError(
            f"no terminal to open an editor on; use options, or `issue edit {issue} --print` and --from FILE"
        )
    way.begin(asked, issue, who)
    # Where the editor works is where it stays: whatever ends it, what was saved is there.
    file = _written(asked.settings.path(Path("var/edits")), issue, before)
    try:
        click.edit(filename=str(file))
        if file.read_bytes() == before.encode():
            cli.err.print("nothing was changed; an editor with a window of its own has to wait, as `code --wait`")
        made = way.take(asked, issue, _text(file), who)
    except click.ClickException as error:
        if file.read_bytes() == before.encode():
            file.unlink()
            raise UsageError(f"the editor failed ({error.format_message()}); set EDITOR, or use --print") from error
        raise UsageError(f"the editor failed ({error.format_message()}); {_kept(file)}") from error
    except PublisherError as error:
        raise type(error)(f"{file}: {error}; {_kept(file)}") from error
    file.unlink()
    return made


def _kept(file: Path) -> str:
    return f"what you saved is in {file}; mend it and give it with --from"


def _written(folder: Path, issue: int, text: str) -> Path:
    """Write a file to be edited, beside what was kept earlier; elsewhere where that folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in count(1):
            file = folder / (f"issue-{issue}.md" if number == 1 else f"issue-{issue}-{number}.md")
            with suppress(FileExistsError), file.open("x", encoding="utf-8", newline="") as opened:
                opened.write(text)
                break
    except OSError:
        handle, name = tempfile.mkstemp(suffix=".md", prefix=f"issue-{issue}-")
        file = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as opened:
            opened.write(text)
    return file


def _named(name: str, take: Callable[[], Made]) -> Made:
    try:
        return take()
    except UsageError as error:
        raise UsageError(f"{name}: {error}") from error


def _pairs(given: list[str] | None, form: str) -> list[tuple[str, str]]:
    found = [one.partition("=") for one in given or ()]
    wrong = next((before for before, equals, after in found if not (before and equals and after)), None)
    if wrong is not None:
        raise UsageError(f'"{wrong}" is not {form}; write both, with = between them')
    return [(before, after) for before, _, after in found]


def _each_once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if found.setdefault(name, value) != value:
            raise UsageError(f"{name} is named twice, with {found[name]} and {value}; keep one")
    return found


def _excerpt(given: str) -> tuple[str, str]:
    # An address has no space, and may have a = of its own: that of the text is the last before the first space.
    head, space, rest = given.partition(" ")
    url, equals, begun = head.rpartition("=")
    text = f"{begun}{space}{rest}"
    if not equals or not url:
        raise UsageError(f'"{given[:60]}" is not URL=TEXT; write both, with = between them')
    return url.strip(), text.strip()


def _text(file: Path) -> str:
    try:
        octets = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not text; save it as UTF-8") from error
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({error.strerror}); look at its name") from error


def _change(asked: cli.Context, issue: int, wanted: Change, who: str) -> ComposedIssue:
    return editing.change(asked.store, asked.settings, issue, wanted, who, cli.now())


def _take(asked: cli.Context, issue: int, text: str, who: str) -> ComposedIssue:
    return editing.take(asked.store, asked.settings, issue, text, who, cli.now())


def _pause(asked: cli.Context, issue: int, who: str) -> None:
    if amending.begin(asked.store, issue, who, cli.now()):
        cli.err.print(f"issue {issue} is paused; `issue resume {issue}` lets it go on", markup=False)


def _amend(asked: cli.Context, issue: int, wanted: Change, who: str) -> Amended:
    _pause(asked, issue, who)
    with cli.progress() as shown:
        shown.add_task("composing and checking", total=None)
        return amending.change(asked.store, asked.settings, issue, wanted, who, cli.now)


def _take_amended(asked: cli.Context, issue: int, text: str, who: str) -> Amended:
    _pause(asked, issue, who)
    with cli.progress() as shown:
        shown.add_task("composing and checking", total=None)
        return amending.take(asked.store, asked.settings, issue, text, who, cli.now)


def _tell_amended(made: Amended) -> None:
    """Tell how an amended issue stands, whom it reaches, and how those are told who got it before."""
    issue, reached = made.issue, made.reached
    for finding in issue.proposed.findings:
        cli.err.print(f"{finding.check}: {finding.words}", markup=False)
    if issue.amendment:
        state = f"version {issue.proposed.version} waits for approval: `issue approve {issue.id}`"
    elif issue.version:
        state = f"{issue.state}, and version {issue.version} goes out"
    else:
        state = f"{issue.state}, and nothing differs from what goes out"
    cli.err.print(f"issue {issue.id}: {state}", markup=False)
    cli.err.print(f"{reached.got} got an earlier version, {reached.waiting} wait for the newest", markup=False)
    if reached.on_their_way:
        cli.err.print(f"{reached.on_their_way} mails are still on their way", markup=False)
    if reached.subscribed:
        cli.err.print(
            f"`issue compose {issue.newsletter} --special FILE.md --to-old-of {issue.id}` makes a correction for the "
            f"{reached.subscribed} of them who are still subscribed; it goes when it is approved and sent",
            markup=False,
        )


app.command(
    name="edit",
    help="Change an issue: by options, or without any in $EDITOR, as one readable file. Composing again keeps it.",
)(_command(_Way(lambda _asked, _issue, _who: None, _change, _take, tell)))
app.command(
    name="amend",
    help="Change an issue that is being sent, as `edit` does: it is paused, and who waits gets what is approved.",
)(_command(_Way(_pause, _amend, _take_amended, _tell_amended)))
