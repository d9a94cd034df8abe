import gzip
import socket
import ssl
import subprocess
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from publisher.config.settings import Fetch
from publisher.errors import FarEndError
from publisher.fetch import Door, Validators


def answer(body: bytes = b"ports", status: str = "200 OK", **headers: str) -> bytes:
    fields = {"Content-Length": str(len(body)), "Connection": "close"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def dripping(head: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def _drip(connection: socket.socket) -> None:
        connection.sendall(head)
        connection.settimeout(0.02)
        with suppress(BrokenPipeError, ConnectionResetError):
            while True:
                connection.sendall(drop)
                with suppress(TimeoutError):
                    if not connection.recv(1):
                        return

    return _drip


def test_an_answer_comes_back_whole(server: Any, door: Door) -> None:
    server.answers_with(answer(b"ports", ETag='"7"', Last_Modified="Mon, 16 Nov 2026 09:00:00 GMT"))

    came = door.get(server.url, accept="application/json")

    assert (came.status, came.body, came.url) == (200, b"ports", server.url)
    assert came.validators == Validators('"7"', "Mon, 16 Nov 2026 09:00:00 GMT")
    assert b"Accept: application/json\r\n" in server.requests[0]


def test_it_says_who_asks_and_whom_to_write_to(server: Any, door: Door) -> None:
    server.answers_with(answer())

    door.get(server.url)

    assert b"(+mailto:desk@estuary.example.org)\r\n" in server.requests[0]


def test_validators_go_back_and_304_says_nothing_changed(server: Any, door: Door) -> None:
    server.answers_with(b'HTTP/1.1 304 Not Modified\r\nETag: "7"\r\nConnection: close\r\n\r\n')

    came = door.get(server.url, validators=Validators('"7"', "Mon, 16 Nov 2026 09:00:00 GMT"))

    assert came.not_modified
    assert b'If-None-Match: "7"\r\nIf-Modified-Since: Mon, 16 Nov 2026 09:00:00 GMT' in server.requests[0]


def test_a_validator_that_would_break_the_header_is_not_sent(server: Any, door: Door) -> None:
    server.answers_with(answer())

    door.get(server.url, validators=Validators("7\r\nX-Evil: 1", "señal"))

    assert b"X-Evil" not in server.requests[0]


def test_a_refusal_names_the_url_and_the_remedy(server: Any, door: Door) -> None:
    server.answers_with(answer(status="404 Not Found"))

    with pytest.raises(
        FarEndError, match=r"^http://127\.0\.0\.1:\d+/ answered 404 Not Found; check the address$"
    ) as it:
        door.get(server.url)

    assert it.value.permanent
    assert len(server.requests) == 1


def test_a_refusal_the_caller_allows_comes_back(server: Any, door: Door) -> None:
    server.answers_with(answer(b"no route", status="404 Not Found"))

    assert door.get(server.url, allow=(404,)).body == b"no route"


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Slow"])
def test_what_may_pass_is_tried_again_after_a_growing_wait(server: Any, door: Door, time: Any, status: str) -> None:
    server.answers_with(answer(status=status), answer(status=status), answer(b"ports"))

    assert door.get(server.url).body == b"ports"
    assert time.slept == [1, 2]


def test_after_the_last_try_the_fault_is_told_and_called_passing(server: Any, door: Door) -> None:
    server.answers_with(answer(status="503 Busy"))

    with pytest.raises(FarEndError, match="503") as it:
        door.get(server.url)

    assert not it.value.permanent
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "asked",
    [
        answer(status="429 Slow", Retry_After="20"),
        answer(status="503 Busy", Retry_After="Mon, 16 Nov 2026 09:00:20 GMT", Date="Mon, 16 Nov 2026 09:00:00 GMT"),
    ],
)
def test_the_server_says_how_long_to_wait(server: Any, door: Door, time: Any, asked: bytes) -> None:
    server.answers_with(asked, answer())

    door.get(server.url)

    assert time.slept == [20]


def test_a_wait_too_long_is_left_to_a_later_run(server: Any, door: Door, time: Any) -> None:
    server.answers_with(answer(status="429 Slow", Retry_After="3600"))

    with pytest.raises(FarEndError, match="try again in 3600 seconds"):
        door.get(server.url)

    assert (time.slept, len(server.requests)) == ([], 1)


def test_a_nonsensical_wait_is_ours_to_choose(server: Any, door: Door, time: Any) -> None:
    server.answers_with(answer(status="429 Slow", Retry_After="soon"), answer())

    door.get(server.url)

    assert time.slept == [1]


def test_one_host_is_asked_with_a_pause_between(server: Any, time: Any) -> None:
    server.answers_with(answer())
    settings = Fetch(allow_hosts=("127.0.0.1",), pause_seconds=0.5)
    with Door(settings, "desk@estuary.example.org", sleep=time.sleep, clock=time.clock) as door:
        for _ in range(3):
            door.get(server.url)

    assert time.slept == [0.5, 0.5]


def test_a_broken_connection_is_tried_again(server: Any, door: Door) -> None:
    server.answers_with(b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf", answer(b"ports"))

    assert door.get(server.url).body == b"ports"


def test_a_connection_is_used_again(server: Any, door: Door) -> None:
    def _twice(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
        server.requests.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2")

    server.answers_with(_twice, answer(b"new connection"))

    assert [door.get(server.url).body for _ in range(2)] == [b"1", b"2"]


def test_nobody_there_is_said_so(door: Door) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(FarEndError, match="nobody listens there"):
        door.get(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"."),
        (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"."),
    ],
    ids=["headers", "body", "body to the end"],
)
def test_an_answer_that_drips_is_cut_off(server: Any, time: Any, head: bytes, drop: bytes) -> None:
    server.answers_with(dripping(head, drop))
    settings = Fetch(allow_hosts=("127.0.0.1",), timeout_seconds=0.2, tries=1)

    with (
        Door(settings, "desk@estuary.example.org", sleep=time.sleep) as door,
        pytest.raises(FarEndError, match=r"did not answer whole within 0\.2 seconds"),
    ):
        door.get(server.url)


def test_a_body_without_end_stops_at_the_cap(server: Any, door: Door) -> None:
    server.answers_with(dripping(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"." * 65536))

    with pytest.raises(FarEndError, match="larger than 100000 bytes; if that is right"):
        door.get(server.url)


@pytest.mark.parametrize(("coding", "packed"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_packed_body_is_unpacked(server: Any, door: Door, coding: str, packed: Callable[[bytes], bytes]) -> None:
    server.answers_with(answer(packed(b"ports"), Content_Encoding=coding))

    assert door.get(server.url).body == b"ports"


def test_a_bomb_stops_at_the_cap(server: Any, door: Door) -> None:
    server.answers_with(answer(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"))

    with pytest.raises(FarEndError, match="larger than 100000 bytes"):
        door.get(server.url)


def test_what_cannot_be_unpacked_is_said_so(server: Any, door: Door) -> None:
    server.answers_with(answer(b"not gzip at all", Content_Encoding="gzip"))

    with pytest.raises(FarEndError, match="cannot be unpacked"):
        door.get(server.url)


def test_a_redirect_is_followed(server: Any, door: Door) -> None:
    server.answers_with(answer(status="301 Moved", Location="/new"), answer(b"ports"))

    came = door.get(server.url)

    assert (came.url, came.body) == (server.url + "new", b"ports")


def test_a_redirect_in_another_encoding_than_utf_8_is_followed(server: Any, door: Door) -> None:
    server.answers_with(
        answer(status="302 Found", Location="/a%20o/año?x=1").replace("ñ".encode(), b"\xf1"), answer(b"ports")
    )

    assert door.get(server.url).url == f"{server.url}a%20o/a%F1o?x=1"


def test_the_body_of_a_redirect_is_not_read(server: Any, door: Door) -> None:
    endless = dripping(b"HTTP/1.1 302 Found\r\nLocation: /new\r\nConnection: close\r\n\r\n", b"." * 65536)
    server.answers_with(endless, answer(b"ports"))

    assert door.get(server.url).body == b"ports"


def test_redirects_in_a_circle_end(server: Any, door: Door) -> None:
    server.answers_with(answer(status="302 Found", Location="/"))

    with pytest.raises(FarEndError, match="redirected more than 5 times"):
        door.get(server.url)

    assert len(server.requests) == 6


@pytest.mark.parametrize("onward", ["file:///etc/passwd", "ftp://example.org/", "http://[::1", "gopher:x", "//:80/x"])
def test_a_redirect_to_no_web_address_is_refused(server: Any, door: Door, onward: str) -> None:
    server.answers_with(answer(status="302 Found", Location=onward))

    with pytest.raises(FarEndError, match="no web address"):
        door.get(server.url)


@pytest.mark.parametrize("host", ["localhost", "[::1]", "127.0.0.2", "2130706433", "[::ffff:127.0.0.1]", "0x7f.1"])
def test_a_redirect_to_a_private_address_is_refused(server: Any, door: Door, host: str) -> None:
    server.answers_with(answer(status="302 Found", Location=server.url.replace("127.0.0.1", host)))

    with pytest.raises(FarEndError, match="no public address, and was not asked") as it:
        door.get(server.url)

    assert it.value.permanent
    assert len(server.requests) == 1


def test_a_host_is_allowed_as_the_url_writes_it(server: Any, time: Any) -> None:
    server.answers_with(answer(b"ports"))
    settings = Fetch(allow_hosts=("LocalHost",), tries=1)

    with Door(settings, "desk@estuary.example.org", sleep=time.sleep) as door:
        assert door.get(server.url.replace("127.0.0.1", "localhost")).body == b"ports"
        with pytest.raises(FarEndError, match="no public address"):
            door.get(server.url)


@pytest.mark.parametrize(
    "url", ["", "estuary.example.org", "file:///etc/passwd", "http://", "http://[", "http://a..b/"]
)
def test_what_is_no_web_address_is_said_so(door: Door, url: str) -> None:
    with pytest.raises(FarEndError, match="check"):
        door.get(url)


@pytest.mark.needs("openssl")
def test_a_certificate_nobody_vouches_for_is_refused(server: Any, door: Door, tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.tls = context

    with pytest.raises(FarEndError, match="certificate"):
        door.get(server.url.replace("http:", "https:"))


def test_what_is_handed_over_arrives_whole_and_its_answer_is_not_read(server: Any, door: Door) -> None:
    server.answers_with(answer(b"x" * 200_000))

    door.post(server.url, b'{"text": "paused"}', "application/json")

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST / HTTP/1.1\r\n")
    assert b"Content-Type: application/json" in head
    assert body == b'{"text": "paused"}'


@pytest.mark.parametrize("status", ["302 Found", "404 Not Found", "500 Internal Server Error"])
def test_what_is_not_taken_is_handed_over_once_and_told(server: Any, door: Door, status: str) -> None:
    server.answers_with(answer(status=status, Location="/elsewhere"))

    with pytest.raises(FarEndError, match=f"answered {status}; "):
        door.post(server.url, b"{}", "application/json")

    assert len(server.requests) == 1


def test_nothing_is_handed_over_at_a_private_address() -> None:
    with Door(Fetch(), "desk@estuary.example.org") as careful, pytest.raises(FarEndError, match="no public address"):
        careful.post("http://127.0.0.1:9/", b"{}", "application/json")
