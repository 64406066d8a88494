"""Catalogs as folders on disk, written from a few lines."""

from __future__ import annotations

from pathlib import Path

from composer.load.catalog import Catalogs
from composer.model.recipe import Catalog

HEAD = 'version: "1"\nsummary: made by a test\nlicense: BSD-2-Clause\n'
BOOT = "provides: [boot]\nsupports: [{platform: linux, arch: x86_64}]\nimage: {entry: e, loader: process, base: 0x400000}\n"


def write_recipe(root: Path, name: str, text: str = "", sources: tuple[str, ...] = ()) -> Path:
    """A recipe in the folder `root/name`; its file."""
    folder = root / name
    folder.mkdir(parents=True)
    for source in sources:
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).write_text("")
    file = folder / "recipe.yaml"
    file.write_text(f"name: {name}\n{HEAD}{text}")
    return file


def catalog_of(root: Path) -> Catalog:
    """The catalog in `root`, in messages and steps called `recipes`."""
    return Catalogs(root).having()
