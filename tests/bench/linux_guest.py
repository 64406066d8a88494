"""A Linux guest that runs one program, and guests of either kind that time themselves and say so line by line."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.run.command import quiet_machine
from tests.bench.images import QEMU
from tests.bench.initramfs import archive, character_device, file, folder
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
MOST_DRIFT = 0.05  # of a guest's clock against the host's


@dataclass(frozen=True, slots=True)
class Timed:
    """What a guest said: picoseconds by name, as many as it gave for a turn of that."""

    picoseconds: Mapping[str, float]
    drift: float  # of the guest's clock over the whole run, against ours: 0.01 is one per cent fast


def initramfs(program: bytes) -> bytes:
    """A root with the program as the first process, and the two devices that it may open."""
    devices = (character_device("dev/console", 5, 1), character_device("dev/null", 1, 3))
    return archive((folder("dev"), *devices, file("init", program)))


def linux_command(kernel: Kernel, root: Path, arguments: Sequence[str] = ()) -> tuple[str, ...]:
    """The argv of a guest of `kernel` whose first process is the one in the archive `root`."""
    machine = quiet_machine(QEMU, MACHINE, "tcg", "max")
    words = " ".join((*KERNEL_WORDS, "--", *arguments))
    files = ("-kernel", str(kernel.path), "-initrd", str(root))
    return (*machine, "-m", MEMORY, *files, "-append", words, "-serial", "stdio")


def run_timed(argv: Sequence[str]) -> Timed:
    """Run a guest to its end; raises RuntimeError if it does not say `begin` and `end`, or its clock is not ours."""
    lines = _stamped_lines(argv)
    said = {line.split()[0]: (line, at) for line, at in lines if line}
    if "begin" not in said or "end" not in said:
        raise RuntimeError("the guest did not come to its end:\n" + "\n".join(line for line, _ in lines[-40:]))
    inside = lines[_index(lines, "begin") + 1 : _index(lines, "end")]
    theirs = int(said["end"][0].split()[1]) / 1e9
    drift = theirs / (said["end"][1] - said["begin"][1]) - 1
    if abs(drift) > MOST_DRIFT:
        raise RuntimeError(f"the guest's clock is {drift:+.1%} off")
    return Timed({name: float(value) for name, value in (line.split() for line, _ in inside)}, drift)


def _index(lines: Sequence[tuple[str, float]], word: str) -> int:
    return next(index for index, (line, _) in enumerate(lines) if line.split()[:1] == [word])


def _stamped_lines(argv: Sequence[str]) -> list[tuple[str, float]]:
    """What the guest printed, with the second in which each line ended."""
    lines = []
    with subprocess.Popen(
        ("timeout", str(LIMIT_SECONDS), *argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append((line.strip(), time.perf_counter()))
    return lines
