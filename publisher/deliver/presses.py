"""Fills in mails in several processes at once, for issues whose signatures take longer than all else.

A press is a process (`press`) that has the issue's template, is given deliveries and gives their mails. It holds
nothing that must be settled: no connection, no row, and not the journal, whose lock is shared by whoever has it open.
What a press that died did not give is made by the sender itself, from the same template to the same octets.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection

from publisher.deliver import press
from publisher.deliver.message import Message, Template
from publisher.model import Delivery

ALONE = 1_000
"""Mails that a sender fills in before it starts presses, each of which takes a third of a second to begin."""

PATIENCE = 10.0
"""Seconds that a press is waited for, of which it needs one for the most that it is ever given."""


class Presses:
    """The presses of one run over an issue, one for each processor, from its mail number `alone` on."""

    def __init__(self, template: Template, alone: int = ALONE) -> None:
        """Start none yet; where mails are not signed, or there is one processor, none at all.

        `starting` has, once they are started, what ends when each can fill.
        """
        self._processors = os.cpu_count() or 1
        self._template = template
        self._alone = alone if template.signers and self._processors > 1 else sys.maxsize
        self._threads = ThreadPoolExecutor(self._processors)
        self._presses: list[_Press] = []
        self.starting: list[Future[None]] = []

    def fill(self, deliveries: Sequence[Delivery]) -> dict[str, Message]:
        """Give the mails of deliveries by their keys, as far as presses are there to make them."""
        self._alone -= len(deliveries)
        if self._alone < 0 and not self.starting:
            self._presses = [_Press() for _ in range(self._processors)]
            self.starting = [self._threads.submit(one.start, self._template) for one in self._presses]
        ready = [one for one in self._presses if one.is_ready]
        shares = [(one, deliveries[at :: len(ready)]) for at, one in enumerate(ready)]
        filling = [self._threads.submit(one.fill, share) for one, share in shares if share]
        return {message.key: message for made in filling for message in made.result()}

    def close(self) -> None:
        """End them."""
        for one in self._presses:
            one.kill()
        self._threads.shutdown(cancel_futures=True)
        for one in self._presses:
            one.close()


class _Press:
    def __init__(self) -> None:
        self.is_ready = False
        own, self._far_end = socket.socketpair()
        self._pipe = Connection(own.detach())
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, template: Template) -> None:
        """Start it, and wait until it can fill."""
        far_end = self._far_end.fileno()
        with suppress(OSError, EOFError):
            self._process = subprocess.Popen(  # noqa: S603 - this Python, with one of our modules
                [sys.executable, "-m", press.__name__, str(far_end)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[far_end],
            )
            self._far_end.close()
            self._pipe.send(replace(template, signers=()))
            self.is_ready = self._pipe.recv()

    def fill(self, deliveries: Sequence[Delivery]) -> list[Message]:
        """Give their mails; none when it died or stands still, and it is asked no more then."""
        with suppress(OSError, EOFError):
            self._pipe.send(deliveries)
            if self._pipe.poll(PATIENCE):
                made: list[Message] = self._pipe.recv()
                return made
        self.is_ready = False
        return []

    def kill(self) -> None:
        """Let it make no more."""
        if self._process:
            self._process.kill()

    def close(self) -> None:
        """End it."""
        self.kill()
        self._pipe.close()
        self._far_end.close()
        if self._process:
            self._process.wait()
