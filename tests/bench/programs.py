"""How large programs of others are as images, against the same objects linked into a program of Linux."""

from __future__ import annotations

from collections.abc import Iterator

from composer.pipeline.read import read_image
from tests.bench.lab import TARGET, Lab
from tests.bench.linux_link import link_for_linux
from tests.bench.table import Figure

NAMES = ("lua", "sqlite")
MOST_MORE = 20 << 10  # bytes that the library OS may add
PROCESS = "linux/x86_64"


def programs(lab: Lab) -> Iterator[Figure]:
    """Bytes of the bootable file; what is allowed is the program of Linux and so many bytes more."""
    for name in NAMES:
        image, process = lab.image(name, TARGET), lab.image(name, PROCESS)
        program = lab.folder / f"{name}.linux"
        link_for_linux(read_image(image.parent), lab.store, program)
        ours, beside, linux = (path.stat().st_size for path in (image, process, program))
        note = f"for Linux {linux:,} B, so {ours - linux:+,} B; for {PROCESS} {beside:,} B"
        yield Figure(f"{name}, {TARGET}", ours, "B", linux + MOST_MORE, note=note)
