"""`publisher doctor mail`: one mail is sent to a mailbox that can be read, and what arrived is judged."""

import getpass
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from publisher.cli import context as cli
from publisher.cli.doctor import arguments
from publisher.cli.doctor.arguments import tell
from publisher.deliver.arrival.inbox import Mailbox
from publisher.errors import UsageError
from publisher.tasks import arriving

_IMAPS_PORT = 993
_BY_HAND = (
    ("folder", "it is in the inbox, not among spam or advertisements"),
    ("receiver", 'the source of the mail ("show original") has Authentication-Results with dkim, spf and dmarc=pass'),
    ("headers", "the source has List-Unsubscribe and List-Unsubscribe-Post once each"),
    ("links", "a link of the source leads to the place itself, not to your relay"),
    ("pixel", "the last lines of the HTML have no picture that you did not put there"),
)


def mail(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="A mailbox of yours, best at a large provider.")],
    imap: Annotated[
        str, typer.Option(metavar="HOST[:PORT]", help="The mailbox's IMAP server (TLS); without one nothing is read.")
    ] = "",
    imap_user: Annotated[str, typer.Option(help="Who logs in there; the address if none.")] = "",
    imap_password_file: Annotated[
        Path | None, typer.Option(help="A file with the password alone; else it is asked for.")
    ] = None,
    wait: Annotated[float, typer.Option(min=0, max=3600, help="How long the mail is waited for, in seconds.")] = 300,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Send the newest issue to a mailbox, and judge what arrived: signatures, headers, links, no pixel."""
    asked = cli.of(context)
    mailbox = _mailbox(imap, imap_user or address, imap_password_file) if imap else None
    sent = arriving.send(asked.store, asked.settings, address, cli.now())
    if mailbox is None:
        _tell_by_hand(address, as_json=as_json)
        return
    with cli.progress() as shown:
        task = shown.add_task(f"waiting for the mail at {mailbox.server}", total=None)
        arrived = arriving.wait(mailbox, sent, wait, cli.now, time.sleep, lambda: shown.advance(task))
    judgments = list(arriving.judge(asked.settings, sent, arrived))
    if as_json:
        cli.tell_json({"address": address, "folder": arrived.folder, "judgments": [asdict(one) for one in judgments]})
    else:
        for one in judgments:
            tell(one.about, f"{one.verdict}: {one.words}")
    cli.end_with_skipped(arguments.wrong(judgments))


def _mailbox(server: str, user: str, password_file: Path | None) -> Mailbox:
    try:
        found = urlsplit(f"//{server}")
        host, port = found.hostname or "", found.port or _IMAPS_PORT
    except ValueError:
        host, port = "", 0
    if not host:
        raise UsageError(f'--imap: "{server}" is no server; write its name, as imap.example.org')
    return Mailbox(host, port, user, _password(user, server, password_file))


def _password(user: str, server: str, file: Path | None) -> str:
    if file is not None:
        return file.read_text(encoding="utf-8").removesuffix("\n")
    if not sys.stdin.isatty():
        raise UsageError("nobody is there to be asked for the password; name a file with --imap-password-file")
    return getpass.getpass(f"password of {user} at {server}: ")


def _tell_by_hand(address: str, *, as_json: bool) -> None:
    if as_json:
        cli.tell_json({"address": address, "folder": None, "judgments": None})
        return
    cli.out.print(f"sent to {address}; look there whether", markup=False)
    for name, words in _BY_HAND:
        tell(name, words)
