"""What a finished file says of itself: its segments, its notes, the header of an Image; and what is wrong with them.

Each check takes what it looks at and yields complaints, so that nothing means that all is well. The composer asks them
of every image it links (`verify/image.py`), and `compose inspect` of any file (`verify/inspection.py`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from composer.layout.pack import PF_W, PF_X, PT_LOAD, PT_NOTE, Header, ProgramHeader, read_header

XEN_OWNER = b"Xen\0"
XEN_PHYS32_ENTRY = 18  # Xen public headers, elfnote.h: where a PVH guest starts, in 32-bit mode

FLAT_MAGIC = b"ARM\x64"
FLAT_FLAGS = 2  # little-endian, pages of 4 KiB, to be loaded near the start of memory
_FLAT_HEADER = struct.Struct("<8xQQQ24x4s4x")


@dataclass(frozen=True, slots=True)
class FlatHeader:
    """Bytes 8 to 63 of an arm64 Image (Linux, "Booting AArch64 Linux", section 4)."""

    text_offset: int  # bytes from a multiple of 2 MiB to where it is loaded
    image_size: int  # bytes of memory that it takes from there on
    flags: int
    magic: bytes


def read_flat_header(content: bytes) -> FlatHeader:
    """The header of an Image; of a file that is shorter than one, as if zeros followed."""
    return FlatHeader(*_FLAT_HEADER.unpack(content[: _FLAT_HEADER.size].ljust(_FLAT_HEADER.size, b"\0")))


def loads_of(header: Header) -> tuple[ProgramHeader, ...]:
    """The segments that are loaded."""
    return tuple(program for program in header.programs if program.type == PT_LOAD)


def writable_code(header: Header) -> Iterator[str]:
    """Segments that are both writable and executable."""
    for load in loads_of(header):
        if load.flags & PF_W and load.flags & PF_X:
            yield f"{_name(load)} is both writable and executable"


def misplaced_segments(header: Header, page: int) -> Iterator[str]:
    """Segments that a loader which maps whole pages of the file cannot load."""
    for load in loads_of(header):
        if load.file_size and (load.address - load.offset) % page:
            yield f"{_name(load)} stands at another place of its page than in the file"


def cut_segments(header: Header, size: int) -> Iterator[str]:
    """Segments with bytes that a file of `size` bytes has not."""
    for load in loads_of(header):
        if load.offset + load.file_size > size or load.file_size > load.memory_size:
            yield f"{_name(load)} has bytes which are not in the file"


def shared_pages(header: Header, page: int) -> Iterator[str]:
    """Segments that share a page of memory, which can have but one of their rights."""
    end = 0
    for load in loads_of(header):
        if load.address // page * page < end:
            yield f"{_name(load)} shares a page with the one before it"
        end = load.address + load.memory_size


def _name(load: ProgramHeader) -> str:
    return f"the segment at {load.address:#x}"


def is_code(header: Header, address: int) -> bool:
    """Whether the file has bytes at `address` that are executable."""
    loads = (load for load in loads_of(header) if load.flags & PF_X)
    return any(load.address <= address < load.address + load.file_size for load in loads)


def stray_entry(header: Header) -> Iterator[str]:
    """Whether it starts where there is no code."""
    if not is_code(header, header.entry):
        yield f"its entry {header.entry:#x} is not in an executable segment"


def read_notes(image: bytes) -> tuple[tuple[bytes, int, bytes], ...]:
    """Owner, type and content of each note (System V ABI, "Note Section"), as far as they are whole."""
    return tuple(
        note
        for p in read_header(image).programs
        if p.type == PT_NOTE
        for note in _notes(image[p.offset : p.offset + p.file_size])
    )


def _notes(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    start = 0
    while start + 12 <= len(data):
        owner, size, kind = (int.from_bytes(data[start + place : start + place + 4], "little") for place in (0, 4, 8))
        content = start + 12 + -(-owner // 4) * 4
        if content + size > len(data):
            return
        yield data[start + 12 : start + 12 + owner], kind, data[content : content + size]
        start = content + -(-size // 4) * 4


def pvh_entries(image: bytes) -> list[bytes]:
    """What its notes say of where a PVH loader starts it."""
    return [content for owner, kind, content in read_notes(image) if (owner, kind) == (XEN_OWNER, XEN_PHYS32_ENTRY)]


def stray_pvh_entry(header: Header, image: bytes) -> Iterator[str]:
    """Whether a PVH loader does not learn where it starts, or is led to where there is no code."""
    found = pvh_entries(image)
    if len(found) != 1:
        yield f"it has {len(found)} notes that say where a PVH loader starts it, not one"
    elif len(found[0]) not in (4, 8) or not is_code(header, int.from_bytes(found[0], "little")):
        yield "its PVH note does not point into an executable segment"
