"""Xen without a dom0 in QEMU's arm64 machine: where everything stands in memory, the device tree, the command.

Dom0less: Xen reads from /chosen of the device tree which guests to start ("docs/features/dom0less.pandoc" of Xen).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.run.command import CONSOLE, memory_text, quiet_machine
from composer.run.device_tree import Node, cells, flatten, parse, text, wide
from composer.run.guest import Guest, XenHost
from composer.run.marks import Word
from composer.run.words import command_line

MACHINE = "virt,virtualization=on,gic-version=3"
PROCESSOR = "max"
_RAM = 0x40000000  # QEMU's virt has its memory from here on
_BLOCK = 2 << 20
# From 128 MiB on QEMU puts the device tree (hw/arm/boot.c) where there is so much memory; Xen is at the beginning.
_MODULES = _RAM + (128 << 20) + 2 * _BLOCK
_FLOOR = 256 << 20  # bytes of memory with which Xen starts guests of no size, with room to spare
_MOST = 255 << 30  # QEMU's virt has no more (hw/arm/virt.c)
_MAX_WORDS = 1023  # bytes of a guest's command line that Xen takes (xen/include/asm-arm/setup.h), without the NUL
_BOOT_WORDS = "console=dtuart dtuart=/pl011@9000000 bootscrub=0 conswitch=y loglvl=warning guest_loglvl=none"


@dataclass(frozen=True, slots=True)
class Places:
    """Where in QEMU's memory each guest's Image waits for Xen, and how much memory there is. All in bytes."""

    images: tuple[int, ...]  # addresses
    memory: int


def places_for(sizes: Sequence[int], memories: Sequence[int]) -> Places:
    """Places for Images of `sizes` bytes whose guests have `memories` bytes. Nothing overlaps."""
    images = []
    at = _MODULES
    for size in sizes:
        images.append(at)
        at += _blocks(size)
    return Places(tuple(images), _FLOOR + (at - _MODULES) + sum(map(_blocks, memories)))


def require_room(guests: Sequence[Guest], places: Places, here: int) -> None:
    """Raise ComposerError (GUESTS_TOO_LARGE) if this machine with `here` bytes, or QEMU's, cannot hold `guests`."""
    for most, machine in ((_MOST, "QEMU's machine"), (here, "this machine")):
        if places.memory <= most:
            continue
        wanted = ", ".join(f"{guest.name} {-(-guest.memory >> 20)}MiB" for guest in guests)
        message = f"the guests ({wanted}) and Xen take {places.memory >> 20}MiB, and {machine} has {most >> 20}MiB"
        hint = "start fewer guests beside each other, or give them less with --memory or in their manifests"
        raise ComposerError(Diagnostic(Code.GUESTS_TOO_LARGE, message, hint=hint))


def memory_here() -> int:
    """Bytes of memory of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def tree_for(own: bytes, guests: Sequence[Guest], sizes: Sequence[int], words: Sequence[Word | None]) -> bytes:
    """QEMU's `own` device tree with the guests for Xen, each with one processor and a vpl011 console.

    Raises ComposerError (USAGE) as `command_line` does, ValueError if `own` is no device tree.
    """
    root = parse(own)
    chosen = root.child("chosen")
    for seed in ("kaslr-seed", "rng-seed"):  # of the run that wrote the tree
        chosen.properties.pop(seed, None)
    chosen.properties |= {"#address-cells": cells(2), "#size-cells": cells(2), "xen,xen-bootargs": text(_BOOT_WORDS)}
    places = places_for(sizes, [guest.memory for guest in guests])
    rows = zip(guests, sizes, places.images, words, strict=True)
    for number, (guest, size, address, word) in enumerate(rows, start=1):
        chosen.children[f"domU{number}"] = _domain(guest, size, address, word)
    return flatten(root)


def _domain(guest: Guest, size: int, address: int, word: Word | None) -> Node:
    line = command_line(guest.environment, guest.arguments, word, _MAX_WORDS - (len(f"{word} ") if word else 0))
    module = {
        "compatible": text("multiboot,kernel", "multiboot,module"),
        "reg": wide(address, size),
        "bootargs": text(line),
    }
    domain = {
        "compatible": text("xen,domain"),
        "#address-cells": cells(2),
        "#size-cells": cells(2),
        "cpus": cells(1),
        "memory": wide(guest.memory + 1023 >> 10),
        "vpl011": b"",
        "xen,enhanced": text("no-xenstore"),
    }
    return Node(domain, {f"module@{address:x}": Node(module)})


def xen_command(host: XenHost, tree: Path, guests: Sequence[Guest], sizes: Sequence[int]) -> tuple[str, ...]:
    """The argv of the machine whose device tree is the file `tree`."""
    places = places_for(sizes, [guest.memory for guest in guests])
    loaders = (
        ("-device", f"loader,file={str(guest.image).replace(',', ',,')},addr={address:#x},force-raw=on")
        for guest, address in zip(guests, places.images, strict=True)
    )
    return (
        *quiet_machine(host.program, MACHINE, "tcg", PROCESSOR),
        "-m",
        memory_text(places.memory),
        "-kernel",
        str(host.hypervisor),
        "-dtb",
        str(tree),
        *(word for loader in loaders for word in loader),
        *CONSOLE,
    )


def _blocks(size: int) -> int:
    """`size` in whole blocks."""
    return -(-size // _BLOCK) * _BLOCK
