"""Several mail servers as one way out: they share an issue's messages by weight, and carry on where one fails.

A server that cannot be reached, refuses us or keeps dropping is left out for half a minute, and for twice as long each
time it fails again before it took a message. Only what it certainly did not take goes over another one. When none is
left the sending ends as with one server: for good when all refuse us, for now when one of them may be back.

Shares are counted in messages, not in time: a server that is ahead of its share by a message a connection waits for the
others. It waits no longer for one that is stalled, and what others carried meanwhile is not made up for.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from publisher.deliver.message import Message
from publisher.deliver.protocols import Connection, NotNow, Outgoing, Transport
from publisher.deliver.smtp.exchange import NO_UTF8
from publisher.errors import FarEndError
from publisher.model import DeliveryState, Reply

REST_SECONDS = 30.0
LONGEST_REST_SECONDS = 1800.0
STALLED_SECONDS = 5.0
"""After which nobody waits for a server that has messages and says nothing."""


@dataclass(eq=False, slots=True)
class Relay:
    """A server of the fleet, and what is known of it.

    `shared` is how many messages it has had, together with those that count as had while it was away.
    """

    way: Transport
    weight: int
    used: int = 0
    """Connections that are open, or being opened."""
    waiting: int = 0
    """Those of them that wait for a message."""
    shared: float = 0
    moved_at: float = -math.inf
    rest_seconds: float = 0
    out_until: float = -math.inf
    opens_at: float = -math.inf
    why: FarEndError | None = None
    lacks_utf8: bool = False
    """Whether it takes no local part that is not ASCII."""


class Fleet:
    """Several mail servers that take our mail."""

    def __init__(
        self,
        relays: Sequence[tuple[Transport, int]],
        tell: Callable[[FarEndError, float], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connect later. Each server comes with its weight; `tell` hears why one is left out, and for how long."""
        self._relays = [Relay(way, weight) for way, weight in relays]
        self._tell = tell
        self._clock = clock
        self._moved = asyncio.Event()

    @property
    def connections(self) -> int:
        """How many connections may be open at once."""
        return sum(relay.way.connections for relay in self._relays)

    async def open(self) -> Connection:
        """Open a connection to the server whose turn it is, of those that take one.

        Raises:
            FarEndError: when there is none.
        """
        while relay := self._free():
            self.move(relay)
            relay.used += 1
            relay.shared += 1
            try:
                return _Connection(self, relay, await relay.way.open())
            except BaseException as error:
                self.let_go(relay, 1)
                if not isinstance(error, FarEndError):
                    raise
                self._unopened(relay, error)
        raise self.none_left() or FarEndError("all connections to the mail servers that take mail are open; try later")

    def _free(self) -> Relay | None:
        now = self._clock()
        free = [
            relay
            for relay in self._relays
            if not self.is_out(relay)
            and relay.used < relay.way.connections
            and (relay.opens_at <= now or not relay.used)
        ]
        return min(free, key=lambda relay: (relay.shared + 1) / relay.weight, default=None)

    def _unopened(self, relay: Relay, error: FarEndError) -> None:
        """Leave a server out that cannot be reached; one that has other connections is only asked for no more."""
        if relay.used:
            relay.opens_at = self._clock() + REST_SECONDS
        else:
            self.leave_out(relay, error)

    # What a connection asks.

    def is_out(self, relay: Relay) -> bool:
        """Tell whether a server is left out at the moment."""
        return self._clock() < relay.out_until

    def leave_out(self, relay: Relay, error: FarEndError) -> None:
        """Leave a server out for a while."""
        if self.is_out(relay):
            return
        relay.rest_seconds = min(max(2 * relay.rest_seconds, REST_SECONDS), LONGEST_REST_SECONDS)
        relay.out_until = self._clock() + relay.rest_seconds
        words = str(error).replace("delivery.smtp", "delivery.relays")
        relay.why = FarEndError(words, permanent=error.permanent)
        self._moved.set()
        self._tell(relay.why, relay.rest_seconds)

    def none_left(self) -> FarEndError | None:
        """Make the error for when every server is left out, permanent when all of them refuse us; else nothing."""
        whys = [relay.why for relay in self._relays if relay.why and self.is_out(relay)]
        if len(whys) < len(self._relays):
            return None
        told = "; ".join(map(str, whys))
        return FarEndError(f"no mail server takes our mail: {told}", permanent=all(why.permanent for why in whys))

    def without_utf8(self, relay: Relay, reply: Reply) -> Reply:
        """Hear that a server takes no local part beyond ASCII; give a later try, as long as another may take it."""
        relay.lacks_utf8 = True
        if all(other.lacks_utf8 for other in self._relays):
            return reply
        return replace(reply, state=DeliveryState.DEFERRED, words=f"{reply.words}; another one may")

    def let_go(self, relay: Relay, unsent: int) -> None:
        """Hear that a connection ended, and how many messages it had that are not carried by it."""
        relay.used -= 1
        relay.shared -= unsent
        self._moved.set()

    def take(self, relay: Relay) -> None:
        """Count a message for a server."""
        self.move(relay)
        relay.shared += 1
        self._moved.set()

    def move(self, relay: Relay) -> None:
        """Hear that a server makes headway; one that was away or stalled counts from now on."""
        now = self._clock()
        if not self._counts(relay, now):
            relay.shared = max(relay.shared, self._behind(now) * relay.weight)
        relay.moved_at = now

    async def turn(self, relay: Relay) -> bool:
        """Wait until a server may take one more message; False when it is left out."""
        while not self.is_out(relay):
            if self.has_turn(relay):
                return True
            self._moved.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STALLED_SECONDS):
                    await self._moved.wait()
        return False

    def has_turn(self, relay: Relay) -> bool:
        """Tell whether a server may take one more message now."""
        if self.is_out(relay):
            return False
        behind = min(self._behind(self._clock()), relay.shared / relay.weight)
        return relay.shared - behind * relay.weight < relay.way.connections

    def _behind(self, now: float) -> float:
        """Give what the server that is furthest behind has had, by weight; where none counts, nobody has arrears."""
        counted = (relay.shared / relay.weight for relay in self._relays if self._counts(relay, now))
        return min(counted, default=max(relay.shared / relay.weight for relay in self._relays))

    def _counts(self, relay: Relay, now: float) -> bool:
        is_stalled = not relay.waiting and now - relay.moved_at >= STALLED_SECONDS
        return relay.used > 0 and now >= relay.out_until and not is_stalled


class _Connection:
    """An open connection to one of the servers."""

    def __init__(self, fleet: Fleet, relay: Relay, opened: Connection) -> None:
        self.way = relay.way
        self._fleet = fleet
        self._relay = relay
        self._opened = opened

    async def carry(self, messages: Iterable[Message], outgoing: Outgoing) -> list[Message]:
        """Hand over `messages` and what comes out after them, and close; give what its server did not take.

        Raises:
            FarEndError: when no server is left.
        """
        share = _Share(self._fleet, self._relay, outgoing, messages)
        try:
            await self._opened.carry(share.unsent, share)
        except FarEndError as error:
            self._fleet.leave_out(self._relay, error)
            if none_left := self._fleet.none_left():
                raise none_left from error
        finally:
            self._fleet.let_go(self._relay, len(share.unsent))
        return share.unsent


class _Share:
    """The messages on their way out, as one connection to one of the servers sees them."""

    def __init__(self, fleet: Fleet, relay: Relay, outgoing: Outgoing, messages: Iterable[Message]) -> None:
        self._fleet = fleet
        self._relay = relay
        self._outgoing = outgoing
        self._held = {message.key: message for message in messages}
        # The first one was counted when the connection was opened for it.
        relay.shared += len(self._held) - 1

    @property
    def unsent(self) -> list[Message]:
        """What was certainly not taken."""
        return [*self._held.values()]

    async def next(self) -> Message | None:
        """Wait for the next message, and for the server's turn."""
        if not await self._fleet.turn(self._relay):
            return None
        # Counted before it is there: several may wait, and all of them may get one.
        self._fleet.take(self._relay)
        message = None
        self._relay.waiting += 1
        try:
            message = await self._outgoing.next()
            self._fleet.move(self._relay)
        finally:
            self._relay.waiting -= 1
            self._relay.shared -= message is None
        if message:
            self._held[message.key] = message
        return None if self._fleet.is_out(self._relay) else message

    def ready(self) -> Message | None:
        """Give the next message if there is one at once, and it is the server's turn."""
        message = self._outgoing.ready() if self._fleet.has_turn(self._relay) else None
        if message:
            self._fleet.take(self._relay)
            self._held[message.key] = message
        return message

    def begin(self, message: Message) -> None:
        """Note that the end of a message is about to be handed over."""
        self._outgoing.begin(message)
        del self._held[message.key]

    def take_back(self, message: Message) -> None:
        """Note that a message which was begun was certainly not taken."""
        self._outgoing.take_back(message)
        self._held[message.key] = message

    def hear(self, message: Message, reply: Reply) -> None:
        """Hear what became of a message."""
        self._held.pop(message.key, None)
        self._fleet.move(self._relay)
        if reply.code is None and reply.enhanced == NO_UTF8:
            reply = self._fleet.without_utf8(self._relay, reply)
        if reply.state is DeliveryState.SENT:
            self._relay.rest_seconds = 0
        self._outgoing.hear(message, reply)

    def put_off(self, message: Message, later: NotNow) -> None:
        """Hear that a message should be tried later."""
        self._held.pop(message.key, None)
        self._outgoing.put_off(message, later)
