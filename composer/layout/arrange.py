"""The memory map of an image, as a value: which input section goes where, in the order that wastes least.

Three segments, in this order: r (the ELF header, notes, constants), rx (code), rw (data, then memory
without bytes in the file). The header is first because its segment must not be executable; rw is last
because only the last segment can grow beyond its bytes without a hole in the file.

A segment begins one page after the end of the one before, at the same offset in its page. So file
offset and address stay congruent without padding (System V ABI, "Program Header": `p_vaddr` and
`p_offset` modulo the page), and no page of memory has two rights.

A flat image (arm64's `Image`) has no ELF header: a loader copies the bytes of the segments to the base as they
follow each other in the file, and jumps to the first. So rx comes first, for it need not move; its code moves the
others to their pages. That keeps the file as dense as an ELF file, where three flat pages would take 8 KiB.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from composer.model.linkage import Kind, Member, Reach, Section
from composer.model.recipe import ImageFacts

Right = Literal["r", "rx", "rw"]
RIGHTS: tuple[Right, ...] = ("r", "rx", "rw")
FLAT_RIGHTS: tuple[Right, ...] = ("rx", "r", "rw")

RESERVE_UNIT = 2 << 20  # bytes of memory for which ImageFacts.reserve is counted
FLAT_ALIGN = 8  # bytes; boot code moves the segments of a flat image by words
ELF_HEADER_SIZE = 64  # bytes
PROGRAM_HEADER_SIZE = 56  # bytes


@dataclass(frozen=True, slots=True)
class Input:
    """One input section: the object's path as the linker is given it, and the section's name."""

    path: str
    section: str
    size: int  # bytes
    align: int  # bytes
    number: int = 0  # place among the sections of the object


@dataclass(frozen=True, slots=True)
class Output:
    """One output section, its input sections in their final order."""

    name: str
    inputs: tuple[Input, ...]
    kept: bool = False  # the linker's garbage collection must not take it


@dataclass(frozen=True, slots=True)
class Segment:
    """A loadable segment; one that is both writable and executable cannot be written down."""

    right: Right
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that the linker script says."""

    facts: ImageFacts
    segments: tuple[Segment, ...]
    marks_stack: bool  # PT_GNU_STACK: tells a kernel that loads the image as a process not to make the stack executable
    symbols: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # absolute

    @property
    def rights(self) -> tuple[Right, ...]:
        """The segments' order in the file and in memory."""
        return FLAT_RIGHTS if self.facts.loader == "flat" else RIGHTS

    @property
    def size(self) -> int:
        """Bytes of all that is in it, without the gaps."""
        return sum(piece.size for segment in self.segments for output in segment.outputs for piece in output.inputs)

    @property
    def has_notes(self) -> bool:
        """Whether the image has a PT_NOTE."""
        return any(output.name == ".note" for segment in self.segments for output in segment.outputs)

    @property
    def has_tls(self) -> bool:
        """Whether the image has a PT_TLS."""
        return any(True for _ in self._thread_locals())

    @property
    def tls_align(self) -> int:
        """Bytes to a multiple of which thread-local variables have to be put."""
        return max((piece.align for output in self._thread_locals() for piece in output.inputs), default=1)

    def _thread_locals(self) -> Iterator[Output]:
        return (o for segment in self.segments for o in segment.outputs if o.name in (".tdata", ".tbss"))


_CALLED = (".init_array", ".fini_array")  # addresses of functions that are called in their order

# What goes where, in order. Merged constants come last in .rodata: how many bytes they will take is the
# linker's to know, and of what comes after them nothing is packed closely. In .pages is what begins at pages; in
# .rodata it would move that to a page as well.
_OUTPUTS: tuple[tuple[Right, str, tuple[Kind, ...], bool], ...] = (
    ("r", ".note", (Kind.NOTE,), True),
    ("r", ".init_array", (Kind.CONSTRUCTORS,), True),
    ("r", ".fini_array", (Kind.DESTRUCTORS,), True),
    ("r", ".rodata", (Kind.CONSTANTS,), False),
    ("r", ".pages", (Kind.CONSTANTS,), False),
    ("rx", ".head", (Kind.HEAD,), True),
    ("rx", ".text", (Kind.CODE,), False),
    ("rw", ".data", (Kind.DATA,), False),
    ("rw", ".tdata", (Kind.TLS_DATA,), False),
    ("rw", ".tbss", (Kind.TLS_ZERO,), False),
    ("rw", ".bss", (Kind.ZERO,), False),
    ("rw", ".noinit", (Kind.UNSET,), False),
)


def arrange(
    reached: Reach,
    generated: Sequence[Member],
    facts: ImageFacts,
    *,
    marks_stack: bool,
    symbols: Mapping[str, int] | None = None,
) -> Layout:
    """The layout of what is alive, and of everything in the `generated` objects."""
    sections = [(m.path, section) for m in generated for section in m.index.sections if section.size]
    for alive in sorted(reached.alive, key=lambda entry: (entry.member, entry.section)):
        member = reached.members[alive.member]
        sections.append((member.path, member.index.sections[alive.section]))
    kinds: dict[Kind, list[tuple[str, Section]]] = {}
    for path, section in sections:
        kinds.setdefault(section.kind, []).append((path, section))
    is_flat = facts.loader == "flat"
    headers = 0 if is_flat else ELF_HEADER_SIZE + PROGRAM_HEADER_SIZE * _count_headers(kinds, marks_stack)
    segments = _segments(kinds, facts, headers)
    return Layout(facts, segments, marks_stack, MappingProxyType(dict(sorted((symbols or {}).items()))))


def _count_headers(kinds: Iterable[Kind], marks_stack: bool) -> int:
    present = set(kinds)
    segments = 1 + len({right for right, _, members, _ in _OUTPUTS if right != "r" and present & set(members)})
    return segments + (Kind.NOTE in present) + bool(present & {Kind.TLS_DATA, Kind.TLS_ZERO}) + marks_stack


def _segments(
    kinds: Mapping[Kind, Sequence[tuple[str, Section]]], facts: ImageFacts, headers: int
) -> tuple[Segment, ...]:
    address = facts.base + headers
    segments: list[Segment] = []
    for right in FLAT_RIGHTS if facts.loader == "flat" else RIGHTS:
        outputs: list[Output] = []
        for where, name, members, kept in _OUTPUTS:
            found = [entry for kind in members for entry in kinds.get(kind, ())] if where == right else []
            if right == "r":
                found = [entry for entry in found if (entry[1].align >= facts.page) == (name == ".pages")]
            if found:
                inputs, address = _ordered(name, found, address)
                outputs.append(Output(name, inputs, kept))
        if outputs or right == "r":
            segments.append(Segment(right, tuple(outputs)))
    return tuple(segments)


def _ordered(name: str, found: Sequence[tuple[str, Section]], address: int) -> tuple[tuple[Input, ...], int]:
    """The input sections in their order, and the address after them."""
    if name in _CALLED:
        found = sorted(found, key=lambda entry: _priority(entry[1].name))
    inputs = [Input(path, s.name, s.size, s.align, s.number) for path, s in found if not s.merges]
    merged = [Input(path, s.name, s.size, s.align, s.number) for path, s in found if s.merges]
    if name not in (*_CALLED, ".note"):
        inputs, address = least_padding(inputs, address)
        merged.sort(key=lambda piece: -piece.align)
    else:
        address = _end(inputs, address)
    return (*inputs, *merged), _end(merged, address)


def _priority(section: str) -> int:
    """Constructors with a number run first, the lowest before the others, and destructors from the end backwards.

    That is what GNU ld's SORT_BY_INIT_PRIORITY means.
    """
    match = re.fullmatch(r"\.(?:init|fini)_array\.(\d+)", section)
    return int(match[1]) if match else 65_536


def _end(inputs: Sequence[Input], address: int) -> int:
    for piece in inputs:
        address += -address % piece.align + piece.size
    return address


def least_padding(inputs: Sequence[Input], address: int) -> tuple[list[Input], int]:
    """Order pieces so that few bytes are lost to alignment, and the address after them.

    The best of three quick rules, not the optimum: that is a packing problem. Deterministic.
    """
    rules = (_by_least_gap, _by_filling, _by_rising_alignment)
    orders = [rule(inputs, address) for rule in rules]
    best = min(orders, key=lambda order: _end(order, address))
    return best, _end(best, address)


def _by_rising_alignment(inputs: Sequence[Input], _address: int) -> list[Input]:
    return sorted(inputs, key=lambda piece: piece.align)


def _by_least_gap(inputs: Sequence[Input], address: int) -> list[Input]:
    """Always the piece with the least padding, of those the most strictly aligned one; ties keep their order."""
    waiting: dict[int, deque[Input]] = {}
    for piece in inputs:
        waiting.setdefault(piece.align, deque()).append(piece)
    order: list[Input] = []
    while waiting:
        align = min(waiting, key=lambda candidate: (-address % candidate, -candidate))
        order.append(waiting[align].popleft())
        if not waiting[align]:
            del waiting[align]
        address = _end(order[-1:], address)
    return order


def _by_filling(inputs: Sequence[Input], address: int) -> list[Input]:
    """The most strictly aligned pieces first; a gap before one is filled with the largest pieces that fit."""
    waiting: dict[int, list[Input]] = {}
    for piece in sorted(inputs, key=lambda piece: piece.size):
        waiting.setdefault(piece.align, []).append(piece)
    order: list[Input] = []
    while waiting:
        strictest = max(waiting)
        fitting = _fitting(waiting, address, -address % strictest)
        align, place = fitting if fitting is not None else (strictest, -1)
        order.append(waiting[align].pop(place))
        if not waiting[align]:
            del waiting[align]
        address = _end(order[-1:], address)
    return order


def _fitting(waiting: Mapping[int, Sequence[Input]], address: int, gap: int) -> tuple[int, int] | None:
    """Alignment and place of the largest waiting piece that fits into the gap without padding of its own."""
    best: tuple[int, int, int] | None = None
    for align, pieces in waiting.items():
        place = bisect_right(pieces, gap, key=lambda piece: piece.size) - 1
        if place >= 0 and not address % align and (best is None or (pieces[place].size, align) > best[:2]):
            best = (pieces[place].size, align, place)
    return best and best[1:]
