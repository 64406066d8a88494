"""Flattened device trees (Devicetree Specification v0.4, chapter 5): written from nodes, and written wrongly."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

MAGIC = 0xD00DFEED
HEADER = struct.Struct(">10I")  # magic, size, structure, strings, reservations, version, compatible, cpu, two sizes
BEGIN, END, PROPERTY, SKIP, LAST = 1, 2, 3, 4, 9
RESERVATIONS = bytes(16)  # none
WORD = 4

UART = 0x0900_0000  # as on QEMU's `virt`
MEMORY = 0x4000_0000
GIB = 1 << 30
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Node:
    """A node with its properties in order."""

    name: str
    properties: tuple[tuple[str, bytes], ...] = ()
    children: tuple[Node, ...] = ()

    def having(self, **values: bytes | None) -> Node:
        """The same node with other values; None takes a property away. Underscores stand for hyphens."""
        named = {key.replace("_", "-"): value for key, value in values.items()}
        merged: dict[str, bytes | None] = {**dict(self.properties), **named}
        return replace(self, properties=tuple((key, value) for key, value in merged.items() if value is not None))


def words(*numbers: int) -> bytes:
    """Numbers of one word each."""
    return b"".join(number.to_bytes(4, "big") for number in numbers)


def region(start: int, size: int) -> bytes:
    """An address and a size of two words each."""
    return start.to_bytes(8, "big") + size.to_bytes(8, "big")


def chosen(line: bytes = b"", **more: bytes) -> Node:
    """What the loader passes."""
    return Node("chosen", (("bootargs", line + b"\0"),)).having(**more)


def memory(*ranges: tuple[int, int]) -> Node:
    """RAM, as ranges of start and size."""
    value = b"".join(region(*pair) for pair in ranges)
    return Node(f"memory@{ranges[0][0]:x}", (("device_type", b"memory\0"), ("reg", value)))


def uart(address: int = UART, compatible: bytes = b"arm,pl011\0arm,primecell\0") -> Node:
    """A PL011."""
    return Node(f"pl011@{address:x}", (("compatible", compatible), ("reg", region(address, 0x1000))))


def root(*children: Node, address_cells: int = 2, size_cells: int = 2) -> Node:
    """The root node."""
    cells = (("#address-cells", words(address_cells)), ("#size-cells", words(size_cells)))
    return Node("", cells, children)


def virt(*more: Node, line: bytes = b"", size: int = 64 * MIB) -> Node:
    """A machine like QEMU's `virt`, with nothing but what a guest reads."""
    return root(chosen(line), memory((MEMORY, size)), uart(), *more)


def _padded(text: bytes) -> bytes:
    return text + bytes(-len(text) % WORD)


def flatten(top: Node, *, gap: int = 0) -> bytes:
    """The tree's bytes; `gap` bytes lie before the strings, whose place the specification leaves open."""
    strings = bytearray()

    def offset_of(name: str) -> int:
        text = name.encode() + b"\0"
        if text not in strings:
            strings.extend(text)
        return strings.index(text)

    def write(node: Node) -> Iterator[bytes]:
        yield words(BEGIN) + _padded(node.name.encode() + b"\0")
        for name, value in node.properties:
            yield words(PROPERTY, len(value), offset_of(name)) + _padded(value)
        for child in node.children:
            yield from write(child)
        yield words(END)

    structure = b"".join(write(top)) + words(LAST)
    return assemble(structure, bytes(strings), gap=gap)


def assemble(structure: bytes, strings: bytes, *, gap: int = 0, is_structure_last: bool = False) -> bytes:
    """A tree of two parts, with a header that is right."""
    start = HEADER.size + len(RESERVATIONS)
    first, second = (_padded(strings), structure) if is_structure_last else (structure, strings)
    starts = start, start + len(first) + gap
    at, strings_at = reversed(starts) if is_structure_last else starts
    size = starts[1] + len(second)
    header = HEADER.pack(MAGIC, size, at, strings_at, HEADER.size, 17, 16, 0, len(strings), len(structure))
    return header + RESERVATIONS + first + bytes(gap) + second


def parts(tree: bytes) -> tuple[bytes, bytes]:
    """Structure and strings of a tree that is whole."""
    _, _, structure, strings, _, _, _, _, strings_size, structure_size = HEADER.unpack_from(tree)
    return tree[structure : structure + structure_size], tree[strings : strings + strings_size]


def packed(tree: bytes) -> bytes:
    """The same tree without the room that its writer left for more."""
    return assemble(*parts(tree))


INTERESTING = (0, 1, 2, 3, 4, 5, 7, 8, 9, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFF0, 0xFFFF_FFFF, 0x20_0000, 0x20_0001)


def damaged(tree: bytes, chance: random.Random) -> bytes:
    """The tree with one to three mistakes, each where it may matter."""
    broken = bytearray(tree)
    for _ in range(chance.choice((1, 1, 2, 3))):
        kind = chance.randrange(6)
        word = chance.randrange(max(len(broken) // WORD, 1)) * WORD
        if kind == 0 and broken:
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        elif kind == 1:
            broken[word : word + WORD] = words(chance.choice(INTERESTING))
        elif kind == 2:
            at = chance.randrange(HEADER.size // WORD) * WORD
            broken[at : at + WORD] = words(chance.choice((*INTERESTING, chance.randrange(len(tree) + 9))))
        elif kind == 3:
            del broken[chance.randrange(len(broken) + 1) :]
        elif kind == 4:
            old = int.from_bytes(broken[word : word + WORD], "big")
            broken[word : word + WORD] = words((old + chance.choice((-4, -1, 1, 4))) % (1 << 32))
        else:
            broken[word : word + WORD] = words(chance.choice((BEGIN, END, PROPERTY, SKIP, LAST, 0)))
    return bytes(broken)


def with_size(tree: bytes, size: int) -> bytes:
    """The tree with another total size in its header."""
    return tree[:WORD] + words(size) + tree[2 * WORD :]


def cut_everywhere(tree: bytes, step: int = 1) -> Sequence[bytes]:
    """The tree cut short at each place, once with its size as it was and once with the size that is left."""
    cuts = [tree[:length] for length in range(0, len(tree), step)]
    return [*cuts, *(with_size(cut, len(cut)) for cut in cuts if len(cut) >= 2 * WORD)]
