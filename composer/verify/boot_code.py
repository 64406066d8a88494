"""What the boot code in a finished file does, read from its instructions: page tables are not in the file, but what makes them is.

Only the code of `recipes/boot` is understood, by the few instructions that matter; of any other nothing is said. Tests
build those recipes with each of their protections taken out and see it here, so neither can change alone.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from composer.layout.pack import PF_R, PF_W, PF_X

_PAGE = 4096
_MOST_CODE = 4096  # bytes from the entry on, of which boot code takes some hundred

# recipes/boot/kvm-x86_64/src/boot.S, in 32-bit mode; bits are those of Intel's SDM, volume 3A, sections 2.2.1, 2.5 and 4.5.
_ENTRY_PRESENT, _ENTRY_WRITE, _ENTRY_NX_HIGH = 1, 2, 1 << 31
_EFER_NXE, _CR0_WP = 1 << 11, 1 << 16
_MAP = rb"\xb8(.{4})\xb9(.{4})\xe8.{4}"  # mov $START, %eax; mov $END, %ecx; call boot_map
_MAPS = re.compile(
    rb"\x8d\x5a(.)"
    + _MAP
    + rb"\xba(.{4})"
    + _MAP
    + rb"\xb3(.)"
    + _MAP,  # lea FLAGS(%edx), %ebx … mov $HIGH, %edx … mov $FLAGS, %bl …
    re.DOTALL,
)
_EFER = re.compile(
    rb"\xb9\x80\x00\x00\xc0\x31\xd2\xb8(.{4})\x0f\x30", re.DOTALL
)  # mov $EFER, %ecx; …; mov $VALUE, %eax; wrmsr
_CR0 = re.compile(rb"\xb8(.{4})\x0f\x22\xc0", re.DOTALL)  # mov $VALUE, %eax; mov %eax, %cr0
_GUARD = re.compile(
    rb"\xb8(.{4})\xc1\xe8\x09\x80\x64\x05\x00\xfe", re.DOTALL
)  # mov $PAGE, %eax; shr $9; andb $~1, (%ebp, %eax)


@dataclass(frozen=True, slots=True)
class Range:
    """Pages that boot code maps, with one right."""

    flags: int  # PF_R, PF_W, PF_X
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SetupX86:
    """What 32-bit boot code switches on."""

    ranges: tuple[Range, ...]
    forbids_execution: bool  # EFER.NXE: pages can be made not executable
    forbids_writing: bool  # CR0.WP: read-only holds in ring 0 too
    guard: int | None  # address of the page that is unmapped again


def setup_x86_64(code: bytes) -> SetupX86 | None:
    """What the boot code that begins `code` does; None if it is none that is known."""
    code = code[:_MOST_CODE]
    maps, efer, cr0 = _MAPS.search(code), _EFER.search(code), _CR0.search(code)
    if maps is None or efer is None or cr0 is None:
        return None
    low, start_0, end_0, high, start_1, end_1, low_late, start_2, end_2 = map(_number, maps.groups())
    ranges = (
        Range(_flags(low, 0), start_0, end_0),
        Range(_flags(low, high), start_1, end_1),
        Range(_flags(low_late, high), start_2, end_2),
    )
    guard = _GUARD.search(code)
    return SetupX86(
        ranges,
        bool(_number(efer[1]) & _EFER_NXE),
        bool(_number(cr0[1]) & _CR0_WP),
        _number(guard[1]) if guard else None,
    )


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _flags(low: int, high: int) -> int:
    if not low & _ENTRY_PRESENT:
        return 0
    return PF_R | (PF_W if low & _ENTRY_WRITE else 0) | (0 if high & _ENTRY_NX_HIGH else PF_X)


# recipes/boot/aarch64/src/boot.S; encodings: Arm ARM (DDI 0487), section C6.2.
_BRANCH, _BRANCH_MASK = 0x14000000, 0xFC000000
_CALL = 0x94000000
_MOVING = 0xAA0103E6  # mov x6, x1: x1 to x5 are the ends of the segments' bytes, before they are moved
_RETURN = 0xD65F03C0
_SET_SCTLR, _SET_SCTLR_MASK = 0xD5181000, 0xFFFFFFE0  # msr sctlr_el1, xN
_SCTLR_WXN = 1 << 19


@dataclass(frozen=True, slots=True)
class SetupArm:
    """What the boot code of an Image does; addresses count from the Image's first byte."""

    pieces: tuple[Range, Range, Range]  # code, constants, data: where the file's bytes are in memory, in their order
    end: int  # the last address that it knows; its page tables come behind
    forbids_both: bool  # SCTLR.WXN: what is writable is not executable


def setup_aarch64(content: bytes) -> SetupArm | None:
    """What the boot code of the Image `content` does; None if it is none that is known."""
    machine = _Machine(content)
    ends: Mapping[int, int] = {}
    sctlr = 0
    for word in machine.run():
        if word == _MOVING:
            ends = dict(machine.registers)
        elif word & _SET_SCTLR_MASK == _SET_SCTLR:
            sctlr = machine.registers.get(word & 31, 0)
    if not ends.keys() >= {1, 2, 3, 4, 5}:
        return None
    if not 0 < ends[5] <= ends[4] <= ends[3] <= ends[2] <= ends[1] <= machine.farthest:
        return None
    return SetupArm(
        (Range(PF_R | PF_X, 0, ends[5]), Range(PF_R, ends[4], ends[3]), Range(PF_R | PF_W, ends[2], ends[1])),
        machine.farthest,
        bool(sctlr & _SCTLR_WXN),
    )


class _Machine:
    """Knows what registers hold, of the few instructions that make constants and addresses, on the straight way through code."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.registers: dict[int, int] = {}
        self.farthest = 0  # address that was made

    def run(self) -> Iterator[int]:
        """Each instruction from where the first one leads, before it is carried out."""
        (first,) = struct.unpack_from("<I", self._content)
        place = _signed(first, 26) * 4 if first & _BRANCH_MASK == _BRANCH else len(self._content)
        end = min(place + _MOST_CODE, len(self._content) - 3)
        while 0 <= place < end:
            (word,) = struct.unpack_from("<I", self._content, place)
            yield word
            if word == _RETURN:
                return
            self._step(word, place)
            place += 4

    def _step(self, word: int, place: int) -> None:
        target, first, second = word & 31, word >> 5 & 31, word >> 16 & 31
        value: int | None = None
        if word & 0x1F000000 == 0x10000000:  # adr, adrp
            distance = _signed(word >> 5, 19) * 4 | word >> 29 & 3
            value = (place & ~(_PAGE - 1)) + distance * _PAGE if word >> 31 else place + distance
            self.farthest = max(self.farthest, value)
        elif word & 0xFF800000 == 0x91000000 and first in self.registers:  # add, of a number
            value = self.registers[first] + ((word >> 10 & 0xFFF) << (12 if word & 1 << 22 else 0))
            self.farthest = max(self.farthest, value)
        elif word & 0xFF000000 == 0x58000000:  # ldr, of a number that stands behind the code
            source = place + _signed(word >> 5, 19) * 4
            value = _number(self._content[source : source + 8]) if source >= 0 else None
        elif word & 0xFFE0FC00 == 0xAA000000 and {first, second} <= {*self.registers, 31}:  # orr, mov
            value = self.registers.get(first, 0) | self.registers.get(second, 0)
        elif word & _BRANCH_MASK == _CALL:
            self.registers = {number: held for number, held in self.registers.items() if number > 18}
        elif word & 0xFFF00000 == 0xD5100000:  # msr writes no register
            return
        self.registers.pop(target, None)
        if value is not None and target != 31:
            self.registers[target] = value


def _signed(value: int, bits: int) -> int:
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value
