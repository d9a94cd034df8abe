"""`publisher doctor …`: whether the publisher can work: its config, its sources, and the domain its mails are from."""

from typing import Any

import typer
from typer.core import TyperGroup

from publisher.cli.doctor import checking, mail, signing

_USUAL = "check"


class _Doctor(TyperGroup):
    """Takes words that are none of its commands, or none at all, for those of the usual one."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args[:1] != ["--help"] and (not args or args[0] not in self.commands):
            args = [_USUAL, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_Doctor)
app.command(_USUAL)(checking.check)
app.command("dkim")(signing.dkim)
app.command("mail")(mail.mail)
