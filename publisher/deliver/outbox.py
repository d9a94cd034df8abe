"""The outbox: each mail becomes an `.eml` file that mail programs open, and nothing leaves.

A file is named after its delivery: a second try writes the same file again. It is there whole or not at all.
"""

import os
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from publisher.deliver.message import Message
from publisher.deliver.protocols import Outgoing
from publisher.errors import ConfigError
from publisher.model import DeliveryState, Reply


class Outbox:
    """A folder that takes mails."""

    def __init__(self, folder: Path) -> None:
        """Make the folder.

        Raises:
            ConfigError: when it cannot be made.
        """
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    @property
    def connections(self) -> int:
        """One mail is written after the other."""
        return 1

    @property
    def way(self) -> Self:
        """It is its own connection."""
        return self

    async def open(self) -> Self:
        """Give itself: a folder needs no connection."""
        return self

    async def carry(self, messages: Iterable[Message], outgoing: Outgoing) -> list[Message]:
        """Write `messages` and what comes out after them.

        Raises:
            ConfigError: when the folder takes no file.
        """
        waiting = deque(messages)
        while message := waiting.popleft() if waiting else await outgoing.next():
            outgoing.begin(message)
            try:
                reply = self._write(message)
            except ConfigError:
                outgoing.take_back(message)
                raise
            outgoing.hear(message, reply)
        return []

    def _write(self, message: Message) -> Reply:
        file = self._folder / f"{message.key}.eml"
        unfinished = self._folder / f".{message.key}.unfinished"
        try:
            with unfinished.open("wb") as stream:
                stream.write(message.content)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(file)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise self._unwritable(error) from error
        return Reply(DeliveryState.SENT, words=f"written to {file.name}")

    def _unwritable(self, error: OSError) -> ConfigError:
        return ConfigError(
            f"delivery.outbox: {self._folder} cannot be written ({error.strerror}); make room, or name another folder"
        )
