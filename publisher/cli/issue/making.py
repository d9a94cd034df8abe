"""`publisher issue compose | edit`: issues are made and changed."""

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Annotated

import click
import typer

from publisher.cli import context as cli
from publisher.cli.issue.arguments import By, IssueId, login
from publisher.errors import PublisherError, UsageError
from publisher.model import IssueState
from publisher.tasks import composing, editing, special
from publisher.tasks.composing import ComposedIssue

app = typer.Typer()


@app.command()
def compose(
    context: typer.Context,
    newsletter: Annotated[str, typer.Argument(help="The newsletter's key.")],
    language: Annotated[str | None, typer.Option(help="One language; all of the newsletter's when left out.")] = None,
    period: Annotated[str | None, typer.Option(help="A week such as 2026-W47; this week when left out.")] = None,
    file: Annotated[
        Path | None, typer.Option("--special", metavar="FILE", help="A Markdown file: an issue that is no week.")
    ] = None,
) -> None:
    """Compose the issues of a week, or of a file, and print their ids, one a line and language."""
    asked = cli.of(context)
    if file is not None and period is not None:
        raise UsageError("--special makes an issue that is no week; leave --period out")
    if file is not None:
        made = [special.compose(asked.store, asked.settings, newsletter, file, cli.now(), language)]
    else:
        made = composing.compose(asked.store, asked.settings, newsletter, cli.now(), period, language)
    for issue in made:
        _tell(issue)
        if issue.state is IssueState.CANCELLED:
            way = "its articles go into the next issue" if file is None else "another key in the file makes it anew"
            cli.err.print(f"issue {issue.id} was cancelled and stays so; {way}", markup=False)
        print(issue.id)


@app.command()
def edit(
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
    """Change an issue: by options, or without any in $EDITOR, as one readable file. Composing again keeps it."""
    asked, who = cli.of(context), by or login()
    if [str(note), *(one.partition("=")[2] for one in block or ()), str(file)].count("-") > 1:
        raise UsageError("- reads stdin once; give the other text as a file")
    wanted = editing.Change(
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
        _tell(_named(str(file), lambda: editing.take(asked.store, asked.settings, issue, text, who, cli.now())))
    elif wanted.is_empty:
        _tell(_in_editor(asked, issue, who))
    else:
        _tell(editing.change(asked.store, asked.settings, issue, wanted, who, cli.now()))


def _tell(issue: ComposedIssue) -> None:
    said = f"left as it is ({issue.state})" if issue.frozen else "composed"
    cli.err.print(f"issue {issue.id} ({issue.language}): {said}, {issue.articles} articles", markup=False)
    if issue.held_because:
        cli.err.print(f"issue {issue.id} is held: {issue.held_because}", markup=False)
    for finding in issue.findings:
        cli.err.print(f"issue {issue.id}: {finding.words}", markup=False)


def _in_editor(asked: cli.Context, issue: int, who: str) -> ComposedIssue:
    """Open the issue in the person's editor and take it back; a file that cannot be is kept and named."""
    before = editing.written(asked.store, asked.settings, issue)
    if not sys.stdin.isatty():
        raise UsageError(
            f"no terminal to open an editor on; use options, or `issue edit {issue} --print` and --from FILE"
        )
    # Where the editor works is where it stays: whatever ends it, what was saved is there.
    file = _written(asked.settings.path(Path("var/edits")), issue, before)
    try:
        click.edit(filename=str(file))
        if file.read_bytes() == before.encode():
            cli.err.print("nothing was changed; an editor with a window of its own has to wait, as `code --wait`")
        made = editing.take(asked.store, asked.settings, issue, _text(file), who, cli.now())
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


def _named(name: str, take: Callable[[], ComposedIssue]) -> ComposedIssue:
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
