"""What comes back: where bounces are, what ends the mail to an address, how the relay's events are believed."""

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from publisher.config.table import Table, mistake_at, secret_of
from publisher.config.values import Secret, SecretFile, Text, Whole

SHORTEST_SECRET = 16


class Bounces(Table):
    """Where bounces are, and when they end the mail to an address; a hard one and a complaint do at once."""

    maildir: Path | None = Field(
        default=None,
        description="The Maildir into which mail to `delivery.return_path` is put; `run` reads what is new.",
    )

    soft_limit: Whole = Field(
        default=5, ge=1, description="So many mails of which a soft bounce came back suppress an address."
    )
    soft_days: Whole = Field(default=30, ge=1, description="Within how many days.")


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
