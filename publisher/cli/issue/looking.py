"""`publisher issue list | show | preview | test`: issues are looked at."""

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.cli.issue.arguments import AsJson, IssueId
from publisher.model import Issue
from publisher.tasks import issuing, previewing

app = typer.Typer()


@app.command(name="list")
def list_issues(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, the newest first.")] = 100,
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
def test(context: typer.Context, issue: IssueId, address: Annotated[str, typer.Argument(help="Where to.")]) -> None:
    """Send an issue as it stands to one address."""
    asked = cli.of(context)
    previewing.test(asked.store, asked.settings, issue, address, cli.now())
    cli.err.print(f"issue {issue}: sent to {address} by {asked.settings.delivery.transport}", markup=False)


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
