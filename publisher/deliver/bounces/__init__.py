"""Reads what comes back: who did not get a mail, why, and whether the address is dead. Values in, values out.

Complaints and reports come in forms that machines read; the rest is read as sentences. What people wrote is nothing.
"""

from publisher.deliver.bounces import answers, feedback, prose, report
from publisher.deliver.bounces.mail import Mail
from publisher.deliver.bounces.mail import read as take_apart
from publisher.model import Bounce

__all__ = ["Mail", "read", "take_apart"]


def read(mail: Mail) -> list[Bounce]:
    """Give what a mail that came back says of each recipient; nothing for one that is no bounce."""
    if mail.feedback:
        return list(feedback.bounces(mail))
    if report.names_somebody(mail):
        return list(report.bounces(mail))
    return list(prose.bounces(mail)) or list(answers.bounces(mail))
