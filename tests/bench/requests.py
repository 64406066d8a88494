"""How many instructions a guest executes for each request, by a client whose every frame is decided here: so the count is always the same."""

from __future__ import annotations

import select
import socket
import statistics
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from tests.bench.counter import Counter, counter
from tests.support.checksum import checksum
from tests.support.network import BENCHES, Bench, on_the_wire

CARD, OURS, EVERYBODY = bytes.fromhex("525400123456"), bytes.fromhex("525400abcdef"), b"\xff" * 6
GUEST, HOST = bytes((10, 9, 0, 2)), bytes((10, 9, 0, 1))
ADDRESS = ("--set", "net.address=10.9.0.2/24")  # of the images that are measured
PATIENCE_OFF = ("--set", "virtio-net.patience=0")  # where instructions are counted: to look out for frames is no work
ARP, IP, TCP = 0x0806, 0x0800, 6
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
WINDOW, PORT, FIRST_PORT = 0xFFFF, 8080, 20000
REQUEST = b"GET / HTTP/1.1\r\nHost: 10.9.0.2:8080\r\n\r\n"
SECONDS = 20.0
MACHINES: Mapping[str, Bench] = {"kvm/x86_64": BENCHES["microvm"], "kvm/aarch64": BENCHES["virt-mmio"]}
# Connections that the guest remembers make some requests longer, so it shall remember as many as it ever does.
WARM, COUNTED = 150, 40


# Asks for ever; each turn is a request.
Client = Callable[[socket.socket, Callable[[], object]], Iterator[None]]


@dataclass(slots=True)
class Segment:
    """A segment of TCP that has come from the guest."""

    sequence: int
    flags: int
    data: bytes


@dataclass(slots=True)
class Connection:
    """One connection to the guest, over the datagram socket `wire` whose datagrams are frames; raises RuntimeError if it does not go on."""

    wire: socket.socket
    pause: Callable[[], object]  # before each segment that is sent
    port: int
    sent: int = 1000  # the number of the next byte
    taken: int = 0  # the number of the next byte of the guest's

    def open(self) -> None:
        """Until the guest has been told that it is open."""
        self.send(SYN)
        self.taken = self.next().sequence + 1
        self.send(ACK)

    def ask(self, request: bytes) -> bytes:
        """The reply to `request`, whose header names its length; what has come is acknowledged with the next request."""
        self.send(PSH | ACK, request)
        reply = b""
        while not _is_whole(reply):
            reply += self.take().data
        return reply

    def end(self) -> None:
        """Wait for the guest to end it, and end it too."""
        while not self.take().flags & FIN:
            pass
        self.send(FIN | ACK)
        self.next()

    def take(self) -> Segment:
        """The next segment that brings something new."""
        while True:
            segment = self.next()
            if segment.sequence == self.taken and (segment.data or segment.flags & FIN):
                self.taken += len(segment.data) + (segment.flags & FIN)
                return segment

    def send(self, flags: int, data: bytes = b"") -> None:
        """Send a segment, which is not sent again."""
        self.pause()
        tcp = struct.pack(
            ">HHIIBBHHH", self.port, PORT, self.sent, self.taken if flags & ACK else 0, 0x50, flags, WINDOW, 0, 0
        )
        pseudo = HOST + GUEST + struct.pack(">HH", TCP, len(tcp + data))
        tcp = tcp[:16] + checksum(pseudo + tcp + data).to_bytes(2, "big") + tcp[18:]
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp + data), 0, 0, 64, TCP, 0, HOST, GUEST)
        ip = ip[:10] + checksum(ip).to_bytes(2, "big") + ip[12:]
        self.wire.send(CARD + OURS + IP.to_bytes(2, "big") + ip + tcp + data)
        self.sent += len(data) + bool(flags & (SYN | FIN))

    def next(self) -> Segment:
        """The next segment of this connection; meanwhile the guest is told who we are."""
        while True:
            if not select.select([self.wire], [], [], SECONDS)[0]:
                raise RuntimeError("nothing comes from the guest")
            frame = self.wire.recv(1 << 16)
            kind, body = int.from_bytes(frame[12:14], "big"), frame[14:]
            if kind == ARP and body[6:8] == b"\0\1" and body[24:28] == HOST:
                self.wire.send(CARD + OURS + frame[12:14] + body[:7] + b"\2" + OURS + HOST + body[8:18])
            elif kind == IP and body[9] == TCP and int.from_bytes(body[22:24], "big") == self.port:
                return _segment(body[: int.from_bytes(body[2:4], "big")])


def _segment(packet: bytes) -> Segment:
    sequence, start, flags = int.from_bytes(packet[24:28], "big"), 20 + (packet[32] >> 4) * 4, packet[33]
    if flags & RST:
        raise RuntimeError("the guest refuses the connection")
    return Segment(sequence, flags, packet[start:])


def _is_whole(reply: bytes) -> bool:
    head, _, body = reply.partition(b"\r\n\r\n")
    _, found, length = head.partition(b"Content-Length: ")
    return bool(found) and len(body) >= int(length.split()[0]) if b"\r\n\r\n" in reply else False


def keep_alive(wire: socket.socket, pause: Callable[[], object]) -> Iterator[None]:
    """Requests on one connection."""
    connection = Connection(wire, pause, FIRST_PORT)
    connection.open()
    while True:
        connection.ask(REQUEST)
        yield


def one_each(wire: socket.socket, pause: Callable[[], object]) -> Iterator[None]:
    """Requests on a connection for each."""
    for port in range(FIRST_PORT, 1 << 16):
        connection = Connection(wire, pause, port)
        connection.open()
        connection.ask(REQUEST)
        connection.end()
        yield


SERVERS: Mapping[str, Client] = {"http-keepalive": keep_alive, "httpreply": one_each}


def instructions(client: Client, target: str, image: Path, argument: str = "") -> int:
    """The instructions for a request of `client`; raises RuntimeError if the guest, which has `argument`, does not answer.

    What happens besides, as the stack's timers, only adds: so this is where the lowest quarter of the requests ends.
    """
    with counter() as counted:
        bench = MACHINES[target]
        with on_the_wire(replace(bench, words=(*bench.words, *counted.words)), image, f"-- {argument} --") as peer:
            peer.wait_for(b"network: 10.9.0.2\n")
            return int(statistics.quantiles(_counts(client(peer.wire, counted.calm), counted))[0])


def _counts(turns: Iterator[None], counted: Counter) -> list[int]:
    for _ in range(WARM):
        next(turns)
    totals = [counted.calm()]
    for _ in range(COUNTED):
        next(turns)
        totals.append(counted.calm())
    return [later - earlier for earlier, later in pairwise(totals)]
