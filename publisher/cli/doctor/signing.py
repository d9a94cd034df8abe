"""`publisher doctor dkim`: keys that sign mails, and the records of them that DNS must have."""

from typing import Annotated

import typer
from rich.text import Text

from publisher.cli import context as cli
from publisher.cli.doctor import arguments
from publisher.cli.doctor.arguments import NameServerOption
from publisher.tasks import keys
from publisher.tasks.keys import Key


def dkim(
    context: typer.Context,
    domain: Annotated[
        str, typer.Option(help="The domain that signs: that of `delivery.from` if none, or one above it.")
    ] = "",
    selector: Annotated[str, typer.Option(help=f'The key\'s name in DNS; "{keys.USUAL_SELECTOR}" if none.')] = "",
    ed25519: Annotated[
        bool, typer.Option("--ed25519", help="Make an Ed25519 key beside the RSA key, which all receivers verify.")
    ] = False,
    name_server: NameServerOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Make a key that signs mails, with the DNS record to publish; without options, show the config's keys."""
    asked = cli.of(context)
    makes = bool(domain or selector or ed25519) or not asked.settings.delivery.dkim
    resolver = arguments.resolver(name_server)
    found = (
        keys.make(asked.settings, domain, selector, beside=ed25519)
        if makes
        else keys.configured(asked.settings, resolver)
    )
    if as_json:
        cli.tell_json({"made": makes, "keys": [_document(one) for one in found]})
    else:
        for one in found:
            _show(one)
    if makes:
        _tell_next(found, asked)
    cli.end_with_skipped(arguments.wrong([one.judgment for one in found if one.judgment]))


def _show(key: Key) -> None:
    cli.out.print(Text(f"{key.record.name}: {key.record.kind}, {key.path}", style="bold"))
    for name, value in (
        ("the TXT record, as a form asks for it:", key.record.value),
        ("the same, as a zone file has it:", key.record.zone),
        ("the key, in config.toml:", _table(key)),
    ):
        cli.out.print(Text(name, style="dim"))
        cli.out.print(Text(value))
    if key.judgment:
        cli.out.print(Text.assemble(("in DNS: ", "dim"), f"{key.judgment.verdict}: {key.judgment.words}"))
    cli.out.print()


def _table(key: Key) -> str:
    return f'[[delivery.dkim]]\nselector = "{key.selector}"\ndomain = "{key.domain}"\nkey = "{key.path.as_posix()}"'


def _tell_next(made: tuple[Key, ...], asked: cli.Context) -> None:
    folder = asked.settings.path(keys.FOLDER)
    for line in (
        f"made {len(made)} in {folder}: only you may read them; back them up, and give them to nobody",
        f"next: publish the records, put the keys into {asked.config}, and some minutes later",
        f"  {cli.program()} doctor dkim",
        "      tells whether DNS has them",
    ):
        cli.err.print(line, markup=False)


def _document(key: Key) -> dict[str, str | None]:
    return {
        "selector": key.selector,
        "domain": key.domain,
        "key": key.path.as_posix(),
        "algorithm": key.record.kind,
        "name": key.record.name,
        "value": key.record.value,
        "zone": key.record.zone,
        "verdict": str(key.judgment.verdict) if key.judgment else None,
        "words": key.judgment.words if key.judgment else None,
    }
