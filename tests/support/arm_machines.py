"""QEMU's `virt` for aarch64, started without `compose run`: by QEMU's own loader, or with a device tree of the test's choosing."""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.composed import GUEST_SECONDS, Boot, finish

IMAGE_AT = 0x4020_0000
TRAMPOLINE_AT = 0x4010_0000  # behind the tree that QEMU puts at the start of memory when it loads no kernel
TREE_AT = 0x4080_0000
SEED = b"0123456789abcdef"
NONCE = b"8899aabb"
WORD = b"compose=" + SEED + NONCE

_RECORD = re.compile(rb"\x1e" + NONCE + rb"([EAT])([0-9a-f]{2})\n\Z")


@dataclass(frozen=True, slots=True)
class ArmMachine:
    """A machine as no `compose run` starts it. Without a tree of its own, it has QEMU's."""

    kind: str = "virt"
    memory: str = "16M"
    processor: str = "max"
    processors: int = 1
    tree: bytes | None = None
    tree_at: int = TREE_AT  # what x0 says; nothing is written there if the tree is empty


def _trampoline(tree_at: int) -> bytes:
    """Code that enters the image with the tree's address in x0."""
    code = (0x58000080, 0x580000A1, 0xD61F0020, 0xD503201F)  # ldr x0, 16 on; ldr x1, 20 on; br x1; nop
    return struct.pack("<4I2Q", *code, tree_at, IMAGE_AT)


def _loaded(image: Path, machine: ArmMachine, folder: Path) -> Iterator[str]:
    """QEMU's words that enter `image` by a trampoline."""
    assert machine.tree is not None
    code = _trampoline(machine.tree_at)
    files = ((IMAGE_AT, image.read_bytes()), (TRAMPOLINE_AT, code), (machine.tree_at, machine.tree))
    for address, content in files:
        if content:
            path = folder / f"{address:x}"
            path.write_bytes(content)
            yield from ("-device", f"loader,file={path},addr={address:#x},force-raw=on")
    yield from ("-device", f"loader,addr={TRAMPOLINE_AT:#x},cpu-num=0")


def boot_arm(image: Path, machine: ArmMachine, line: bytes = WORD, *, seconds: float = GUEST_SECONDS) -> Boot:
    """Boot `image` with the command line `line` (a tree has its own), until QEMU ends by itself with status 0.

    The record is the letter and the status of the guest's end, as the status device of x86_64 gets it.
    """
    with tempfile.TemporaryDirectory(prefix="boot-") as folder:
        how = (
            ("-kernel", str(image), "-append", line) if machine.tree is None else _loaded(image, machine, Path(folder))
        )
        argv: list[str | bytes] = [
            *("qemu-system-aarch64", "-accel", "tcg", "-nodefaults", "-no-user-config", "-display", "none"),
            *("-serial", "stdio", "-no-reboot", "-machine", machine.kind, "-cpu", machine.processor),
            *("-m", machine.memory, "-smp", str(machine.processors), *how),
        ]
        pipe = subprocess.PIPE
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=pipe, stderr=subprocess.STDOUT) as process:
            console, _ = finish(process, seconds)
    told = f"{machine} ended with {process.returncode}\n{console.decode(errors='backslashreplace')}"
    assert process.returncode == 0, told
    record = _RECORD.search(console)
    if record is None:
        return Boot(console, b"", told)
    return Boot(console[: record.start()], record[1] + bytes([int(record[2], 16)]), told)
