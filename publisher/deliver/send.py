"""Sends an issue: takes rows of the ledger in batches, their messages out over all connections, and writes what became
of them in batches.

Nobody is lost, and nobody gets a mail twice but those of whom nothing can be known:

- a row is claimed before its message is made, and is this sender's until it is settled or given back;
- the journal notes a message just before its last octet is handed over, and its answer as soon as it is heard;
- the ledger learns the answers a tenth of a second later at most, and only then does the journal forget them;
- a claimed row that no note tells of was never handed over;
- the end of no message is handed over once others may take its row for that of a dead sender.

A sender that dies leaves its journal to whoever comes next (`tasks.recovering`): what was answered is settled, what was
begun and not answered is `uncertain`, at most one message a connection, and all else is queued again. Refusals that may
yet turn out to be about us are held back (`breaker`).
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, TypeVar

from publisher.deliver import loop
from publisher.deliver.breaker import Breaker, Result
from publisher.deliver.journal import SLOTS
from publisher.deliver.message import Message, Template
from publisher.deliver.presses import Presses
from publisher.deliver.protocols import Connection, Journal, Ledger, NotNow, Transport, Withdrawn
from publisher.deliver.queue import Queue, Row
from publisher.errors import FarEndError, PublisherError
from publisher.model import Claim, Delivery, Reply

TICK = 0.1
"""Seconds of sending that a batch holds, and that pass until answers are written."""
MOST = SLOTS // 4
"""How many rows wait at most: all that may be begun and not yet written has room in the journal."""
ASK_SECONDS = 0.3
"""How often it is asked whether to go on."""
UNHURRIED = 0.002
"""Seconds between two messages for which one process makes them easily, signed as they may be."""
REOPEN_SECONDS = 30.0
"""After which a connection that could not be opened is tried again, as long as others carry on."""

Value = TypeVar("Value")


class Sending:
    """One run over the ledger of an issue; see `send`."""

    def __init__(
        self,
        ledger: Ledger,
        journal: Journal,
        transport: Transport,
        template: Template,
        clock: Callable[[], datetime],
        stop: Callable[[], bool],
        progress: Callable[[Reply], None],
        breaker: Callable[..., Breaker],
        lease_seconds: float,
    ) -> None:
        self._ledger = ledger
        self.journal = journal
        self._transport = transport
        self._queue = Queue(template)
        self._presses = Presses(template)
        self._preparing: asyncio.Task[None] | None = None
        self._clock = clock
        self._stop = stop
        self._progress = progress
        self._new_breaker = breaker
        self._breakers: dict[Transport, Breaker] = {}
        self._lease = timedelta(seconds=lease_seconds)
        self._ours_until = clock() + self._lease
        self._results: list[Result] = []
        self._settling: list[Result] = []
        self._settled: list[Result] = []
        self._claimed_at = 0.0
        self._ask_at = 0.0
        self._taken_before = 0
        self._low = 0
        self._claimed: Sequence[Delivery] = ()
        self._is_over = False
        self._is_drained = False
        self._knows_its_rows = False
        self._error: BaseException | None = None

    def run(self, is_paused: Callable[[], bool]) -> None:
        """Send what is due, until nothing is; see `send`."""
        try:
            with asyncio.Runner(loop_factory=loop.new_event_loop) as runner:
                runner.run(self._run(is_paused))
                while self._is_done() and self._take_to_others():
                    runner.run(self._run(is_paused))
            if self._is_done():
                for breaker in self._breakers.values():
                    self._know(breaker.end())
        finally:
            self._presses.close()
            self._write_down()
        if self._error is not None:
            raise self._error

    def _is_done(self) -> bool:
        return self._error is None and self._is_drained and not self._queue

    def _take_to_others(self) -> bool:
        """Let others try what was refused by far ends that took nothing; tell whether there is such, and others."""
        doubted = [breaker for breaker in self._breakers.values() if breaker.is_doubted]
        if all(breaker.is_doubted or breaker.is_tripped for breaker in self._breakers.values()):
            return False
        for breaker in doubted:
            breaker.trip()
            self._wait_again(breaker.give_back())
        return bool(doubted)

    async def _run(self, is_paused: Callable[[], bool]) -> None:
        self._seconds = asyncio.get_running_loop().time
        self._more, self._stir, self._ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._is_over = False
        self._turns = asyncio.Lock()
        with ThreadPoolExecutor(1) as keeper:
            self._keeper = keeper
            self._lanes = [_Lane(self) for _ in range(self._transport.connections)]
            carrying = [asyncio.create_task(self._carry(lane)) for lane in self._lanes]
            try:
                await self._keep(is_paused, carrying)
                self._knows_its_rows = True
            except PublisherError as error:
                self.end(error)
            finally:
                self.end()
                preparing = [self._preparing] if self._preparing else []
                await asyncio.gather(*carrying, *preparing, return_exceptions=True)

    def end(self, error: BaseException | None = None) -> None:
        """Hand out no more messages; those on their way are waited for."""
        self._error = self._error or error
        self._is_over = True
        for event in (self._more, self._stir, self._ended):
            event.set()

    # What the lanes ask.

    async def next(self, lane: "_Lane") -> Message | None:
        """Wait for the next message of a lane; None when there is no more."""
        while not self._is_over:
            message = self.ready(lane)
            if message or self._is_over or (self._is_drained and not self._queue):
                return message
            if self._queue and not self._queue.is_stale(self._seconds()):
                await self._turn_comes()
                continue
            self._more.clear()
            self._stir.set()
            await self._more.wait()
        return None

    async def _turn_comes(self) -> None:
        """Wait for the turn of the first row that waits; one lane does, and the others wait for theirs behind it."""
        async with self._turns:
            if self._queue and not self._is_over:
                await asyncio.sleep(min(max(self._queue.due - self._seconds(), 0), TICK))

    def ready(self, lane: "_Lane") -> Message | None:
        """Give a lane the next message if there is one at once."""
        while self._goes_on() and (row := self._queue.take(self._seconds())):
            if len(self._queue) == self._low:
                self._stir.set()
            if isinstance(row.message, Reply):
                self._know([(row.delivery, row.message)])
                continue
            lane.out[row.delivery.key] = row
            return row.message
        return None

    def check_wanted(self) -> None:
        """Ask, just before the end of a message is handed over, whether it still may be.

        Raises:
            Withdrawn: when no message may.
        """
        self._check_lease(self._clock())
        if not self._goes_on():
            raise Withdrawn

    def _check_lease(self, at: datetime) -> None:
        """End when the rows may be others' by now: this process stood still, or the machine slept."""
        if at >= self._ours_until:
            self.end(
                FarEndError(
                    "the sending stood still for longer than delivery.lease_seconds, so others may have its recipients "
                    "by now; nobody was skipped; send it again"
                )
            )

    def _goes_on(self) -> bool:
        """Tell whether messages are handed out, and see to it that none is once that is not wanted."""
        if not self._is_over and self._stop():
            self.end()
        return not self._is_over

    def hear(self, breaker: Breaker, delivery: Delivery, reply: Reply) -> None:
        """Hear what became of a message."""
        ready = breaker.hear(delivery, reply)
        if (delivery, reply) in ready:
            self.journal.note(delivery, reply)
        else:
            self.journal.forget([delivery])
        self._know(ready)
        self._check(breaker)

    def _know(self, results: Sequence[Result]) -> None:
        self._results += results
        for _, reply in results:
            self._progress(reply)

    def put_off(self, breaker: Breaker, delivery: Delivery, later: NotNow) -> None:
        """Hear that a message should be tried later."""
        self.journal.forget([delivery])
        breaker.put_off(delivery, later)
        self._check(breaker)

    def _check(self, breaker: Breaker) -> None:
        try:
            breaker.check()
        except FarEndError:
            self._wait_again(breaker.give_back())
            raise

    def _wait_again(self, deliveries: Sequence[Delivery]) -> None:
        """Give rows back that were held for long; they are claimed again, but for those who left meanwhile."""
        self._line_up_again([Row(delivery, 0.0, 0.0) for delivery in deliveries])

    def _line_up_again(self, rows: Sequence[Row]) -> None:
        self._queue.put_back(rows)
        self._more.set()

    # What the lanes do.

    async def _carry(self, lane: "_Lane") -> None:
        """Carry messages over one connection after the other, until there are no more."""
        try:
            while message := await lane.next():
                unsent = [message]
                while unsent and self._goes_on():
                    connection = await self._opened(lane)
                    if connection is None:
                        self._give_back(lane)
                        await self._wait_to_reopen()
                        break
                    unsent = await connection.carry(self._still_wanted(lane, unsent), lane)
                lane.is_used = False
        except Withdrawn:
            self.end()
        except BaseException as error:
            self.end(error)
            raise
        finally:
            lane.is_used = False
            self._give_back(lane)
            self._stir.set()

    def _still_wanted(self, lane: "_Lane", messages: Sequence[Message]) -> list[Message]:
        """Give those of a lane's messages that may go after a connection was waited for, and give the others back."""
        now, goes_on = self._seconds(), self._goes_on()
        wanted = [message for message in messages if goes_on and lane.out[message.key].until > now]
        self._line_up_again([lane.out.pop(message.key) for message in messages if message not in wanted])
        return wanted

    async def _opened(self, lane: "_Lane") -> Connection | None:
        """Open a connection; nothing when that fails while others carry on, or may yet."""
        lane.is_used = True
        try:
            connection = await self._transport.open()
        except FarEndError:
            lane.is_used = False
            if not any(other.is_used for other in self._lanes):
                raise
            return None
        lane.breaker = self._breaker_of(connection.way)
        return connection

    def _breaker_of(self, way: Transport) -> Breaker:
        if way not in self._breakers:
            self._breakers[way] = self._new_breaker(connections=way.connections)
        return self._breakers[way]

    async def _wait_to_reopen(self) -> None:
        """Wait, as long as others carry on and there is something left for this connection too."""
        until = self._seconds() + REOPEN_SECONDS
        while not self._is_over and self._seconds() < until and (self._queue or not self._is_drained):
            if not any(lane.is_used for lane in self._lanes):
                return
            await _either(self._ended, min(TICK, REOPEN_SECONDS))

    def _give_back(self, lane: "_Lane") -> None:
        """Let others carry what a lane took and did not begin; what it began stays in doubt until it is heard."""
        given_back = [lane.out.pop(key) for key in [*lane.out] if key not in lane.begun]
        self._line_up_again(given_back)

    # What the keeper of the ledger does.

    async def _keep(self, is_paused: Callable[[], bool], carrying: Sequence["asyncio.Task[None]"]) -> None:
        """Write results and claim rows, in turn, until the lanes have ended."""
        asked = -ASK_SECONDS
        flushing = asyncio.get_running_loop().run_in_executor(None, self.journal.flush)
        while not all(task.done() for task in carrying):
            now = self._seconds()
            if not self._is_over and self._stop():
                self.end()
            if now - asked >= ASK_SECONDS:
                asked = now
                if await self._in_thread(is_paused):
                    self.end()
            # One instant for both: rows that are claimed after a standstill are no longer ours than all others.
            at = self._clock()
            await self._renew(at)
            await self._settle()
            await self._claim(at)
            if flushing.done():
                await flushing
                flushing = asyncio.get_running_loop().run_in_executor(None, self.journal.flush)
            await _either(self._stir, TICK)
            self._stir.clear()
        await flushing

    async def _renew(self, at: datetime) -> None:
        """Let the lease begin anew once a third of it is over."""
        self._check_lease(at)
        if self._ours_until - self._lease * 2 / 3 <= at < self._ours_until:
            await self._in_thread(self._ledger.renew, at)
            self._ours_until = at + self._lease

    async def _settle(self) -> None:
        self._settling, self._results = self._results, []
        if self._settling:
            await self._in_thread(self._settle_now)
            self._forget_settled()

    def _settle_now(self) -> None:
        """Settle, and know it from then on, whatever becomes of who waits for it."""
        self._ledger.settle(self._settling, self._clock())
        self._settled, self._settling = self._settling, []

    def _forget_settled(self) -> None:
        self.journal.forget(delivery for delivery, _ in self._settled)
        self._settled = []

    async def _claim(self, at: datetime) -> None:
        """Claim as many rows as are sent in two ticks, or may be in four, when half of them are gone."""
        now = self._seconds()
        if self._queue.is_stale(now):
            # Said before: no lane may take its leave while these are neither here nor there.
            self._is_drained = False
            await self._in_thread(self._ledger.release, self._queue.give_back())
        is_preparing = self._preparing is not None and not self._preparing.done()
        if is_preparing or self._is_over or self._is_drained or now < self._ask_at or len(self._queue) > self._low:
            return
        enough = self._enough(now)
        self._low = enough // 2
        if len(self._queue) > self._low:
            return
        self.journal.must_stay = True
        claim = await self._in_thread(self._claim_rows, enough - len(self._queue), at)
        self._claimed_at, self._taken_before = now, self._queue.taken
        if claim.wait and not claim.deliveries:
            # Asked again before that, since the rate may be another by then.
            self._ask_at = self._seconds() + min(claim.wait, ASK_SECONDS)
            return
        self._is_drained = not claim.deliveries
        self._preparing = asyncio.create_task(self._prepare(claim, now))

    def _claim_rows(self, most: int, at: datetime) -> Claim:
        """Claim, and know the rows from then on, whatever becomes of who waits for them."""
        claim = self._ledger.claim(most, at)
        self._claimed = claim.deliveries
        return claim

    def _enough(self, now: float) -> int:
        """Give how many rows are to wait at most, by how many were taken since the last claim."""
        rate = (self._queue.taken - self._taken_before) / max(now - self._claimed_at, 0.001)
        paced = int(4 * TICK / self._queue.every) if self._queue.every else 0
        return min(max(2 * len(self._lanes), int(2 * TICK * rate), paced), MOST)

    async def _prepare(self, claim: Claim, now: float) -> None:
        """Let the rows claimed at `now` wait for their turns, with the messages that presses make."""
        hurries = claim.every < UNHURRIED
        made = await asyncio.to_thread(self._presses.fill, claim.deliveries) if hurries else {}
        self._queue.line_up(claim, made, now)
        self._claimed = ()
        self._more.set()

    async def _in_thread(self, question: Callable[..., Value], *asked: Any) -> Value:
        return await asyncio.get_running_loop().run_in_executor(self._keeper, question, *asked)

    def _write_down(self) -> None:
        """Write what is still to be written, whatever ended the sending; the journal keeps what cannot be."""
        held = [delivery for breaker in self._breakers.values() for delivery in breaker.held]
        given_back = [*self._queue.give_back(), *self._claimed, *held]
        try:
            self._forget_settled()
            self._settling += self._results
            if self._settling:
                self._settle_now()
                self._forget_settled()
            if given_back:
                self._ledger.release(given_back)
            # What the ledger broke off may have been done, and only the journal's name tells whose rows those are.
            self.journal.must_stay &= not self._knows_its_rows
        except PublisherError:
            if self._error is None:
                raise


class _Lane:
    """The messages as one connection sees them. `out` has what it holds, by the key of the message.

    `is_used` tells that it has a connection, or may have one in a moment.
    """

    breaker: Breaker

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self.out: dict[str, Row] = {}
        self.begun: set[str] = set()
        self.is_used = False

    async def next(self) -> Message | None:
        """Wait for the next message."""
        return await self._sending.next(self)

    def ready(self) -> Message | None:
        """Give the next message if there is one at once."""
        return self._sending.ready(self)

    def begin(self, message: Message) -> None:
        """Note that the end of a message is about to be handed over."""
        self._sending.check_wanted()
        self._sending.journal.begin(self.out[message.key].delivery)
        self.begun.add(message.key)

    def take_back(self, message: Message) -> None:
        """Note that a message which was begun was certainly not taken."""
        self._sending.journal.forget([self.out[message.key].delivery])
        self.begun.discard(message.key)

    def hear(self, message: Message, reply: Reply) -> None:
        """Hear what became of a message."""
        self._sending.hear(self.breaker, self._end(message), reply)

    def put_off(self, message: Message, later: NotNow) -> None:
        """Hear that a message should be tried later."""
        self._sending.put_off(self.breaker, self._end(message), later)

    def _end(self, message: Message) -> Delivery:
        self.begun.discard(message.key)
        return self.out.pop(message.key).delivery


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, for so many seconds at most."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()


def send(
    ledger: Ledger,
    journal: Journal,
    transport: Transport,
    template: Template,
    clock: Callable[[], datetime],
    stop: Callable[[], bool],
    is_paused: Callable[[], bool],
    progress: Callable[[Reply], None],
    breaker: Callable[..., Breaker] = Breaker,
    lease_seconds: float = 180,
) -> None:
    """Send what is due, until nothing is; `progress` hears each row's reply once it is noted.

    `stop` is asked before each message, `is_paused`, which may ask a database, several times a second; messages on
    their way are waited for. Rows are this sender's for `lease_seconds`, which it renews. `breaker` makes what judges a
    far end, given its `connections`.

    Raises:
        PublisherError: when no message can leave, or all seem to be refused; no row is lost.
    """
    Sending(ledger, journal, transport, template, clock, stop, progress, breaker, lease_seconds).run(is_paused)
