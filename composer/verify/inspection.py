"""A finished file, taken apart without anything that was decided when it was made.

Files may be anybody's, so sizes are compared before anything is copied: to look at one takes a few times its size.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.layout.arrange import FLAT_ALIGN
from composer.layout.pack import PF_X, PT_LOAD, PT_NOTE, Header, ProgramHeader, flat, pack, read_header
from composer.layout.source import NOTE_OWNER, NOTE_TYPE
from composer.model.inspection import Anatomy, Check, ImageSegment
from composer.reach.objects import each_symbol
from composer.verify.boot_code import SetupArm, setup_aarch64, setup_x86_64
from composer.verify.protections import (
    EM_AARCH64,
    EM_X86_64,
    GUARD_CALL,
    PAGE,
    SHOWN,
    STACK,
    START,
    Symbols,
    judged,
    of_canaries,
    of_linking,
    of_pieces,
    of_places,
    of_process,
    of_segments,
    of_setup_aarch64,
    of_setup_x86_64,
    of_symbols,
    spell_rights,
)
from composer.verify.segments import (
    FLAT_MAGIC,
    cut_segments,
    loads_of,
    pvh_entries,
    read_flat_header,
    read_notes,
    stray_pvh_entry,
)

HEAD_BYTES = 64  # of a file, by which one sees what it is
_ET_EXEC = 2
_PT_DYNAMIC, _PT_INTERP = 2, 3
_ARCHS = MappingProxyType({EM_X86_64: "x86_64", EM_AARCH64: "aarch64"})
# System V ABI, "ELF Header": what files are that are none of ours, and for which machine.
_TYPES = MappingProxyType(
    {1: "a relocatable object", 3: "a shared library or a program for any address", 4: "a core dump"}
)
_MACHINES = MappingProxyType(
    {2: "SPARC", 3: "i386", 8: "MIPS", 20: "PowerPC", 21: "64-bit PowerPC", 22: "s390", 40: "Arm", 243: "RISC-V"}
)
# What the composer itself links, at most.
_LARGEST_PAGE, _MOST_SEGMENTS = 1 << 16, 8
_OWNER = NOTE_OWNER.encode() + b"\0"
_NOTE = struct.pack("<III", len(_OWNER), 32, NOTE_TYPE) + _OWNER  # how the note with the manifest's digest begins

_HINT = "give an image, as `compose build` writes it: mine.elf, mine.img, or the image.json beside it"


def kind_of(head: bytes) -> Literal["ELF", "Image"] | None:
    """What the first bytes of a file say that it is; None for what no machine of ours boots."""
    if head[:4] == b"\x7fELF":
        return "ELF"
    return "Image" if read_flat_header(head).magic == FLAT_MAGIC else None


def dissect(content: bytes, debug: bytes | None, at: Location) -> Anatomy:
    """What the file `content` shows; `debug`, if that packs to just these bytes, lends it symbols.

    Raises ComposerError: NOT_AN_IMAGE for what no loader of ours starts by itself, IMAGE_UNREADABLE for one
    that is cut short or damaged.
    """
    kind = kind_of(content[:HEAD_BYTES])
    if kind is None:
        raise foreign("this is neither an ELF file nor an arm64 Image", at)
    if kind == "Image":
        return _dissect_flat(content, None, _symbols(content, debug), at)
    header = _whole_elf(content, at)
    symbols = _symbols(content, debug)
    start = loads_of(header)[0].offset
    packed = _packed(content) if kind_of(content[start : start + HEAD_BYTES]) == "Image" else None
    if packed is not None:
        return _dissect_flat(flat(packed), header, symbols, at)
    pvh = next(iter(pvh_entries(content)), None) if header.machine == EM_X86_64 else None
    return _dissect_elf(_Elf(content, header, pvh), symbols)


def foreign(what: str, at: Location) -> ComposerError:
    """That a file is something else."""
    return ComposerError(Diagnostic(Code.NOT_AN_IMAGE, what, at, _HINT))


def _damaged(what: str, at: Location) -> ComposerError:
    message = f"this image is cut short or damaged: {what}"
    return ComposerError(Diagnostic(Code.IMAGE_UNREADABLE, message, at, "copy it again, or build it again"))


# Symbols


def _symbols(content: bytes, debug: bytes | None) -> Symbols | None:
    if debug is not None and is_made_from(content, debug):
        return _symbols_of(debug)
    return _symbols_of(content) if content[:4] == b"\x7fELF" else None


def _symbols_of(content: bytes) -> Symbols | None:
    count = 0
    addresses: dict[str, int] = {}
    undefined: list[str] = []
    try:
        for symbol in each_symbol(content):
            count += 1
            if not symbol.number:
                undefined = [*undefined, symbol.name][:SHOWN]
            elif symbol.name in (GUARD_CALL, START, STACK):
                addresses[symbol.name] = symbol.value
    except (struct.error, IndexError, ValueError):
        return None
    return Symbols(count, addresses, tuple(undefined)) if count else None


def is_made_from(content: bytes, debug: bytes) -> bool:
    """Whether the ELF file `debug`, with all its symbols, packs to just the bytes of `content`."""
    packed = _packed(debug)
    return packed is not None and content in (packed, flat(packed))


def _packed(linked: bytes) -> bytes | None:
    """An ELF file as the composer packs it; None if it would not have linked such a one."""
    try:
        loads = loads_of(read_header(linked))
    except ComposerError:
        return None
    page = max((load.align for load in loads), default=0)
    is_large = len(loads) > _MOST_SEGMENTS or sum(load.file_size for load in loads) > len(linked)
    return None if is_large or not 0 < page <= _LARGEST_PAGE else pack(linked, page)


# ELF files


@dataclass(frozen=True, slots=True)
class _Elf:
    """An ELF file and its headers."""

    content: bytes
    header: Header
    pvh: bytes | None  # what a PVH loader is told of where it starts

    @property
    def loads(self) -> tuple[ProgramHeader, ...]:
        return loads_of(self.header)

    @property
    def entry(self) -> int:
        return self.header.entry if self.pvh is None else int.from_bytes(self.pvh[:8], "little")

    @property
    def code(self) -> Iterator[tuple[int, bytes]]:
        """Address and bytes of each executable segment."""
        for load in self.loads:
            if load.flags & PF_X:
                yield load.address, self.content[load.offset : load.offset + load.file_size]

    def code_from(self, address: int) -> bytes:
        """The executable bytes from `address` on."""
        found = (code[address - start :] for start, code in self.code if start <= address < start + len(code))
        return next(found, b"")


def _whole_elf(content: bytes, at: Location) -> Header:
    """The headers of a static program that has all its bytes; raises ComposerError for anything else."""
    _refuse_foreign(content, at)
    try:
        header = read_header(content)
    except ComposerError as error:
        raise _damaged(f"its headers need more than its {len(content):,} bytes", at) from error
    if any(program.type in (_PT_INTERP, _PT_DYNAMIC) for program in header.programs):
        raise foreign("this is a program that is linked with libraries when it starts; an image is whole", at)
    loads = loads_of(header)
    if not loads:
        raise foreign("this ELF file has nothing that is loaded", at)
    need = max(load.offset + load.file_size for load in loads)
    if need > len(content):
        raise _damaged(f"it has {len(content):,} bytes, and its segments reach to byte {need:,}", at)
    noted = sum(program.file_size for program in header.programs if program.type == PT_NOTE)
    if [*cut_segments(header, len(content))] or max(noted, sum(load.file_size for load in loads)) > len(content):
        raise _damaged("its headers tell of more bytes than it has", at)
    return header


def _refuse_foreign(content: bytes, at: Location) -> None:
    """Raise ComposerError for an ELF file of another kind than images are."""
    if len(content) < HEAD_BYTES:
        raise _damaged(f"it has {len(content)} bytes, and an ELF header alone has {HEAD_BYTES}", at)
    bits, order = {1: "32-bit", 2: "64-bit"}.get(content[4]), {1: "little", 2: "big"}.get(content[5])
    if bits is None or order is None:
        raise _damaged("its ELF header says neither how wide its words are nor in which order", at)
    if (bits, order) != ("64-bit", "little"):
        raise foreign(f"this is a {bits}, {order}-endian ELF file; images are 64-bit and little-endian", at)
    kind, machine = struct.unpack_from("<HH", content, 16)
    if kind != _ET_EXEC:
        raise foreign(f"this is {_TYPES.get(kind, 'an unknown kind of ELF file')}, not an image", at)
    if machine not in _ARCHS:
        name = _MACHINES.get(machine, f"ELF machine {machine}")
        raise foreign(f"this is a program for {name}; images are for {' and '.join(_ARCHS.values())}", at)


def _dissect_elf(elf: _Elf, symbols: Symbols | None) -> Anatomy:
    manifest = {(owner, kind): content for owner, kind, content in read_notes(elf.content)}.get((_OWNER, NOTE_TYPE))
    first = min(load.address for load in elf.loads) // PAGE * PAGE
    last = max(load.address + load.memory_size for load in elf.loads)
    return Anatomy(
        format="ELF",
        arch=_ARCHS[elf.header.machine],
        loader="process" if elf.pvh is None else "pvh",
        entry=elf.entry,
        segments=tuple(map(_segment, elf.loads)),
        memory_bytes=-(-last // PAGE) * PAGE - first,
        manifest_digest=None if manifest is None else manifest.hex(),
        symbols=None if symbols is None else symbols.count,
        checks=tuple(_elf_checks(elf, symbols)),
    )


def _segment(load: ProgramHeader) -> ImageSegment:
    return ImageSegment(spell_rights(load.flags), load.address, load.file_size, load.memory_size)


def _elf_checks(elf: _Elf, symbols: Symbols | None) -> Iterator[Check]:
    yield from of_segments(elf.header)
    yield from of_places(elf.header)
    if elf.pvh is None:
        yield from of_process(elf.header)
    else:
        how = f"it leads to {elf.entry:#x}, in an executable segment"
        yield judged("its PVH note leads to code", stray_pvh_entry(elf.header, elf.content), how)
        yield from of_setup_x86_64(elf.loads, setup_x86_64(elf.code_from(elf.entry)), symbols)
    yield from of_linking(symbols)
    yield of_canaries(elf.header.machine, elf.code, symbols)


# arm64 Images


@dataclass(frozen=True, slots=True)
class _Flat:
    """An Image, and what its boot code does, if that is known. Addresses count from `base`."""

    content: bytes
    setup: SetupArm | None
    base: int

    @property
    def header(self) -> Header | None:
        """The segments that boot code moves to their places, as an ELF file would tell of them."""
        if self.setup is None:
            return None
        loads, offset = [], 0
        for piece in self.setup.pieces:
            size = piece.end - piece.start
            held = max(0, min(size, len(self.content) - offset))
            taken = self.setup.end - piece.start if piece is self.setup.pieces[-1] else size
            place = self.base + piece.start
            loads.append(ProgramHeader(PT_LOAD, piece.flags, offset, place, place, held, taken, PAGE))
            offset += size
        return Header(b"", _ET_EXEC, EM_AARCH64, self.base, 0, 0, tuple(loads))

    @property
    def code(self) -> bytes:
        """What is executed; where the boot code is not known, all that may be."""
        return self.content if self.setup is None else self.content[: self.setup.pieces[0].end]


def _dissect_flat(content: bytes, told: Header | None, symbols: Symbols | None, at: Location) -> Anatomy:
    """What an Image shows, and the headers of the ELF file that it is in, if it is in one.

    Addresses count from its first byte, if neither symbols nor headers tell where that is to be.
    """
    start = 0 if symbols is None else symbols.addresses.get(START, 0)
    image = _Flat(content, setup_aarch64(content), start if told is None else told.entry)
    memory = read_flat_header(content).image_size
    _require_whole(image, memory, at)
    place = content.find(_NOTE)
    digest = content[place + len(_NOTE) :][:32] if place >= 0 else b""
    header = image.header
    return Anatomy(
        format="Image" if told is None else "ELF",
        arch=_ARCHS[EM_AARCH64],
        loader="flat",
        entry=image.base,
        segments=() if header is None else tuple(map(_segment, loads_of(header))),
        memory_bytes=memory,
        manifest_digest=digest.hex() if len(digest) == 32 else None,
        symbols=None if symbols is None else symbols.count,
        checks=tuple(_flat_checks(image, told, symbols)),
    )


def _require_whole(image: _Flat, memory: int, at: Location) -> None:
    """Raise ComposerError for an Image without its end.

    Its header only has the memory that it takes, much more than its bytes; how many these are, its boot code knows.
    """
    size = len(image.content)
    if image.setup is not None:
        need = sum(piece.end - piece.start for piece in image.setup.pieces)
        if size <= need - FLAT_ALIGN:
            raise _damaged(f"it has {size:,} bytes, and its boot code moves {need:,}", at)
    if 0 < memory < size:
        raise _damaged(f"it has {size:,} bytes, and its header gives it only {memory:,} of memory", at)


def _flat_checks(image: _Flat, told: Header | None, symbols: Symbols | None) -> Iterator[Check]:
    yield from of_pieces(image.header) if told is None else of_segments(told)
    yield from of_setup_aarch64(image.setup)
    yield of_symbols(symbols)
    yield of_canaries(EM_AARCH64, [(image.base, image.code)], symbols)
