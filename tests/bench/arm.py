"""Times of aarch64 guests: from the entry to main by the guest's own clock, and a whole `compose run` under Xen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.lab import FLAT_TARGETS, ROOT, Lab
from tests.bench.table import Figure, median
from tests.support.composed import EXAMPLES, Workshop

APP = ROOT / "tests/bench/apps/entry"
REACH_MS = 2.0
REACH_SECONDS = 1.2
# The thread register of EL1, which nobody uses, takes the time of the entry.
NOTE_ENTRY = (
    "recipes/boot/aarch64/src/boot.S",
    "boot_entry:\n\tmov x19, x0\n",
    "boot_entry:\n\tmov x19, x0\n\tmrs x1, cntvct_el0\n\tmsr tpidr_el1, x1\n",
)


def arm(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Medians over `rounds` runs."""
    folder = lab.folder / "arm"
    folder.mkdir()
    workshop = Workshop(ROOT, lab.store, folder / "out")
    timed = workshop.altered(folder / "altered", [NOTE_ENTRY])
    timed.build(APP)
    for target in FLAT_TARGETS:
        milliseconds = [_entry_to_main(timed, target) for _ in range(rounds)]
        note = f"median of {rounds}, at best {min(milliseconds):.2f} ms; by CNTVCT"
        yield Figure(f"entry to main, {target}", median(milliseconds), "ms", REACH_MS, note=note)
    yield _run_under_xen(workshop, rounds)


def _entry_to_main(workshop: Workshop, target: str) -> float:
    done = workshop.run(workshop.image(APP.name, target))
    if done.status != 0:
        raise RuntimeError(done.told)
    return int(done.output.split()[0]) / 1000


def _run_under_xen(workshop: Workshop, rounds: int) -> Figure:
    """From the call of `compose run` with a manifest, all cached, to its end."""
    hello: Path = EXAMPLES / "hello"
    seconds: list[float] = []
    for _ in range(rounds + 1):  # the first one builds, and may get Xen
        start = time.perf_counter()
        done = workshop.run(hello, words=("--target", "xen/aarch64"))
        seconds.append(time.perf_counter() - start)
        if (done.status, done.output) != (0, b"Hello, world, with 0 argument(s)\n"):
            raise RuntimeError(done.told)
    note = f"median of {rounds}, at best {min(seconds[1:]):.2f} s"
    return Figure("compose run of hello on xen/aarch64, cached", median(seconds[1:]), "s", REACH_SECONDS, note=note)
