"""Mailgun.

https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/pass-sending-options
"""

from publisher.deliver.relays.relay import COMMON, KEY, Relay

_LEFT_ALONE = "X-Mailgun-Track: no\r\nX-Mailgun-Track-Clicks: no\r\nX-Mailgun-Track-Opens: no\r\n"

RELAY = Relay(
    key="mailgun",
    name="Mailgun",
    of_delivery=f'X-Mailgun-Variables: {{"delivery": "{KEY}"}}\r\n{_LEFT_ALONE}',
    of_notice=_LEFT_ALONE,
    return_path="one at the sending domain of Mailgun, as bounce+…@mg.example.org",
    by_itself=("tracks opens and clicks where its domain says so; each mail says that it must not",),
    at_its_site=(
        "switch unsubscribe tracking off for the domain, or it puts a way out of its own beside ours",
        "add /webhooks/mailgun for permanent failures, temporary failures, spam complaints and unsubscribes; "
        "the secret is the HTTP webhook signing key",
    ),
    quotas=COMMON,
)
