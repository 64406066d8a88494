"""The text that packs a tree: assembled by each assembler, and its table read as recipes/fs/image-tree reads it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from composer.layout.files import PAGE, files_source
from composer.model.files import FileTree
from tests.support.file_trees import Found, make_tree, on_disk, tree_of

BASE = 0x400000


def packed(tree: FileTree, into: Path, compiler: str) -> tuple[bytes, int]:
    """The one segment of the assembled and linked text, and where the table is in it."""
    into.mkdir()
    (into / "files").symlink_to(tree.folder)
    (into / "files.S").write_bytes(files_source(tree, "files"))
    subprocess.run([compiler, "-c", "files.S", "-o", "files.o"], cwd=into, check=True)
    words = ["ld", "-e", "0", f"-Ttext-segment={BASE:#x}", "--no-warn-rwx-segments", "-o", "files.elf", "files.o"]
    subprocess.run(words, cwd=into, check=True)
    with (into / "files.elf").open("rb") as stream:
        elf = ELFFile(stream)
        symbols = elf.get_section_by_name(".symtab")
        assert isinstance(symbols, SymbolTableSection)
        (table,) = (symbol["st_value"] for symbol in symbols.iter_symbols() if symbol.name == "image_files")
        memory = bytearray()
        for section in elf.iter_sections():
            if section["sh_flags"] & 2:
                memory = memory.ljust(section["sh_addr"] - BASE, b"\0")
                memory += section.data()
    return bytes(memory), table - BASE


def entries(memory: bytes, at: int) -> Iterator[tuple[str, int, int, int, bool]]:
    """Path, mode, place of the content, its size, and whether it is in pages."""
    folders: list[str] = []
    while memory[at + 23]:
        content, size = (int.from_bytes(memory[at + k : at + k + 8], "little") for k in (0, 8))
        mode, leave = (
            int.from_bytes(memory[at + 16 : at + 20], "little"),
            int.from_bytes(memory[at + 20 : at + 22], "little"),
        )
        name = os.fsdecode(memory[at + 24 : at + 24 + memory[at + 23]])
        del folders[len(folders) - leave :]
        yield "/".join([*folders, name]), mode, content - BASE, size, bool(memory[at + 22])
        if mode == 0o040755:
            folders.append(name)
        at += (24 + memory[at + 23] + 7) // 8 * 8


def unpacked(memory: bytes, at: int) -> Found:
    """What the table says, with checks of what it promises."""
    found: Found = {}
    for path, mode, place, size, in_pages in entries(memory, at):
        found[path] = mode, memory[place : place + size] if mode != 0o040755 else b""
        if in_pages:
            assert (BASE + place) % PAGE == 0
            assert set(memory[place + size : place + -(-size // PAGE) * PAGE]) <= {0}
        if mode == 0o120777:
            assert memory[place + size] == 0
    return found


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_what_is_packed_is_what_is_on_disk(tmp_path: Path, compiler: str) -> None:
    tree = make_tree(tmp_path / "tree")
    if shutil.which(compiler) is None:
        pytest.skip(f"there is no {compiler}")
    memory, table = packed(tree_of(tree), tmp_path / "out", compiler)
    assert unpacked(memory, table) == on_disk(tree)
    assert {path for path, *_, in_pages in entries(memory, table) if in_pages} == {"large", "exactly"}


def test_an_empty_tree_is_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    memory, table = packed(tree_of(tmp_path / "tree"), tmp_path / "out", "gcc")
    assert unpacked(memory, table) == {}
    assert len(memory) - table == 24


def test_small_files_stand_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    for name in "abcdefgh":
        (tmp_path / "tree" / name).write_text(name)
    memory, table = packed(tree_of(tmp_path / "tree"), tmp_path / "out", "gcc")
    assert len(memory) - table == 8 * 32 + 24 + 8
