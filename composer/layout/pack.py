"""The bootable file from the linker's output: the headers and what is loaded, and nothing else.

It belongs to `layout` because it finishes the rule that the script begins: the script places
segments densely, this drops what a loader never reads (section headers, symbols, debug sections).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from composer.errors import Code, ComposerError, Diagnostic

PT_LOAD, PT_NOTE, PT_TLS, PT_GNU_STACK = 1, 4, 7, 0x6474E551
PF_X, PF_W, PF_R = 1, 2, 4
_BLOCK = 2 << 20

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_PROGRAM = struct.Struct("<IIQQQQQQ")


@dataclass(frozen=True, slots=True)
class ProgramHeader:
    """One program header (System V ABI, "Program Header"); sizes, offsets and addresses in bytes."""

    type: int
    flags: int
    offset: int
    address: int
    physical: int
    file_size: int
    memory_size: int
    align: int


@dataclass(frozen=True, slots=True)
class Header:
    """What matters of an ELF header, with the program headers."""

    ident: bytes
    type: int
    machine: int
    entry: int
    flags: int
    sections: int  # offset of the section headers in the file, 0 without any
    programs: tuple[ProgramHeader, ...]


def read_header(content: bytes) -> Header:
    """The headers of a little-endian ELF64 file; raises ComposerError(IMAGE_WRONG) for anything else."""
    try:
        ident, kind, machine, _, entry, offset, sections, flags, _, size, count, *_ = _HEADER.unpack_from(content)
        if ident[:6] != b"\x7fELF\x02\x01" or (count and size != _PROGRAM.size):
            raise struct.error
        programs = tuple(_read_program(content, offset + place * size) for place in range(count))
    except (struct.error, OverflowError) as error:
        raise ComposerError(Diagnostic(Code.IMAGE_WRONG, "the image is not a whole 64-bit ELF file")) from error
    return Header(ident, kind, machine, entry, flags, sections, programs)


def _read_program(content: bytes, offset: int) -> ProgramHeader:
    kind, flags, place, address, physical, file_size, memory_size, align = _PROGRAM.unpack_from(content, offset)
    return ProgramHeader(kind, flags, place, address, physical, file_size, memory_size, align)


def pack(content: bytes, page: int) -> bytes:
    """The smallest file that loads like `content`, an ELF executable.

    Zero bytes at the end of the writable segment become memory without bytes, if the first segment holds the
    headers; if not, `flat` will take the segments' bytes for a loader that clears nothing. Offsets stay congruent
    to addresses modulo `page`. Raises ComposerError(IMAGE_WRONG) for a file without segments.
    """
    header = read_header(content)
    loads = [program for program in header.programs if program.type == PT_LOAD]
    headers_end = _HEADER.size + _PROGRAM.size * len(header.programs)
    if not loads:
        raise ComposerError(Diagnostic(Code.IMAGE_WRONG, "the linked image has no segments"))
    holds_headers = loads[0].offset == 0 and loads[0].file_size >= headers_end
    body = bytearray() if holds_headers else bytearray(headers_end)
    moved: dict[ProgramHeader, ProgramHeader] = {}
    for load in loads:
        data = content[load.offset : load.offset + load.file_size]
        if load.flags & PF_W and holds_headers:
            data = data.rstrip(b"\0")
        offset = _place(load, len(body), page) if data else 0
        body += bytes(max(0, offset - len(body))) + data
        moved[load] = replace(load, offset=offset, file_size=len(data), align=page)
    programs = [moved.get(program) or _follow(program, moved) for program in header.programs]
    body[:headers_end] = _headers(header, programs)
    return bytes(body)


def flat(packed: bytes) -> bytes:
    """The segments of a packed file as they follow each other, without the headers before them.

    Raises ComposerError(IMAGE_WRONG) for a file without segments.
    """
    offsets = [program.offset for program in read_header(packed).programs if program.type == PT_LOAD]
    if not offsets:
        raise ComposerError(Diagnostic(Code.IMAGE_WRONG, "the linked image has no segments"))
    return packed[offsets[0] :]


def flat_room(used: int) -> int:
    """Bytes of memory, from its first one on, that a machine needs for a flat image that takes the first `used`.

    Loaders begin the device tree in a new block of 2 MiB and reserve one for it ("Booting AArch64 Linux", section 2).
    """
    return (-(-used // _BLOCK) + 1) * _BLOCK


def _place(load: ProgramHeader, end: int, page: int) -> int:
    return end + (load.address - end) % page


def _follow(program: ProgramHeader, moved: dict[ProgramHeader, ProgramHeader]) -> ProgramHeader:
    """A header that describes a part of a loaded segment, at that part's new offset."""
    for old, new in moved.items():
        if old.offset <= program.offset < old.offset + old.file_size and program.file_size:
            offset = program.offset - old.offset + new.offset
            return replace(
                program, offset=offset, file_size=min(program.file_size, max(0, new.offset + new.file_size - offset))
            )
    return replace(program, offset=0, file_size=0)


def _headers(header: Header, programs: list[ProgramHeader]) -> bytes:
    first = _HEADER.pack(
        header.ident, header.type, header.machine, 1, header.entry, _HEADER.size, 0, header.flags,
        _HEADER.size, _PROGRAM.size, len(programs), 0, 0, 0,
    )  # fmt: skip
    rows = ((p.type, p.flags, p.offset, p.address, p.physical, p.file_size, p.memory_size, p.align) for p in programs)
    return first + b"".join(_PROGRAM.pack(*row) for row in rows)
