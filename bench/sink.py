"""A mail server that takes every message and keeps none, as fast as it can, or as badly as it is told to.

python -m bench.sink PORT [--seconds 0.05] [--log FILE] [--faults SEED]

`--seconds` is how late each of its answers is. `--log` gets a line for each message that was taken, with recipient
and Message-ID, before the answer is given. With `--faults` it defers some recipients, and drops some connections
within a message, or after one was taken and before it says so.
"""

import argparse
import asyncio
import os
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import cast

from publisher.deliver import loop

_END = b"\r\n.\r\n"
_MESSAGE_ID = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE)
_RECIPIENT = re.compile(rb"<([^>]*)>")
_EHLO = b"250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 0\r\n250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n"
_OK = b"250 2.0.0 ok\r\n"

Taken = Callable[[bytes], None]


class Session(asyncio.Protocol):
    """One connection."""

    def __init__(self, taken: Taken | None, seconds: float, chance: random.Random | None) -> None:
        self._taken = taken
        self._seconds = seconds
        self._chance = chance
        self._buffer = b""
        self._content: list[bytes] = []
        self._recipient = b""
        self._tail: bytes | None = None
        self._left = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer all that came."""
        said: list[bytes] = []
        while data:
            if self._tail is not None:
                data = self._dotted(data, said)
            elif self._left:
                data = self._chunk(data, said)
            else:
                data = self._command(data, said)
        if said and not self._transport.is_closing():
            self._say(b"".join(said))

    def _say(self, octets: bytes) -> None:
        if self._seconds:
            asyncio.get_running_loop().call_later(self._seconds, self._transport.write, octets)
        else:
            self._transport.write(octets)

    def _command(self, data: bytes, said: list[bytes]) -> bytes:
        line, end, rest = (self._buffer + data).partition(b"\n")
        self._buffer = b"" if end else line
        verb = line[:4].upper()
        if not end:
            return b""
        if verb in (b"EHLO", b"HELO"):
            said.append(_EHLO if verb == b"EHLO" else _OK)
        elif verb == b"RCPT":
            self._recipient = line
            said.append(b"451 4.3.0 later\r\n" if self._happens(0.01) else _OK)
        elif verb == b"DATA":
            self._tail = b"\r\n"
            said.append(b"354 go on\r\n")
        elif verb == b"BDAT":
            self._left = int(line.split()[1])
        elif verb == b"QUIT":
            self._transport.write(b"221 2.0.0 bye\r\n")
            self._transport.close()
        else:
            said.append(_OK)
        return rest

    def _dotted(self, data: bytes, said: list[bytes]) -> bytes:
        tail = self._tail or b""
        seam = (tail + data[: len(_END)]).find(_END)
        at = seam - len(tail) if seam >= 0 else data.find(_END)
        if seam < 0 and at < 0:
            self._keep(data)
            self._tail = (tail + data[-len(_END) :])[1 - len(_END) :]
            return b""
        self._tail = None
        end = at + len(_END)
        self._keep(data[:end])
        self._end(said)
        return data[end:]

    def _chunk(self, data: bytes, said: list[bytes]) -> bytes:
        piece = data[: self._left]
        self._keep(piece)
        self._left -= len(piece)
        if not self._left:
            self._end(said)
        return data[len(piece) :]

    def _keep(self, piece: bytes) -> None:
        if self._taken:
            self._content.append(piece)
        if self._happens(0.0002):
            self._transport.abort()

    def _end(self, said: list[bytes]) -> None:
        if self._transport.is_closing():
            return
        content, self._content = b"".join(self._content), []
        if self._happens(0.01):
            said.append(b"452 4.3.1 no room\r\n")
            return
        closes = self._happens(0.002)
        if self._taken:
            recipient, name = _RECIPIENT.search(self._recipient), _MESSAGE_ID.search(content)
            told = (recipient[1] if recipient else b"", name[1] if name else b"", b"closed" if closes else b"")
            self._taken(b" ".join(told).strip())
        if closes:
            self._transport.abort()
        said.append(_OK)

    def _happens(self, chance: float) -> bool:
        return self._chance is not None and self._chance.random() < chance


async def serve(port: int, log: Path | None, seconds: float, faults: int | None) -> None:
    """Serve until killed."""
    taken: Taken | None = None
    if log:
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def _written(told: bytes) -> None:
            os.write(file, told + b"\n")

        taken = _written
    chance = None if faults is None else random.Random(faults)  # noqa: S311 - the same faults for the same seed
    server = await asyncio.get_running_loop().create_server(
        lambda: Session(taken, seconds, chance), "127.0.0.1", port, reuse_address=True
    )
    await server.serve_forever()


def main() -> None:
    """Read the command line, and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--faults", type=int)
    asked = parser.parse_args()
    with asyncio.Runner(loop_factory=loop.new_event_loop) as runner:
        runner.run(serve(asked.port, asked.log, asked.seconds, asked.faults))


if __name__ == "__main__":
    main()
