"""Bounces as sentences, as mail servers write them that know no better form."""

import re
from collections.abc import Iterator, Set
from dataclasses import replace

from publisher.deliver.bounces import answers, judging, report
from publisher.deliver.bounces.mail import ADDRESS, Mail, blocks
from publisher.model import Bounce

LONGEST_LINE = 1_000

_ALONE = re.compile(rf"[ \t>]*(?:{ADDRESS}[ \t])?<?({ADDRESS})>?[ \t]*[:;.]?[ \t]*")
"""A line that is an address and nothing else, also twice as in `ana@example.org <ana@example.org>`."""
_LED = re.compile(rf"[ \t]*(?:<({ADDRESS})>[ \t]*:?[ \t]*|({ADDRESS})[ \t]*:[ \t])(.*)")
"""A line that begins with an address and goes on with what was said of it."""
_NAMED = re.compile(
    rf"[ \t]*(?:(?:(?:final-|original-|failed )?recipient(?: address)?|rcpt to|to|address|user)[ \t]*[:=]|"
    rf"undeliverable to)[ \t]*(?:rfc822;)?[ \t]*<?({ADDRESS})>?",
    re.IGNORECASE,
)
_TOLD = re.compile(
    rf"(?:rcpt to|to|for|user|address|recipients?|account|errors?|attempts|userid)\W{{1,4}}<?({ADDRESS})>?",
    re.IGNORECASE,
)
_ANY = re.compile(ADDRESS)
_QUOTED = re.compile(r">(?!>>)")
"""A line of a mail that is answered; three such signs are a transcript of what a mail server said."""
_HELP = re.compile(r"\b(?:contact|assistance|send e?-?mail to|questions)\b", re.IGNORECASE)
_SENT = re.compile(r"[ \t]*(?:from|to|cc|sender|reply-to|original sender|a message sent by)\b", re.IGNORECASE)
_SYSTEM = re.compile(r"mailer-daemon|post_?master|mail ?delivery|mail (?:system|administrator)|^<>$", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|non-?deliver|not (?:be )?delivered|deliver\w* (?:fail|stat|notif|report|problem)|"
    r"fail\w* (?:deliver|notice|mail)|mail (?:delivery )?(?:fail|error|system error)|returned mail|"
    r"returning message|delayed mail|(?:message|mail) (?:\S+ )?delayed|error sending your mail|mail failure",
    re.IGNORECASE,
)
_SAYS_SO = re.compile(
    r"(?:could not|cannot|can't|unable to|was not) (?:be )?deliver|undeliverable|delivery failed", re.IGNORECASE
)
_TRIES_ON = re.compile(
    r"not yet been delivered|hasn.t been delivered yet|(?:still|will) be(?:ing)? retried|will retry|keep trying|"
    r"continue to (?:be attempted|try)|(?:has been|is) delayed|warning (?:message )?only|^warning: could not send",
    re.IGNORECASE | re.MULTILINE,
)


def bounces(mail: Mail) -> Iterator[Bounce]:
    """Give a bounce for each address that the text of a mail says could not be reached."""
    if not is_from_a_system(mail):
        return
    found = _found(mail)
    if not found and (passed_on := list(report.bounces(_passed_on(mail)))):
        yield from passed_on
        return
    for recipient, words in (found or _addressed(mail)).items():
        said = " ".join(words.split())
        if len(found) == 1 and not judging.says_why(said):
            said = " ".join(mail.prose.split())
        status = judging.status("", said)
        tries_on = _TRIES_ON.search(mail.field("Subject")) or _TRIES_ON.search(mail.prose)
        yield Bounce(recipient, status, judging.kind(status, said), said, is_final=not tries_on)


def is_from_a_system(mail: Mail) -> bool:
    """Tell whether a mail server wrote a mail, and no person or program of one.

    A vacation note answers the return path too, and may quote anything.
    """
    if _SYSTEM.search(mail.field("From")):
        return True
    says_so = _SUBJECT.search(mail.field("Subject")) or _SAYS_SO.search(mail.prose)
    return bool(says_so) and (mail.field("Return-Path") == "<>" or not answers.is_of_a_person(mail))


def _found(mail: Mail) -> dict[str, str]:
    """Give each address that could not be reached, with what is said of it."""
    lines = [line[:LONGEST_LINE] for line in mail.prose.splitlines() if not _QUOTED.match(line)]
    helping = {address.lower() for line in lines if _HELP.search(line) for address in _ANY.findall(line)}
    lines = [line for line in lines if not _HELP.search(line)]
    ours = {address.lower() for name in ("To", "From") for address in _ANY.findall(mail.field(name))}
    found = _listed(lines, ours) or _mentioned(lines, ours | helping, mail.prose)
    named = [one.strip() for one in mail.field("X-Failed-Recipients").split(",") if "@" in one]
    if not named:
        return found
    known = {address.lower(): words for address, words in found.items()}
    return {address: known.get(address.lower(), mail.prose) for address in named}


def _listed(lines: list[str], ours: Set[str]) -> dict[str, str]:
    """Give the addresses that begin a line of their own, each with the lines up to the next.

    The mail itself may be named there as well, to whom it goes and whom it is from, beside those it is about.
    """
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in lines:
        if alone := _ALONE.fullmatch(line):
            current = found.setdefault(alone[1], [])
        elif led := _LED.match(line):
            current = found.setdefault(led[1] or led[2], [])
            current.append(led[3])
        elif named := _NAMED.match(line):
            current = found.setdefault(named[1], [])
        elif current is not None:
            current.append(line)
    others = {address: words for address, words in found.items() if address.lower() not in ours}
    return {address: "\n".join(words) for address, words in (others or found).items()}


def _mentioned(lines: list[str], others: Set[str], prose: str) -> dict[str, str]:
    """Give the addresses that sentences name, but those that the mail comes from or goes to, and those to ask."""
    text = "\n".join(line for line in lines if not _SENT.match(line))
    told = _TOLD.findall(text) or _ANY.findall(text)
    return {address: prose for address in told if address.lower() not in others}


def _passed_on(mail: Mail) -> Mail:
    """Give the report that a mail server returns in its text, in the place of the mail it is about."""
    return replace(mail, statuses=tuple(blocks(mail.returned)), prose=mail.returned)


def _addressed(mail: Mail) -> dict[str, str]:
    """Give whom the returned message was for: ours have one recipient each."""
    found = re.search(r"^to:(.*)$", mail.returned, re.IGNORECASE | re.MULTILINE)
    return dict.fromkeys(_ANY.findall(found[1])[:1], mail.prose) if found else {}
