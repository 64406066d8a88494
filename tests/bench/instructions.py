"""How many instructions a guest executes: the same on every machine, whatever its load.

From its entry to main QEMU translates one instruction at a time (`-singlestep`) and logs each that it executes inside the image; requests are counted
by a plugin.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from composer.layout.pack import PT_LOAD, read_header
from composer.model.image import Image
from composer.pipeline.read import read_image
from composer.reach.objects import read_symbols
from tests.bench import requests
from tests.bench.lab import APPS, Lab, image_of
from tests.bench.table import Figure

TARGETS = ("kvm/x86_64", "kvm/aarch64")
LIMIT_SECONDS = 60.0
# "Trace 0: <host address> [<…>/<program counter>/<flags>/<…>]": QEMU, accel/tcg/cpu-exec.c
_EXECUTED = re.compile(r"^Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]{16})/")
_MACHINES = {
    "x86_64": ("qemu-system-x86_64", "-machine", "microvm", "-no-reboot"),
    "aarch64": ("qemu-system-aarch64", "-machine", "virt"),
}


def instructions(lab: Lab) -> Iterator[Figure]:
    """Of hello to main, and of servers for each request; for each machine."""
    for target in TARGETS:
        count = to_main(lab.image("hello", target).parent)
        yield Figure(f"instructions from entry to main, {target}", count, "")
    for name, client in requests.SERVERS.items():
        project = lab.project(name, "-counted")
        lab.build(project, *TARGETS, words=(*requests.ADDRESS, *requests.PATIENCE_OFF))
        for target in TARGETS:
            count = requests.instructions(client, target, image_of(project, name, target))
            yield Figure(f"instructions for a request, {name}, {target}", count, "")
    yield from _passing(lab)


def _passing(lab: Lab) -> Iterator[Figure]:
    """Calls of sockets made where they are, and by a thread that is told of them."""
    project = lab.project("passing", home=APPS)
    lab.build(project, *TARGETS, words=(*requests.ADDRESS, *requests.PATIENCE_OFF))
    for target in TARGETS:
        image = image_of(project, "passing", target)
        here, there = (requests.instructions(requests.one_each, target, image, word) for word in ("", "thread"))
        note = f"{here:,} for a connection and its request where calls are made by who needs them"
        yield Figure(f"instructions with a thread for the stack, {target}", there, "", note=note)


def to_main(folder: Path) -> int:
    """Instructions from the entry of the image in `folder` to its main; raises RuntimeError if main is not reached."""
    image = read_image(folder)
    debug = (folder / f"{image.name}.dbg").read_bytes()
    main = next(symbol.value for symbol in read_symbols(debug) if symbol.name == "main")
    count = 0
    for address in _executed(image, folder):
        if address == main:
            return count
        count += 1 if count or address == image.entry else 0
    raise RuntimeError(f"{image.name} for {image.target} did not come to its main")


def _executed(image: Image, folder: Path) -> Iterator[int]:
    """The address of each instruction inside the image, in the order of execution."""
    loads = [p for p in read_header((folder / f"{image.name}.elf").read_bytes()).programs if p.type == PT_LOAD]
    start, end = min(p.address for p in loads), max(p.address + p.memory_size for p in loads)
    with tempfile.TemporaryDirectory(prefix="instructions-") as scratch:
        log = Path(scratch, "log")
        argv = [
            *_MACHINES[image.target.partition("/")[2]],
            *("-accel", "tcg", "-cpu", "max", "-m", "16M", "-nodefaults", "-no-user-config", "-display", "none"),
            *("-serial", "none", "-kernel", str(folder / image.bootable)),
            *("-singlestep", "-d", "nochain,exec", "-dfilter", f"{start:#x}+{end - start:#x}", "-D", str(log)),
        ]
        subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=LIMIT_SECONDS)
        with log.open() as stream:
            yield from (int(match[1], 16) for line in stream if (match := _EXECUTED.match(line)))
