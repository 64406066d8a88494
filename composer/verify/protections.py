"""How a finished file is protected: each check looks at its headers, at instructions of its boot code, or at symbols.

Nothing is believed; what cannot be seen so is said to be unseen.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from composer.layout.pack import PF_R, PF_W, PF_X, PT_GNU_STACK, Header, ProgramHeader
from composer.model.inspection import Check, Verdict
from composer.verify.boot_code import SetupArm, SetupX86
from composer.verify.segments import loads_of, shared_pages, stray_entry, writable_code

PAGE = 4096
EM_X86_64, EM_AARCH64 = 62, 183
SHOWN = 3  # undefined symbols that are named
GUARD_CALL, START, STACK = "__stack_chk_fail", "image_start", "boot_stack"  # symbols that checks ask for

# What is checked.
(
    _BOTH,
    _CONSTANTS,
    _PAGES,
    _NULL,
    _ENTRY,
    _TABLES,
    _WRITE,
    _EXECUTE,
    _WRITABLE,
    _PROCESS_STACK,
    _GUARD,
    _RELOCATED,
    _DEFINED,
    _CANARY,
) = (
    "nothing is writable and executable",
    "constants cannot be executed",
    "no page has two rights",
    "nothing lies at address 0",
    "it starts in code",
    "page tables give segments their rights",
    "read-only holds for the image's own code",
    "what is not code cannot be executed",
    "what is writable cannot be executed",
    "the stack cannot be executed",
    "a guard page is below the stack",
    "code is not relocated",
    "every symbol is defined",
    "functions check a canary on the stack",
)
_NO_BOOT_CODE = "its boot code is not that of any recipe"


@dataclass(frozen=True, slots=True)
class Symbols:
    """The few symbols that are asked for, and how many there are."""

    count: int
    addresses: Mapping[str, int]
    undefined: tuple[str, ...]  # the first of them


def judged(name: str, complaints: Iterable[str], how: str) -> Check:
    """Yes, as `how` says, or no with the complaints."""
    found = tuple(complaints)
    return Check(name, "no", "; ".join(found)) if found else Check(name, "yes", how)


def spell_rights(flags: int) -> str:
    """The flags of a segment as letters."""
    return "".join(letter for bit, letter in ((PF_R, "r"), (PF_W, "w"), (PF_X, "x")) if flags & bit) or "-"


# By the headers


def of_segments(header: Header) -> Iterator[Check]:
    """What segments say of their rights."""
    loads = loads_of(header)
    rights = ", ".join(spell_rights(load.flags) for load in loads)
    yield judged(_BOTH, writable_code(header), f"its segments are {rights}")
    if any(not load.flags & (PF_W | PF_X) for load in loads):
        yield Check(_CONSTANTS, "yes", "there is a segment for them that is only readable")
    else:
        yield Check(_CONSTANTS, "no", "no segment is only readable")
    yield judged(_PAGES, shared_pages(header, PAGE), "each segment has pages of its own")


def of_places(header: Header) -> Iterator[Check]:
    """What addresses say, where the file has the final ones."""
    low = (f"the segment at {load.address:#x} does" for load in loads_of(header) if load.address < PAGE)
    lowest = min(load.address for load in loads_of(header))
    yield judged(_NULL, low, f"the lowest segment begins at {lowest:#x}")
    yield judged(_ENTRY, stray_entry(header), f"its entry {header.entry:#x} is in an executable segment")


def of_process(header: Header) -> Iterator[Check]:
    """What a kernel does for a process."""
    found = [program for program in header.programs if program.type == PT_GNU_STACK]
    if found:
        verdict: Verdict = "no" if found[0].flags & PF_X else "yes"
        yield Check(_PROCESS_STACK, verdict, f"PT_GNU_STACK says {spell_rights(found[0].flags)}")
    else:
        yield Check(_PROCESS_STACK, "no", "there is no PT_GNU_STACK, and some kernels then make it executable")
    yield Check(_GUARD, "unseen", "the kernel makes a process's stack")


def of_linking(symbols: Symbols | None) -> Iterator[Check]:
    """What a linker at run time would do; there is none, for a file with a dynamic section is no image."""
    yield Check(_RELOCATED, "yes", "it has no dynamic section, so nobody changes addresses in it")
    if symbols is None:
        yield Check(_DEFINED, "yes", "it has no dynamic section, so nobody looks for any")
    else:
        yield of_symbols(symbols)


def of_symbols(symbols: Symbols | None) -> Check:
    """Whether the linker found all of them."""
    if symbols is None:
        return Check(_DEFINED, "unseen", "there are no symbols; a .dbg beside the file has them")
    if symbols.undefined:
        return Check(_DEFINED, "no", f"undefined: {', '.join(symbols.undefined)}")
    return Check(_DEFINED, "yes", f"none of its {symbols.count:,} is undefined")


# By the boot code


def of_setup_x86_64(loads: Iterable[ProgramHeader], setup: SetupX86 | None, symbols: Symbols | None) -> Iterator[Check]:
    """What the boot code of a machine switches on before anything else runs."""
    if setup is None:
        yield from (Check(name, "unseen", _NO_BOOT_CODE) for name in (_TABLES, _WRITE, _EXECUTE, _GUARD))
        return
    yield judged(_TABLES, _wrong_ranges(loads, setup), "boot code maps each with the rights of the segment")
    yield _switched(_WRITE, setup.forbids_writing, "CR0.WP")
    yield _switched(_EXECUTE, setup.forbids_execution, "EFER.NXE")
    yield _guard_page(setup, symbols)


def of_setup_aarch64(setup: SetupArm | None) -> Iterator[Check]:
    """The same of an Image. Its page tables are made in C, which is not read here."""
    if setup is None:
        yield Check(_WRITABLE, "unseen", _NO_BOOT_CODE)
    else:
        yield _switched(_WRITABLE, setup.forbids_both, "SCTLR_EL1.WXN")
    yield Check(_TABLES, "unseen", "they are made at boot by compiled code, which is not read here")
    yield Check(_GUARD, "unseen", "it is left out where page tables are made, at boot")


def of_pieces(header: Header | None) -> Iterator[Check]:
    """What is seen of the segments of an Image without an ELF file around it, which would say what rights they are to have."""
    yield Check(_CONSTANTS, "unseen", "an Image does not tell what rights its segments are to have")
    if header is None:
        yield Check(_PAGES, "unseen", _NO_BOOT_CODE)
    else:
        yield judged(_PAGES, shared_pages(header, PAGE), "boot code moves each segment to pages of its own")


def _switched(name: str, is_on: bool, bit: str) -> Check:
    return Check(name, "yes" if is_on else "no", f"boot code {'sets' if is_on else 'does not set'} {bit}")


def _wrong_ranges(loads: Iterable[ProgramHeader], setup: SetupX86) -> Iterator[str]:
    """Where boot code maps a segment otherwise than its flags say."""
    for load in loads:
        over = [r for r in setup.ranges if r.start < load.address + load.memory_size and load.address < r.end]
        wrong = sorted({spell_rights(r.flags) for r in over if r.flags != load.flags})
        if wrong or not over:
            what = ", ".join(wrong) or "not at all"
            yield f"the segment at {load.address:#x}, which is {spell_rights(load.flags)}, is mapped {what}"


def _guard_page(setup: SetupX86, symbols: Symbols | None) -> Check:
    if setup.guard is None:
        return Check(_GUARD, "no", "boot code takes no page out of its tables again")
    stack = None if symbols is None else symbols.addresses.get(STACK)
    if stack is not None and stack != setup.guard + PAGE:
        return Check(_GUARD, "no", f"boot code unmaps {setup.guard:#x}, and the stack begins at {stack:#x}")
    return Check(_GUARD, "yes", f"boot code takes the page {setup.guard:#x} out of its tables again")


# By symbols


def of_canaries(machine: int, code: Iterable[tuple[int, bytes]], symbols: Symbols | None) -> Check:
    """Whether functions check a canary before they return: if it is wrong they call a function of a known name.

    `code` are the addresses and bytes of all that is executable.
    """
    if symbols is None:
        return Check(_CANARY, "unseen", "without symbols the call is not known; a .dbg beside the file has them")
    if (target := symbols.addresses.get(GUARD_CALL)) is None:
        return Check(_CANARY, "no", f"there is no {GUARD_CALL}")
    find = _calls_x86_64 if machine == EM_X86_64 else _calls_aarch64
    count = sum(1 for start, piece in code for called in find(piece, start) if called == target)
    if not count:
        return Check(_CANARY, "no", f"nothing calls {GUARD_CALL}; functions without arrays need not")
    return Check(_CANARY, "yes", f"its code calls {GUARD_CALL} in {count:,} place{'s' if count > 1 else ''}")


_NEAR = re.compile(rb"[\xe8\xe9](?=(.{4}))", re.DOTALL)  # call, jmp; what only looks like one leads somewhere else


def _calls_x86_64(code: bytes, start: int) -> Iterator[int]:
    for match in _NEAR.finditer(code):
        yield start + match.start() + 5 + int.from_bytes(match[1], "little", signed=True)


def _calls_aarch64(code: bytes, start: int) -> Iterator[int]:
    for place, (word,) in enumerate(struct.iter_unpack("<I", code[: len(code) & ~3])):
        if word & 0x7C000000 == 0x14000000:  # b, bl
            distance = word & 0x3FFFFFF
            yield start + 4 * (place + (distance - (1 << 26) if distance >> 25 else distance))
