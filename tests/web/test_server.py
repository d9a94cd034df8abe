import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from starlette.applications import Starlette

from publisher.errors import ConfigError
from publisher.web import server

PROGRAM = """
import threading
from starlette.applications import Starlette
from publisher.web import server

bound = server.bind("127.0.0.1", 0)
stop = threading.Event()
with server.stopped_by_signals(stop):
    print(bound.getsockname()[1], flush=True)
    server.serve(Starlette(), bound, stop)
    print("ended", flush=True)
"""


@pytest.fixture
def process() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_with_code_zero(process: "subprocess.Popen[str]", number: int) -> None:
    assert process.stdout
    process.stdout.readline()

    process.send_signal(number)
    said, complaints = process.communicate()

    assert (process.returncode, said, complaints) == (0, "ended\n", "")


def test_a_reader_who_keeps_the_line_open_does_not_hold_the_end_up(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    port = int(process.stdout.readline())
    with socket.create_connection(("127.0.0.1", port)) as idle, socket.create_connection(("127.0.0.1", port)) as slow:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 404")
        slow.sendall(b"GET / HTTP/1.1\r\nHost: exa")

        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate()

    assert (process.returncode, said) == (0, "ended\n")


def test_a_taken_port_is_named_before_anything_starts() -> None:
    with server.bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(ConfigError, match=rf"web\.port: cannot listen on 127\.0\.0\.1:{port} \(.*in use\)"):
            server.bind("127.0.0.1", port)


@pytest.mark.parametrize(("host", "key"), [("203.0.113.9", "web.host"), ("not an address", "web.host")])
def test_an_address_of_another_machine_is_named(host: str, key: str) -> None:
    with pytest.raises(ConfigError, match=key):
        server.bind(host, 0)


def test_the_socket_takes_readers_before_the_server_runs() -> None:
    with server.bind("127.0.0.1", 0) as bound, socket.create_connection(bound.getsockname()) as reader:
        assert reader.getpeername() == bound.getsockname()


def test_a_stop_set_before_ends_it_at_once() -> None:
    stop = threading.Event()
    stop.set()

    server.serve(Starlette(), server.bind("127.0.0.1", 0), stop)


def test_signals_do_what_they_did_before_once_it_has_ended() -> None:
    before = signal.getsignal(signal.SIGTERM)

    with server.stopped_by_signals(threading.Event()):
        assert signal.getsignal(signal.SIGTERM) != before

    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: exa"], ids=["nothing", "half a head"])
def test_who_does_not_say_what_they_want_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.2)
    bound, stop = server.bind("127.0.0.1", 0), threading.Event()
    serving = threading.Thread(target=server.serve, args=(Starlette(), bound, stop))
    serving.start()
    with socket.create_connection(bound.getsockname(), timeout=60) as slow:
        slow.sendall(said)

        ended = slow.recv(100)

    stop.set()
    serving.join()
    assert ended == b""


def test_who_asks_again_on_the_same_line_is_answered_again() -> None:
    bound, stop = server.bind("127.0.0.1", 0), threading.Event()
    serving = threading.Thread(target=server.serve, args=(Starlette(), bound, stop))
    serving.start()
    with socket.create_connection(bound.getsockname(), timeout=60) as reader:
        answers = []
        for _ in range(3):
            reader.sendall(b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")
            answers.append(reader.recv(1000)[:12])

    stop.set()
    serving.join()
    assert answers == [b"HTTP/1.1 404"] * 3
