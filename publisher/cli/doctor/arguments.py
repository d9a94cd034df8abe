"""What several commands of the doctor are given, and how they tell what they found."""

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.text import Text

from publisher.cli import context as cli
from publisher.deliver.domain.asking import Judgment, Verdict
from publisher.deliver.domain.nameserver import NameServer
from publisher.errors import UsageError

_DNS_PORT = 53
_WIDEST_NAME = 13

NameServerOption = Annotated[
    str | None,
    typer.Option(
        "--name-server",
        metavar="ADDRESS[:PORT]",
        help="Ask this name server, as 9.9.9.9; it knows of a new record before one that remembers there was none.",
    ),
]


def resolver(written: str | None) -> NameServer:
    """Give who is asked about DNS: the name server of this machine, or the one that is named.

    Raises:
        UsageError: for what is no address.
    """
    if written is None:
        return NameServer()
    try:
        bare = f"[{written}]" if written.count(":") > 1 and "]" not in written else written
        found = urlsplit(f"//{bare}")
        return NameServer((str(ipaddress.ip_address(found.hostname or "")), found.port or _DNS_PORT))
    except ValueError as error:
        raise UsageError(f'--name-server: "{written}" is no address of a server; write one as 9.9.9.9') from error


def wrong(judgments: list[Judgment]) -> list[str]:
    """Give what a person has to mend or to ask again, a sentence each."""
    return [f"{one.about}: {one.words}" for one in judgments if one.verdict in (Verdict.WRONG, Verdict.CANNOT_TELL)]


def tell(name: str, words: str) -> None:
    """Print one thing that was found, under its name."""
    cli.out.print(Text.assemble((f"{name:<{_WIDEST_NAME}}", "dim"), " ", words))
