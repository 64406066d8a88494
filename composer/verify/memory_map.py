"""The memory map of the finished file: its segments, and the output sections in each."""

from __future__ import annotations

from collections.abc import Sequence

from composer.layout.pack import PF_R, PF_W, PF_X, PT_LOAD, ProgramHeader, read_header
from composer.model.image import ImageSegment, Placement
from composer.verify.linkmap import Placed


def segments_of(image: bytes, placed: Sequence[Placed]) -> tuple[ImageSegment, ...]:
    """What is loaded of the packed `image`, by address; `placed` are the input sections that the linker placed."""
    loads = sorted(
        (program for program in read_header(image).programs if program.type == PT_LOAD), key=lambda load: load.address
    )
    return tuple(
        ImageSegment(_rights(load), load.address, load.file_size, load.memory_size, _outputs(load, placed))
        for load in loads
    )


def _rights(load: ProgramHeader) -> str:
    return "".join(letter for bit, letter in ((PF_R, "r"), (PF_W, "w"), (PF_X, "x")) if load.flags & bit)


def _outputs(load: ProgramHeader, placed: Sequence[Placed]) -> tuple[Placement, ...]:
    bounds: dict[str, tuple[int, int]] = {}
    for found in placed:
        if load.address <= found.address < load.address + load.memory_size:
            start, end = bounds.get(found.output, (found.address, found.address))
            bounds[found.output] = min(start, found.address), max(end, found.address + found.size)
    return tuple(Placement(name, start, end - start) for name, (start, end) in bounds.items())
