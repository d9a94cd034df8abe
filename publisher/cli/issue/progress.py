"""Shows on a terminal how the sending of an issue goes; where there is none, the log tells it each minute."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from publisher.cli import context as cli
from publisher.model import Reply
from publisher.tasks import progress
from publisher.tasks.progress import Account

TELL_SECONDS = 0.25


@contextmanager
def of_sending(asked: cli.Context, issue: int, title: str) -> Iterator[Callable[[Reply], None]]:
    """Show a line while an issue is sent; what is given is to hear each reply."""
    if not cli.err.is_terminal:
        yield progress.logged(asked.store, asked.settings, issue, cli.now).hear
        return
    columns = (SpinnerColumn(), TextColumn(title), BarColumn(20), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=cli.err, transient=True) as shown:
        task = shown.add_task("", total=None)

        def _tell(account: Account) -> None:
            done = account.sent + account.failed
            shown.update(task, description=words(account), completed=done, total=account.total)

        yield progress.of(asked.store, asked.settings, issue, cli.now, _tell, TELL_SECONDS).hear


def words(account: Account) -> str:
    """Give an account in one line."""
    parts = [
        f"{account.sent:,} sent",
        f"{account.rate:,.{0 if account.rate >= 10 else 1}f}/s",
        f"{account.left:,} left",
    ]
    if account.seconds_left is not None:
        parts.append(f"done in {duration(account.seconds_left)}")
    refused = ((account.failed, "failed"), (account.deferred, "deferred"))
    return ", ".join([*parts, *(f"{count:,} {state}" for count, state in refused if count)])


def duration(seconds: float) -> str:
    """Give a span roughly, as a person says it."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
