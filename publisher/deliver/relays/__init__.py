"""Relays: the services that may stand between us and the mailboxes, each by what it does with a mail.

A relay is one file with a `RELAY` and a line here; `[delivery] relay` names it.
"""

from collections.abc import Mapping

from publisher.config import Settings
from publisher.deliver.relays import brevo, mailgun, own, postmark, sendgrid, ses
from publisher.deliver.relays.relay import Relay

RELAYS: Mapping[str, Relay] = {
    one.key: one for one in (own.RELAY, ses.RELAY, postmark.RELAY, mailgun.RELAY, sendgrid.RELAY, brevo.RELAY)
}


def configured(settings: Settings) -> Relay:
    """Give the relay of the config."""
    return RELAYS[settings.delivery.relay]
