"""What an SMTP server's answer means: for this delivery, or for all that we wanted to send (RFC 5321 §4.2).

A refusal of the recipient or of the content is about this delivery. A refusal of us, at the door or of our
sender address, would meet everybody alike: it is raised, the issue pauses, and no address is blamed.
"""

import re
from enum import StrEnum

from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply


class Step(StrEnum):
    """The steps of a session, in the words an error uses."""

    GREETING = "our connection"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "our log-in"
    MAIL = "our sender address"
    RCPT = "the recipient"
    DATA = "the announcement of the content"
    CONTENT = "the content"


_AT_THE_DOOR = (Step.GREETING, Step.EHLO, Step.STARTTLS, Step.AUTH)
_REMEDIES = {
    Step.AUTH: "check delivery.smtp.username and its password",
    Step.MAIL: "check delivery.return_path, and that the server may send for its domain",
    Step.STARTTLS: "check delivery.smtp.security and port",
}

# Of SPF, DKIM, DMARC, PTR and of Outlook's sender rules (RFC 7372, Gmail, Microsoft).
_UNAUTHENTICATED = re.compile(r"5\.7\.(?:2[5-9]|515)")
_LOG_IN_FIRST = (530, 534, 535, 538)
_TOO_MANY_RECIPIENTS = 552
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def read(code: int, text: bytes) -> tuple[str, str]:
    """Give the enhanced code of an answer (RFC 3463), empty when there is none, and its words on one line."""
    enhanced, words = "", []
    for line in text.decode("utf-8", "replace").splitlines():
        found = _ENHANCED.match(line)
        if found and found[1].startswith(str(code)[:1]):
            enhanced = enhanced or found[1]
            line = line[found.end() :]
        words.append(_UNPRINTABLE.sub(" ", line).strip())
    return enhanced, " ".join(filter(None, words))


def judge(step: Step, code: int, text: bytes, server: str) -> Reply | None:
    """Say what an answer makes of the delivery; None when it is good and the session goes on.

    Raises:
        FarEndError: when it is about us; permanent for 5xx.
    """
    enhanced, words = read(code, text)
    if code < 400:
        return Reply(DeliveryState.SENT, code, enhanced, words) if step is Step.CONTENT else None
    is_permanent = code >= 500
    is_about_us = _UNAUTHENTICATED.fullmatch(enhanced) or code in _LOG_IN_FIRST or step is Step.MAIL
    if step in _AT_THE_DOOR or (is_permanent and is_about_us):
        raise refusal(step, code, text, server)
    is_deferred = not is_permanent or (step is Step.RCPT and code == _TOO_MANY_RECIPIENTS)
    return Reply(DeliveryState.DEFERRED if is_deferred else DeliveryState.FAILED, code, enhanced, words)


def refusal(step: Step, code: int, text: bytes, server: str) -> FarEndError:
    """Make the error for an answer that is about us."""
    enhanced, words = read(code, text)
    remedy = _REMEDIES.get(step, "ask its operator, or check delivery.smtp")
    if _UNAUTHENTICATED.fullmatch(enhanced):
        remedy = "check SPF, DKIM, DMARC and the reverse name of the sending domain"
    if code < 500:
        remedy = "try again later"
    said = " ".join(filter(None, (str(code), enhanced, words[:300])))
    return FarEndError(
        f"mail server {server} refused {step}: {said}; nobody was skipped; {remedy}", permanent=code >= 500
    )
