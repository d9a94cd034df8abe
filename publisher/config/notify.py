"""Who is told what a person must know: that an issue waits for one, how it went, and what is amiss."""

from pydantic import Field

from publisher.config.settings import Smtp
from publisher.config.table import Table
from publisher.config.values import Mailbox, Number, SecretUrl


class Relay(Smtp):
    """Another mail server for alerts: that of the newsletters, by which they go else, may be what is amiss."""


class Notify(Table):
    """Alerts to the newsroom: an issue paused, held or done with its sums, a source silent, bounces above a limit."""

    to: tuple[Mailbox, ...] = Field(default=(), description="Who gets alerts by mail.")
    webhook: SecretUrl | None = Field(
        default=None,
        description="An address to which each alert is posted as JSON; its `text` is what Slack and Mattermost show.",
    )
    heartbeat: SecretUrl | None = Field(
        default=None,
        description="An address that is called (GET) after each due task that finished, so that silence is noticed "
        "there. `{task}` in it becomes `collect`, `issue` or `send`.",
    )
    silent_days: Number = Field(
        default=1, gt=0, description="A source that fails and has not answered for so many days is silent."
    )
    bounce_percent: Number = Field(
        default=5,
        ge=0,
        le=100,
        description="More than so many percent of an issue's mails refused, or sent to dead addresses, are told.",
    )
    complaint_percent: Number = Field(
        default=0.1, ge=0, le=100, description="More than so many percent of an issue's mails called spam are told."
    )
    relay: Relay | None = Field(default=None, description="The mail server that alerts go by.")

    @property
    def is_asked_for(self) -> bool:
        """Whether anybody is to be told anything."""
        return bool(self.to or self.webhook)
