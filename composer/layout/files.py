"""The assembly text that puts the tree of `files` into an image: a table of names, and the bytes of files behind it.

The assembler reads the bytes itself, so no file passes through the composer. Large files begin at a page of
memory and fill their last one with zeros, so that mmap can show them where they are; of smaller ones the gaps
would cost more than a copy. The table is `image_files` of recipes/fs/image-tree/include/image_files.h.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from composer.model.files import FileEntry, FileTree

FILES_SYMBOL = "image_files"  # the table
PAGE = 4096  # bytes
FROM_PAGE_ON = 64 << 10  # bytes of files that are large: with half a page of gaps, at most a thirtieth more
_KINDS = {"folder": 0o040755, "file": 0o100644, "link": 0o120777}


def files_source(tree: FileTree, root: str) -> bytes:
    """The text; the bytes of files are read from the folder `root`, where the tree is when it is assembled."""
    table = [
        '.section .rodata.image_files,"a",%progbits',
        ".balign 8",
        f".globl {FILES_SYMBOL}",
        f".hidden {FILES_SYMBOL}",
    ]
    table += [f".type {FILES_SYMBOL}, %object", f"{FILES_SYMBOL}:"]
    small = ['.section .rodata.image_files.small,"a",%progbits']
    large = ['.section .rodata.image_files.large,"a",%progbits', f".balign {PAGE}"]
    before: tuple[str, ...] = ()
    for number, entry in enumerate(tree.entries):
        folders = tuple(entry.path.split("/")[:-1])
        table += _row(entry, number, len(before) - _shared(before, folders))
        before = (*folders, entry.path.split("/")[-1]) if entry.kind == "folder" else folders
        (large if _is_large(entry) else small).extend(_content(entry, number, root))
    end = [".8byte 0, 0, 0", ".size image_files, . - image_files"]
    large = large if any(map(_is_large, tree.entries)) else []
    lines = [*table, *end, *small, *large, '.section .note.GNU-stack,"",%progbits', ""]
    return os.fsencode("\n".join(lines))


def _shared(before: tuple[str, ...], folders: tuple[str, ...]) -> int:
    """How many folders of the one path are those of the other."""
    count = 0
    while count < min(len(before), len(folders)) and before[count] == folders[count]:
        count += 1
    return count


def _is_large(entry: FileEntry) -> bool:
    return entry.kind == "file" and entry.size >= FROM_PAGE_ON


def _row(entry: FileEntry, number: int, leave: int) -> Iterator[str]:
    """One entry of the table; `leave` is how many folders end before it."""
    name = os.fsencode(entry.path.split("/")[-1])
    content = "0" if entry.kind == "folder" else f".Lcontent{number}"
    # Of a file what the assembler reads, should it change while it is built.
    size = f".Lend{number} - .Lcontent{number}" if entry.kind == "file" else str(len(os.fsencode(entry.target)))
    yield f".8byte {content}, {size}"
    yield f".4byte 0{_KINDS[entry.kind] | (0o111 if entry.executable else 0):o}"
    yield f".2byte {leave}"
    yield f".byte {int(_is_large(entry))}, {len(name)}"
    yield f'.ascii "{_escaped(name)}"'
    yield ".balign 8"


def _content(entry: FileEntry, number: int, root: str) -> Iterator[str]:
    if entry.kind == "folder":
        return
    yield f".Lcontent{number}:"
    if entry.kind == "link":
        yield f'.asciz "{_escaped(os.fsencode(entry.target))}"'
        return
    yield f'.incbin "{_quoted(f"{root}/{entry.path}")}"'
    yield f".Lend{number}:"
    if _is_large(entry):
        yield f".balign {PAGE}"


def _escaped(text: bytes) -> str:
    """For a string of bytes: all but letters, digits and a few signs in octal."""
    return "".join(chr(byte) if chr(byte).isascii() and chr(byte).isalnum() else f"\\{byte:03o}" for byte in text)


def _quoted(path: str) -> str:
    """For the name of a file."""
    return path.replace("\\", "\\\\").replace('"', '\\"')
