"""Complaints: a mailbox provider tells that somebody called a mail spam, or wants no more (RFC 5965)."""

import re
from collections.abc import Iterator

from publisher.deliver.bounces.mail import ADDRESS, Mail
from publisher.deliver.bounces.report import address
from publisher.model import Bounce, BounceKind

NO_COMPLAINTS = ("not-spam", "auth-failure", "dmarc")
_TO = re.compile(rf"^(?:to|x-rcpt-to):.{{0,200}}?({ADDRESS})", re.IGNORECASE | re.MULTILINE)


def bounces(mail: Mail) -> Iterator[Bounce]:
    """Give a complaint for each recipient that a report names; one that names nobody has an empty recipient."""
    for fields in mail.feedback:
        kind = fields.get("feedback-type", ("",))[0].lower()
        if kind in NO_COMPLAINTS:
            continue
        named = [address(one) for one in (*fields.get("original-rcpt-to", ()), *fields.get("removal-recipient", ()))]
        for recipient in dict.fromkeys(named or _TO.findall(mail.returned)[:1] or [""]):
            yield Bounce(recipient, "", BounceKind.COMPLAINT, kind)
