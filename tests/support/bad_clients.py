"""Run beside a guest that serves a page: clients as nobody wants them, and a good one among them. Prints one line of JSON.

bad_clients.py half-open COUNT SEED     SYNs of as many spoofed sources, whose answers nobody acknowledges
bad_clients.py slow COUNT SEED PAUSE    all at once; each sends a byte of its request and waits for PAUSE seconds
bad_clients.py row COUNT SEED           one that says nothing, and behind it, in the row of a server that has one client at a time, such that reset at once
bad_clients.py rude COUNT SEED          each does one of what stands in RUDE, 50 at a time
bad_clients.py greedy COUNT SEED PAUSE  all at once; they ask and ask, read nothing for PAUSE seconds, and are gone
bad_clients.py deaf COUNT SEED PAUSE    all at once; they ask so that the server closes, and read nothing; after PAUSE seconds it must have given up
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.checksum import checksum

GUEST, PORT, WITNESS_PORT, TAP = "10.9.0.2", 8080, 9000, "tap0"
ROW_BYTES = 256 << 10  # for the longest row of a listener
REQUEST = b"GET / HTTP/1.1\r\nHost: guest\r\nConnection: close\r\n\r\n"
SECONDS = 30.0  # for one page
TOGETHER = 50
FLOOD_RATE = 4000  # SYNs in a second
ARP, ASKED_MOST = 0x0806, 100  # of so many SYNs one may lead to a question
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Served:
    """What became of clients."""

    done: int = 0
    slowest: float = 0.0
    why: Counter[str] = field(default_factory=Counter)  # they failed

    @property
    def failed(self) -> int:
        """How many have not got what they asked for."""
        return self.why.total()

    async def record(self, page: Awaitable[bytes], seconds: float = SECONDS) -> None:
        """Wait for a page and count it."""
        begin = time.monotonic()
        try:
            reply = await asyncio.wait_for(page, seconds)
        except OSError as error:  # TimeoutError among them
            self.why[repr(error)] += 1
        else:
            # Where a server has no descriptor left for its file, it says so.
            if not reply.startswith((b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 404 ")) or b"\r\n\r\n" not in reply:
                self.why[f"reply {reply[:40]!r}"] += 1
        self.slowest = max(self.slowest, time.monotonic() - begin)
        self.done += 1


@contextlib.asynccontextmanager
async def connected(receive_bytes: int = 0) -> AsyncIterator[Stream]:
    """A connection to the guest, which is closed in the end."""
    wire = socket.socket()
    wire.setblocking(False)
    if receive_bytes:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        await asyncio.get_running_loop().sock_connect(wire, (GUEST, PORT))
    except BaseException:
        wire.close()
        raise
    reader, writer = await asyncio.open_connection(sock=wire)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def page(pause: float = 0) -> bytes:
    """The page, for which a client asks at once or byte by byte."""
    async with connected() as (reader, writer):
        for byte in REQUEST if pause else b"":
            writer.write(bytes((byte,)))
            await asyncio.sleep(pause)
        writer.write(b"" if pause else REQUEST)
        return await reader.read()


@contextlib.asynccontextmanager
async def good_client() -> AsyncIterator[Served]:
    """A client that asks for one page after the other meanwhile, and once more in the end."""
    served, is_over = Served(), asyncio.Event()

    async def ask() -> None:
        while not is_over.is_set():
            await served.record(page())

    task = asyncio.create_task(ask())
    try:
        yield served
    finally:
        is_over.set()
        await task


def reset(writer: asyncio.StreamWriter) -> None:
    """End the connection by a reset, unless the server has done so."""
    if not writer.is_closing():
        wire: socket.socket = writer.get_extra_info("socket")
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


async def goes_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random) -> None:
    """Connects, and closes."""


async def resets_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random) -> None:
    """Connects, and resets."""
    reset(writer)


async def asks_in_part(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random) -> None:
    """Sends a part of a request."""
    writer.write(REQUEST[: rng.randint(1, len(REQUEST) - 1)])
    await writer.drain()


async def asks_in_part_and_resets(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random
) -> None:
    """Sends a part of a request, and resets."""
    await asks_in_part(reader, writer, rng)
    await asyncio.sleep(rng.random() / 50)
    reset(writer)


async def goes_unanswered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random) -> None:
    """Asks, and closes before the reply."""
    writer.write(REQUEST)
    await asyncio.sleep(rng.random() / 50)


async def resets_in_the_reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random) -> None:
    """Reads the first byte of the reply, and resets."""
    writer.write(REQUEST)
    await reader.read(1)
    reset(writer)


async def ends_with_the_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random) -> None:
    """Says that nothing more will come, and reads the reply."""
    writer.write(REQUEST)
    writer.write_eof()
    await reader.read()


async def says_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random) -> None:
    """Connects and does nothing for a while."""
    await asyncio.sleep(rng.random() / 5)


async def talks_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random) -> None:
    """Sends what is no request and does not read what comes back."""
    writer.write(rng.randbytes(rng.randint(1, 5000)))
    await writer.drain()
    await asyncio.sleep(rng.random() / 50)


async def never_reads(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rng: random.Random) -> None:
    """Asks for more than its buffer takes, does not read it, and resets."""
    writer.write(REQUEST.replace(b"close", b"keep-alive") * rng.randint(20, 100))
    await asyncio.sleep(rng.random() / 5)
    reset(writer)


RUDE = (
    *(goes_at_once, resets_at_once, asks_in_part, asks_in_part_and_resets, goes_unanswered),
    *(resets_in_the_reply, ends_with_the_request, says_nothing, talks_nonsense, never_reads),
)


async def rude(count: int, rng: random.Random) -> Served:
    """As many clients with bad manners."""
    turns, served = asyncio.Semaphore(TOGETHER), Served()

    async def one(way: Callable[..., Awaitable[None]], seed: int) -> None:
        async with turns:
            try:
                async with asyncio.timeout(SECONDS), connected(2048) as (reader, writer):
                    await way(reader, writer, random.Random(seed))
            except ConnectionError:
                pass  # the server may have had enough of it
            except TimeoutError:
                served.why[way.__name__] += 1
            served.done += 1

    await asyncio.gather(*(one(rng.choice(RUDE), rng.getrandbits(32)) for _ in range(count)))
    return served


async def memory_in_use() -> int:
    """What the witness says."""
    with socket.socket(type=socket.SOCK_DGRAM) as wire:
        wire.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(wire, (GUEST, WITNESS_PORT))
        await loop.sock_sendall(wire, b"?")
        told = await asyncio.wait_for(loop.sock_recv(wire, 100), SECONDS)
    return int(told.split()[1])


async def row(count: int) -> Served:
    """As many that have gone when the server could take them; meanwhile they may not take much."""
    served = Served()
    async with connected():
        for _ in range(count):
            async with connected() as (_, writer):
                reset(writer)
            served.done += 1
        memory = await memory_in_use()
    if memory > ROW_BYTES:
        served.why[f"{memory} bytes for a row"] += 1
    return served


async def slow(count: int, pause: float) -> Served:
    """As many clients at once, none of which is in a hurry."""
    served = Served()
    seconds = SECONDS + 2 * pause * len(REQUEST)
    await asyncio.gather(*(served.record(page(pause), seconds) for _ in range(count)))
    return served


async def greedy(count: int, pause: float) -> Served:
    """As many clients at once that want much and read nothing of it."""
    served = Served()

    async def one() -> None:
        try:
            async with connected(2048) as (_, writer):
                writer.transport.set_write_buffer_limits(high=1)
                end = time.monotonic() + pause
                while (left := end - time.monotonic()) > 0:
                    writer.write(REQUEST.replace(b"close", b"keep-alive") * 100)
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(writer.drain(), left)
                reset(writer)
        except ConnectionError:
            pass
        served.done += 1

    await asyncio.gather(*(one() for _ in range(count)))
    return served


async def deaf(count: int, pause: float) -> Served:
    """As many clients at once for which the server has done all, but for bytes that they do not take."""
    served = Served()

    async def one() -> None:
        wire = socket.socket()
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        wire.setblocking(False)
        with wire:
            loop = asyncio.get_running_loop()
            await loop.sock_connect(wire, (GUEST, PORT))
            await loop.sock_sendall(wire, REQUEST.replace(b"close", b"keep-alive") * 39 + REQUEST)
            await asyncio.sleep(pause)
            served.done += 1
            with contextlib.suppress(ConnectionResetError):
                while await asyncio.wait_for(loop.sock_recv(wire, 4096), SECONDS):
                    pass
                served.why["the rest instead of a reset"] += 1

    await asyncio.gather(*(one() for _ in range(count)))
    return served


def opening(source: bytes, port: int, number: int) -> bytes:
    """A SYN to the guest, from its IP header on."""
    to = socket.inet_aton(GUEST)
    segment = struct.pack(">HHIIBBHHH", port, PORT, number, 0, 0x60, 2, 64240, 0, 0) + bytes((2, 4, 5, 180))
    pseudo = source + to + struct.pack(">HH", socket.IPPROTO_TCP, len(segment))
    segment = segment[:16] + checksum(pseudo + segment).to_bytes(2, "big") + segment[18:]
    header = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(segment), 0, 0, 64, socket.IPPROTO_TCP, 0, source, to)
    return header[:10] + checksum(header).to_bytes(2, "big") + header[12:] + segment


def guests_hardware_address() -> bytes:
    """As the kernel has found it out."""
    rows = [line.split() for line in Path("/proc/net/arp").read_text().splitlines()[1:]]
    return bytes.fromhex(next(row[3] for row in rows if row[0] == GUEST).replace(":", ""))


def sources(rng: random.Random) -> bytes:
    """A spoofed address: somewhere in the world, or a neighbour that is not there."""
    neighbour = bytes((10, 9, 0, rng.randint(3, 254)))
    return rng.choice((neighbour, bytes((rng.randint(11, 126), *rng.randbytes(3)))))


def frames(wire: socket.socket) -> int:
    """How many frames have come so far; a full buffer is many."""
    count = 0
    with contextlib.suppress(BlockingIOError):
        while wire.recv(2048):
            count += 1
    return count


async def half_open(count: int, rng: random.Random) -> Served:
    """As many connections that are asked for and never made, in bursts of 20; the guest may not ask where all the neighbours are."""
    await page()  # now the guest's hardware address is known
    served, begin, burst = Served(), time.monotonic(), 20
    with (
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire,
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ARP)) as asked,
    ):
        asked.setblocking(False)
        asked.bind((TAP, ARP))
        wire.bind((TAP, 0))
        head = guests_hardware_address() + wire.getsockname()[4] + b"\x08\x00"
        while served.done < count:
            for _ in range(min(burst, count - served.done)):
                wire.send(head + opening(sources(rng), rng.randint(1024, 65535), rng.getrandbits(32)))
                served.done += 1
            await asyncio.sleep(max(0, begin + served.done / FLOOD_RATE - time.monotonic()))
        questions = frames(asked)
    if questions > count / ASKED_MOST:
        served.why[f"{questions} questions for neighbours"] += 1
    return served


async def run(what: str, count: int, seed: int, pause: float) -> dict[str, object]:
    """What became of the bad clients and of the good one."""
    rng = random.Random(seed)
    makers: dict[str, Callable[[], Awaitable[Served]]] = {
        "half-open": lambda: half_open(count, rng),
        "slow": lambda: slow(count, pause),
        "rude": lambda: rude(count, rng),
        "row": lambda: row(count),
        "greedy": lambda: greedy(count, pause),
        "deaf": lambda: deaf(count, pause),
    }
    async with good_client() as good:
        bad = await makers[what]()
    return {
        "done": bad.done,
        "failed": bad.failed,
        "good": good.done,
        "good_failed": good.failed,
        "slowest": good.slowest,
        "why": [*bad.why.items(), *good.why.items()],
    }


if __name__ == "__main__":
    what, count, seed, *pause = sys.argv[1:]
    sys.stdout.write(json.dumps(asyncio.run(run(what, int(count), int(seed), float(pause[0] if pause else 0)))))
