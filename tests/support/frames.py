"""The network of an image, from the card's driver to the sockets, compiled with sanitizers and linked with a program that is its world."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from composer.errors import Location
from composer.execute.store import Store
from composer.fetch.apt import download
from composer.fetch.deb import file_in
from composer.fetch.places import Search
from composer.pipeline.fresh import store_folder
from composer.pipeline.upstream import Wanted, have_tree
from composer.report.progress import Loudness, Progress
from tests.support.linking import ROOT
from tests.support.recipe_objects import (
    CONTRACTS,
    DESCRIPTORS,
    POLLING,
    POSIX,
    POSIX_HEADERS,
    RECIPES,
    REPORT,
    SANITIZED,
    VIRTIO,
    VIRTIO_NET,
    WARNINGS,
    Build,
    compile_recipe,
    recipe_in,
)

HOST = ROOT / "tests/unit/recipes/host"
LWIP = RECIPES / "net/lwip"
PARTS = (
    *(VIRTIO, VIRTIO_NET, RECIPES / "net/dns", DESCRIPTORS, POLLING, POSIX / "events", POSIX / "entropy"),
    *(RECIPES / "core/wait-alone", REPORT),
)
OPTIONS = {"dhcp": True}
# Where it broke, and how it came there, is to be told exactly.
TRACED = ("-fno-omit-frame-pointer", "-fno-optimize-sibling-calls")
BUILD = Build(extra=(*SANITIZED.extra, *TRACED, "-fno-crossjumping", "-fno-tree-tail-merge"))
# What the program sees of calls between the recipe's own sources.
WRAPPED = ("-Wl,--wrap=lwip_memory_take", "-Wl,--wrap=lwip_memory_take_zeroed")
# Of clang, below the folder of its resources; the first is in no image of Debian's that does not ask for it.
RUNTIME = "lib/linux"
RUNTIMES = tuple(
    f"libclang_rt.{name}-x86_64.a{suffix}"
    for name, suffix in (("fuzzer", ""), ("asan_static", ""), ("asan", ""), ("asan", ".syms"))
)
HEADERS = (HOST, CONTRACTS, *POSIX_HEADERS, VIRTIO / "include", REPORT / "include")


@dataclass(frozen=True, slots=True)
class Plant:
    """A mistake that is made on purpose: in a file of the recipe of lwIP, a text is replaced."""

    file: str
    text: str
    instead: str


def upstream() -> Path:
    """lwIP's own tree, fetched if it is not here yet."""
    store = Store(Path(store_folder()))
    (source,) = recipe_in(LWIP).sources
    tree = have_tree(Wanted(source, Location(__file__)), store, Search(), Progress(sys.stderr, Loudness.QUIET))
    store.close()
    return tree.files


def whole_recipe(folder: Path, tree: Path, plant: Plant | None = None) -> Path:
    """A copy of the recipe of lwIP at `folder`, with what a build puts beside its own files."""
    shutil.copytree(LWIP, folder)
    shutil.copytree(tree, folder / "upstream/lwip", copy_function=shutil.copyfile)
    if plant:
        file = folder / plant.file
        content = file.read_text()
        assert content.count(plant.text) == 1, f"{plant.text!r} is {content.count(plant.text)} times in {plant.file}"
        file.write_text(content.replace(plant.text, plant.instead))
    return folder


def compile_network(
    into: Path, build: Build = BUILD, plant: Plant | None = None
) -> list[Path]:
    """Objects of all recipes, in `into`."""
    beside = frozenset(capability for folder in (LWIP, *PARTS) for capability in recipe_in(folder).provides)
    lwip = whole_recipe(into / "lwip", upstream(), plant)
    objects = [path for folder in PARTS for path in compile_recipe(folder, into, build, beside)]
    return [*objects, *compile_recipe(lwip, into, build, beside, OPTIONS)]


def guided_build(cache: Path) -> Build:
    """clang with its fuzzer, whose runtime is kept in `cache` where this machine has none; raises NotToBeHad, ValueError or OSError."""
    own = Path(_told("clang", "-print-resource-dir"))
    places = own if (own / RUNTIME / RUNTIMES[0]).exists() else _runtime(cache, own)
    extra = (*SANITIZED.extra, *TRACED, "-fsanitize=fuzzer-no-link")
    return Build(extra=extra, clang=("clang", "-resource-dir", str(places)))


def _runtime(cache: Path, own: Path) -> Path:
    """A folder like clang's own, with the libraries of its sanitizers out of Debian's package."""
    folder = cache / f"clang-{own.name}"
    if not (folder / RUNTIME).exists():
        package = download(f"libclang-rt-{own.name.partition('.')[0]}-dev", "amd64")
        draft = Path(tempfile.mkdtemp(dir=cache, prefix=".clang-"))
        (draft / RUNTIME).mkdir(parents=True)
        (draft / "include").symlink_to(own / "include")
        for name in RUNTIMES:
            (draft / RUNTIME / name).write_bytes(file_in(package.content, re.compile(f".*/{RUNTIME}/{re.escape(name)}")))
        draft.rename(folder)
    return folder


def _told(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def link(program: str, objects: Sequence[Path], into: Path, build: Build = BUILD, last: Sequence[str] = ()) -> Path:
    """`program`, a source of the tests, linked with the objects; `last` are flags for this alone."""
    output = into / Path(program).stem
    quoted = [word for headers in HEADERS for word in ("-iquote", str(headers))]
    flags = ("-std=gnu11", "-g", "-O1", "-fno-pie", "-no-pie", *WRAPPED, *WARNINGS, "-Wno-format")
    words = [*build.command, *build.extra, *last, *flags, *quoted, str(HOST / program), *map(str, objects)]
    subprocess.run([*words, "-o", str(output)], check=True)
    return output
