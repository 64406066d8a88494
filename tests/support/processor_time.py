"""How much of the host's processor a process takes."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.composed import FLAT, GUEST_SECONDS, KVM, LINUX, LINUX_ARM, Workshop

_MACHINE = ("-accel", "tcg", "-nodefaults", "-no-user-config", "-display", "none", "-serial", "stdio", "-no-reboot")


@dataclass(frozen=True, slots=True)
class Used:
    """A process that has ended."""

    seconds: float  # of the processor, its own and the kernel's for it
    status: int
    output: bytes


def spent(process: int) -> float:
    """Seconds of the processor that a process has taken so far."""
    times = Path(f"/proc/{process}/stat").read_text().rsplit(")")[-1].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def used(argv: Sequence[str]) -> Used:
    """Run a program, which gets no input, to its end."""
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        limit = threading.Timer(GUEST_SECONDS, process.kill)
        limit.start()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        limit.cancel()
    return Used(usage.ru_utime + usage.ru_stime, process.returncode, output)


def emulator(
    workshop: Workshop, name: str, target: str, *arguments: str, machine: str | None = None
) -> tuple[str, ...]:
    """The words that start an image without `compose run`; `machine` is another one than the usual of its target."""
    image = str(workshop.image(name, target))
    if target == LINUX:
        return (image, *arguments)
    if target == LINUX_ARM:
        return ("qemu-aarch64", image, *arguments)
    words = ("-machine", machine or ("virt" if target in FLAT else "microvm"), "-cpu", "max", "-m", "64M")
    program = "qemu-system-x86_64" if target == KVM else "qemu-system-aarch64"
    return (program, *_MACHINE, *words, "-kernel", image, "-append", " ".join(arguments))
