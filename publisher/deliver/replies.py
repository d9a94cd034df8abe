"""What an SMTP server's answer means: for this delivery, or for all that we wanted to send (RFC 5321 §4.2).

A refusal of the recipient or of the content is about this delivery. A refusal of us, at the door, of our sender
address, or later in words that say so, would meet everybody alike: it is raised, the issue pauses, and no address
is blamed. The whole rule is docs/decisions/0009-smtp-replies.md.
"""

import re
from collections.abc import Callable
from enum import StrEnum

from publisher.deliver.protocols import NotNow
from publisher.deliver.relays.relay import says_quota
from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply


class Step(StrEnum):
    """The steps of a session, in the words an error uses."""

    GREETING = "our connection"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "our log-in"
    RSET = "our taking back"
    MAIL = "our sender address"
    RCPT = "the recipient"
    DATA = "the announcement of the content"
    CONTENT = "the content"


_AT_THE_DOOR = (Step.GREETING, Step.EHLO, Step.STARTTLS, Step.AUTH)
_REMEDIES = {
    Step.AUTH: "check delivery.smtp.username and its password or token_command",
    Step.MAIL: "check delivery.return_path, and that the server may send for its domain",
    Step.STARTTLS: "check delivery.smtp.security and port",
}

# Of SPF, DKIM, DMARC, PTR and of Outlook's sender rules (RFC 7372, Gmail, Microsoft).
_UNAUTHENTICATED = re.compile(r"5\.7\.(?:2[5-9]|515)")
# Our address is none (RFC 3463), our quota is used up (Gmail), we may not relay or did not log in (Exchange).
_OURS = re.compile(r"5\.1\.[78]|5\.4\.5|5\.7\.(?:5[47]|6[04])")
_LOG_IN_FIRST = (530, 534, 535, 538)
_CLOSING = 421
# Postfix refuses a client, a HELO and a sender at RCPT unless told otherwise; Exim, Sendmail and Exchange do alike.
_OUR_FAULT = re.compile(
    r"""
    relay(?:ing)?\ (?:access\ )?(?:is\ )?(?:denied|prohibited|not\ (?:allowed|permitted))
    | (?:not\ (?:permitted|allowed|authorized)|unable|refus\w+)\ to\ relay | do(?:es)?\ not\ relay
    | client\ (?:host|address)\b.*\b(?:rejected|blocked|denied)
    | (?:sender|from)\ address\ (?:rejected|denied|refused) | sender\ (?:rejected|denied|verify\ failed)
    | (?:helo|ehlo)\ (?:command\ )?rejected
    | authentication\ (?:is\ )?required | authenticate\ first | must\ (?:be\ )?(?:first\ )?authenticate
    | (?:quota|limit)\ for\ (?:this\ )?sender
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ANOTHERS_WORDS = re.compile(r"\bsaid: |undeliverable address", re.IGNORECASE)
_MAILBOX = re.compile(r"<[^<>]*@[^<>]*>")
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


def said(code: int | None, enhanced: str, words: str) -> str:
    """Give an answer as a line for an error or a log: short, and without the mailbox that answers often repeat."""
    return " ".join(filter(None, (str(code or ""), enhanced, _MAILBOX.sub("<…>", words)[:300])))


def judge(step: Step, code: int, text: bytes, server: str) -> Reply | None:
    """Say what an answer makes of the delivery; None when it is good and the session goes on.

    Raises:
        FarEndError: when it is about us; permanent for 5xx.
        NotNow: for 4xx to our sender address or because of our quota, and 421 at any step but the door.
    """
    if code < 400 and step is not Step.CONTENT:
        return None
    enhanced, words = read(code, text)
    if code < 400:
        return Reply(DeliveryState.SENT, code, enhanced, words)
    is_permanent = code >= 500
    if step in _AT_THE_DOOR or (is_permanent and _is_about_us(step, code, enhanced, words)):
        raise refusal(step, code, text, server)
    is_deferred = not is_permanent or (step is Step.RCPT and code == _TOO_MANY_RECIPIENTS)
    reply = Reply(DeliveryState.DEFERRED if is_deferred else DeliveryState.FAILED, code, enhanced, words)
    if code == _CLOSING or (is_deferred and (step is Step.MAIL or _is_our_fault(words, says_quota))):
        raise not_now(reply, server)
    return reply


def _is_about_us(step: Step, code: int, enhanced: str, words: str) -> bool:
    if step in (Step.MAIL, Step.DATA) or code in _LOG_IN_FIRST:
        return True
    if _UNAUTHENTICATED.fullmatch(enhanced) or _OURS.fullmatch(enhanced):
        return True
    return _is_our_fault(words, lambda own: bool(_OUR_FAULT.search(own)) or says_quota(own))


def _is_our_fault(words: str, says_so: Callable[[str], bool]) -> bool:
    # What stands in angle brackets is somebody's address; what another server said was said of that recipient.
    return not _ANOTHERS_WORDS.search(words) and says_so(re.sub(r"<[^<>]*>", "", words))


def not_now(reply: Reply, server: str) -> NotNow:
    """Make the error for a message that was put off before its recipient was looked at."""
    told = said(reply.code, reply.enhanced, reply.words)
    return NotNow(f"mail server {server} takes no mail now: {told}; nobody was skipped; try again later", reply)


def refusal(step: Step, code: int, text: bytes, server: str) -> FarEndError:
    """Make the error for an answer that is about us."""
    enhanced, words = read(code, text)
    remedy = _REMEDIES.get(step, "ask its operator, or check delivery.smtp")
    if _UNAUTHENTICATED.fullmatch(enhanced):
        remedy = "check SPF, DKIM, DMARC and the reverse name of the sending domain"
    if code < 500:
        remedy = "try again later"
    told = said(code, enhanced, words)
    return FarEndError(
        f"mail server {server} refused {step}: {told}; nobody was skipped; {remedy}", permanent=code >= 500
    )
