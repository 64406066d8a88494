"""GNU ld's map file (`-Map`), read back: which input section landed where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from composer.errors import Code, ComposerError, Diagnostic

_START = "Linker script and memory map"
_OUTPUT = re.compile(r"^([^\s(]+)")
_INPUT = re.compile(r"^ (\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (.+)$")
_NAME = re.compile(r"^ (\S+)$")
_REST = re.compile(r"^ {16,}0x([0-9a-f]+)\s+0x([0-9a-f]+) (.+)$")


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """An input section in the linked file."""

    address: int
    size: int  # bytes
    output: str
    section: str
    path: str


def read_map(text: str) -> tuple[Placed, ...]:
    """Every input section with bytes that the map places, by address, but for debug sections, which take no memory.

    Raises ComposerError(IMAGE_WRONG) for a text that is not a map.
    """
    _, found, rest = text.partition(_START)
    if not found:
        raise ComposerError(Diagnostic(Code.IMAGE_WRONG, "the linker's map has no memory map"))
    return tuple(sorted(placed for placed in _placed(rest) if placed.size and not placed.output.startswith(".debug_")))


def _placed(text: str) -> Iterator[Placed]:
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
