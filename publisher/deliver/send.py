"""Goes through the ledger of an issue: claims rows, hands over their messages, settles each by its reply.

A row is claimed before its message is begun and settled as soon as its reply is read, one by one: a crash
leaves at most the one row in doubt whose message was on its way. Rows claimed and not begun are given
back, whatever ends the run.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from publisher.deliver.message import Template
from publisher.deliver.protocols import Ledger, Transport
from publisher.errors import PublisherError, UnreadableInput
from publisher.model import Delivery, DeliveryState, Reply

BATCH = 50
FRESH = timedelta(seconds=10)
"""How long after claiming rows another one of them is begun: its lease must outlast the longest try."""

LEFT = Reply(DeliveryState.SUPPRESSED, words="left or was suppressed before the message was written")


def send(
    ledger: Ledger,
    transport: Transport,
    template: Template,
    clock: Callable[[], datetime],
    interrupted: Callable[[], bool],
    progress: Callable[[Reply], None],
) -> None:
    """Send what is due, until nothing is or `interrupted`; `progress` hears each row's reply once it is settled.

    Raises:
        PublisherError: when no message can leave; no row is lost.
    """
    while not interrupted():
        claimed = clock()
        waiting = deque(ledger.claim(BATCH, claimed))
        if not waiting:
            return
        try:
            while waiting and clock() - claimed < FRESH and not interrupted():
                delivery, reply = _one(waiting, ledger, transport, template)
                ledger.settle([(delivery, reply)], clock())
                progress(reply)
        finally:
            ledger.release(waiting)


def _one(waiting: deque[Delivery], ledger: Ledger, transport: Transport, template: Template) -> tuple[Delivery, Reply]:
    """Take the first row and send its message; it waits again when its message was certainly not taken."""
    delivery = waiting[0]
    if not ledger.wanted(delivery):
        return waiting.popleft(), LEFT
    try:
        message = template.fill(delivery)
    except UnreadableInput as error:
        return waiting.popleft(), Reply(DeliveryState.FAILED, enhanced="5.1.3", words=str(error))
    # From here on it is not given back: should this process die, nobody knows whether the mail went out.
    waiting.popleft()
    try:
        return delivery, transport.send(message)
    except PublisherError:
        waiting.appendleft(delivery)
        raise
