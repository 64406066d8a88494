"""What a program asks of the system, against the same objects as the first process of a Linux guest."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from composer.pipeline.fresh import store_folder
from composer.pipeline.read import read_image
from composer.reach.objects import read_symbols
from composer.run.command import command_for
from tests.bench.images import emulator_for, guest_of
from tests.bench.lab import APPS, RECIPES, Lab, image_of
from tests.bench.linux_guest import Timed, initramfs, linux_command, run_timed
from tests.bench.linux_kernel import kernel
from tests.bench.linux_link import link_for_linux
from tests.bench.table import Figure, median

REACH_PROGRAMS = {
    "timed-sqlite": {"sqlite": 1.05},
    "timed-lua": {"lua-fib": 0.98, "lua-sort": 0.98, "lua-strings": 0.98},
    "timed-minigzip": {"minigzip": 0.98},
}
REACH = {"getpid": 10.0, "write": 5.0, "clock_gettime": 1.0, "malloc/free": 1.0}
PAGE_BYTES = 4096
MOVED = ("main", "clock_gettime")  # first and last of what both sides have
Pair = tuple[Sequence[str], Sequence[str]]


def calls(lab: Lab, rounds: int) -> Iterator[Figure]:
    """How many times faster than Linux each call is."""
    return compared(_shifted(lab, "calls", rounds), REACH)


def programs(lab: Lab, rounds: int) -> Iterator[Figure]:
    """How many times faster than Linux whole programs of others are: SQLite's own measure, Lua scripts, minigzip of 4 MiB."""
    for name, reach in REACH_PROGRAMS.items():
        yield from compared(_shifted(lab, name, rounds), reach)


def _shifted(lab: Lab, name: str, rounds: int) -> Iterator[Pair]:
    """The app, all its code but the first function at other addresses in each round.

    QEMU finds translated code by some bits of its address: a loop that is unlucky takes up to half as long again.
    Raises RuntimeError if two rounds had the same addresses.
    """
    seen: dict[str, set[int]] = {symbol: set() for symbol in MOVED}
    for number in range(rounds):
        commands = _pair(lab, name, shift=PAGE_BYTES * number // rounds)
        addresses = _addresses(image_of(lab.folder / name, name).with_suffix(".dbg"))
        for symbol, before in seen.items():
            before.add(addresses[symbol])
            if len(before) <= number:
                raise RuntimeError(f"{name}: {symbol} is where it was in an earlier round")
        yield commands


def _addresses(linked: Path) -> Mapping[str, int]:
    return {symbol.name: symbol.value for symbol in read_symbols(linked.read_bytes())}


def _pair(lab: Lab, name: str, shift: int) -> Pair:
    """The commands that run the app `name` of the benchmarks as an image of ours, and as the first process of Linux."""
    folder = lab.folder / name
    if not folder.exists():
        lab.project(name, home=APPS)
    manifest = folder / "unikernel.yaml"
    manifest.write_text(re.sub(r'SHIFT: "\d+"', f'SHIFT: "{shift}"', manifest.read_text()))
    lab.build(folder, words=("--recipes", str(RECIPES)))
    built = image_of(folder, name)
    image = read_image(built.parent)
    program, root = lab.folder / f"{name}.linux", lab.folder / f"{name}.cpio"
    link_for_linux(image, lab.store, program)
    root.write_bytes(initramfs(program.read_bytes()))
    ours = command_for(guest_of(built, image.memory), emulator_for("microvm"))
    return ours, linux_command(kernel(Path(store_folder()) / "linux"), root)


def compared(pairs: Iterable[Pair], reach: Mapping[str, float]) -> Iterator[Figure]:
    """Ratios of medians; the guests take turns, so that what else this machine does falls on both."""
    turns = [_turn(commands) for commands in pairs]
    for name, least in reach.items():
        ours, linux = (_median(name, [turn[side] for turn in turns]) for side in (0, 1))
        note = f"medians of {len(turns)}: {_spell(ours)}, Linux {_spell(linux)}"
        yield Figure(f"{name}, Linux over ours", linux / ours, "x", least, at_least=True, note=note)


def _turn(commands: Pair) -> tuple[Timed, ...]:
    with undisturbed():
        return tuple(run_timed(argv) for argv in commands)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Have the guests before all else that runs here, if we may: else a busy machine decides about the times."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    with suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    try:
        yield
    finally:
        with suppress(PermissionError):
            os.sched_setscheduler(0, *before)


def _median(name: str, runs: Sequence[Timed]) -> float:
    return median([run.picoseconds[name] for run in runs])


def _spell(picoseconds: float) -> str:
    return f"{picoseconds / 1000:,.1f} ns" if picoseconds < 1e9 else f"{picoseconds / 1e9:,.1f} ms"
