"""Reads what comes back: who did not get a mail, why, and whether the address is dead. Values in, values out.

Complaints and reports come in forms that machines read; the rest is read as sentences. What people wrote is nothing.
"""

from publisher.deliver.bounces import answers, feedback, prose, report
from publisher.deliver.bounces.mail import MOST_OCTETS, Mail
from publisher.deliver.bounces.mail import read as take_apart
from publisher.model import Bounce

__all__ = ["MOST_OCTETS", "Mail", "is_report", "read", "take_apart"]


def is_report(mail: Mail) -> bool:
    """Tell whether a mail server, or a mailbox provider, reports by it; people and their programs do not."""
    return bool(mail.feedback) or report.names_somebody(mail) or prose.is_from_a_system(mail)


def read(mail: Mail) -> list[Bounce]:
    """Give what a mail that came back says of each recipient; nothing for one that is no bounce."""
    if mail.feedback:
        return list(feedback.bounces(mail))
    if report.names_somebody(mail):
        return list(report.bounces(mail))
    return list(prose.bounces(mail)) or list(answers.bounces(mail))
