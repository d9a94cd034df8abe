"""Amazon SES, by its SMTP interface.

https://docs.aws.amazon.com/ses/latest/dg/header-fields.html,
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-send-email.html,
https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
"""

from publisher.deliver.relays.relay import COMMON, HOUR, KEY, MINUTES, Quota, Relay

RELAY = Relay(
    key="ses",
    name="Amazon SES",
    # Gmail's field is in the list because SES puts one of its own beside ours.
    rewrites=frozenset({"message-id", "date", "feedback-id"}),
    of_delivery=f"X-SES-MESSAGE-TAGS: delivery={KEY}\r\n",
    return_path="one at amazonses.com, or at the custom MAIL FROM domain of the identity",
    new_id=r"\bOk ([\w-]{20,100})",
    by_itself=(
        "writes Message-ID and Date anew and adds a Feedback-ID, so that our signature leaves them out",
        "takes a mail with one DKIM-Signature of ours at most",
    ),
    at_its_site=(
        "give the identity a default configuration set whose SNS destination has bounces and complaints, "
        "and neither opens nor clicks, and subscribe /webhooks/ses to its topic, without raw message delivery",
    ),
    quotas=(
        # It counts the last 24 hours, so some room comes back by the hour.
        Quota(r"daily message quota exceeded", HOUR),
        Quota(r"maximum sending rate exceeded", MINUTES),
        *COMMON,
    ),
)
