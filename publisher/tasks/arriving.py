"""Sends the newest issue to a mailbox that can be read, waits for it there, and judges what arrived.

The mail is a test, as `issue test` sends it; the ledger is not touched.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes

from publisher.config import Settings
from publisher.deliver import personal, relays
from publisher.deliver.arrival import comparing, inbox
from publisher.deliver.arrival.inbox import Arrived, Mailbox
from publisher.deliver.domain.asking import Judgment, Verdict
from publisher.deliver.message import Message
from publisher.errors import FarEndError, UsageError
from publisher.store import Store
from publisher.tasks import issuing, previewing, sending
from publisher.tasks.subscribing import check_address

LOOKS_EVERY_SECONDS = 5.0
ABOUT = "arrived"


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail as it was sent, and what its Message-ID may have in it when it arrives: a relay may give it another."""

    mail: Message
    ids: tuple[str, ...]


def send(store: Store, settings: Settings, address: str, now: datetime) -> Sent:
    """Send the newest issue, whatever its state, to an address; give the mail as it was sent.

    Raises:
        UsageError: for an address that is none, or when no issue was composed yet.
        ConfigError: when the mail cannot be made.
        FarEndError: when it was not taken.
    """
    if settings.delivery.transport != "smtp":
        raise UsageError('mails go to a folder; set delivery.transport = "smtp", and this shows what becomes of them')
    check_address(address)
    for issue in issuing.listed(store, 1):
        reader = replace(personal.SAMPLE, email=address, name="")
        mail = previewing.mail_of(store, settings, previewing.as_test(issue), reader, now, secrets.token_hex(10))
        reply = sending.hand_over(settings, mail)
        own_id = str(message_from_bytes(mail.content)["Message-ID"])
        return Sent(mail, (own_id, *relays.configured(settings).ids(reply.words)))
    raise UsageError("there is no issue to send; compose one by `publisher issue compose NEWSLETTER`")


def wait(
    mailbox: Mailbox,
    sent: Sent,
    longest_seconds: float,
    clock: Callable[[], datetime],
    pause: Callable[[float], None],
    progress: Callable[[], None] = lambda: None,
) -> Arrived:
    """Wait for a mail in a mailbox.

    Raises:
        FarEndError: when it did not arrive in time, or the mailbox cannot be read.
    """
    began = clock()
    with inbox.opened(mailbox) as box:
        while (found := box.find(sent.ids)) is None:
            progress()
            waited = (clock() - began).total_seconds()
            if waited >= longest_seconds:
                name = " or ".join(sent.ids)
                raise FarEndError(
                    f"the mail {name} did not arrive at {mailbox.server} in {longest_seconds:g} seconds; look at the "
                    "log of the mail server that took it, and into other folders, or give more with --wait"
                )
            pause(min(LOOKS_EVERY_SECONDS, longest_seconds - waited))
    return found


def judge(settings: Settings, sent: Sent, arrived: Arrived) -> Iterator[Judgment]:
    """Judge where a mail was put, what its receiver says of it, and whether it is as the relay was to leave it."""
    if arrived.is_spam:
        words = f"it was put into {arrived.folder}; see what the receiver says, and what `issue check` finds"
        yield Judgment(ABOUT, Verdict.WRONG, words)
    else:
        yield Judgment(ABOUT, Verdict.GOOD, "it was put into the inbox")
    yield from comparing.judge(sent.mail.content, arrived.content, relays.configured(settings))
