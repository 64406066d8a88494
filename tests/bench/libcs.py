"""Hello and real programs by C library: bytes of images, what a build of musl takes, and what leaving the choice costs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from composer.layout.pack import PT_LOAD, read_header
from composer.model.image import Image
from composer.pipeline.read import read_image
from tests.bench.lab import APPS, JOBS, MANIFESTS, Lab, Spent, image_of
from tests.bench.linux_link import link_for_linux
from tests.bench.table import Figure, median

KIB = 1 << 10
REACH_KIB = {"musl": 18, "picolibc": 12, "newlib": 16}
REACH_FLOATS = 6 * KIB
REACH_OVER_LINUX = 20 * KIB
REACH_UNATTRIBUTED = 2.0  # per cent of the file
PROGRAMS = {"lua": "Lua", "sqlite": "SQLite's shell"}
CHOSEN = (
    "lua",
    "sqlite",
)  # whose C library is left to the composer: the first one does for the one, the other needs the last
UNIKRAFT_MUSL = "189,848 B"


def libcs(lab: Lab) -> Iterator[Figure]:
    """Bytes for kvm/x86_64 of the same hello on each C library, with its floats, and of programs against Linux."""
    for libc in ("nolibc", "picolibc", "newlib", "musl"):
        image = pinned(lab, "hello", MANIFESTS, libc)
        rival = UNIKRAFT_MUSL if libc == "musl" else "-"
        reach = REACH_KIB[libc] * KIB if libc in REACH_KIB else None
        yield Figure(f"hello with printf, {libc}", image.file_bytes, "B", reach, rival=rival)
        yield _unattributed(f"hello, {libc}", image)
    yield _floats(lab)
    for name, title in PROGRAMS.items():
        image = pinned(lab, name, MANIFESTS, "musl")
        yield _over_linux(lab, title, image)
        yield _unattributed(title, image)


def pinned(lab: Lab, name: str, home: Path, libc: str) -> Image:
    """The image of the app `name` of `home` on one C library."""
    folder = lab.project(name, f"-{libc}", home)
    pin(folder, libc)
    lab.build(folder)
    return read_image(image_of(folder, name).parent)


def pin(project: Path, libc: str) -> None:
    """Have the manifest of a project name its C library."""
    manifest = project / "unikernel.yaml"
    lines = [line for line in manifest.read_text().splitlines() if not line.startswith("libc:")]
    manifest.write_text("\n".join([*lines, f"libc: {libc}", ""]))


def _unattributed(title: str, image: Image) -> Figure:
    share = 100 * image.unattributed_bytes / image.file_bytes
    return Figure(f"unattributed, {title}", share, "%", REACH_UNATTRIBUTED, note=f"{image.unattributed_bytes:,} B")


def _floats(lab: Lab) -> Figure:
    plain = pinned(lab, "numbers", APPS, "nolibc").file_bytes
    floats = pinned(lab, "floats", APPS, "nolibc").file_bytes
    note = f"{floats:,} B with %g, {plain:,} B with %d"
    return Figure("floats in nolibc's printf", floats - plain, "B", REACH_FLOATS, note=note)


def _over_linux(lab: Lab, title: str, image: Image) -> Figure:
    """Beside the program's own bytes: what the loader of Linux would read of a link of the same objects."""
    program = lab.folder / f"{image.name}.linux"
    link_for_linux(image, lab.store, program)
    own = loaded_bytes(program.read_bytes())
    note = f"image {image.file_bytes:,} B, its objects for Linux {own:,} B"
    return Figure(f"{title}, over its objects for Linux", image.file_bytes - own, "B", REACH_OVER_LINUX, note=note)


def loaded_bytes(elf: bytes) -> int:
    """Bytes of the file's segments, without what only pads them to pages."""
    return sum(program.file_size for program in read_header(elf).programs if program.type == PT_LOAD)


def libc_builds(lab: Lab, rounds: int) -> Iterator[Figure]:
    """Builds with an empty store, the archives beside it: hello on musl, and Lua with its C library to be found."""
    archives = lab.folder / "archives"
    hello = lab.project("hello", "-musl-timed")
    pin(hello, "musl")
    lab.archives(hello, archives)
    spent = [_from_nothing(lab, archives, hello) for _ in range(rounds)]
    seconds = [one.seconds for one in spent]
    processor = median([one.processor_seconds for one in spent])
    note = f"median of {rounds}, at best {min(seconds):.2f} s; {processor:.2f} s of processors"
    yield Figure(f"clean build of hello on musl, {JOBS} jobs", median(seconds), "s", 6.0, rival="87 s", note=note)
    for program in CHOSEN:
        yield _choice(lab, archives, rounds, program)


def _choice(lab: Lab, archives: Path, rounds: int, program: str) -> Figure:
    """By processors' seconds: what else runs on this machine meanwhile falls on neither."""
    free = lab.project(program, "-free")
    fixed = lab.project(program, "-pinned")
    lab.archives(free, archives)
    _from_nothing(lab, archives, free)
    answer = read_image(image_of(free, program).parent).manifest["libc"]
    pin(fixed, answer)
    turns = [[_from_nothing(lab, archives, one).processor_seconds for one in (free, fixed)] for _ in range(rounds)]
    auto, one = (median([turn[side] for turn in turns]) for side in (0, 1))
    note = f"medians of {rounds}: {auto:.1f} s of processors, pinned to {answer} {one:.1f} s"
    return Figure(f"auto for {PROGRAMS[program]}, over its answer pinned", auto / one, "x", 2.0, note=note)


def _from_nothing(lab: Lab, archives: Path, project: Path) -> Spent:
    for made in (lab.store, project / "build"):
        shutil.rmtree(made, ignore_errors=True)
    return lab.build(project, words=("--offline", "--mirror", str(archives)))
