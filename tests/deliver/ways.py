"""One connection of a transport, driven by hand: messages in, what became of each out."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from publisher.deliver import Message, loop
from publisher.deliver.protocols import NotNow, Transport
from publisher.model import Reply


@dataclass
class Messages:
    """Messages on their way out. `heard` has what became of each, `begun` their keys, in order."""

    waiting: deque[Message]
    heard: dict[str, Reply | NotNow] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)

    async def next(self) -> Message | None:
        return self.ready()

    def ready(self) -> Message | None:
        return self.waiting.popleft() if self.waiting else None

    def begin(self, message: Message) -> None:
        assert set(self.begun) <= set(self.heard), "two messages of one connection are in doubt"
        self.begun.append(message.key)

    def take_back(self, message: Message) -> None:
        assert message.key not in self.heard
        self.begun.remove(message.key)

    def hear(self, message: Message, reply: Reply) -> None:
        assert message.key not in self.heard
        self.heard[message.key] = reply

    def put_off(self, message: Message, later: NotNow) -> None:
        assert message.key not in self.heard
        self.heard[message.key] = later

    @property
    def replies(self) -> list[Reply]:
        """What the server said of each message, in the order of the messages."""
        said = [self.heard[key] for key in sorted(self.heard)]
        return [one.reply if isinstance(one, NotNow) else one for one in said]

    @property
    def put_back(self) -> list[NotNow]:
        return [one for one in self.heard.values() if isinstance(one, NotNow)]


def carried(transport: Transport, messages: Iterable[Message]) -> Messages:
    """Carry messages over one connection after the other, as long as there are some; what became of each."""
    outgoing = Messages(deque(messages))
    carry(transport, outgoing)
    return outgoing


def carry(
    transport: Transport,
    outgoing: Messages,
    new_event_loop: Callable[[], asyncio.AbstractEventLoop] = loop.new_event_loop,
) -> None:
    """Carry what is outgoing, as `carried` does, on a loop that may be another."""

    async def _carry() -> None:
        unsent: list[Message] = []
        while unsent or outgoing.waiting:
            connection = await transport.open()
            unsent = await connection.carry(unsent, outgoing)

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_carry())
