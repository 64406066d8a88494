"""Flattened device trees, read and written (Devicetree Specification, chapter 5, version 17)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field

_MAGIC, _VERSION, _COMPATIBLE = 0xD00DFEED, 17, 16
_BEGIN, _END, _PROPERTY, _NOP, _LAST = 1, 2, 3, 4, 9
_HEADER = struct.Struct(">10I")
_RESERVED_END = bytes(16)  # the end of an empty list of reserved memory
_MAX_DEPTH = 64


@dataclass(slots=True)
class Node:
    """A node: its properties and the nodes below it, in order."""

    properties: dict[str, bytes] = field(default_factory=dict)
    children: dict[str, Node] = field(default_factory=dict)

    def child(self, name: str) -> Node:
        """The node `name` below this one, made if it is not there."""
        return self.children.setdefault(name, Node())


def cells(*numbers: int) -> bytes:
    """Numbers of 32 bits as a property's value."""
    return struct.pack(f">{len(numbers)}I", *numbers)


def wide(*numbers: int) -> bytes:
    """Numbers of 64 bits, two cells each, as a property's value."""
    return struct.pack(f">{len(numbers)}Q", *numbers)


def text(*strings: str) -> bytes:
    """Strings as a property's value."""
    return b"".join(string.encode("utf-8", "surrogateescape") + b"\0" for string in strings)


def parse(blob: bytes) -> Node:
    """The root of a device tree. Raises ValueError for anything that is not a whole one."""
    try:
        magic, _, structure, strings, *_ = _HEADER.unpack_from(blob)
        if magic != _MAGIC:
            raise ValueError("no device tree begins like that")
        return _Reader(blob, structure, strings).root()
    except (struct.error, UnicodeDecodeError) as error:
        raise ValueError("the device tree is cut short or damaged") from error


class _Reader:
    def __init__(self, blob: bytes, structure: int, strings: int) -> None:
        self._blob = blob
        self._at = structure
        self._strings = strings

    def root(self) -> Node:
        if self._token() != _BEGIN:
            raise ValueError("the device tree has no root")
        self._string()
        return self._node(_MAX_DEPTH)

    def _node(self, depth: int) -> Node:
        if not depth:
            raise ValueError("the device tree is too deep")
        node = Node()
        while (token := self._token()) != _END:
            if token == _BEGIN:
                name = self._string()
                node.children[name] = self._node(depth - 1)
            elif token == _PROPERTY:
                size, name_at = struct.unpack(">2I", self._take(8))
                value = self._take(size)
                node.properties[self._string_at(self._strings + name_at)[0]] = value
            else:
                raise ValueError("the device tree has a token that does not exist")
        return node

    def _token(self) -> int:
        while True:
            (token,) = struct.unpack(">I", self._take(4))
            if token != _NOP:
                return int(token)

    def _take(self, size: int) -> bytes:
        piece = self._blob[self._at : self._at + size]
        if len(piece) != size:
            raise ValueError("the device tree is cut short")
        self._at += size + -size % 4
        return piece

    def _string(self) -> str:
        found, end = self._string_at(self._at)
        self._at = end + -end % 4
        return found

    def _string_at(self, start: int) -> tuple[str, int]:
        end = self._blob.find(b"\0", start)
        if end < 0:
            raise ValueError("the device tree is cut short")
        return self._blob[start:end].decode("ascii"), end + 1


def flatten(root: Node) -> bytes:
    """The device tree below `root` as a blob."""
    names: dict[str, int] = {}
    size = 0
    for name in _names(root):
        if name not in names:
            names[name] = size
            size += len(name) + 1
    structure = b"".join(_tokens("", root, names)) + cells(_LAST)
    strings = text(*names)
    at = _HEADER.size + len(_RESERVED_END)
    total = at + len(structure) + len(strings)
    reserved = _HEADER.size
    header = (_MAGIC, total, at, at + len(structure), reserved, _VERSION, _COMPATIBLE, 0, len(strings), len(structure))
    return _HEADER.pack(*header) + _RESERVED_END + structure + strings


def _names(node: Node) -> Iterable[str]:
    yield from node.properties
    for child in node.children.values():
        yield from _names(child)


def _tokens(name: str, node: Node, names: dict[str, int]) -> Iterable[bytes]:
    yield cells(_BEGIN) + _padded(text(name))
    for key, value in node.properties.items():
        yield cells(_PROPERTY, len(value), names[key]) + _padded(value)
    for key, child in node.children.items():
        yield from _tokens(key, child, names)
    yield cells(_END)


def _padded(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)
