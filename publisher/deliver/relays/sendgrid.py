"""Twilio SendGrid. One field has all that it is told, as JSON; it is taken out before the mail goes on.

https://www.twilio.com/docs/sendgrid/for-developers/sending-email/unique-arguments,
https://www.twilio.com/docs/sendgrid/for-developers/sending-email/smtp-filters
"""

from publisher.deliver.relays.relay import COMMON, KEY, NIGHT, Quota, Relay

_FILTERS = ",\r\n ".join(
    f'"{name}": {{"settings": {{"enable": 0}}}}'
    for name in ("opentrack", "clicktrack", "subscriptiontrack", "ganalytics")
)
_LEFT_ALONE = f'"filters": {{{_FILTERS}}}'

RELAY = Relay(
    key="sendgrid",
    name="SendGrid",
    of_delivery=f'X-SMTPAPI: {{"unique_args": {{"publisher_delivery": "{KEY}"}},\r\n {_LEFT_ALONE}}}\r\n',
    of_notice=f"X-SMTPAPI: {{{_LEFT_ALONE}}}\r\n",
    return_path="one at the authenticated domain, as bounces+…@em123.example.org",
    by_itself=("tracks opens and clicks and adds a way out, as its settings say; each mail says that it must not",),
    at_its_site=(
        "switch open, click and subscription tracking off in its settings too",
        "add /webhooks/sendgrid as event webhook with bounced, dropped, deferred, spam reports and unsubscribes, and "
        "switch the signed event webhook on; the secret is its verification key",
    ),
    quotas=(Quota(r"maximum credits exceeded|exceeded your messaging limits", NIGHT), *COMMON),
)
