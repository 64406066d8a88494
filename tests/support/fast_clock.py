"""Machines whose time jumps to the next timer whenever the guest waits: a day is some seconds. What the guest sends is recorded with its own time.

The network is QEMU's own (10.0.2.0/24), which answers before the time goes on; from any other process an answer would take minutes of the guest's time.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.composed import KVM, KVM_ARM
from tests.support.dhcp_server import Question, parse
from tests.support.network import MMIO, MODERN_MMIO, Bench, Monitor, machine_command
from tests.support.survival import WITNESS_PORT, Held
from tests.support.tap import Guest

FAST = (*MODERN_MMIO, "-icount", "shift=3,sleep=off")
# Other timers of the machine would be waited for as well.
FAST_BEDS = {
    "microvm": Bench(KVM, "microvm,pit=off,pic=off,rtc=off", MMIO, words=FAST),
    "virt": Bench(KVM_ARM, "virt", MMIO, words=FAST),
}
GUEST, CLOSED = "10.0.2.15", 20
REACHED = f"network: {GUEST}\n".encode()
PORT = 5001  # of tests/boot/apps/transfers
MINUTE, HOUR, DAY = 60, 3600, 86400
IP, TCP, UDP = b"\x08\x00", 6, 17
PORTS = struct.pack(">HH", 68, 67)
SECONDS = 20
# While it is on, nothing reaches the guest.
SILENCE = (
    *("-chardev", "null,id=nowhere", "-object"),
    "filter-redirector,id=silence,netdev=n,queue=tx,outdev=nowhere,status=off",
)


@dataclass(frozen=True, slots=True)
class Record:
    """The frames of a guest's card, both ways."""

    file: Path

    @property
    def options(self) -> tuple[str, ...]:
        """What makes QEMU record."""
        return ("-object", f"filter-dump,id=record,netdev=n,file={self.file}")

    def frames(self) -> Iterator[tuple[float, bytes]]:
        """Each, with the seconds since the first."""
        content, at, begin = self.file.read_bytes() if self.file.exists() else b"", 24, None
        while at + 16 <= len(content):
            seconds, microseconds, size, _ = struct.unpack_from("<IIII", content, at)
            now = seconds + microseconds / 1e6
            begin = now if begin is None else begin
            yield now - begin, content[at + 16 : at + 16 + size]
            at += 16 + size

    def questions(self) -> list[tuple[float, Question]]:
        """What the guest asked the servers of DHCP."""
        return [
            (when, parse(frame[42:]))
            for when, frame in self.frames()
            if (frame[12:14], frame[23], frame[34:38]) == (IP, UDP, PORTS)
        ]

    def probes(self) -> list[float]:
        """When the guest asked by TCP whether the other side is there: a segment of nothing that begins before what comes next."""
        found: list[float] = []
        ends: dict[bytes, int] = {}
        for when, frame in self.frames():
            size = int.from_bytes(frame[16:18], "big") - 20 - (frame[46:47] or b"\0")[0] // 16 * 4
            if (frame[12:14], frame[23], frame[34:36]) != (IP, TCP, PORT.to_bytes(2, "big")):
                continue
            number = int.from_bytes(frame[38:42], "big")
            found += [when] if size == 0 and number + 1 == ends.get(frame[36:38]) else []
            ends[frame[36:38]] = max(number + size, ends.get(frame[36:38], 0))
        return found

    def passed(self) -> float:
        """Seconds so far."""
        return max((when for when, _ in self.frames()), default=0.0)

    def wait(self, seconds: float, guest: Guest, most: float = 120.0) -> None:
        """Until so much of the guest's time has passed; of ours, `most`."""
        deadline = time.monotonic() + most
        while self.passed() < seconds:
            assert guest.process.poll() is None, guest.told
            assert time.monotonic() < deadline, f"only {self.passed()} s passed\n{guest.told}"
            time.sleep(0.2)


@dataclass(frozen=True, slots=True)
class Fast:
    """A guest of the app `transfers` whose time is fast."""

    guest: Guest
    monitor: Monitor
    record: Record
    port: int
    witness: int

    def connected(self) -> socket.socket:
        """A connection to the guest."""
        return socket.create_connection(("127.0.0.1", self.port), SECONDS)

    def silence(self, is_silent: bool) -> None:
        """Let nothing reach the guest, or everything again."""
        word = "on" if is_silent else "off"
        self.monitor.command("qom-set", path="/objects/silence", property="status", value=word)

    def held(self) -> Held:
        """What the guest says of itself."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.settimeout(SECONDS)
            asked.connect(("127.0.0.1", self.witness))
            asked.send(b"?")
            return Held(*map(int, asked.recv(100).split()))

    def held_at_rest(self) -> Held:
        """The same after some use, and ten minutes in which all that has ended is forgotten."""
        use(self)
        self.record.wait(self.record.passed() + 10 * MINUTE, self.guest)
        return self.held()


def is_answered(wire: socket.socket, words: bytes) -> bool:
    """Whether the guest says the same, on a connection that it echoes."""
    wire.sendall(words)
    return wire.recv(100) == words


def use(clock: Fast) -> None:
    """Make connections, of most of which the guest remembers the ends."""
    with clock.connected() as wire:
        wire.sendall(b"echo\n")
        assert is_answered(wire, b"once"), clock.guest.told
    for _ in range(CLOSED):
        with clock.connected() as wire:
            wire.sendall(b"give 3\n")
            assert len(wire.recv(100)) == 3, clock.guest.told
            wire.recv(100)


@contextmanager
def fast(bed: Bench, image: Path, folder: Path, line: str = "-- --") -> Iterator[Fast]:
    """Start it; it is dead when the context ends."""
    monitor, record = Monitor(str(folder / "monitor")), Record(folder / "record")
    with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        for trial in (stream, datagrams):
            trial.bind(("127.0.0.1", 0))
        port, witness = stream.getsockname()[1], datagrams.getsockname()[1]
    network = f"user,hostfwd=tcp:127.0.0.1:{port}-:{PORT},hostfwd=udp:127.0.0.1:{witness}-:{WITNESS_PORT}"
    more = (*monitor.words, *record.options, *SILENCE)
    with subprocess.Popen(
        machine_command(bed, image, line, network, more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
    ) as process:
        try:
            yield Fast(Guest(process), monitor, record, port, witness)
        finally:
            process.kill()
            monitor.close()
