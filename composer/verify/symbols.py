"""From addresses back to functions and source lines, and the calls that led to a trap.

Only used when a guest has trapped, so everything heavy is imported and read when it is asked for.
Unwinding follows the call frame information of `.debug_frame` (DWARF 5, section 6.4), which stays in
the debug file: the image itself carries no unwind tables.
"""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.reach.lines import LineTable
from composer.reach.objects import is_mapping

_MAX_FRAMES = 64


@dataclass(frozen=True, slots=True)
class _Machine:
    """How an architecture names its registers in DWARF, and where a call leaves the return address."""

    registers: Mapping[int, str]  # DWARF number -> name in a trap report
    pc: str
    stack: str
    link: str | None  # the register with the return address; None: a word on the stack
    word: int = 8  # bytes


# System V ABI, AMD64 supplement, figure 3.36; DWARF for the Arm 64-bit Architecture, section 4.1.
_X86_64 = _Machine(
    MappingProxyType(
        {
            **dict(enumerate(("rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp"))),
            **{number: f"r{number}" for number in range(8, 16)},
            16: "rip",
        }
    ),
    pc="rip",
    stack="rsp",
    link=None,
)
_AARCH64 = _Machine(
    MappingProxyType({**{number: f"x{number}" for number in range(31)}, 31: "sp"}), pc="pc", stack="sp", link="x30"
)
_MACHINES = MappingProxyType({"EM_X86_64": _X86_64, "EM_AARCH64": _AARCH64})


@dataclass(frozen=True, slots=True)
class Frame:
    """One call: where it stood, as well as the debug file can tell."""

    address: int
    function: str | None = None
    at: Location | None = None

    def __str__(self) -> str:
        place = f" at {self.at}" if self.at else ""
        return f"{self.address:#x} {self.function or '?'}{place}"


class Symbolizer:
    """Reads one linked file with symbols and debug information, on demand.

    The constructor raises ComposerError(IMAGE_UNREADABLE) for anything but an ELF file of an architecture
    that has images.
    """

    def __init__(self, debug: bytes) -> None:
        from elftools.common.exceptions import ELFError
        from elftools.elf.elffile import ELFFile

        try:
            self._elf: Any = ELFFile(io.BytesIO(debug))
            self._machine = _MACHINES[self._elf["e_machine"]]
        except (ELFError, KeyError) as error:
            message = f"the debug file beside the image cannot be read: {error}"
            raise ComposerError(Diagnostic(Code.IMAGE_UNREADABLE, message, hint="build the image again")) from error

    def lookup(self, address: int) -> Frame:
        """The function and the source line of the instruction at `address`."""
        if not self._is_code(address):
            return Frame(address)
        return Frame(address, self._function_at(address), self._lines.line_at(address))

    def trace(self, registers: Mapping[str, int], words: Mapping[int, int]) -> tuple[Frame, ...]:
        """The calls that led to `registers`, innermost first; see `unwind`."""
        addresses = self.unwind(registers, words)
        # A return address may already belong to the next line, or the next function: look before it.
        sites = (self.lookup(address - 1 if depth else address) for depth, address in enumerate(addresses))
        return tuple(Frame(address, site.function, site.at) for address, site in zip(addresses, sites, strict=True))

    def unwind(self, registers: Mapping[str, int], words: Mapping[int, int]) -> tuple[int, ...]:
        """Address of the instruction, then the return addresses, as far as the stack `words` go.

        `registers` by their names in a trap report, `words` by address. Never raises: it stops where
        the tables or the words end, where the stack does not grow, and after 64 frames.
        """
        machine = self._machine
        state = dict(registers)
        found = [state[machine.pc]] if machine.pc in state else []
        while found and len(found) < _MAX_FRAMES and machine.stack in state:
            before = state[machine.stack]
            following = self._caller(state, words, innermost=len(found) == 1)
            if following is None or not following[machine.pc] or following[machine.stack] < before:
                break
            if following[machine.stack] == before and machine.link is None:
                break
            state = following
            found.append(state[machine.pc])
        return tuple(found)

    def _caller(self, state: Mapping[str, int], words: Mapping[int, int], *, innermost: bool) -> dict[str, int] | None:
        machine = self._machine
        pc = state[machine.pc]
        row = self._row_at(pc if innermost else pc - 1)
        if row is None:
            return self._after_a_wild_jump(state, words) if innermost and not self._is_code(pc) else None
        base = row["cfa"]
        register = machine.registers.get(base.reg, "") if base.expr is None else ""
        if register not in state:
            return None
        cfa = state[register] + base.offset
        caller = dict(state)
        for number, name in machine.registers.items():
            rule = row.get(number)
            if rule is not None and rule.type == "OFFSET":
                if cfa + rule.arg in words:
                    caller[name] = words[cfa + rule.arg]
                else:
                    caller.pop(name, None)
        returns_to = machine.link or machine.pc
        if returns_to not in caller or (machine.link is None and cfa - machine.word not in words):
            return None
        caller[machine.pc], caller[machine.stack] = caller[returns_to], cfa
        return caller

    def _after_a_wild_jump(self, state: Mapping[str, int], words: Mapping[int, int]) -> dict[str, int] | None:
        """The caller of an address without code: nothing has run there, so the return address is where the call left it."""
        machine = self._machine
        if machine.link is not None:
            return {**state, machine.pc: state[machine.link]} if machine.link in state else None
        stack = state[machine.stack]
        if stack not in words:
            return None
        return {**state, machine.pc: words[stack], machine.stack: stack + machine.word}

    def _row_at(self, address: int) -> dict[Any, Any] | None:
        """The row of the call frame table for `address`."""
        for start, end, entry in self._frames if self._is_code(address) else ():
            if start <= address < end:
                rows = [row for row in entry.get_decoded().table if row["pc"] <= address]
                return rows[-1] if rows else None
        return None

    def _function_at(self, address: int) -> str | None:
        place = bisect_right(self._functions, (address, 1 << 64, "")) - 1
        if place < 0:
            return None
        _, end, name = self._functions[place]
        # The compiler's clones of a function ("f.constprop.0") are that function to a person.
        return name.partition(".")[0] or name if address < end else None

    def _is_code(self, address: int) -> bool:
        """Whether the image has code there; debug information also tells of code that the linker dropped, near 0."""
        return any(start <= address < end for start, end in self._code)

    @cached_property
    def _code(self) -> list[tuple[int, int]]:
        code = (section for section in self._elf.iter_sections() if section["sh_flags"] & 4)
        return [(section["sh_addr"], section["sh_addr"] + section["sh_size"]) for section in code]

    @cached_property
    def _dwarf(self) -> Any:
        return self._elf.get_dwarf_info(relocate_dwarf_sections=False)

    @cached_property
    def _lines(self) -> LineTable:
        return LineTable(self._dwarf)

    @cached_property
    def _frames(self) -> list[tuple[int, int, Any]]:
        from elftools.dwarf.callframe import FDE

        if not self._dwarf.has_CFI():
            return []
        entries = (entry for entry in self._dwarf.CFI_entries() if isinstance(entry, FDE))
        return [(e["initial_location"], e["initial_location"] + e["address_range"], e) for e in entries]

    @cached_property
    def _functions(self) -> list[tuple[int, int, str]]:
        """Start, end and name of each function, sorted; assembly's labels reach to the end of their section."""
        table = self._elf.get_section_by_name(".symtab")
        found = []
        for symbol in table.iter_symbols() if table is not None else ():
            number, kind = symbol["st_shndx"], symbol["st_info"]["type"]
            if kind == "STT_NOTYPE" and is_mapping(symbol.name, 0):
                continue
            if isinstance(number, int) and symbol.name and kind in ("STT_FUNC", "STT_NOTYPE"):
                section = self._elf.get_section(number)
                if section["sh_flags"] & 4:
                    start = symbol["st_value"]
                    end = start + symbol["st_size"] if symbol["st_size"] else section["sh_addr"] + section["sh_size"]
                    found.append((start, end, symbol.name))
        return sorted(found)
