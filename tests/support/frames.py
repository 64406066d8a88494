"""The network of an image, from the card's driver to the sockets, compiled with sanitizers and linked with a program that is its world."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
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
    compile_commands,
    recipe_in,
    run_all,
)

HOST = ROOT / "tests/unit/recipes/host"
LWIP = RECIPES / "net/lwip"
PARTS = (
    *(VIRTIO, VIRTIO_NET, RECIPES / "net/dns", DESCRIPTORS, POLLING, POSIX / "events", POSIX / "entropy"),
    POSIX / "socket-calls",
    *(RECIPES / "core/wait-alone", RECIPES / "core/wait-sources", REPORT),
)
OPTIONS = {"dhcp": True, "ipv6": True}
HEADERS = (HOST, CONTRACTS, *POSIX_HEADERS, VIRTIO / "include", REPORT / "include")
# Where it broke, and how it came there, is to be told exactly.
# What lwIP's own macros and options without a value look like is no mistake.
TRACED = (
    *SANITIZED.extra,
    "-Wno-address",
    "-Wno-type-limits",
    "-fno-omit-frame-pointer",
    "-fno-optimize-sibling-calls",
)
BY_CHANCE = Build(extra=(*TRACED, "-fno-crossjumping", "-fno-tree-tail-merge"))
# What the program sees of calls between the recipe's own sources.
WRAPPED = ("-Wl,--wrap=lwip_memory_take", "-Wl,--wrap=lwip_memory_take_zeroed")
# Of clang, below the folder of its resources: how names begin, and how they end.
RUNTIME = "lib/linux/libclang_rt."
RUNTIMES = ("fuzzer-x86_64.a", "asan_static-x86_64.a", "asan-x86_64.a", "asan-x86_64.a.syms")
FRAMES = 2000  # of a round


@dataclass(frozen=True, slots=True)
class Plant:
    """A mistake that is made on purpose: in a source of the recipe of lwIP, a text is replaced."""

    source: str
    text: str
    instead: str


class Broken(Exception):
    """A round did not end as it should; the text is all that was told."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Rounds of one seed, each of so many frames."""

    seed: int
    first: int
    count: int
    frames: int = FRAMES

    def play(self, program: Path) -> Counter[str]:
        """What happened how often; raises Broken."""
        words = [str(program), *map(str, (self.seed, self.first, self.count, self.frames))]
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode != 0:
            raise Broken(done.stderr)
        told = done.stdout.split()
        return Counter({name: int(number) for name, number in zip(told[::2], told[1::2], strict=True)})


@dataclass(frozen=True, slots=True)
class Network:
    """Its objects in a folder, where they stay for programs with and without plants."""

    folder: Path
    build: Build
    commands: Mapping[Path, Sequence[str]]  # for each object

    def program(self, source: str, *flags: str, plant: Plant | None = None) -> Path:
        """The host's program `source` with the network in it; `flags` are for the program alone."""
        planted = self._planted(plant) if plant else {}
        objects = [planted.get(path, path) for path in self.commands]
        output = self.folder / Path(source).stem
        quoted = [word for headers in HEADERS for word in ("-iquote", str(headers))]
        own = ("-std=gnu11", "-g", "-O1", "-fno-pie", "-no-pie", *WRAPPED, *WARNINGS, "-Wno-format", *quoted)
        words = [*self.build.command, *self.build.extra, *flags, *own, str(HOST / source), *map(str, objects)]
        subprocess.run([*words, "-o", str(output)], check=True)
        return output

    def _planted(self, plant: Plant) -> dict[Path, Path]:
        """The object with the mistake, by the right one."""
        source = self.folder / "lwip" / plant.source
        content = source.read_text()
        assert content.count(plant.text) == 1, f"{plant.text!r} is {content.count(plant.text)} times in {plant.source}"
        copy, made = self.folder / "planted.c", self.folder / "planted.o"
        copy.write_text(content.replace(plant.text, plant.instead))
        (right,) = (path for path, words in self.commands.items() if str(source) in words)
        places = {str(source): str(copy), str(right): str(made)}
        run_all({made: [*(places.get(word, word) for word in self.commands[right]), "-Wno-error"]})
        return {right: made}


def network(folder: Path, build: Build = BY_CHANCE) -> Network:
    """The network's objects in `folder`, made by `build`."""
    beside = frozenset(capability for part in (LWIP, *PARTS) for capability in recipe_in(part).provides)
    # As a build has it, with its upstream beside its own files.
    lwip = shutil.copytree(LWIP, folder / "lwip")
    shutil.copytree(_upstream(), lwip / "upstream/lwip", copy_function=shutil.copyfile)
    commands = compile_commands(lwip, folder, build, beside, OPTIONS)
    for part in PARTS:
        commands |= compile_commands(part, folder, build, beside)
    run_all(commands)
    return Network(folder, build, commands)


def _upstream() -> Path:
    """lwIP's own tree, fetched if it is not here yet."""
    store = Store(Path(store_folder()))
    (source,) = recipe_in(LWIP).sources
    tree = have_tree(Wanted(source, Location(__file__)), store, Search(), Progress(sys.stderr, Loudness.QUIET))
    store.close()
    return tree.files


def by_chance(network: Network, plant: Plant | None = None) -> Path:
    """The program that plays Rounds."""
    return network.program("frames_test.c", plant=plant)


def chosen(network: Network, plant: Plant | None = None) -> Path:
    """The program that plays a few chosen frames; it needs not all that can be said."""
    return network.program("frames_chosen_test.c", "-Wno-unused-function", plant=plant)


def guided(network: Network, plant: Plant | None = None) -> Path:
    """The program that plays what clang's fuzzer makes up; for a network of `guided_build`."""
    return network.program("frames_guided.c", "-fsanitize=fuzzer", plant=plant)


def guided_build(cache: Path) -> Build:
    """clang and its fuzzer, whose libraries are kept in `cache` if they are not here; raises NotToBeHad, ValueError or OSError."""
    words = ("clang", "-print-resource-dir")
    own = Path(subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip())
    is_whole = (own / f"{RUNTIME}{RUNTIMES[0]}").exists()
    place = own if is_whole else _runtime(cache, own)
    return Build(extra=(*TRACED, "-fsanitize=fuzzer-no-link"), clang=("clang", f"-resource-dir={place}"))


def _runtime(cache: Path, own: Path) -> Path:
    """A folder like clang's `own`, with the libraries out of Debian's package."""
    folder = cache / f"clang-{own.name}"
    if folder.exists():
        return folder
    package = download(f"libclang-rt-{own.name.partition('.')[0]}-dev", "amd64")
    cache.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=cache, prefix=".clang-"))
    (draft / RUNTIME).parent.mkdir(parents=True)
    (draft / "include").symlink_to(own / "include")
    for name in RUNTIMES:
        content = file_in(package.content, re.compile(".*/" + re.escape(RUNTIME + name)))
        (draft / f"{RUNTIME}{name}").write_bytes(content)
    return draft.rename(folder)
