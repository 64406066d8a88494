"""Run in the namespace of a tap: carry frames between it and a guest's card, and on the way lose, double, delay and overtake some.

relay.py CARD SEED FAULTS     (CARD: another tap, or the descriptor of a socket of datagrams, whose other end is the card; FAULTS: see `Faults.words`)

It prints `ready`, and once its input has ended, one line for each way: what has become of the frames (see `Counts`).
"""

from __future__ import annotations

import fcntl
import heapq
import json
import os
import random
import select
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

TUNSETIFF, IFF_TAP_NO_PI = 0x400454CA, 0x0002 | 0x1000
FRAME_MOST, SOCKET_BYTES = 70000, 1 << 20
AT_ONCE, WAITING_MOST = 64, 2000  # frames of one way: read before the other way has its turn, and on their way at most
RETRY_SECONDS = 0.0002  # the other side takes none just now


@dataclass(frozen=True, slots=True)
class Faults:
    """What befalls frames, the same both ways; shares of 1."""

    lost: float = 0.0
    doubled: float = 0.0
    held: float = 0.0  # these come later than the others, so that others overtake them
    every: int = 0  # the last of so many is lost as well; 0: none
    delay: float = 0.0  # seconds, of all
    hold: float = 0.02  # seconds more, at most, of those that are held

    def words(self) -> str:
        """As an argument."""
        return json.dumps(asdict(self))


@dataclass(slots=True)
class Counts:
    """What has become of the frames of one way; it is `came + doubled == lost + went` when nothing is on its way."""

    came: int = 0
    went: int = 0
    lost: int = 0
    doubled: int = 0
    overtaken: int = 0  # went after one that had come later


@dataclass(slots=True)
class Lane:
    """Frames of one way. The fate of each is drawn when it comes, so it depends on the seed and its number alone."""

    faults: Faults
    rng: random.Random
    counts: Counts = field(default_factory=Counts)
    _waiting: list[tuple[float, int, bytes]] = field(default_factory=list)
    _latest: int = -1

    def take(self, frame: bytes, now: float) -> None:
        """A frame that comes."""
        number, faults, counts = self.counts.came, self.faults, self.counts
        is_lost, is_doubled, is_held, hold = (self.rng.random() for _ in range(4))
        counts.came += 1
        if is_lost < faults.lost or (faults.every and counts.came % faults.every == 0):
            counts.lost += 1
            return
        due = now + faults.delay + (faults.hold * hold if is_held < faults.held else 0)
        heapq.heappush(self._waiting, (due, number, frame))
        if is_doubled < faults.doubled:
            counts.doubled += 1
            heapq.heappush(self._waiting, (due, number, frame))

    def give(self, now: float, send: Callable[[bytes], bool]) -> None:
        """Send what is due, until the other side takes no more."""
        while self._waiting and self._waiting[0][0] <= now and send(self._waiting[0][2]):
            _, number, _ = heapq.heappop(self._waiting)
            self.counts.went += 1
            self.counts.overtaken += number < self._latest
            self._latest = max(number, self._latest)

    def next_due(self) -> float:
        """When something has to be sent."""
        return self._waiting[0][0] if self._waiting else float("inf")

    @property
    def is_full(self) -> bool:
        """No more are to come now; who sends them waits."""
        return len(self._waiting) >= WAITING_MOST


def lanes(seed: str, faults: Faults) -> tuple[Lane, Lane]:
    """To the guest, and from it."""
    return Lane(faults, random.Random(f"{seed} to")), Lane(faults, random.Random(f"{seed} from"))


def _read(descriptor: int, lane: Lane) -> None:
    for _ in range(AT_ONCE):
        try:
            lane.take(os.read(descriptor, FRAME_MOST), time.monotonic())
        except BlockingIOError:
            return


def _send(descriptor: int) -> Callable[[bytes], bool]:
    def send(frame: bytes) -> bool:
        try:
            os.write(descriptor, frame)
        except (BlockingIOError, ConnectionRefusedError):  # a queue is full
            return False
        return True

    return send


def carry(tap: int, card: int, seed: str, faults: Faults) -> tuple[Counts, Counts]:
    """Until the input ends."""
    to_guest, from_guest = lanes(seed, faults)
    ways = ((tap, to_guest, _send(card)), (card, from_guest, _send(tap)))
    while True:
        due = min(to_guest.next_due(), from_guest.next_due()) - time.monotonic()
        sources = [source for source, lane, _ in ways if not lane.is_full]
        ready, _, _ = select.select([*sources, 0], [], [], None if due == float("inf") else max(due, RETRY_SECONDS))
        if 0 in ready:
            return to_guest.counts, from_guest.counts
        for source, lane, send in ways:
            if source in ready:
                _read(source, lane)
            lane.give(time.monotonic(), send)


def _tap(name: str) -> int:
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    return tap


def _socket(descriptor: int) -> int:
    with socket.socket(fileno=descriptor) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BYTES)
        wire.setblocking(False)
        return wire.detach()


def main() -> None:
    """Carry frames."""
    card, seed, faults = sys.argv[1], sys.argv[2], Faults(**json.loads(sys.argv[3]))
    ends = _tap("tap0"), _socket(int(card)) if card.isdecimal() else _tap(card)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for counts in carry(*ends, seed, faults):
        sys.stdout.write(json.dumps(asdict(counts)) + "\n")


if __name__ == "__main__":
    main()
