"""Compile and link small programs with the real gcc, and ld or lld, flagged as `toolchains/gcc.yaml` says."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from composer.layout.arrange import arrange
from composer.layout.pack import pack
from composer.layout.script import DEFINED_SYMBOLS, render
from composer.layout.source import init_source, note_source, tls_source
from composer.model.linkage import Member, Reach
from composer.model.recipe import ImageFacts, InitCall
from composer.reach.fixpoint import Rules, reach
from composer.reach.objects import index_object
from composer.verify.image import Evidence
from composer.verify.linkmap import read_map

ROOT = Path(__file__).parents[2]
BASE = 0x400000
DIGEST = "ab" * 32
COMPILERS = {"x86_64": "gcc", "aarch64": "aarch64-linux-gnu-gcc"}


@functools.cache
def toolchain_flags(arch: str = "x86_64", toolchain: str = "gcc") -> tuple[str, ...]:
    """The flags for an architecture and those of the profile `size`."""
    description = _description(toolchain)
    return (*description["flags"], *description["architectures"][arch]["flags"], *description["profiles"]["size"])


def spelt(flags: Sequence[str], toolchain: str) -> tuple[str, ...]:
    """Flags of a recipe in the words of a toolchain."""
    spells = _description(toolchain).get("spells", {})
    return tuple(word for flag in flags for word in spells.get(flag, (flag,)))


@functools.cache
def linker_command(linker: str, arch: str = "x86_64") -> tuple[str, ...]:
    """`linker` with the flags for an architecture."""
    description = _description({"ld": "gcc", "ld.lld": "clang"}[linker])
    program = "aarch64-linux-gnu-ld" if (linker, arch) == ("ld", "aarch64") else linker
    return (program, *description["link_flags"], *description["architectures"][arch]["link_flags"])


def large_link_flags(arch: str) -> tuple[str, ...]:
    """What GNU ld is given besides for a large image."""
    return tuple(_description("gcc")["architectures"][arch]["large"]["link_flags"])


def _description(toolchain: str) -> dict[str, Any]:
    description: dict[str, Any] = yaml.safe_load((ROOT / f"toolchains/{toolchain}.yaml").read_text())
    return description


def compile_c(folder: Path, path: str, source: str, extra: Sequence[str] = (), arch: str = "x86_64") -> bytes:
    """Compile C (or, for a path that ends in .S.o, assembly) to `folder/path`; the object's bytes."""
    output = folder / path
    text = output.with_suffix("" if path.endswith(".S.o") else ".c")
    output.parent.mkdir(parents=True, exist_ok=True)
    text.write_text(source)
    words = [COMPILERS[arch], *toolchain_flags(arch), *extra, "-c", str(text.relative_to(folder)), "-o", path]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return output.read_bytes()


def member(folder: Path, owner: str, path: str, source: str, extra: Sequence[str] = (), arch: str = "x86_64") -> Member:
    """Compile `source` as an object of `owner`."""
    return Member(owner, path, index_object(compile_c(folder, path, source, extra, arch), path))


@dataclass(frozen=True, slots=True)
class Linked:
    """A program that was linked the composer's way."""

    folder: Path
    reached: Reach
    script: str
    generated: tuple[Member, ...]
    map: str
    debug: bytes
    image: bytes

    def content_of(self, path: str) -> bytes:
        """The bytes of an object."""
        return (self.folder / path).read_bytes()

    @property
    def evidence(self) -> Evidence:
        """What `verify` is given."""
        return Evidence(self.image, self.debug, read_map(self.map), self.reached, self.generated)

    def run(self) -> subprocess.CompletedProcess[bytes]:
        """Run the packed image as a process."""
        program = self.folder / "program"
        program.write_bytes(self.image)
        program.chmod(0o755)
        return subprocess.run([str(program)], capture_output=True, timeout=10)


def rules(roots: Sequence[str] = ("_start",), init: Mapping[str, tuple[InitCall, ...]] | None = None) -> Rules:
    """Rules without any exports to check."""
    return Rules(tuple(roots), init or {}, {}, DEFINED_SYMBOLS)


PROCESS = ImageFacts(entry="_start", loader="process", base=BASE)
LINKERS = ("ld", "ld.lld")


def link(
    folder: Path,
    members: Sequence[Member],
    rule: Rules,
    calls: Sequence[str] = (),
    *,
    linker: str = "ld",
    arch: str = "x86_64",
    facts: ImageFacts = PROCESS,
) -> Linked:
    """Reach, generate (with the init `calls`), link with GNU ld or lld and pack."""
    reached = reach(members, rule)
    text = init_source(calls, constructors=reached.has_constructors) + tls_source(reached) + note_source(DIGEST)
    generated = (member(folder, "image", "gen/image.o", text.decode(), arch=arch),)
    layout = arrange(reached, generated, facts, marks_stack=facts.loader == "process")
    script = render(layout)
    (folder / "link.ld").write_text(script)
    words = "-T link.ld --gc-sections --orphan-handling=error --build-id=none"
    words += " -z norelro -z noseparate-code -z max-page-size=4096 -static -Map=program.map"
    objects = [entry.path for entry in (*reached.live_members(), *generated)]
    result = subprocess.run(
        [*linker_command(linker, arch), *words.split(), "-o", "program.dbg", *objects],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr
    debug = (folder / "program.dbg").read_bytes()
    text_map = (folder / "program.map").read_text()
    return Linked(folder, reached, script, generated, text_map, debug, pack(debug, 4096))
