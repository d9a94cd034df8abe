"""`publisher issue list | show | check | preview | test`: issues are looked at."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.cli.issue.arguments import AsJson, IssueId
from publisher.model import Finding, Issue, IssueState
from publisher.tasks import checking, issuing, previewing
from publisher.tasks.issuing import Shown

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
    """Show an issue: the place of every article or why it has none, what checks found, who did what."""
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
        cli.tell_json({**_document(shown.issue), "articles": articles, **_judged(shown)})
        return
    cli.out.print(f"{shown.issue.title}\n{shown.issue.newsletter} {shown.issue.period.name}", markup=False)
    for line in (_state(shown.issue), *_versions(shown)):
        cli.out.print(line, markup=False)
    columns = ("section", "reason", "title", "url")
    cli.tell_table(columns, [[article[name] or "-" for name in columns] for article in articles])
    if shown.issue.findings:
        cli.out.print()
        _tell_findings(shown.issue.findings)
    if shown.history:
        cli.out.print()
        events = [(f"{one.at:%F %H:%M} UTC", one.who or "-", one.what, one.words or "-") for one in shown.history]
        cli.tell_table(("when", "who", "what", "words"), events)


@app.command()
def check(context: typer.Context, issue: IssueId, as_json: AsJson = False) -> None:
    """Check an issue: its words and parts, its size, its links and pictures. Ends with 3 when it should not go so."""
    asked = cli.of(context)
    with cli.progress() as shown:
        task = shown.add_task("asking for links and pictures", total=None)
        findings = checking.check(
            asked.store,
            asked.settings,
            issue,
            cli.now,
            lambda done, total: shown.update(task, completed=done, total=total),
        )
    if as_json:
        cli.tell_json({"issue": issue, "findings": [asdict(finding) for finding in findings]})
    elif findings:
        _tell_findings(findings)
    else:
        cli.err.print(f"issue {issue}: nothing is odd", markup=False)
    if any(finding.is_grave for finding in findings):
        cli.leave(cli.SKIPPED)


@app.command()
def preview(
    context: typer.Context,
    issue: IssueId,
    to: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("var/preview"),
) -> None:
    """Write an issue as HTML, plain text, web copy, .eml and, where Chromium is, pictures; print the files' names."""
    asked = cli.of(context)
    files, failures = previewing.preview_with_pictures(asked.store, asked.settings, issue, to, cli.now)
    for file in files:
        print(file)
    for sentence in failures:
        cli.err.print(sentence, markup=False)


@app.command(name="test")
def send_test(
    context: typer.Context,
    issue: IssueId,
    address: Annotated[str, typer.Argument(help="Where to.")],
    tag: Annotated[str | None, typer.Option(help="As readers with this tag of appeal.audiences get it.")] = None,
) -> None:
    """Send an issue as it stands to one address."""
    asked = cli.of(context)
    previewing.test(asked.store, asked.settings, issue, address, cli.now(), tag)
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
        "version": issue.version,
        "to_old_of": issue.corrects,
    }


def _judged(shown: Shown) -> dict[str, object]:
    """Tell what machines and people said of an issue."""
    issue = shown.issue
    return {
        "findings": [asdict(finding) for finding in issue.findings],
        "held_because": issue.held_because,
        "held_by": issue.held_by,
        "approved": issue.approved.isoformat() if issue.approved else None,
        "approved_by": issue.approved_by,
        "amended": issue.amended.isoformat() if issue.amended else None,
        "amendment_waits": issue.amendment is not None,
        "reached": asdict(shown.reached) if shown.reached else None,
        "history": [{**asdict(event), "at": event.at.isoformat()} for event in shown.history],
    }


def _state(issue: Issue) -> str:
    """Say in one line how an issue stands, and who brought it there."""
    if issue.state is IssueState.HELD:
        by = f" by {issue.held_by}" if issue.held_by else ""
        return f"held{by}: {issue.held_because or 'nobody said why'}"
    if issue.approved:
        by = f" by {issue.approved_by}" if issue.approved_by else ""
        return f"{issue.state}, approved{by} at {issue.approved:%F %H:%M} UTC"
    return str(issue.state)


def _versions(shown: Shown) -> Iterator[str]:
    """Say what an issue was amended to, or whom it corrects something for, and how many those are."""
    issue, reached = shown.issue, shown.reached
    if reached is None:
        return
    if issue.corrects is not None:
        yield f"for those who got an earlier version of issue {issue.corrects}: {reached.subscribed} still subscribed"
        return
    waits = f"waits for approval: `issue approve {issue.id}`" if issue.amendment else "goes out"
    yield f"version {issue.version} {waits}; {reached.got} got an earlier one"


def _tell_findings(findings: tuple[Finding, ...]) -> None:
    rows = [("grave" if one.is_grave else "remark", one.check, one.words) for one in findings]
    cli.tell_table(("weight", "check", "what"), rows)
