"""A tree as `files:` names one, with all that may stand in it."""

from __future__ import annotations

import os
from pathlib import Path

from composer.errors import Diagnostic, Location
from composer.layout.files import FROM_PAGE_ON
from composer.load.files import read_files
from composer.model.files import FileTree

Found = dict[str, tuple[int, bytes]]  # path -> mode, content


def tree_of(folder: Path) -> FileTree:
    """What the composer makes of a folder."""
    mistakes: list[Diagnostic] = []
    tree = read_files(folder.parent, folder.name, 1 << 30, Location("unikernel.yaml"), mistakes)
    assert tree is not None, mistakes
    return tree


def on_disk(folder: Path) -> Found:
    """What an image must have of a folder."""
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


def make_tree(tree: Path) -> Path:
    """Fill the folder, which is new."""
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
