"""The objects of an image linked into a program of Linux: the app and the libraries, without the library OS under them."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from composer.execute.store import Store
from composer.layout.pack import read_header
from composer.model.image import Image
from tests.bench.lab import ROOT

PT_TLS = 7
SHIM = ROOT / "tests/bench/linux_shim"
# Recipes of these themes are what Linux does itself.
LIBRARY_OS = ("boot", "core", "drivers", "fs", "net", "posix")
_CONTRACTS = (ROOT / "recipes/posix/contracts/include", ROOT / "recipes/core/contracts/include")
_FLAGS = (
    *("-O2", "-std=gnu11", "-ffreestanding", "-ffunction-sections", "-fdata-sections", "-fno-pic", "-fno-pie"),
    *("-fstack-protector-strong", "-mstack-protector-guard=global", "-Wall", "-Wextra", "-Wpedantic", "-Werror"),
)
# Symbols that the composer's script has (recipes/core/contracts/include/image.h), in a program without thread-locals.
_NO_THREAD_LOCALS = tuple(f"-Wl,--defsym=image_tls_{name}=0" for name in ("start", "bytes_end", "end", "align"))
_LINK = (
    "-nostdlib",
    "-static",
    "-no-pie",
    "-Wl,--gc-sections,-z,noexecstack,--build-id=none",
    "-s",
    *_NO_THREAD_LOCALS,
)


def link_for_linux(image: Image, store: Path, program: Path) -> None:
    """Write the static `program`; the objects are those that `image` was linked of.

    Raises KeyError if the store has lost one, CalledProcessError if something is missing, ValueError if there are
    thread-locals, for which nobody here makes room.
    """
    with tempfile.TemporaryDirectory(prefix="linux-link-") as scratch:
        objects = [str(path) for path in _objects(image, Store(store), Path(scratch))]
        shim = [str(path) for path in sorted(SHIM.iterdir()) if path.suffix in (".c", ".S")]
        headers = [f"-I{folder}" for folder in (SHIM, *_CONTRACTS)]
        subprocess.run(("gcc", *_FLAGS, *headers, *_LINK, *shim, *objects, "-o", str(program)), check=True)
    if any(part.type == PT_TLS for part in read_header(program.read_bytes()).programs):
        raise ValueError(f"{image.name} has thread-locals")


def _objects(image: Image, store: Store, folder: Path) -> list[Path]:
    """Copies of the objects under names that end in .o, by which the compiler knows them."""
    made = []
    for number, path in enumerate(shared_objects(image)):
        content = store.read(image.objects[path])
        if content is None:
            raise KeyError(path)
        made.append(folder / f"{number}.o")
        made[-1].write_bytes(content)
    return made


def shared_objects(image: Image) -> tuple[str, ...]:
    """Logical paths of the objects that a program of Linux has too, in the order in which the image has them."""
    under = {recipe.name for recipe in image.recipes if _theme(recipe.name) in LIBRARY_OS}
    owners = {kept.object: kept.recipe for kept in image.sections}
    return tuple(path for path, owner in owners.items() if path in image.objects and owner not in under)


def _theme(recipe: str) -> str:
    """The folder of recipes/ that has the shipped recipe of this name."""
    for file in (ROOT / "recipes").glob("*/*/recipe.yaml"):
        if recipe in (file.parent.name, f"{file.parent.parent.name}-{file.parent.name}"):
            return file.parent.parent.name
    return ""
