"""Fills in mails in several processes at once, for issues whose signatures take longer than all else.

A press is a process that has the issue's template, is given deliveries and gives their mails. It holds nothing that
must be settled: no file, no connection, no row. What a press that died did not give is made by the sender itself, from
the same template to the same octets.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from publisher.deliver import dkim
from publisher.deliver.message import Message, Template
from publisher.errors import UnreadableInput
from publisher.model import Delivery

ALONE = 1_000
"""Mails that a sender fills in before it starts presses, which takes each a second of a processor's time."""

_SPAWN = multiprocessing.get_context("spawn")
"""Not by a fork, which would share the journal's lock."""


class Presses:
    """The presses of one run over an issue, one for each processor, from its mail number `alone` on."""

    def __init__(self, template: Template, alone: int = ALONE) -> None:
        """Start none yet; where mails are not signed, or there is one processor, none at all.

        `starting` has, once they are started, what ends when each can fill.
        """
        processors = os.cpu_count() or 1
        self._template = template
        self._alone = alone if template.signers and processors > 1 else sys.maxsize
        self._threads = ThreadPoolExecutor(processors)
        self._presses = [_Press() for _ in range(processors)]
        self.starting: list[Future[None]] = []

    def fill(self, deliveries: Sequence[Delivery]) -> dict[str, Message]:
        """Give the mails of deliveries by their keys, as far as presses are there to make them."""
        self._alone -= len(deliveries)
        if self._alone < 0 and not self.starting:
            self.starting = [self._threads.submit(press.start, self._template) for press in self._presses]
        ready = [press for press in self._presses if press.is_ready]
        shares = [(press, deliveries[at :: len(ready)]) for at, press in enumerate(ready)]
        filling = [self._threads.submit(press.fill, share) for press, share in shares if share]
        return {message.key: message for made in filling for message in made.result()}

    def close(self) -> None:
        """End them."""
        for press in self._presses:
            press.kill()
        self._threads.shutdown(cancel_futures=True)
        for press in self._presses:
            press.close()


class _Press:
    def __init__(self) -> None:
        self.is_ready = False
        self._pipe, self._far_end = _SPAWN.Pipe()
        self._process: SpawnProcess = _SPAWN.Process()

    def start(self, template: Template) -> None:
        """Start it, and wait until it can fill."""
        # A key cannot be handed over; it is loaded once more.
        given = (self._far_end, replace(template, signers=()))
        self._process = _SPAWN.Process(target=_press, args=given, daemon=True)
        with suppress(OSError, EOFError):
            self._process.start()
            self._far_end.close()
            self.is_ready = self._pipe.recv()

    def fill(self, deliveries: Sequence[Delivery]) -> list[Message]:
        """Give their mails; none when it died."""
        try:
            self._pipe.send(deliveries)
            made: list[Message] = self._pipe.recv()
        except (OSError, EOFError):
            self.is_ready = False
            return []
        return made

    def kill(self) -> None:
        """Let it make no more."""
        if self._process.pid:
            self._process.kill()

    def close(self) -> None:
        """End it."""
        self.kill()
        self._pipe.close()
        self._far_end.close()
        if self._process.pid:
            self._process.join()


def _press(pipe: Connection, template: Template) -> None:
    """Be a press until the sender, or whatever ended it, closes the pipe."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        template = replace(template, signers=dkim.signers(template.settings, template.domain))
        pipe.send(True)
        while True:
            pipe.send([message for delivery in pipe.recv() if (message := _filled(template, delivery))])


def _filled(template: Template, delivery: Delivery) -> Message | None:
    """Fill in a mail; one whose recipient has no address is left to the sender, who says so."""
    with suppress(UnreadableInput):
        return template.fill(delivery)
    return None
