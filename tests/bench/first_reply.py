"""How long a server takes from QEMU's start to its first reply, over a guest on the same machine that only writes one byte."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

from composer.run.command import CONSOLE, quiet_machine
from tests.bench.boot import TURNS, first_byte_ms
from tests.bench.calls import undisturbed
from tests.bench.images import QEMU
from tests.bench.lab import ROOT, Lab, image_of
from tests.bench.requests import ADDRESS
from tests.bench.table import Figure, median
from tests.support.guests import HANG, kvm_guest, say
from tests.support.tap import GUEST, MMIO, MODERN_MMIO, PCI, Wire, wire

REACH_MS = 15.0
CLIENT = ROOT / "tests/bench/host/first_reply.py"
PORT, LIMIT_SECONDS = "8080", "10"
MACHINES = {"microvm": (MMIO, MODERN_MMIO), "q35": (PCI, ())}


def first_reply(lab: Lab, rounds: int) -> Iterator[Figure]:
    """The two guests take turns; a client asks all the time, and knows where the card is."""
    folder, project = lab.folder / "floor-reply", lab.project("httpreply", "-first")
    folder.mkdir()
    lab.build(project, words=ADDRESS)
    images = (kvm_guest(folder, say(b"H") + HANG).image, image_of(project, "httpreply"))
    for machine, (card, words) in MACHINES.items():
        floor, ours = (_command(machine, card, words, str(image)) for image in images)
        turns = [(_floor_ms(floor), _reply_ms(ours)) for _ in range(TURNS * rounds)]
        low, high = (median([turn[side] for turn in turns]) for side in (0, 1))
        note = f"medians of {len(turns)}: {high:.1f} ms, guest of one byte {low:.1f} ms"
        yield Figure(f"start to first reply, {machine}", high - low, "ms", REACH_MS, rival="~100 ms", note=note)


def _command(machine: str, card: str, words: Sequence[str], image: str) -> tuple[str, ...]:
    return (
        *(*quiet_machine(QEMU, machine, "tcg", "max"), *words, "-m", "16M", "-kernel", image, "-append", "-- --"),
        *("-netdev", "tap,id=n,ifname=tap0,script=no,downscript=no", "-device", f"{card},netdev=n", *CONSOLE),
    )


def _floor_ms(command: Sequence[str]) -> float:
    with wire() as here, undisturbed():
        return first_byte_ms(here.inside(*command))


def _reply_ms(command: Sequence[str]) -> float:
    with wire() as here, undisturbed(), _asking(here) as client:
        assert client.stdout is not None
        client.stdout.readline()
        start = time.monotonic()
        with subprocess.Popen(here.inside(*command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as guest:
            replied = client.stdout.readline()
            guest.kill()
    if not replied:
        raise RuntimeError(f"nobody answers at {GUEST}")
    return (float(replied) - start) * 1000


def _asking(here: Wire) -> subprocess.Popen[bytes]:
    here.client("ip", "neigh", "replace", GUEST, "lladdr", "52:54:00:12:34:56", "dev", "tap0")
    words = here.inside(sys.executable, str(CLIENT), GUEST, PORT, LIMIT_SECONDS)
    return subprocess.Popen(words, stdout=subprocess.PIPE)
