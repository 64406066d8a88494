"""Source lines by the DWARF line table (DWARF 5, section 6.2), of unlinked objects and of linked files.

Only for messages and `why`, so pyelftools is imported when the first line is asked for.
"""

from __future__ import annotations

import io
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any

from composer.errors import Location
from composer.model.linkage import Because, Member
from composer.reach.objects import debug_line_patches

_SECTION_SHIFT = 32  # an object's sections all begin at 0; this tells them apart


class LineTable:
    """Address → source line for one file with debug information."""

    def __init__(self, dwarf: Any) -> None:
        rows = list(_rows(dwarf))
        # Several rows may begin at one address: the first is the function's own, the last the code's.
        self._first = {start: Location(file, line) for start, _, file, line in reversed(rows)}
        self._rows = sorted(row for row in rows if row[1] > row[0])
        self._starts = [row[0] for row in self._rows]

    def start_line(self, address: int) -> Location | None:
        """The line of the function that begins at `address`."""
        return self._first.get(address)

    def line_at(self, address: int) -> Location | None:
        """The source line of the instruction at `address`, with the file as the compiler was given it."""
        place = bisect_right(self._starts, address) - 1
        if place < 0 or address >= self._rows[place][1]:
            return None
        _, _, file, line = self._rows[place]
        return Location(file, line)


def _rows(dwarf: Any) -> Iterator[tuple[int, int, str, int]]:
    """First address, address after the last, file and line of each row of the line tables.

    Code without a line of its own, such as clang's call of `__stack_chk_fail`, has that of the row before it.
    """
    for unit in dwarf.iter_CUs():
        program = dwarf.line_program_for_CU(unit)
        if program is None:
            continue
        names = _file_names(program)
        before = told = None
        for entry in program.get_entries():
            state = entry.state
            if state is None:
                continue
            if before is not None and before.line:
                told = before
            if before is not None and told is not None:
                yield before.address, state.address, names.get(told.file, "?"), told.line
            before = None if state.end_sequence else state
            told = None if state.end_sequence else told


def _file_names(program: Any) -> dict[int, str]:
    """File numbers of a line program as names; they count from 0 since DWARF 5, before from 1."""
    first = 0 if program.header["version"] >= 5 else 1
    folders = [_text(folder) for folder in program.header["include_directory"]]
    names: dict[int, str] = {}
    for number, entry in enumerate(program.header["file_entry"], first):
        folder = entry.dir_index - first
        name = PurePosixPath(_text(entry.name))
        # Folder 0 of DWARF 5 is where the compiler ran: names are relative to it already.
        names[number] = str(folders[folder] / name if folder > (0 if first == 0 else -1) else name)
    return names


def _text(value: Any) -> PurePosixPath:
    raw = getattr(value, "name", value)
    return PurePosixPath(raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw))


def _object_table(content: bytes) -> LineTable:
    """The lines of an unlinked object: section numbers stand in the upper half of the addresses.

    Only `.debug_line` is relocated, by hand: elftools would relocate all debug sections or none, and
    gives up at relocations that it does not know, such as those of thread-local variables.
    """
    from elftools.elf.elffile import ELFFile

    patched = bytearray(content)
    for place, size, number, value in debug_line_patches(content):
        address = value + (number << _SECTION_SHIFT if size == 8 else 0)
        patched[place : place + size] = address.to_bytes(size, "little")
    return LineTable(ELFFile(io.BytesIO(bytes(patched))).get_dwarf_info(relocate_dwarf_sections=False))


def _readable_table(content: bytes) -> LineTable | None:
    from elftools.common.exceptions import DWARFError, ELFError

    try:
        return _object_table(content)
    except (ELFError, DWARFError, struct.error, LookupError, ValueError, OverflowError):
        return None


class Locator:
    """Source lines of reasons, with each object's line table read once."""

    def __init__(self, content_of: Callable[[str], bytes], logical: Callable[[str], str]) -> None:
        """`content_of` gives an object's bytes by its path, `logical` a source's name for people."""
        self._content_of = content_of
        self._logical = logical
        self._tables: dict[str, LineTable | None] = {}

    def locate(self, member: Member, section: int, offset: int) -> Location | None:
        """The source line at `offset` of one of `member`'s sections (an index in its `ObjectIndex`)."""
        table = self._table(member)
        found = table.line_at(_address(member, section, offset)) if table else None
        return self._shown(found)

    def locate_function(self, member: Member, section: int, offset: int) -> Location | None:
        """The source line of the function that begins at `offset`."""
        table = self._table(member)
        found = table.start_line(_address(member, section, offset)) if table else None
        return self._shown(found)

    def _table(self, member: Member) -> LineTable | None:
        if member.path not in self._tables:
            self._tables[member.path] = _readable_table(self._content_of(member.path))
        return self._tables[member.path]

    def _shown(self, found: Location | None) -> Location | None:
        return Location(self._logical(found.file), found.line) if found else None

    def reason(self, members: tuple[Member, ...], because: Because) -> Location | None:
        """The source line that `because` speaks of, if it is a use in an object."""
        if because.member < 0 or because.section < 0:
            return None
        return self.locate(members[because.member], because.section, because.offset)


def _address(member: Member, section: int, offset: int) -> int:
    return (member.index.sections[section].number << _SECTION_SHIFT) + offset
