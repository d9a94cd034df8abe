"""`publisher subscribers …`."""

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import context as cli
from publisher.tasks import confirming, importing, subscribing

app = typer.Typer(no_args_is_help=True)

Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="The mail address.")]
Newsletter = Annotated[str, typer.Option("--newsletter", help="The newsletter's key.")]
Consent = Annotated[str, typer.Option("--consent", help='Where and when it was given, as "web form, May 2026".')]
Language = Annotated[str | None, typer.Option("--language", help="For rows that name none.")]


@app.command(name="import")
def import_csv(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="With a header: email, name, language, tags.")],
    newsletter: Newsletter,
    consent: Consent,
    language: Language = None,
) -> None:
    """Subscribe the addresses of a CSV, with the consent noted."""
    asked = cli.of(context)
    with cli.progress() as shown:
        task = shown.add_task(f"importing {file.name}", total=None)
        account = importing.import_csv(
            asked.store,
            asked.settings,
            file,
            newsletter,
            consent,
            cli.now(),
            language,
            lambda rows: shown.advance(task, rows),
        )
    told = ", ".join(f"{count} {outcome}" for outcome, count in account.outcomes.items()) or "no rows"
    cli.err.print(f"{file}: {told}, {len(account.skipped)} skipped", markup=False)
    cli.end_with_skipped(account.skipped)


@app.command()
def add(
    context: typer.Context,
    address: Address,
    newsletter: Newsletter,
    consent: Annotated[str, typer.Option("--consent", help="Where and when it was given, or asked for.")] = "",
    language: Language = None,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Ask the address by mail; issues go there once its link was used.")
    ] = False,
) -> None:
    """Subscribe one address, or ask it by mail to confirm that it wants to be."""
    asked = cli.of(context)
    outcome = (
        confirming.ask(asked.store, asked.settings, address, newsletter, consent, cli.now, language)
        if confirm
        else subscribing.add(asked.store, asked.settings, address, newsletter, consent, cli.now(), language)
    )
    cli.err.print(f"{address}: {outcome}", markup=False)


@app.command()
def leave(context: typer.Context, address: Address, newsletter: Newsletter) -> None:
    """End the subscription of somebody who asked a person to."""
    asked = cli.of(context)
    subscribing.leave(asked.store, asked.settings, address, newsletter, cli.now())
    cli.err.print(f"{address}: left {newsletter}", markup=False)


@app.command()
def show(context: typer.Context, address: Address) -> None:
    """Show all that is stored about an address, as JSON."""
    cli.tell_json(subscribing.show(cli.of(context).store, address))


@app.command()
def export(context: typer.Context, address: Address) -> None:
    """Hand out all that is stored about an address, as JSON."""
    show(context, address)


@app.command()
def suppress(
    context: typer.Context,
    address: Address,
    why: Annotated[str, typer.Option(help="The reason, kept with the address.")] = "by hand",
) -> None:
    """Never mail an address again, whatever is imported later."""
    subscribing.suppress(cli.of(context).store, address, why, cli.now())
    cli.err.print(f"{address}: suppressed", markup=False)


@app.command()
def erase(context: typer.Context, address: Address) -> None:
    """Erase all that is stored about an address."""
    subscribing.erase(cli.of(context).store, address)
    cli.err.print(f"{address}: erased", markup=False)
