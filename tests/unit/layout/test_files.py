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

from composer.errors import Diagnostic, Location
from composer.layout.files import FROM_PAGE_ON, PAGE, files_source
from composer.load.files import read_files
from composer.model.files import FileTree

BASE = 0x400000
Found = dict[str, tuple[int, bytes]]  # path -> mode, content


def tree_of(folder: Path) -> FileTree:
    mistakes: list[Diagnostic] = []
    tree = read_files(folder.parent, folder.name, 1 << 30, Location("unikernel.yaml"), mistakes)
    assert tree is not None, mistakes
    return tree


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


def on_disk(folder: Path) -> Found:
    found: Found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = 0o120777, os.fsencode(path.readlink())
        elif path.is_dir():
            found[name] = 0o040755, b""
        else:
            found[name] = 0o100755 if path.stat().st_mode & 0o100 else 0o100644, path.read_bytes()
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    for name in (
        "one/two/three/four",
        "one/two.x",
        "one/zwei/drei",
        "zwei",
        'quote " \\ back',
        "größe 寸",
        "#define x",
        "'",
    ):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(f"content of {name}\n")
    (tree / "empty/inner").mkdir(parents=True)
    (tree / "nothing").touch()
    (tree / "run").write_text("#!\n")
    (tree / "run").chmod(0o755)
    (tree / "one/link").symlink_to('../quote " \\ back')
    (tree / "large").write_bytes(bytes(range(256)) * (FROM_PAGE_ON // 256) + b"and more")
    (tree / "exactly").write_bytes(b"x" * FROM_PAGE_ON)
    (tree / "smaller").write_bytes(b"y" * (FROM_PAGE_ON - 1))
    (tree / "l" / ("n" * 255)).parent.mkdir()
    (tree / "l" / ("n" * 255)).write_text("long")
    return tree


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_what_is_packed_is_what_is_on_disk(tree: Path, tmp_path: Path, compiler: str) -> None:
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
