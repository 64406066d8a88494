"""Compile a recipe's sources as an image has them and link them with a test program of the host's own libc.

The exported symbols of nolibc and the heap are renamed with a prefix, so that both libraries are in one
process and a test program can compare them.
"""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from composer.model.recipe import BuildEntry, Recipe
from tests.support.linking import ROOT, toolchain_flags

PREFIX = "tested_"
RECIPES = ROOT / "recipes"
NOLIBC = RECIPES / "libc/nolibc"
HEAP_BUMP = RECIPES / "core/heap-bump"
HEAP_FREE = RECIPES / "core/heap-free"
CONTRACTS = RECIPES / "core/contracts/include"
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
BUILDS = pytest.mark.parametrize("extra", [(), SANITIZERS], ids=["as-in-image", "sanitized"])


@functools.cache
def recipe_in(folder: Path) -> Recipe:
    """The recipe of a folder."""
    return Recipe.model_validate(yaml.safe_load((folder / "recipe.yaml").read_text()))


@functools.cache
def compiler_include() -> str:
    """The folder of the compiler's own headers."""
    words = ["gcc", "-print-file-name=include"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def freestanding_flags(folders: Sequence[Path]) -> tuple[str, ...]:
    """Flags that leave only the compiler's headers and those of `folders`."""
    return ("-nostdinc", *(f"-I{folder}" for folder in folders), "-isystem", compiler_include())


def _sources(folder: Path, entry: BuildEntry) -> list[Path]:
    return sorted(path for pattern in (*entry.c, *entry.asm) for path in folder.glob(pattern))


def compile_recipe(folder: Path, into: Path, extra: Sequence[str] = ()) -> list[Path]:
    """Objects of all sources in `folder`, with nothing renamed."""
    includes = freestanding_flags([folder / "include", folder / "src", NOLIBC / "include", CONTRACTS])
    into.mkdir(parents=True, exist_ok=True)
    objects = []
    for entry in recipe_in(folder).build:
        for source in _sources(folder, entry):
            output = into / f"{folder.name}-{source.stem}.o"
            flags = [*toolchain_flags(), *includes, *entry.flags, "-Wall", "-Wextra", "-Werror", *extra]
            subprocess.run(["gcc", *flags, "-c", str(source), "-o", str(output)], check=True)
            objects.append(output)
    return objects


def rename_exports(objects: Sequence[Path]) -> None:
    """Put `PREFIX` before every symbol that nolibc or a heap exports, where it is defined and where it is used."""
    names = sorted({name for folder in (NOLIBC, HEAP_BUMP, HEAP_FREE) for name in recipe_in(folder).exports})
    renames = [f"--redefine-sym={name}={PREFIX}{name}" for name in names]
    for path in objects:
        subprocess.run(["objcopy", *renames, str(path)], check=True)


def build_host_program(program: Path, folders: Sequence[Path], into: Path, extra: Sequence[str] = ()) -> Path:
    """`program`, a C source with a main of the host's libc, linked with the renamed objects of `folders`."""
    objects = [path for folder in folders for path in compile_recipe(folder, into, extra)]
    rename_exports(objects)
    output = into / program.stem
    flags = ["-std=gnu11", "-g", "-O1", "-fno-builtin", "-fno-pie", "-no-pie", "-iquote", str(CONTRACTS), *extra]
    words = ["gcc", *flags, "-Wall", "-Wextra", "-Werror", "-Wno-format", str(program), *map(str, objects)]
    subprocess.run([*words, "-o", str(output)], check=True)
    return output


def verdict(program: Path, *arguments: str) -> str:
    """The last line that the program prints; its mistakes are the assertion's message."""
    done = subprocess.run([str(program), *arguments], capture_output=True, text=True, errors="replace", timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]
