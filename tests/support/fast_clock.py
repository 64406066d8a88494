"""Machines whose time jumps to the next timer whenever the guest waits: a day is some seconds. What the guest sends is recorded with its own time."""

from __future__ import annotations

import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.composed import KVM, KVM_ARM
from tests.support.dhcp_server import Question, parse
from tests.support.network import MMIO, MODERN_MMIO, Bench
from tests.support.tap import BY_TAP, Guest

NETWORK = f"{BY_TAP},vnet_hdr=off"  # or there would be something in front of frames that are recorded
FAST = (*MODERN_MMIO, "-icount", "shift=3,sleep=off")
# Other timers of the machine would be waited for as well.
FAST_BEDS = {
    "microvm": Bench(KVM, "microvm,pit=off,pic=off,rtc=off", MMIO, words=FAST),
    "virt": Bench(KVM_ARM, "virt", MMIO, words=FAST),
}
MINUTE, HOUR, DAY = 60, 3600, 86400
IP, ARP, UDP = b"\x08\x00", b"\x08\x06", 17
PORTS = struct.pack(">HH", 68, 67)


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
