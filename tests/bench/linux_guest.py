"""A Linux guest that runs one program, and guests of either kind that time themselves and say so line by line."""

from __future__ import annotations

import functools
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.run.command import quiet_machine
from tests.bench.images import QEMU
from tests.bench.initramfs import Entry, archive, character_device, file, folder
from tests.bench.lab import ROOT
from tests.bench.linux_kernel import Kernel

LIMIT_SECONDS = 600.0
# Its timer needs what microvm has without ACPI; `rtc=on`, or reading the clock's date takes a second.
MACHINE = "microvm,acpi=off,rtc=on,auto-kernel-cmdline=off"
MEMORY = "256M"
# As fast as this kernel is: no repairs of processors' faults, and the processor's own counter as its clock, so that
# a program reads it without entering the kernel.
KERNEL_WORDS = (
    *("console=ttyS0", "quiet", "reboot=t", "panic=-1", "mitigations=off", "no_timer_check"),
    *("clocksource=tsc", "tsc=reliable", "random.trust_cpu=on"),
)
TICKS = ROOT / "tests/bench/host/ticks.c"
MOST_DRIFT = 0.05  # of a guest's clock against the host's
Stamped = tuple[str, float]  # a line, and the second in which it came


@dataclass(frozen=True, slots=True)
class Timed:
    """What a guest said: picoseconds by name, as many as it gave for a turn of that."""

    picoseconds: Mapping[str, float]
    drift: float  # of the guest's clock over the whole run, against ours: 0.01 is one per cent fast


def initramfs(program: bytes, *more: Entry) -> bytes:
    """A root with the program as the first process, the two devices that it may open, and `more`."""
    devices = (character_device("dev/console", 5, 1), character_device("dev/null", 1, 3))
    return archive((folder("dev"), *devices, *more, file("init", program)))


@functools.cache
def ticks_khz() -> int:
    """The rate of this machine's time-stamp counter: on a busy machine Linux may fail to find it, and takes a slow clock."""
    with tempfile.TemporaryDirectory(prefix="ticks-") as scratch:
        program = f"{scratch}/ticks"
        subprocess.run(("gcc", "-O2", str(TICKS), "-o", program), check=True)
        return int(subprocess.run((program,), capture_output=True, check=True).stdout)


def linux_command(kernel: Kernel, root: Path, arguments: Sequence[str] = ()) -> tuple[str, ...]:
    """The argv of a guest of `kernel` whose first process is the one in the archive `root`."""
    machine = quiet_machine(QEMU, MACHINE, "tcg", "max")
    return (*machine, *linux_words(kernel, root, arguments), "-serial", "stdio")


def linux_words(kernel: Kernel, root: Path, arguments: Sequence[str] = ()) -> tuple[str, ...]:
    """The words for any machine that boot `kernel` with the archive `root`."""
    words = " ".join((*KERNEL_WORDS, f"tsc_early_khz={ticks_khz()}", "--", *arguments))
    return ("-m", MEMORY, "-kernel", str(kernel.path), "-initrd", str(root), "-append", words)


def run_timed(argv: Sequence[str]) -> Timed:
    """Run a guest to its end; raises RuntimeError if it does not say `begin` and `end`, or its clock is not ours."""
    timed = timed_by(_stamped_lines(argv))
    if abs(timed.drift) > MOST_DRIFT:
        raise RuntimeError(f"the guest's clock is {timed.drift:+.1%} off")
    return timed


def timed_by(lines: Sequence[Stamped]) -> Timed:
    """What stands between the lines `begin` and `end NANOSECONDS`; raises RuntimeError if they are not there."""
    words = [(text.split(), second) for text, second in lines]
    starts = [index for index, (word, _) in enumerate(words) if word == ["begin"]]
    ends = [index for index, (word, _) in enumerate(words) if len(word) == 2 and word[0] == "end"]
    if not starts or not ends:
        raise RuntimeError("the guest did not come to its end:\n" + "\n".join(text for text, _ in lines[-40:]))
    (_, started), (last, ended) = words[starts[0]], words[ends[0]]
    drift = int(last[1]) / 1e9 / (ended - started) - 1
    inside = [word for word, _ in words[starts[0] + 1 : ends[0]] if len(word) == 2 and word[1].isdecimal()]
    figures = {word[0]: float(word[1]) for word in inside}
    return Timed(figures, drift)


def _stamped_lines(argv: Sequence[str]) -> list[Stamped]:
    limited = ("timeout", str(LIMIT_SECONDS), *argv)
    with subprocess.Popen(limited, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        return [(line.strip(), time.perf_counter()) for line in process.stdout]
