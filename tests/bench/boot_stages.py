"""The parts of hello's boot: instructions, which are the same everywhere, and as a remark what they take under TCG here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from composer.model.boot import Boot, Leg, Part
from composer.model.target import Target
from composer.pipeline.read import read_image
from composer.report.boot_times import name_of
from composer.run.course import course_of
from composer.run.engine import run_guests
from composer.run.guest import Emulator, Guest
from composer.run.tally import tally
from composer.run.watch import watching
from tests.bench.lab import Lab
from tests.bench.table import Figure, median

MACHINES = {
    "kvm/x86_64": ("qemu-system-x86_64", "microvm"),
    "kvm/aarch64": ("qemu-system-aarch64", "virt,gic-version=max"),
}


def boot_stages(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Each part from the entry to the first byte."""
    for target in MACHINES:
        boots = [boot.legs for boot in _boots(lab, target, rounds)]
        for number, leg in enumerate(boots[0]):
            if leg.part not in (Part.START, Part.REST):
                yield _figure(target, boots[0], number, median([legs[number].took * 1000 for legs in boots]))


def _figure(target: str, legs: Sequence[Leg], number: int, milliseconds: float) -> Figure:
    name = name_of(legs[number], legs[number + 1].part)
    count = legs[number].instructions
    assert count is not None, f"{name} was not counted"
    return Figure(f"instructions of hello, {target}, {name}", count, "", note=f"{milliseconds:.2f} ms")


def _boots(lab: Lab, target: str, rounds: int) -> Iterator[Boot]:
    file = lab.image("hello", target)
    image, (program, machine) = read_image(file.parent), MACHINES[target]
    guest = Guest(file, file.with_suffix(".dbg"), Target.parse(target), image.memory)
    host, course = Emulator(program, machine), course_of(image, guest.debug)
    counts = tally(guest, host, course)
    with Path(os.devnull).open("wb") as nowhere:
        for _ in range(rounds):
            with watching(course) as watch:
                run_guests([guest], host, stdin=None, stdout=nowhere.fileno(), watch=watch)
            yield Boot(course, watch.times, counts)
