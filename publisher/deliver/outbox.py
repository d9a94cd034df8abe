"""The outbox: each mail becomes an `.eml` file that mail programs open, and nothing leaves.

A file is named after its delivery: a second try writes the same file again. It is there whole or not at all.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from publisher.deliver.message import Message
from publisher.errors import ConfigError
from publisher.model import DeliveryState, Reply


class Outbox:
    """A folder that takes mails."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        """Make the folder."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left open."""

    def send(self, message: Message) -> Reply:
        """Write one mail.

        Raises:
            ConfigError: when the folder takes no file.
        """
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
