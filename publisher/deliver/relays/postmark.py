"""Postmark.

https://postmarkapp.com/developer/user-guide/send-email-with-smtp,
https://postmarkapp.com/developer/user-guide/tracking-opens/tracking-opens-per-email
"""

from publisher.deliver.relays.relay import COMMON, KEY, Relay

_LEFT_ALONE = "X-PM-KeepID: true\r\nX-PM-TrackOpens: false\r\nX-PM-TrackLinks: None\r\n"

RELAY = Relay(
    key="postmark",
    name="Postmark",
    rewrites=frozenset({"message-id", "date"}),
    of_delivery=f"X-PM-Metadata-delivery: {KEY}\r\n{_LEFT_ALONE}",
    of_notice=_LEFT_ALONE,
    return_path="one at pm.mtasv.net, or at the custom return-path domain of the sender",
    by_itself=("builds each mail anew from its parts, so that only its own DKIM signature holds",),
    at_its_site=(
        "log in with the SMTP token of a broadcast stream, as newsletters are not for the transactional one",
        "switch open tracking off for the server, which overrides what a mail says, and leave link tracking off",
        "add /webhooks/postmark to that stream with bounces, spam complaints and subscription changes, "
        "and the secret as the password of its basic auth",
    ),
    quotas=COMMON,
)
