"""Hands over one mail that is no issue's."""

import asyncio

from publisher.deliver.message import Message
from publisher.deliver.protocols import NotNow, Transport
from publisher.model import DeliveryState, Reply


class _Single:
    """One message on its way out."""

    def __init__(self) -> None:
        self.reply = Reply(DeliveryState.UNCERTAIN)
        self.is_put_off = False

    async def next(self) -> Message | None:
        """There is no other."""
        return None

    def ready(self) -> Message | None:
        """There is no other."""
        return None

    def begin(self, _message: Message) -> None:
        """Nothing remembers it."""

    def take_back(self, _message: Message) -> None:
        """Nothing remembers it."""

    def hear(self, _message: Message, reply: Reply) -> None:
        """Keep what became of it."""
        self.reply = reply

    def put_off(self, _message: Message, later: NotNow) -> None:
        """Say that it did not go.

        Raises:
            NotNow: always.
        """
        self.is_put_off = True
        raise later


def hand_over(transport: Transport, message: Message) -> Reply:
    """Hand one message over now, and say what became of it.

    Raises:
        PublisherError: when it cannot leave.
    """

    async def _hand_over() -> Reply:
        while True:
            single = _Single()
            unsent = await (await transport.open()).carry([message], single)
            # Of several servers one did not take it and is left out by now.
            if not unsent and not single.is_put_off:
                return single.reply

    return asyncio.run(_hand_over())
