"""A linker's map file (`-Map`), read back: which input section landed where. GNU ld and lld write different ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from composer.errors import Code, ComposerError, Diagnostic
from composer.layout.script import SYMBOL_TABLES

_GNU = "Linker script and memory map"
_OUTPUT = re.compile(r"^([^\s(]+)")
_INPUT = re.compile(r"^ (\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (.+)$")
_NAME = re.compile(r"^ (\S+)$")
_REST = re.compile(r"^ {16,}0x([0-9a-f]+)\s+0x([0-9a-f]+) (.+)$")

_LLD = re.compile(r"\A\s*VMA\s+LMA\s+Size\s+Align\s+Out\s+In\s+Symbol\n")
# Address, load address, size, alignment; then the output section, or 8 columns further the input section.
_LLD_ROW = re.compile(r"^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +\d+ (?:([^\s=]+)| {8}(\S.*):\((.+)\))$")

# The path that lld gives to what it made of mergeable sections of several objects.
JOINED = "<internal>"
_STUBS = (
    "linker stubs"  # the path that GNU ld gives to code of its own, which lies behind the section that branches there
)


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """An input section in the linked file; with `JOINED` as its path, several that were merged."""

    address: int
    size: int  # bytes
    output: str
    section: str
    path: str


def read_map(text: str) -> tuple[Placed, ...]:
    """Every input section with bytes that the map places, by address, but for those that take no memory.

    Raises ComposerError(IMAGE_WRONG) for a text that is not a map.
    """
    _, found, rest = text.partition(_GNU)
    if found:
        every = _with_stubs(_placed_by_gnu(rest))
    elif _LLD.match(text):
        every = _placed_by_lld(text)
    else:
        raise ComposerError(Diagnostic(Code.IMAGE_WRONG, "the linker's map has no memory map"))
    return tuple(sorted(placed for placed in every if placed.size and _takes_memory(placed.output)))


def _takes_memory(output: str) -> bool:
    return not output.startswith(".debug_") and output not in SYMBOL_TABLES


def _placed_by_gnu(text: str) -> Iterator[Placed]:
    output = name = ""
    for line in text.splitlines():
        outer, inner, short, rest = (pattern.match(line) for pattern in (_OUTPUT, _INPUT, _NAME, _REST))
        if outer:
            output, name = outer[1], ""
        elif inner:
            if inner[1] != "*fill*":
                yield Placed(int(inner[2], 16), int(inner[3], 16), output, inner[1], inner[4])
        elif short:
            name = short[1]
        elif rest and name:
            yield Placed(int(rest[1], 16), int(rest[2], 16), output, name, rest[3])
            name = ""


def _with_stubs(placed: Iterable[Placed]) -> Iterator[Placed]:
    """Each section with the stubs behind it as a part of it."""
    held: Placed | None = None
    for found in placed:
        if held is not None and found.path == _STUBS:
            held = replace(held, size=found.address + found.size - held.address)
            continue
        if held is not None:
            yield held
        held = found
    if held is not None:
        yield held


def _placed_by_lld(text: str) -> Iterator[Placed]:
    output = ""
    for row in filter(None, map(_LLD_ROW.match, text.splitlines())):
        address, size, outer, path, section = row.groups()
        output = outer or output
        if path:
            yield Placed(int(address, 16), int(size, 16), output, section, path)
