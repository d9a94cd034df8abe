"""`publisher demo`: the whole main job on the bundled sample newsroom."""

import threading
from pathlib import Path
from socket import socket
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from publisher import addresses
from publisher.cli import context as cli
from publisher.config import Settings
from publisher.demo import Account, play
from publisher.demo.pictures import picture
from publisher.errors import ConfigError
from publisher.store import Store
from publisher.tasks import issuing, signing
from publisher.web import app as web
from publisher.web import server

PORT = 8080


def register(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command()(demo)


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where to; an earlier demo there is replaced.")] = Path(
        "var/demo"
    ),
    pictures: Annotated[
        Path | None, typer.Option(help="Also write pictures of the mail and the feed page here.")
    ] = None,
    stay: Annotated[bool, typer.Option("--serve", help="Leave the site and the feeds up to browse.")] = False,
) -> None:
    """Do the whole job on a sample newsroom: collect, compose, send into the outbox, build the feeds."""
    bound = _bind() if stay else None
    display = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=cli.err)
    with display as shown:
        running = shown.add_task("starting the sample newsroom", total=None)

        def _step(what: str) -> None:
            shown.update(running, description=what)
            if not cli.err.is_terminal:
                cli.err.print(what)

        with play(folder, _step, port=bound.getsockname()[1] if bound else None) as (account, settings, store):
            shown.update(running, description="done", total=1, completed=1)
            shown.stop()
            _tell(account)
            if pictures:
                _take(account, pictures)
            if bound:
                _serve(account, settings, store, bound)


def _bind() -> socket:
    """Take the usual port, or a free one where somebody has it."""
    try:
        return server.bind("127.0.0.1", PORT)
    except ConfigError:
        return server.bind("127.0.0.1", 0)


def _serve(account: Account, settings: Settings, store: Store, bound: socket) -> None:
    site = web.application(settings, store, signing.secret(store, settings), cli.now)
    stop = threading.Event()
    with server.stopped_by_signals(stop):
        print(f"\nThe newsroom: {account.site}/\nFeeds: {settings.web.base_url}/")
        for issue in (issuing.known_issue(store, one) for one in account.issues):
            print(f"Issue: {addresses.of_issue(settings, issue.newsletter, issue.language, issue.period.name)}")
        print("Ctrl-C ends.", flush=True)
        server.serve(site, bound, stop)


def _take(account: Account, folder: Path) -> None:
    mails = [file for file in account.previews if file.suffix == ".html" and not file.name.endswith(".web.html")]
    for mail, language in zip(mails, ("en", "es"), strict=True):
        picture(mail, folder / f"mail-{language}.png", 640, 1300)
    picture(mails[0], folder / "mail-phone.png", 320, 650)
    picture(account.folder / "feeds/index.html", folder / "feeds.png", 1200, 1000)


def _tell(account: Account) -> None:
    program = cli.program()
    begin = f"{program} init https://your-site.example.org --to newsroom.toml"
    mail = min((account.folder / "outbox" / account.previews[0].stem).iterdir())
    lines = [
        f"{account.articles} articles collected in English and Spanish; the second week brought "
        f"{account.new_in_second_week} late, {account.corrected} corrected, {account.retracted} retracted",
        f"{account.subscribers} subscribers imported, {len(account.rows_skipped)} rows skipped:",
        *(f"  {row}" for row in account.rows_skipped),
        f"{len(account.issues)} issues composed, {account.mails} mails in {account.folder / 'outbox'}",
        f"{account.feed_files} feed files in {account.folder / 'feeds'}",
        "",
        "Look at",
        *(f"  {file}" for file in account.previews if file.suffix in (".html", ".txt")),
        f"  {mail}",
        f"  {account.folder / 'feeds/index.html'}",
        "",
        "Next",
        f"  {program} --config {account.folder / 'config.toml'} issue show {account.issues[-1]}",
        f"  {program} demo --serve      browse it, follow the links of the mails, leave by one",
        f"  {begin}      then, with --config newsroom.toml: doctor, collect, issue compose, run",
    ]
    for line in lines:
        cli.out.print(line, markup=False)
