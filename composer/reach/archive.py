"""Archives of objects in the System V format with GNU's long names, as far as taking single objects out needs it.

Layout: System V ABI, chapter 7 ("Archive File"); GNU's `//` table and `/SYM64/` as `ar` of GNU binutils writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from composer.errors import Code, ComposerError, Diagnostic

_MAGIC = b"!<arch>\n"
_HEADER = 60  # bytes; name, times and owners, then the size in decimal and two bytes that end each header
_SYMBOLS = {"/": 4, "/SYM64/": 8}  # names of the table of symbols, and bytes of a number in it
_LONG_NAMES = "//"


@dataclass(frozen=True, slots=True)
class Entry:
    """An object in an archive."""

    name: str  # one that can be a file's name, and that no other object of the archive has
    offset: int  # of its first byte in the archive
    size: int  # bytes


def read_archive(content: bytes, path: str) -> Mapping[str, Entry]:
    """The object that defines each symbol, of several the first; `path` is only for the message.

    Raises ComposerError(OBJECT_UNREADABLE) for anything but a whole archive with a table of symbols.
    """
    try:
        return _read(content)
    except ValueError as error:
        message = f"the archive {path} cannot be read: {error}"
        raise ComposerError(Diagnostic(Code.OBJECT_UNREADABLE, message, hint="install its package again")) from error


def _read(content: bytes) -> Mapping[str, Entry]:
    if content[: len(_MAGIC)] != _MAGIC:
        raise ValueError("it is no archive with its objects inside")
    symbols: tuple[tuple[str, int], ...] = ()
    long_names = b""
    entries: dict[int, Entry] = {}  # by the place of the header, by which the table of symbols names them
    taken: set[str] = set()
    for place, name, start, size in _members(content):
        if name in _SYMBOLS:
            symbols = tuple(_table(content[start : start + size], _SYMBOLS[name]))
        elif name == _LONG_NAMES:
            long_names = content[start : start + size]
        else:
            plain = _file_name(_full_name(name, long_names))
            plain = plain if plain not in taken else f"{place}-{plain}"
            taken.add(plain)
            entries[place] = Entry(plain, start, size)
    found: dict[str, Entry] = {}
    for symbol, place in symbols:
        if place not in entries:
            raise ValueError("its table of symbols is wrong")
        found.setdefault(symbol, entries[place])
    if entries and not found:
        raise ValueError("it has no table of symbols")
    return found


def _members(content: bytes) -> Iterator[tuple[int, str, int, int]]:
    """Place of the header, name as written there, first byte and size of everything in the archive."""
    place = len(_MAGIC)
    while place < len(content):
        header = content[place : place + _HEADER]
        size = header[48:58].rstrip()
        start = place + _HEADER
        if header[58:] != b"`\n" or not size.isdigit() or start + int(size) > len(content):
            raise ValueError("it is cut short or damaged")
        yield place, header[:16].decode("latin-1").rstrip(), start, int(size)
        place = start + int(size) + int(size) % 2


def _table(data: bytes, width: int) -> Iterator[tuple[str, int]]:
    """Symbols and the places of the headers of what defines them, in the archive's order."""
    count = int.from_bytes(data[:width], "big")
    names = data[width * (count + 1) :].split(b"\0")
    if len(names) <= count:  # each name is ended
        raise ValueError("its table of symbols is cut short")
    for number, name in enumerate(names[:count], 1):
        yield name.decode("utf-8", "replace"), int.from_bytes(data[width * number : width * (number + 1)], "big")


def _full_name(name: str, long_names: bytes) -> str:
    """A name without the `/` that ends it; `/7` is the long name that begins at byte 7 of their table."""
    if match := re.fullmatch(r"/(\d+)", name):
        end = long_names.find(b"/\n", int(match[1]))
        if end < 0:
            raise ValueError("it lacks the name of an object")
        return long_names[int(match[1]) : end].decode("utf-8", "replace")
    return name.removesuffix("/")


def _file_name(name: str) -> str:
    """`name` without folders and without what is special to a shell, a linker script or a file system."""
    return re.sub(r"[^A-Za-z0-9_.+-]", "_", PurePosixPath(name).name).lstrip(".") or "object"
