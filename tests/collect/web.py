"""A web server of ours on loopback that answers as each test says, and remembers what it was asked."""

import gzip
import socketserver
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for; `headers` has lower-case names."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; `missing` bytes are promised and never sent."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0


Respond = Callable[[Request], Answer]


@dataclass
class Web:
    """The server: tests set `respond`."""

    url: str
    respond: Respond = lambda _request: Answer(status=404)
    requests: list[Request] = field(default_factory=list)

    def answers(self, answer: Answer) -> None:
        self.respond = lambda _request: answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    web: Web

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a client leave in the middle of an answer."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece: sent in two, the second waits for the client's delayed ACK
    server: socketserver.BaseServer

    def do_GET(self) -> None:
        assert isinstance(self.server, _Server)
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        request = Request(parts.path, query, {name.lower(): value for name, value in self.headers.items()})
        self.server.web.requests.append(request)
        answer = self.server.web.respond(request)
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body) + answer.missing)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        self.close_connection = answer.missing > 0

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def serve() -> Iterator[Web]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.web = Web(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.web
        finally:
            server.shutdown()
            thread.join()


BOMB = gzip.compress(bytes(30_000_000))
REDIRECT = Answer(status=302, headers={"Location": "/around"})
