"""Brevo (Sendinblue), by its SMTP relay.

https://developers.brevo.com/docs/transactional-webhooks
"""

from publisher.deliver.relays.relay import COMMON, KEY, Relay

RELAY = Relay(
    key="brevo",
    name="Brevo",
    # Its events name mails by ids of its own; whether ours stays is told nowhere.
    rewrites=frozenset({"message-id"}),
    of_delivery=f"X-Mailin-custom: {KEY}\r\n",
    return_path="one at Brevo, or at the dedicated domain of the sender",
    new_id=r"\bqueued as <?([\w.@-]{10,200})",
    by_itself=("tracks opens and clicks, and no field of a mail can forbid it",),
    at_its_site=(
        "have open and click tracking switched off for transactional mail in its settings, by its support where "
        "they lack it, and look at a test mail for its pixel, its links and its List-Unsubscribe",
        "add /webhooks/brevo as transactional webhook with bounces, blocked, invalid, complaint, error and "
        "unsubscribed, and the secret as its token or as the password in its address",
    ),
    quotas=COMMON,
)
