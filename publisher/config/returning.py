"""What comes back: where bounces are, what ends the mail to an address, how the relay's events are believed."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from publisher.config.table import Table, mistake_at, secret_of
from publisher.config.values import Host, Number, Secret, SecretFile, Text, Whole

SHORTEST_SECRET = 16
IMAPS_PORT = 993
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Listen:
    """What is spoken, and where it is listened: at a port of a host, or at a socket that is a file."""

    scheme: str
    host: str = ""
    port: int = 0
    path: str = ""

    def __str__(self) -> str:
        """Give it as a person calls it."""
        return self.path or f"{self.host}:{self.port}"


def _listen(value: str) -> Listen:
    found = re.fullmatch(r"(lmtp|smtp)://(?:([A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]):(\d{1,5})|(/[^\0]+))", value)
    if not found or (found[3] and not 0 < int(found[3]) < 65536):
        raise ValueError('is no address to listen on; write "lmtp://127.0.0.1:8024", or "lmtp:///run/…" for a socket')
    if found[4]:
        return Listen(found[1], path=found[4])
    return Listen(found[1], found[2].strip("[]") or LOOPBACK, int(found[3]))


def _listen_url(value: str) -> str:
    _listen(value)
    return value


class Imap(Table):
    """A mailbox for bounces alone, on an IMAP server. `run` looks into it each minute."""

    host: Host = Field(description="The server's name.")
    port: Whole = Field(default=993, ge=1, le=65535, description="Its port.")
    security: Literal["tls", "starttls"] = Field(default="tls", description="`tls`: from the first octet on.")
    username: Text = Field(description="Whose mailbox it is.")
    password: Secret | None = Field(default=None, description="Better given by `password_file` or the environment.")
    password_file: SecretFile | None = Field(default=None, description="A file that holds the password alone.")
    folder: Text = Field(default="INBOX", description="The folder; what was read in it is marked as read.")
    timeout_seconds: Number = Field(default=30, gt=0, description="How long to wait for one answer.")

    @model_validator(mode="after")
    def _known_password(self) -> Self:
        object.__setattr__(self, "password", secret_of(self.password, self.password_file, "password"))
        if not self.password:
            raise mistake_at("username", "is given without a password; set password_file")
        if self.security == "starttls" and self.port == IMAPS_PORT:
            raise mistake_at("port", f'{IMAPS_PORT} is for "tls"; write security = "tls", or port = 143')
        return self

    @property
    def password_text(self) -> str:
        """The password itself."""
        return self.password.get_secret_value() if self.password else ""


class Bounces(Table):
    """Where bounces are, and when they end the mail to an address; a hard one and a complaint do at once."""

    maildir: Path | None = Field(
        default=None,
        description="The Maildir into which mail to `delivery.return_path` is put; `run` reads what is new. Letters "
        "that came to `listen` are kept there too.",
    )

    soft_limit: Whole = Field(
        default=5, ge=1, description="So many mails of which a soft bounce came back suppress an address."
    )
    soft_days: Whole = Field(default=30, ge=1, description="Within how many days.")
    listen: Annotated[str, AfterValidator(_listen_url)] | None = Field(
        default=None,
        description="Where `run` takes bounces that a mail server of yours hands over: `lmtp://127.0.0.1:8024`, "
        "`lmtp:///run/publisher/bounces.sock`, or the same with `smtp`. Without a host it is this machine alone.",
    )
    imap: Imap | None = Field(default=None, description="The mailbox that has them on another server.")

    @property
    def listen_at(self) -> Listen | None:
        """What `listen` says, in its parts."""
        return _listen(self.listen) if self.listen else None


class Webhook(Table):
    """How the events are believed that the relay posts to `/webhooks/RELAY`. Without this they are not taken."""

    secret: Secret | None = Field(
        default=None,
        description="Mailgun's signing key, SendGrid's verification key, or the password that Postmark or Brevo sends. "
        "Better given by `secret_file` or the environment.",
    )
    secret_file: SecretFile | None = Field(default=None, description="A file that holds the secret alone.")
    topic: Text | None = Field(
        default=None, description="Of Amazon SES: the ARN of the SNS topic that has its bounces and complaints."
    )

    @model_validator(mode="after")
    def _known_secret(self) -> Self:
        given = "secret" if self.secret else "secret_file"
        object.__setattr__(self, "secret", secret_of(self.secret, self.secret_file, "secret"))
        if self.secret and len(self.secret.get_secret_value()) < SHORTEST_SECRET:
            raise mistake_at(given, f"is too short; give {SHORTEST_SECRET} characters or more")
        return self
