"""How long the composed part of a boot takes: QEMU's start to the app's first byte, over a guest that only writes one."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Iterator, Sequence

from composer.run.command import command_for
from tests.bench.images import HANG_SECONDS, MACHINES, emulator_for, guest_of
from tests.bench.lab import Lab
from tests.bench.table import Figure, median
from tests.support.guests import HANG, kvm_guest, say

REACH_MS = 5.0
TURNS = 3  # in each round: a start is short, and the difference of two of them is small


def boot(lab: Lab, rounds: int) -> Iterator[Figure]:
    """The two guests take turns on the same machine, so that what else the host does falls on both."""
    folder = lab.folder / "floor"
    folder.mkdir()
    floor = kvm_guest(folder, say(b"H") + HANG)
    hello = guest_of(lab.image("hello-puts"))
    for machine in MACHINES:
        argvs = [command_for(guest, emulator_for(machine)) for guest in (floor, hello)]
        pairs = [tuple(first_byte_ms(argv) for argv in argvs) for _ in range(TURNS * rounds)]
        low, high = (median([pair[side] for pair in pairs]) for side in (0, 1))
        note = f"medians of {TURNS * rounds}: {high:.1f} ms, guest of one byte {low:.1f} ms"
        yield Figure(f"start to main's first byte, {machine}", high - low, "ms", REACH_MS, rival="~95 ms", note=note)


def first_byte_ms(argv: Sequence[str]) -> float:
    """From just before QEMU is started to the first byte on its serial line; it is ended then."""
    start = time.perf_counter()
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        descriptor = process.stdout.fileno()
        ready, _, _ = select.select([descriptor], [], [], HANG_SECONDS)
        byte = os.read(descriptor, 1) if ready else b""
        milliseconds = (time.perf_counter() - start) * 1000
    finally:
        process.kill()
        process.communicate()
    if not byte:
        raise RuntimeError(f"nothing came out of {argv[0]} within {HANG_SECONDS:g} s")
    return milliseconds
