"""Reads what relays report by calling us: who bounced, who complains. Nothing unproven is read; values in, values out.

A relay is one file with a `read` and a line here.
"""

from collections.abc import Callable, Mapping

from publisher.deliver.webhooks import brevo, mailgun, postmark, sendgrid, ses
from publisher.deliver.webhooks.call import MOST_BYTES, Call, Event, Report

__all__ = ["MOST_BYTES", "READERS", "Call", "Event", "Report"]

READERS: Mapping[str, Callable[[Call], Report]] = {
    "ses": ses.read,
    "postmark": postmark.read,
    "mailgun": mailgun.read,
    "sendgrid": sendgrid.read,
    "brevo": brevo.read,
}
