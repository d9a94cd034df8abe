"""A server of ours on loopback that answers as each test says, byte for byte if need be."""

import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from publisher.config.settings import Fetch
from publisher.fetch import Door

Answer = Callable[[socket.socket], None]


@dataclass
class Server:
    """Answers the requests in turn; the last answer serves all that follow."""

    listener: socket.socket
    answers: list[Answer] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def answers_with(self, *answers: bytes | Answer) -> None:
        self.answers = [_writing(answer) if isinstance(answer, bytes) else answer for answer in answers]

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection as wire:
            try:
                connection = self.tls.wrap_socket(wire, server_side=True) if self.tls else wire
                asked = b""
                while b"\r\n\r\n" not in asked:
                    received = connection.recv(65536)
                    if not received:
                        return
                    asked += received
                head, _, body = asked.partition(b"\r\n\r\n")
                announced = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
                while announced and len(body) < int(announced[1]) and (received := connection.recv(65536)):
                    body += received
                self.requests.append(head + b"\r\n\r\n" + body)
                answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                answer(connection)
            except OSError:
                return


def _writing(answer: bytes) -> Answer:
    return lambda connection: connection.sendall(answer)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as far_end:
        yield far_end


@contextmanager
def serving() -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far_end = Server(listener)
        thread = threading.Thread(target=far_end.serve, daemon=True)
        thread.start()
        yield far_end
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def door(time: Time) -> Iterator[Door]:
    settings = Fetch(allow_hosts=("127.0.0.1",), timeout_seconds=5, max_bytes=100_000, pause_seconds=0, tries=3)
    with Door(settings, "The Estuary Desk <desk@estuary.example.org>", sleep=time.sleep, clock=time.clock) as opened:
        yield opened
