"""Far ends that misbehave on purpose, beside the slow, endless and packed ones of `test_door`."""

import gzip
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3.util.connection

from publisher.config.settings import Fetch
from publisher.errors import FarEndError
from publisher.fetch import Door
from tests.fetch.conftest import Server, Time
from tests.fetch.test_door import answer, dripping

NAME = "estuary.example.org"
PUBLIC, PRIVATE = "93.184.216.34", "10.0.0.1"


def test_what_comes_after_the_promised_length_is_no_part_of_the_next_answer(server: Server, door: Door) -> None:
    server.answers_with(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nports" + answer(b"forged"), answer(b"harbours"))

    assert [door.get(server.url).body for _ in range(2)] == [b"ports", b"harbours"]


def test_less_than_the_promised_length_is_no_answer(server: Server, door: Door) -> None:
    server.answers_with(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf")

    with pytest.raises(FarEndError, match="the connection broke; try again later") as it:
        door.get(server.url)

    assert not it.value.permanent


@pytest.mark.parametrize("length", ["many", "-1", "5, 5"])
def test_a_length_that_is_no_number_does_not_matter(server: Server, door: Door, length: str) -> None:
    server.answers_with(answer(b"ports", Content_Length=length))

    assert door.get(server.url).body == b"ports"


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n",
        b"ports\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nports",
    ],
    ids=["headers", "header", "no HTTP", "chunks"],
)
def test_what_is_no_http_is_told_as_a_broken_connection(server: Server, door: Door, said: bytes) -> None:
    server.answers_with(said)

    with pytest.raises(FarEndError, match=r"cannot be read: .+; try again later"):
        door.get(server.url)


@pytest.mark.parametrize(
    ("head", "drop"),
    [(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), (b"HTTP/1.1 302 Found\r\n", b"X-Slow: 1\r\n")],
    ids=["go on", "redirect"],
)
def test_an_answer_that_never_begins_is_cut_off(server: Server, time: Time, head: bytes, drop: bytes) -> None:
    server.answers_with(dripping(head, drop))
    settings = Fetch(allow_hosts=("127.0.0.1",), timeout_seconds=0.2, tries=1)

    with (
        Door(settings, "desk@estuary.example.org", sleep=time.sleep) as door,
        pytest.raises(FarEndError, match=r"did not answer whole within 0\.2 seconds"),
    ):
        door.get(server.url)


def test_a_bomb_in_bombs_stops_at_the_cap(server: Server, door: Door) -> None:
    packed = gzip.compress(gzip.compress(bytes(50_000_000)))
    server.answers_with(answer(packed, Content_Encoding="gzip, gzip"))

    with pytest.raises(FarEndError, match="larger than 100000 bytes"):
        door.get(server.url)


@pytest.mark.parametrize("status", ["304 Not Modified", "103 Early Hints", "300 Multiple Choices"])
def test_an_answer_to_what_was_not_asked_is_an_error(server: Server, door: Door, status: str) -> None:
    server.answers_with(answer(status=status))

    with pytest.raises(FarEndError, match=rf"answered {status}; check the address"):
        door.get(server.url)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What names stand for, answer after answer; the last one stays."""
    known: dict[str, list[list[str]]] = {}
    resolve = socket.getaddrinfo

    def _resolve(host: str, port: int, *rest: Any, **options: Any) -> Any:
        if host not in known:
            return resolve(host, port, *rest, **options)
        found = known[host].pop(0) if len(known[host]) > 1 else known[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", _resolve)
    return known


@pytest.fixture
def wires(server: Server, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where was connected to; all of it ends at the server."""
    connected: list[tuple[str, int]] = []
    connect = urllib3.util.connection.create_connection

    def _connect(address: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
        connected.append(address)
        return connect(server.listener.getsockname(), *rest, **options)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", _connect)
    return connected


Names = dict[str, list[list[str]]]
Wires = list[tuple[str, int]]


def test_the_address_that_was_checked_is_the_one_connected_to(
    server: Server, door: Door, names: Names, wires: Wires
) -> None:
    names[NAME] = [[PUBLIC], [PRIVATE]]
    server.answers_with(answer(b"ports"))

    assert door.get(f"http://{NAME}/").body == b"ports"
    assert wires == [(PUBLIC, 80)]


def test_a_name_that_changes_to_a_private_address_is_refused(
    server: Server, door: Door, names: Names, wires: Wires
) -> None:
    names[NAME] = [[PUBLIC], [PRIVATE]]
    server.answers_with(answer(b"ports"))
    door.get(f"http://{NAME}/")

    with pytest.raises(FarEndError, match=f"leads to {PRIVATE}, which is no public address"):
        door.get(f"http://{NAME}/")

    assert wires == [(PUBLIC, 80)]


@pytest.mark.parametrize("addresses", [[PUBLIC, PRIVATE], [PRIVATE, PUBLIC], ["::ffff:10.0.0.1"], ["64:ff9b::a00:1"]])
def test_a_name_with_one_private_address_is_refused(
    server: Server, door: Door, names: Names, wires: Wires, addresses: list[str]
) -> None:
    names[NAME] = [addresses]

    with pytest.raises(FarEndError, match="no public address, and was not asked"):
        door.get(f"http://{NAME}/")

    assert wires == []


def test_the_next_address_is_tried_when_nobody_listens_at_the_first(
    server: Server, door: Door, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    names[NAME] = [[PUBLIC, "93.184.216.35"]]
    server.answers_with(answer(b"ports"))
    connect = urllib3.util.connection.create_connection

    def _connect(address: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
        if address[0] == PUBLIC:
            raise ConnectionRefusedError
        return connect(server.listener.getsockname(), *rest, **options)

    monkeypatch.setattr(urllib3.util.connection, "create_connection", _connect)

    assert door.get(f"http://{NAME}/").body == b"ports"


@pytest.fixture
def paused(time: Time) -> Iterator[Door]:
    settings = Fetch(allow_hosts=("127.0.0.1",), pause_seconds=0.5, tries=1)
    with Door(settings, "desk@estuary.example.org", sleep=time.sleep, clock=time.clock) as opened:
        yield opened


@pytest.mark.parametrize(
    "there", ["HTTP://ESTUARY.example.org:80/", "http://estuary.example.org./", "http://a@ESTUARY.EXAMPLE.ORG"]
)
def test_one_host_is_one_host_however_it_is_written(
    server: Server, paused: Door, time: Time, names: Names, wires: Wires, there: str
) -> None:
    names[NAME] = names[f"{NAME}."] = names[NAME.upper()] = [[PUBLIC]]
    server.answers_with(answer())

    for url in (f"http://{NAME}/", there):
        paused.get(url)

    assert time.slept == [0.5]


def test_two_hosts_that_redirect_to_each_other_are_each_given_their_pause(
    server: Server, paused: Door, time: Time, names: Names, wires: Wires
) -> None:
    others = ("estuary.example.org", "muelle.example.org")
    for name in others:
        names[name] = [[PUBLIC]]

    def _elsewhere(connection: socket.socket) -> None:
        asked = server.requests[-1]
        there = others[f"Host: {others[0]}".encode() in asked]
        connection.sendall(answer(status="302 Found", Location=f"http://{there}/"))

    server.answers_with(_elsewhere)

    with pytest.raises(FarEndError, match="redirected more than 5 times"):
        paused.get(f"http://{others[0]}/")

    assert len(server.requests) == 6
    assert time.slept == [0.5, 0.5]


def test_cookies_stay_with_their_host(server: Server, door: Door, names: Names, wires: Wires) -> None:
    names["estuary.example.org"] = names["muelle.example.org"] = [[PUBLIC]]
    server.answers_with(answer(Set_Cookie="seen=1; Domain=example.org"))

    for host in ("estuary.example.org", "muelle.example.org", "estuary.example.org"):
        door.get(f"http://{host}/")

    assert [b"Cookie: seen=1" in request for request in server.requests] == [False, False, True]
