"""A mail server that does what its script says: refuses, drips, hangs up or falls silent at any step."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Self

from publisher.config.settings import Smtp as SmtpSettings

HANG_UP = "hang up"
SILENCE = "silence"
"""Nothing is said any more."""
TAKEN_UNTOLD = "250 taken, and gone"
"""To a whole message: it is accepted, and nobody is told."""
ORDINARY = {
    "GREETING": "220 far.example.org ESMTP",
    "EHLO": "250 far.example.org",
    "HELO": "250 far.example.org",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "DOT": "250 2.0.0 queued as 1",
    "RSET": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}


@dataclass
class FarEnd:
    """A server on loopback. `heard` has each line of each connection, `contents` what was read, `mails` what
    of it was accepted.

    A step's answers are given in turn, and the last of them from then on. With a `context` it speaks TLS. `on_step` is
    called before each answer with the step, and at `DOT` when the mail is already among `mails`.
    """

    script: dict[str, list[str]] = field(default_factory=dict)
    heard: list[list[str]] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    context: ssl.SSLContext | None = None
    on_step: Callable[[str], None] = lambda _step: None

    def answers(self, step: str, *answers: str) -> Self:
        self.script[step] = list(answers)
        return self

    def offers(self, *extensions: str) -> Self:
        lines = ["far.example.org", *extensions]
        marks = ["-"] * len(extensions) + [" "]
        return self.answers("EHLO", "\r\n".join(f"250{mark}{line}" for mark, line in zip(marks, lines, strict=True)))

    def lines(self, verb: str) -> list[str]:
        """Give the lines that began with a verb, over all connections."""
        return [line for heard in self.heard for line in heard if line.startswith(verb)]

    @property
    def settings(self) -> SmtpSettings:
        return SmtpSettings(host="127.0.0.1", port=self.port, security="none", timeout_seconds=20, connections=1)

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def close(self) -> None:
        self.refuse()
        for one in self._sockets:
            _shut(one)
        self._thread.join()

    def refuse(self) -> None:
        """Take no further connection."""
        _shut(self._listener)

    def _accept(self) -> None:
        threads = []
        with self._listener:
            while True:
                try:
                    one, _ = self._listener.accept()
                except OSError:
                    break
                self._sockets.append(one)
                threads.append(threading.Thread(target=self._talk, args=(one,)))
                threads[-1].start()
        for thread in threads:
            thread.join()

    def _talk(self, plain: socket.socket) -> None:
        try:
            one = self.context.wrap_socket(plain, server_side=True) if self.context else plain
        except OSError:
            return
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        heard: list[str] = []
        self.heard.append(heard)
        with one, one.makefile("rb") as stream:
            try:
                self._session(one, heard, stream)
            except _FellSilent:
                with contextlib.suppress(OSError):
                    stream.read()
            except (_HungUp, OSError):
                return

    def _session(self, one: socket.socket, heard: list[str], stream: BufferedReader) -> None:
        self._say(one, "GREETING")
        for line in stream:
            verb, space, rest = line.decode("utf-8", "replace").rstrip("\r\n").partition(" ")
            verb = verb.upper()
            heard.append(verb + space + rest)
            if verb == "BDAT" and verb not in self.script:
                self._judge(one, stream.read(int(rest.split()[0])))
                continue
            answer = self._say(one, verb)
            if verb == "QUIT":
                return
            if verb == "DATA" and answer.startswith("354"):
                self._take(one, heard, stream)

    def _take(self, one: socket.socket, heard: list[str], lines: Iterator[bytes]) -> None:
        content = []
        if self.script.get("CONTENT") == [HANG_UP]:
            next(lines)
            raise _HungUp
        for line in lines:
            if line == b".\r\n":
                break
            content.append(line.removeprefix(b"."))
        else:
            raise _HungUp
        if content:
            self._judge(one, b"".join(content))
        else:
            heard.append(".")
            self._write(one, "554 5.5.1 no valid recipients")

    def _judge(self, one: socket.socket, content: bytes) -> None:
        self.contents.append(content)
        answer = self._next("DOT")
        if answer.startswith("2"):
            self.mails.append(content)
        self.on_step("DOT")
        self._write(one, HANG_UP if answer == TAKEN_UNTOLD else answer)

    def _say(self, one: socket.socket, step: str) -> str:
        answer = self._next(step)
        self.on_step(step)
        self._write(one, answer)
        return answer

    def _next(self, step: str) -> str:
        answers = self.script.get(step, [ORDINARY.get(step, "500 5.5.1 what?")])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _write(self, one: socket.socket, answer: str) -> None:
        if answer == HANG_UP:
            raise _HungUp
        if answer == SILENCE:
            raise _FellSilent
        for octet in f"{answer}\r\n".encode():
            one.sendall(bytes([octet]))


class _HungUp(Exception):
    pass


class _FellSilent(Exception):
    pass


@contextmanager
def far_end(context: ssl.SSLContext | None = None) -> Iterator[FarEnd]:
    server = FarEnd(context=context)
    server.open()
    try:
        yield server
    finally:
        server.close()


def envelope_lines(server: FarEnd) -> Sequence[str]:
    return [line for heard in server.heard for line in heard if line.split(" ")[0] in ("MAIL", "RCPT", "DATA")]


def _shut(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
