"""Compile a recipe's sources as an image has them and link them with a test program of the host's own libc.

The exported symbols of nolibc and the heap are renamed with a prefix, so that both libraries are in one
process and a test program can compare them.
"""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from composer.load.library import read_index
from composer.model.recipe import BuildEntry, OptionValue, Recipe
from composer.model.target import Target
from composer.plan.compile import option_defines
from tests.support.linking import ROOT, spelt, toolchain_flags

PREFIX = "tested_"
RECIPES = ROOT / "recipes"
NOLIBC = RECIPES / "libc/nolibc"
NOLIBC_STDIO = RECIPES / "libc/nolibc-stdio"
NOLIBC_MORE = RECIPES / "libc/nolibc-more"
NOLIBC_DATES = RECIPES / "libc/nolibc-dates"
NOLIBC_GETOPT = RECIPES / "libc/nolibc-getopt"
NOLIBC_SCAN = RECIPES / "libc/nolibc-scan"
NOLIBC_DECIMAL = RECIPES / "libc/nolibc-decimal"
NOLIBC_HEAP = RECIPES / "libc/nolibc-heap"
NOLIBC_ATEXIT = RECIPES / "libc/nolibc-atexit"
NOLIBC_STREAMS = RECIPES / "libc/nolibc-streams"
NOLIBC_SYSTEM = RECIPES / "libc/nolibc-system"
# With these, formats have floats.
NOLIBC_FLOATS = (NOLIBC_DECIMAL, RECIPES / "libc/nolibc-float-format", RECIPES / "libc/nolibc-float-scan")
# All recipes that nolibc is made of, and the headers that they have of each other.
NOLIBC_PARTS = (
    *sorted(path.parent for path in (RECIPES / "libc").glob("nolibc*/recipe.yaml")),
    RECIPES / "libc/calls",
)
NOLIBC_HEADERS = tuple(folder / "include" for folder in NOLIBC_PARTS if (folder / "include").is_dir())
HEAP_BUMP = RECIPES / "core/heap-bump"
HEAP_FREE = RECIPES / "core/heap-free"
PAGES = RECIPES / "core/pages"
POSIX = RECIPES / "posix"
REPORT = RECIPES / "core/report"
TRAP_REPORT = RECIPES / "core/trap-report"
CONTRACTS = RECIPES / "core/contracts/include"
CELLS = RECIPES / "core/cells"
DESCRIPTORS = RECIPES / "posix/descriptors"
PIPES = RECIPES / "posix/pipes"
POLLING = RECIPES / "posix/polling"
PATHS = RECIPES / "fs/paths"
TMPFS = RECIPES / "fs/tmpfs"
DEVICES = RECIPES / "fs/devices"
IMAGE_TREE = RECIPES / "fs/image-tree"
POSIX_CONTRACTS = POSIX / "contracts/include"
# Headers that recipes of posix/ and fs/ have of each other.
POSIX_HEADERS = (
    POSIX_CONTRACTS,
    *(
        RECIPES / folder / "include"
        for folder in (
            "posix/descriptors",
            "posix/signals",
            "posix/time",
            "posix/entropy",
            "fs/contracts",
            "core/cells",
        )
    ),
)
VIRTIO = RECIPES / "drivers/virtio"
VIRTIO_CONSOLE = RECIPES / "drivers/virtio-console"
VIRTIO_NET = RECIPES / "drivers/virtio-net"
VIRTIO_PCI = RECIPES / "drivers/virtio-pci"
WARNINGS = ("-Wall", "-Wextra", "-Werror")


@dataclass(frozen=True, slots=True)
class Build:
    """How recipes and test programs are compiled, and what runs a test program."""

    arch: str = "x86_64"
    prefix: str = ""  # of the names of compiler and binutils
    emulator: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()  # flags
    clang: tuple[str, ...] = ()  # clang and its first words, instead of gcc

    @property
    def toolchain(self) -> str:
        """The name of the toolchain whose flags an image has."""
        return "clang" if self.clang else "gcc"

    @property
    def command(self) -> tuple[str, ...]:
        """The C compiler."""
        return self.clang or (f"{self.prefix}gcc",)

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of an image; those of clang for a program of the host's."""
        flags = toolchain_flags(self.arch, self.toolchain)
        return tuple(flag for flag in flags if not flag.startswith("--target="))


NATIVE = Build()
SANITIZED = Build(extra=("-fsanitize=address,undefined", "-fno-sanitize-recover=all"))
AARCH64 = Build("aarch64", "aarch64-linux-gnu-", ("qemu-aarch64",), ("-static",))
BUILDS = pytest.mark.parametrize("build", [NATIVE, SANITIZED, AARCH64], ids=["as-in-image", "sanitized", "aarch64"])


@functools.cache
def recipe_in(folder: Path) -> Recipe:
    """The recipe of a folder."""
    return Recipe.model_validate(yaml.safe_load((folder / "recipe.yaml").read_text()))


def exports_of(folder: Path, arch: str = NATIVE.arch) -> frozenset[str]:
    """Symbols that others may use of the recipe of a folder."""
    index = folder / "index" / f"{arch}.txt"
    return recipe_in(folder).exports | (read_index(index).symbols if index.exists() else frozenset())


def entries_of(folder: Path) -> tuple[BuildEntry, ...]:
    """How the sources of a recipe without code of others are compiled; all of them, where it is a library."""
    recipe = recipe_in(folder)
    library = recipe.library
    return recipe.build if library is None else (BuildEntry(c=library.sources, flags=library.flags),)


@functools.cache
def compiler_include(build: Build = NATIVE) -> str:
    """The folder of the compiler's own headers."""
    words = [*build.command, "-print-file-name=include"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def freestanding_flags(folders: Sequence[Path], build: Build = NATIVE) -> tuple[str, ...]:
    """Flags that leave only the compiler's headers and those of `folders`."""
    return ("-nostdinc", *(f"-I{folder}" for folder in folders), "-isystem", compiler_include(build))


def _sources(
    folder: Path, entry: BuildEntry, arch: str, beside: frozenset[str], chosen: Mapping[str, OptionValue]
) -> list[Path]:
    when = entry.when.model_copy(update={"platform": None})
    patterns = (*entry.c, *entry.asm) if when.holds(Target("host", arch), chosen, beside) else ()
    return sorted(path for pattern in patterns for path in folder.glob(pattern))


def compile_commands(
    folder: Path,
    into: Path,
    build: Build = NATIVE,
    beside: frozenset[str] = frozenset(),
    chosen: Mapping[str, OptionValue] | None = None,
) -> dict[Path, tuple[str, ...]]:
    """The command for each object of the sources in `folder` in an image that has the capabilities `beside`.

    Entries for an option are left out, except for those that are `chosen`.
    """
    own = [
        folder / "include",
        folder / "src",
        REPORT / "include",
        *NOLIBC_HEADERS,
        CONTRACTS,
        *POSIX_HEADERS,
        VIRTIO / "include",
        RECIPES / "core/wait-sources/include",
    ]
    recipe = recipe_in(folder)
    options = {name: option.default for name, option in recipe.options.items()} | dict(chosen or {})
    commands = {}
    for entry in entries_of(folder):
        includes = freestanding_flags([*(folder / name for name in entry.include), *own], build)
        flags = (
            *build.flags,
            *includes,
            *option_defines(recipe, options),
            *spelt(entry.flags, build.toolchain),
            *WARNINGS,
            *build.extra,
        )
        for source in _sources(folder, entry, build.arch, beside, chosen or {}):
            output = into / f"{folder.name}-{'-'.join(source.relative_to(folder).parts)}.o"
            commands[output] = (*build.command, *flags, "-c", str(source), "-o", str(output))
    return commands


def compile_recipe(folder: Path, into: Path, build: Build = NATIVE, beside: frozenset[str] = frozenset()) -> list[Path]:
    """Objects of all sources in `folder`, with nothing renamed."""
    return run_all(compile_commands(folder, into, build, beside))


def run_all(commands: Mapping[Path, Sequence[str]]) -> list[Path]:
    """The files that the commands make, once they have."""
    for output in commands:
        output.parent.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(functools.partial(subprocess.run, check=True), commands.values()):
            pass
    return list(commands)


def rename_exports(objects: Sequence[Path], build: Build) -> None:
    """Put `PREFIX` before every symbol that nolibc or a heap exports, where it is defined and where it is used."""
    names = sorted({name for folder in (*NOLIBC_PARTS, HEAP_BUMP, HEAP_FREE) for name in exports_of(folder)})
    renames = [f"--redefine-sym={name}={PREFIX}{name}" for name in names]
    for path in objects:
        subprocess.run([f"{build.prefix}objcopy", *renames, str(path)], check=True)


def build_host_program(
    program: Path, folders: Sequence[Path], into: Path, build: Build = NATIVE, renamed: bool = True
) -> tuple[str, ...]:
    """The command of `program`, a C source with a main of glibc, linked with the renamed objects of `folders`.

    Not `renamed`, the objects call the host's libc.
    """
    beside = frozenset(capability for folder in folders for capability in recipe_in(folder).provides)
    objects = [path for folder in folders for path in compile_recipe(folder, into, build, beside)]
    if renamed:
        rename_exports(objects, build)
    output = into / program.stem
    flags = ["-std=gnu11", "-g", "-O1", "-fno-builtin", "-fno-pie", "-no-pie", "-iquote", str(CONTRACTS)]
    flags += [word for headers in POSIX_HEADERS for word in ("-iquote", str(headers))]
    flags += [word for folder in folders for word in ("-iquote", str(folder / "include")) if folder not in NOLIBC_PARTS]
    words = [
        *build.command,
        *build.extra,
        *flags,
        *WARNINGS,
        "-Wno-format",
        str(program),
        *map(str, objects),
        "-lm",
    ]
    subprocess.run([*words, "-o", str(output)], check=True)
    return (*build.emulator, str(output))


def verdict(command: Sequence[str], *arguments: str) -> str:
    """The last line that the program prints; its mistakes are the assertion's message."""
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, errors="replace", timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]
