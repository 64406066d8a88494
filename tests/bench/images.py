"""How large images are, and the least memory in which one runs."""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from composer.model.target import Target
from composer.run.command import command_for
from composer.run.guest import Emulator, Guest
from tests.bench.lab import FLAT_TARGETS, TARGET, Lab
from tests.bench.table import Figure
from tests.support.guests import end, kvm_guest

MACHINES = ("microvm", "q35")
QEMU = "qemu-system-x86_64"
MOST_KIB = 16 << 10
HANG_SECONDS = 10.0


def sizes(lab: Lab) -> Iterator[Figure]:
    """Bytes of the stripped files, with every protection."""
    hello, puts = (lab.image(name).stat().st_size for name in ("hello", "hello-puts"))
    yield Figure(f"hello with printf, {TARGET}", hello, "B", 6144, rival="138,944 B")
    yield Figure(f"hello with puts, {TARGET}", puts, "B", 3072)
    for target in FLAT_TARGETS:
        size = lab.image("hello", target).stat().st_size
        yield Figure(f"hello with printf, {target}", size, "B", 12_288, rival="84,480 B")
    for target in ("linux/x86_64", "linux/aarch64"):
        yield Figure(f"hello with printf, {target}", lab.image("hello", target).stat().st_size, "B")


def memory(lab: Lab) -> Iterator[Figure]:
    """The least `-m` on which hello ends with status 0, over that of a guest that does nothing else.

    Searched in KiB but judged in MiB, in which QEMU counts: nothing of QEMU's sets a bound below that, so that in
    KiB the other guest needs just the memory below its own last byte.
    """
    folder = lab.folder / "least"
    folder.mkdir()
    least = kvm_guest(folder, end(b"E", 0))
    hello = guest_of(lab.image("hello"))
    for machine in MACHINES:
        floor, ours = (least_kib(functools.partial(runs, guest, machine, folder)) for guest in (least, hello))
        note = f"exactly {ours:,} KiB, that guest {floor:,} KiB"
        name = f"least memory for hello, {machine}"
        yield Figure(name, whole_mib(ours), "MiB", whole_mib(floor), rival="2 MiB", note=note)


def whole_mib(kib: int) -> int:
    """`kib` in MiB, rounded up."""
    return -(-kib // 1024)


def guest_of(image: Path, memory: int = MOST_KIB << 10) -> Guest:
    """The guest with so many bytes of memory that an image is for `TARGET`."""
    return Guest(image, image, Target(*TARGET.split("/")), memory)


def emulator_for(machine: str) -> Emulator:
    """QEMU's own translator, which behaves alike everywhere; raises RuntimeError where there is no QEMU."""
    program = shutil.which(QEMU)
    if program is None:
        raise RuntimeError(f"{QEMU} is not on this machine")
    return Emulator(program, machine, "tcg")


def runs(guest: Guest, machine: str, folder: Path, kib: int) -> bool:
    """Whether `guest` ends by itself with status 0 in so much memory."""
    record = folder / "record"
    record.unlink(missing_ok=True)
    shrunk = Guest(guest.image, guest.debug, guest.target, kib << 10)
    argv = command_for(shrunk, emulator_for(machine), str(record))
    try:
        subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, timeout=HANG_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return record.is_file() and record.read_bytes() == b"E\0"


def least_kib(works: Callable[[int], bool], most: int = MOST_KIB) -> int:
    """The least number for which `works`, if it works for all above that; raises RuntimeError if not even for `most`."""
    if not works(most):
        raise RuntimeError(f"the guest does not run in {most} KiB")
    fails, least = 0, most
    while least - fails > 1:
        middle = (fails + least) // 2
        fails, least = (fails, middle) if works(middle) else (middle, least)
    return least
