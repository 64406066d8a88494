"""The finished image, read back: is it what was decided, and does it fit?"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.layout.arrange import FLAT_ALIGN, RESERVE_UNIT, RIGHTS
from composer.layout.pack import PF_W, PF_X, PT_LOAD, PT_NOTE, Header, flat, flat_room, read_header
from composer.layout.script import LINKER_TABLES
from composer.model.linkage import Member, Reach, Section
from composer.model.recipe import ImageFacts
from composer.reach.objects import read_symbols
from composer.verify.linkmap import JOINED, Placed

# Bytes 8 to 63 of an arm64 Image: text_offset, image_size, flags, three reserved words, magic.
_FLAT_HEADER = struct.Struct("<8xQQQ24x4s4x")
_FLAT_FLAGS = 2  # little-endian, pages of 4 KiB, to be loaded near the start of memory
_FLAT_MAGIC = b"ARM\x64"

XEN_OWNER = b"Xen\0"
XEN_PHYS32_ENTRY = 18  # Xen public headers, elfnote.h: where a PVH guest starts, in 32-bit mode


@dataclass(frozen=True, slots=True)
class Expected:
    """What the image must be."""

    machine: int  # e_machine
    facts: ImageFacts


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the linker left behind, and what it was told to link."""

    image: bytes  # packed
    debug: bytes  # before packing
    placed: tuple[Placed, ...]  # its map
    reached: Reach
    generated: tuple[Member, ...]


def verify(evidence: Evidence, expected: Expected) -> None:
    """Read the finished image back; raises ComposerError with every IMAGE_WRONG at once."""
    header = read_header(evidence.image)
    complaints = (
        *_check_segments(header, len(evidence.image), expected.facts.page),
        *_check_entry(header, evidence.debug, expected),
        *(_check_note(header, evidence.image) if expected.facts.loader == "pvh" else ()),
        *(_check_flat(header, evidence, expected.facts) if expected.facts.loader == "flat" else ()),
        *_check_sections(evidence),
        *_check_symbols(evidence),
    )
    hint = "the linker did not do what it was told: try another release of binutils, or tell us"
    raise_any(Diagnostic(Code.IMAGE_WRONG, f"the image is wrong: {complaint}", hint=hint) for complaint in complaints)


def _check_segments(header: Header, size: int, page: int) -> Iterator[str]:
    end = 0
    for load in (program for program in header.programs if program.type == PT_LOAD):
        name = f"the segment at {load.address:#x}"
        if load.flags & PF_W and load.flags & PF_X:
            yield f"{name} is both writable and executable"
        if load.file_size and (load.address - load.offset) % page:
            yield f"{name} stands at another place of its page than in the file"
        if load.offset + load.file_size > size or load.file_size > load.memory_size:
            yield f"{name} has bytes which are not in the file"
        if load.address // page * page < end:
            yield f"{name} shares a page with the one before it"
        end = load.address + load.memory_size


def _is_code(header: Header, address: int) -> bool:
    loads = (program for program in header.programs if program.type == PT_LOAD and program.flags & PF_X)
    return any(load.address <= address < load.address + load.file_size for load in loads)


def _check_entry(header: Header, debug: bytes, expected: Expected) -> Iterator[str]:
    if header.machine != expected.machine:
        yield f"it is for machine {header.machine}, not {expected.machine}"
    if not _is_code(header, header.entry):
        yield f"its entry {header.entry:#x} is not in an executable segment"
    named = [symbol.value for symbol in read_symbols(debug) if symbol.name == expected.facts.entry]
    if header.entry not in named:
        yield f"its entry {header.entry:#x} is not the function {expected.facts.entry}"


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


def _check_note(header: Header, image: bytes) -> Iterator[str]:
    found = [content for owner, kind, content in read_notes(image) if (owner, kind) == (XEN_OWNER, XEN_PHYS32_ENTRY)]
    if len(found) != 1:
        yield f"it has {len(found)} notes that say where a PVH loader starts it, not one"
    elif len(found[0]) not in (4, 8) or not _is_code(header, int.from_bytes(found[0], "little")):
        yield "its PVH note does not point into an executable segment"


def _check_flat(header: Header, evidence: Evidence, facts: ImageFacts) -> Iterator[str]:
    """The header of an arm64 Image (Linux, "Booting AArch64 Linux", section 4), and its bytes in their order."""
    content = flat(evidence.image)
    size = next((symbol.value for symbol in read_symbols(evidence.debug) if symbol.name == "image_size"), 0)
    fields = _FLAT_HEADER.unpack(content[: _FLAT_HEADER.size].ljust(_FLAT_HEADER.size, b"\0"))
    if header.entry != facts.base:
        yield f"its entry {header.entry:#x} is not its first byte, {facts.base:#x}"
    if fields != (facts.below, size, _FLAT_FLAGS, _FLAT_MAGIC):
        yield "its first bytes are not the header of an arm64 Image"
    # Boot code finds each segment's bytes in the file behind those of the one before; the last may end a word earlier.
    if not 0 <= _bytes_of_segments(evidence.debug) - len(content) < FLAT_ALIGN:
        yield "its segments do not follow each other"


def _bytes_of_segments(debug: bytes) -> int:
    """Bytes of all segments, as the symbols say that boot code goes by."""
    ends = {f"image_{right}_bytes_end": 1 for right in RIGHTS} | {f"image_{right}_bytes_start": -1 for right in RIGHTS}
    return sum(ends.get(symbol.name, 0) * symbol.value for symbol in read_symbols(debug))


def _alive(reached: Reach) -> Iterator[tuple[str, Section]]:
    for entry in reached.alive:
        member = reached.members[entry.member]
        yield member.path, member.index.sections[entry.section]


def _alive_sections(evidence: Evidence) -> Counter[tuple[str, str]]:
    """Path and section name of everything that is meant to be in the image."""
    alive = Counter((path, section.name) for path, section in _alive(evidence.reached))
    alive.update((m.path, section.name) for m in evidence.generated for section in m.index.sections)
    return alive


def _check_sections(evidence: Evidence) -> Iterator[str]:
    alive = _alive_sections(evidence)
    owners = {member.path: member.owner for member in (*evidence.reached.members, *evidence.generated)}
    present = Counter((found.path, found.section) for found in evidence.placed)
    merges = any(section.merges for _, section in _alive(evidence.reached))
    for (path, section), count in sorted(present.items()):
        if path == JOINED and merges:
            continue
        if count > alive[path, section] and section not in LINKER_TABLES:
            owner = owners.get(path, "nobody")
            yield f"it holds {section} of {path} ({owner}), which nothing that is alive refers to"
    for path, section in sorted(_needed(evidence) - present.keys()):
        yield f"it lacks {section} of {path}, which is alive"


def _needed(evidence: Evidence) -> set[tuple[str, str]]:
    """Sections that the map must show; a merged one may have gone into another."""
    alive = _alive(evidence.reached)
    return {(path, section.name) for path, section in alive if section.size and not section.merges}


def _check_symbols(evidence: Evidence) -> Iterator[str]:
    reached = evidence.reached
    alive = {(entry.member, entry.section) for entry in reached.alive}
    live: set[str] = {symbol.name for member in evidence.generated for symbol in member.index.symbols}
    dead: dict[str, str] = {}
    for place, member in enumerate(reached.members):
        for symbol in member.index.symbols:
            if (place, symbol.section) in alive or symbol.section < 0:
                live.add(symbol.name)
            else:
                dead.setdefault(symbol.name, member.owner)
    present = {symbol.name for symbol in read_symbols(evidence.debug) if symbol.number}
    for name in sorted((dead.keys() - live) & present):
        yield f"it holds {name} of {dead[name]}, which nothing that is alive refers to"


def check_memory(image: bytes, memory: int, facts: ImageFacts, at: Location | None = None) -> None:
    """Whether the image and what its boot code takes behind it fit into `memory` bytes.

    Raises ComposerError(IMAGE_TOO_LARGE), which says how much memory would do.
    """
    ends = (p.address + p.memory_size for p in read_header(image).programs if p.type == PT_LOAD)
    end = -(-max(ends, default=facts.base) // facts.page) * facts.page
    used = end - facts.base + facts.below
    need = used + facts.reserve * -(-used // RESERVE_UNIT)
    if facts.loader == "flat":
        need = flat_room(need)
    if need > memory:
        least = -(-need // (1 << 20))
        message = f"the image needs {need:,} bytes of memory, but 'memory' gives it {memory:,}"
        raise ComposerError(Diagnostic(Code.IMAGE_TOO_LARGE, message, at, f"write memory: {least}MiB"))
