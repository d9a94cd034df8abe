"""Goes through the ledger of an issue: claims rows, hands over their messages, settles each by its reply.

A row is claimed, marked as begun just before its message is handed over, and settled as soon as it is taken, one by
one: a crash leaves at most the one row in doubt whose message was on its way. Rows claimed and not begun are given
back, whatever ends the run; so are refusals that may yet turn out to be about us (see `breaker`).
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from publisher.deliver.breaker import Breaker, Result
from publisher.deliver.message import Template
from publisher.deliver.protocols import Ledger, NotNow, Transport
from publisher.errors import PublisherError, UnreadableInput
from publisher.model import Delivery, DeliveryState, Reply

BATCH = 20
FRESH = timedelta(seconds=10)
"""How long after claiming rows another one of them is begun: its lease must outlast the longest try."""

LEFT = Reply(DeliveryState.SUPPRESSED, words="left or was suppressed before the message was written")


class Sending:
    """One run over the ledger of an issue; `progress` hears each row's reply once it is settled."""

    def __init__(
        self,
        ledger: Ledger,
        transport: Transport,
        template: Template,
        clock: Callable[[], datetime],
        progress: Callable[[Reply], None],
        breaker: Breaker,
    ) -> None:
        self._ledger = ledger
        self._transport = transport
        self._template = template
        self._clock = clock
        self._progress = progress
        self._breaker = breaker

    def run(self, interrupted: Callable[[], bool]) -> None:
        """Send what is due, until nothing is or `interrupted`; see `send`."""
        try:
            while not interrupted():
                claimed = self._clock()
                waiting = deque(self._ledger.claim(BATCH, claimed))
                if not waiting:
                    self._settle(self._breaker.end())
                    return
                try:
                    while waiting and self._clock() - claimed < FRESH and not interrupted():
                        self._handle(waiting)
                finally:
                    self._ledger.release(waiting)
        finally:
            if self._breaker.held:
                self._ledger.release(self._breaker.held)

    def _handle(self, waiting: deque[Delivery]) -> None:
        """Take the first row and send its message; it waits again when its message was certainly not taken."""
        delivery = waiting.popleft()
        try:
            reply = self._reply(delivery)
        except NotNow as later:
            self._breaker.put_off(delivery, later)
            self._ledger.take_back(delivery)
        except PublisherError:
            waiting.appendleft(delivery)
            raise
        else:
            ready = self._breaker.hear(delivery, reply)
            if (delivery, reply) not in ready:
                self._ledger.take_back(delivery)
            self._settle(ready)
        self._breaker.check()

    def _reply(self, delivery: Delivery) -> Reply:
        try:
            message = self._template.fill(delivery)
        except UnreadableInput as error:
            return Reply(DeliveryState.FAILED, enhanced="5.1.3", words=str(error))
        # From here on nobody knows, should this process die, whether the mail went out.
        return self._transport.send(message) if self._ledger.begin(delivery) else LEFT

    def _settle(self, results: list[Result]) -> None:
        if results:
            self._ledger.settle(results, self._clock())
        for _, reply in results:
            self._progress(reply)


def send(
    ledger: Ledger,
    transport: Transport,
    template: Template,
    clock: Callable[[], datetime],
    interrupted: Callable[[], bool],
    progress: Callable[[Reply], None],
    breaker: Breaker | None = None,
) -> None:
    """Send what is due, until nothing is or `interrupted`; `progress` hears each row's reply once it is settled.

    Raises:
        PublisherError: when no message can leave, or all seem to be refused; no row is lost.
    """
    Sending(ledger, transport, template, clock, progress, breaker or Breaker()).run(interrupted)
