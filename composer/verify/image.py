"""The finished image, read back: is it what was decided, and does it fit?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from composer.errors import Code, ComposerError, Diagnostic, Location, raise_any
from composer.layout.arrange import FLAT_ALIGN, RESERVE_UNIT, RIGHTS
from composer.layout.pack import Header, flat, flat_room, read_header
from composer.layout.script import LINKER_TABLES
from composer.model.linkage import Member, Reach, Section
from composer.model.recipe import ImageFacts
from composer.reach.objects import read_symbols
from composer.verify.linkmap import JOINED, Placed
from composer.verify.segments import (
    FLAT_FLAGS,
    FLAT_MAGIC,
    FlatHeader,
    cut_segments,
    loads_of,
    misplaced_segments,
    read_flat_header,
    shared_pages,
    stray_entry,
    stray_pvh_entry,
    writable_code,
)


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
        *writable_code(header),
        *misplaced_segments(header, expected.facts.page),
        *cut_segments(header, len(evidence.image)),
        *shared_pages(header, expected.facts.page),
        *_check_entry(header, evidence.debug, expected),
        *(stray_pvh_entry(header, evidence.image) if expected.facts.loader == "pvh" else ()),
        *(_check_flat(header, evidence, expected.facts) if expected.facts.loader == "flat" else ()),
        *_check_sections(evidence),
        *_check_symbols(evidence),
    )
    hint = "the linker did not do what it was told: try another release of binutils, or tell us"
    raise_any(Diagnostic(Code.IMAGE_WRONG, f"the image is wrong: {complaint}", hint=hint) for complaint in complaints)


def _check_entry(header: Header, debug: bytes, expected: Expected) -> Iterator[str]:
    if header.machine != expected.machine:
        yield f"it is for machine {header.machine}, not {expected.machine}"
    yield from stray_entry(header)
    named = [symbol.value for symbol in read_symbols(debug) if symbol.name == expected.facts.entry]
    if header.entry not in named:
        yield f"its entry {header.entry:#x} is not the function {expected.facts.entry}"


def _check_flat(header: Header, evidence: Evidence, facts: ImageFacts) -> Iterator[str]:
    """The header of an Image, and its bytes in their order."""
    content = flat(evidence.image)
    size = next((symbol.value for symbol in read_symbols(evidence.debug) if symbol.name == "image_size"), 0)
    if header.entry != facts.base:
        yield f"its entry {header.entry:#x} is not its first byte, {facts.base:#x}"
    if read_flat_header(content) != FlatHeader(facts.below, size, FLAT_FLAGS, FLAT_MAGIC):
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
    ends = (load.address + load.memory_size for load in loads_of(read_header(image)))
    end = -(-max(ends, default=facts.base) // facts.page) * facts.page
    used = end - facts.base + facts.below
    need = used + facts.reserve * -(-used // RESERVE_UNIT)
    if facts.loader == "flat":
        need = flat_room(need)
    if need > memory:
        least = -(-need // (1 << 20))
        message = f"the image needs {need:,} bytes of memory, but 'memory' gives it {memory:,}"
        raise ComposerError(Diagnostic(Code.IMAGE_TOO_LARGE, message, at, f"write memory: {least}MiB"))
