"""Guests behind a relay that loses, doubles, delays and reorders frames."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.composed import ROOT
from tests.support.network import Bench
from tests.support.relay import Counts, Faults
from tests.support.tap import Guest, Wire

RELAY = str(ROOT / "tests/support/relay.py")
TRANSFER = str(ROOT / "tests/support/transfer.py")
RELAY_SECONDS, TRANSFER_SECONDS = 10, 300
_BRIDGE = (
    "ip link add br0 type bridge"
    + "".join(
        f" && {words}"
        for tap in ("tap1", "tap2")
        for words in (f"ip tuntap add {tap} mode tap", f"ip link set {tap} master br0", f"ip link set {tap} up")
    )
    + " && ip link set br0 up"
)


@dataclass(frozen=True, slots=True)
class Relay:
    """Carries the frames of a guest."""

    process: subprocess.Popen[bytes]

    def end(self) -> tuple[Counts, Counts]:
        """Stop; what has become of the frames to the guest and of those from it."""
        output, _ = self.process.communicate(b"", timeout=RELAY_SECONDS)
        to_guest, from_guest = (Counts(**json.loads(line)) for line in output.splitlines())
        return to_guest, from_guest


@contextmanager
def _carrying(here: Wire, card: str, faults: Faults, seed: str, descriptors: Sequence[int] = ()) -> Iterator[Relay]:
    process = subprocess.Popen(
        here.inside(sys.executable, RELAY, card, seed, faults.words()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=descriptors,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield Relay(process)
    finally:
        process.kill()
        process.communicate()


@contextmanager
def relayed(
    here: Wire, bed: Bench, image: Path, faults: Faults, seed: str, options: Sequence[str] = ()
) -> Iterator[tuple[Guest, Relay]]:
    """Start a guest whose frames go through a relay. `options`: more words for QEMU."""
    ours, card = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, card, _carrying(here, str(ours.fileno()), faults, seed, (ours.fileno(),)) as relay:
        network = f"dgram,local.type=fd,local.str={card.fileno()}"
        yield here.start(bed, image, network=network, descriptors=(card.fileno(),), options=options), relay


@contextmanager
def relayed_in_pieces(here: Wire, bed: Bench, image: Path, faults: Faults, seed: str) -> Iterator[tuple[Guest, Relay]]:
    """Likewise, and the card cuts long segments: it is on a tap of its own, and behind a bridge the relay sees the pieces."""
    done = here.client("sh", "-c", _BRIDGE)
    if done.returncode:
        pytest.skip(f"no bridge can be made here: {done.stderr.decode()}")
    with _carrying(here, "tap2", faults, seed) as relay:
        yield here.start(bed, image, network="tap,ifname=tap1,script=no,downscript=no"), relay


def transfer(here: Wire, guest: Guest, what: str, size: int, hint: str) -> float:
    """Seconds of a transfer, which must come through intact; `hint` is how to see it again."""
    done = here.client(sys.executable, TRANSFER, what, str(size), seconds=TRANSFER_SECONDS)
    told = f"{what} {size}, {hint}\n{done.stdout.decode()}{done.stderr.decode()}{guest.told}"
    assert done.stdout.startswith(b"right "), told
    return float(done.stdout.split()[1])


def happened(faults: Faults, counts: Counts, hint: str) -> None:
    """What should befall the frames must have befallen about that many of them."""
    told = f"{counts}, {hint}"
    for share, number in (
        (faults.lost, counts.lost),
        (faults.doubled, counts.doubled),
        (faults.held, counts.overtaken),
    ):
        expected = share * counts.came
        assert (number > 0) == (share > 0), told
        assert number <= 2 * expected + 5, told
    assert faults.lost * counts.came / 2 - 5 <= counts.lost, told
