"""A name server on loopback, over UDP and TCP, for zones that a test writes as a zone file has them."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from publisher.deliver.domain.nameserver import NameServer

LARGEST_DATAGRAM = 512


@dataclass
class Zones:
    """What the server knows. `failing` has names it fails on; `asked` has each question, as "TXT example.org"."""

    port: int = 0
    sets: dict[tuple[dns.name.Name, int], dns.rrset.RRset] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def resolver(self) -> NameServer:
        return NameServer(("127.0.0.1", self.port))

    def has(self, name: str, kind: str, *values: str) -> None:
        """Give a name its records of a kind, in place of those it had."""
        found = dns.rrset.from_text_list(f"{name}.", 60, "IN", kind, values)
        self.sets[found.name, found.rdtype] = found

    def says(self, name: str, *texts: str) -> None:
        """Give a name its TXT records, each in strings as long as they may be."""
        pieces = ([text[at : at + 255] for at in range(0, len(text), 255)] for text in texts)
        self.has(name, "TXT", *(" ".join(f'"{piece}"' for piece in one) for one in pieces))

    def answer(self, octets: bytes, *, cut: bool) -> bytes:
        query = dns.message.from_wire(octets)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True)
        self.asked.append(f"{dns.rdatatype.to_text(question.rdtype)} {name}")
        reply = dns.message.make_response(query, recursion_available=True)
        found = self.sets.get((question.name, question.rdtype))
        if name in self.failing:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif found is not None:
            reply.answer.append(found)
        elif not any(known == question.name for known, _ in self.sets):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        wire = reply.to_wire()
        if cut and len(wire) > LARGEST_DATAGRAM:
            reply.answer.clear()
            reply.flags |= dns.flags.TC
            wire = reply.to_wire()
        return wire


@contextmanager
def zones() -> Iterator[Zones]:
    made = Zones()
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        made.port = listener.getsockname()[1]
        datagrams.bind(("127.0.0.1", made.port))
        threads = [
            threading.Thread(target=_datagrams, args=(made, datagrams)),
            threading.Thread(target=_streams, args=(made, listener)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield made
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", ("127.0.0.1", made.port))
            listener.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()


def _datagrams(made: Zones, wire: socket.socket) -> None:
    while True:
        octets, sender = wire.recvfrom(65535)
        if not octets:
            return
        wire.sendto(made.answer(octets, cut=True), sender)


def _streams(made: Zones, listener: socket.socket) -> None:
    while True:
        try:
            one, _ = listener.accept()
        except OSError:
            return
        with one, one.makefile("rb") as stream:
            (length,) = struct.unpack("!H", stream.read(2))
            answer = made.answer(stream.read(length), cut=False)
            one.sendall(struct.pack("!H", len(answer)) + answer)
