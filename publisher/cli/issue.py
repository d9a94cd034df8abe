"""`publisher issue …`: from composing an issue to its last mail."""

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.model import DeliveryState, Issue, IssueState
from publisher.tasks import composing, issuing, previewing, sending

app = typer.Typer(no_args_is_help=True)

IssueId = Annotated[int, typer.Argument(metavar="ISSUE", help="The issue's id, as `issue list` shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command()
def compose(
    context: typer.Context,
    newsletter: Annotated[str, typer.Argument(help="The newsletter's key.")],
    language: Annotated[str | None, typer.Option(help="One language; all of the newsletter's when left out.")] = None,
    period: Annotated[str | None, typer.Option(help="A week such as 2026-W47; this week when left out.")] = None,
) -> None:
    """Compose the issues of a week and print their ids, one a line and language."""
    asked = cli.of(context)
    made = composing.compose(asked.store, asked.settings, newsletter, cli.now(), period, language)
    for issue in made:
        said = "left as approved" if issue.frozen else "composed"
        cli.err.print(f"issue {issue.id} ({issue.language}): {said}, {issue.articles} articles", markup=False)
        print(issue.id)


@app.command(name="list")
def list_issues(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List the issues, the newest week first."""
    found = issuing.listed(cli.of(context).store, limit)
    if as_json:
        cli.tell_json([_document(issue) for issue in found])
        return
    columns = ("id", "newsletter", "language", "period", "number", "state", "title")
    cli.tell_table(
        columns,
        [(one.id, one.newsletter, one.language, one.period.name, one.number, one.state, one.title) for one in found],
    )


@app.command()
def show(context: typer.Context, issue: IssueId, as_json: AsJson = False) -> None:
    """Show an issue: the place of every article, or the reason it has none."""
    shown = issuing.show(cli.of(context).store, issue)
    articles = [
        {
            "url": placement.article.article.url,
            "title": placement.article.article.title,
            "section": placement.section,
            "reason": str(placement.reason),
        }
        for placement in shown.placements
    ]
    if as_json:
        cli.tell_json({**_document(shown.issue), "articles": articles})
        return
    cli.out.print(f"{shown.issue.title}\n{shown.issue.newsletter} {shown.issue.period.name}", markup=False)
    columns = ("section", "reason", "title", "url")
    cli.tell_table(columns, [[article[name] or "-" for name in columns] for article in articles])


@app.command()
def preview(
    context: typer.Context,
    issue: IssueId,
    to: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("var/preview"),
) -> None:
    """Write an issue as HTML, plain text, web copy and .eml files, and print their names."""
    asked = cli.of(context)
    for file in previewing.preview(asked.store, asked.settings, issue, to, cli.now()):
        print(file)


@app.command()
def approve(context: typer.Context, issue: IssueId) -> None:
    """Approve an issue: it is frozen, and sent at its time or by `issue send`."""
    _move(context, issue, IssueState.APPROVED)


@app.command()
def pause(context: typer.Context, issue: IssueId) -> None:
    """Pause the sending of an issue."""
    _move(context, issue, IssueState.PAUSED)


@app.command()
def resume(context: typer.Context, issue: IssueId) -> None:
    """Let a paused issue go on; a running `publisher run` or `issue send` sends it."""
    _move(context, issue, IssueState.SENDING)


@app.command()
def cancel(context: typer.Context, issue: IssueId) -> None:
    """Cancel an issue: what was not sent yet never is."""
    _move(context, issue, IssueState.CANCELLED)


@app.command()
def test(context: typer.Context, issue: IssueId, address: Annotated[str, typer.Argument(help="Where to.")]) -> None:
    """Send an issue as it stands to one address."""
    asked = cli.of(context)
    previewing.test(asked.store, asked.settings, issue, address, cli.now())
    cli.err.print(f"issue {issue}: sent to {address} by {asked.settings.delivery.transport}", markup=False)


@app.command()
def send(context: typer.Context, issue: IssueId) -> None:
    """Send an approved issue to its subscribers; started again, it goes on with those that are left."""
    asked = cli.of(context)
    known = issuing.known_issue(asked.store, issue)
    with cli.progress() as shown:
        task = shown.add_task(f"sending {known.newsletter} ({known.language})", total=None)
        counts = sending.send(asked.store, asked.settings, issue, cli.now, progress=lambda _reply: shown.advance(task))
    told = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "no recipients"
    cli.err.print(f"issue {issue}: {told}", markup=False)
    open_rows = sum(count for state, count in counts.items() if state.is_open)
    if open_rows:
        cli.err.print(f"{open_rows} wait; `issue send {issue}` or `run` goes on with them", markup=False)
        cli.leave(75)


@app.command()
def status(context: typer.Context, issue: IssueId, as_json: AsJson = False) -> None:
    """Count an issue's recipients by what became of them."""
    store = cli.of(context).store
    known, counts = issuing.known_issue(store, issue), sending.status(store, issue)
    document = {
        "issue": known.id,
        "state": str(known.state),
        "recipients": sum(counts.values()),
        **{str(state): counts[state] for state in DeliveryState},
    }
    if as_json:
        cli.tell_json(document)
        return
    for name, value in document.items():
        cli.out.print(f"{name:<12}{value}", markup=False)


def _move(context: typer.Context, issue: int, to: IssueState) -> None:
    moved = issuing.move(cli.of(context).store, issue, to, cli.now())
    cli.err.print(f"issue {moved.id} is {moved.state}", markup=False)


def _document(issue: Issue) -> dict[str, object]:
    return {
        "issue": issue.id,
        "newsletter": issue.newsletter,
        "language": issue.language,
        "period": issue.period.name,
        "number": issue.number,
        "state": str(issue.state),
        "title": issue.title,
        "subject": issue.variant.subject,
        "composed": issue.composed.isoformat(),
    }
