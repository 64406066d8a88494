"""Toolchains: what `toolchains/*.yaml` says, and what probing this machine made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from composer.model.value import Name, Value

Words = Annotated[tuple[str, ...], Field(strict=False)]


class Kind(StrEnum):
    """How a toolchain's programs are found and asked."""

    GCC = "gcc"  # a driver that knows its compiler, assembler and linker
    CLANG = "clang"  # a driver that knows its linker
    ZIG = "zig"  # one program that is clang and lld by its first word


class Package(Value):
    """What to install on Debian and its kin: on a machine of the architecture itself, and on any other."""

    own: str
    cross: str


class LargeFacts(Value):
    """What the link of a large image needs."""

    above: int  # bytes in memory
    link_flags: Words  # after all others; of contradicting words the last counts


class ArchitectureFacts(Value):
    """What a toolchain needs for one architecture."""

    rank: int  # of all that this machine has for the architecture the least is taken
    reason: str  # why it ranks so
    compiler: Words  # program names, tried in order
    package: Package | None = None  # None: it comes as a Python package
    flags: Words = ()
    link_flags: Words = ()
    large: LargeFacts | None = None


class Lto(Value):
    """How a toolchain optimises across objects. `{output}` in a word is the path of the object that is made."""

    profiles: Words  # that have it where the manifest does not say
    compile: Words  # with these words a source becomes an object in the compiler's own form
    by: Literal["compiler", "linker"]  # which program merges such objects
    merge: Words  # its words; it is told to make a program, and leaves the merged object behind
    without: Words = ()  # flags of the toolchain that do not go with them
    companion: str = ""  # of each object, its debug information is in a file called as it is with this at the end


class RuntimeFacts(Value):
    """Where functions that compiled code calls unasked come from: divisions of long numbers and the like.

    Either `ask` or `make` is given. `{arch}` in a word stands for the architecture.
    """

    name: str
    license: str  # an SPDX expression
    ask: Words = ()  # words to which the compiler answers with the path of an archive
    make: Words = ()  # words by which the program makes an object of `source`; `{output}` is its path
    source: str = ""  # below the program's own library
    package: Package | None = None  # that holds the archive


class ToolchainFacts(Value):
    """One family of compilers: programs, accepted versions, flags, and how good it is for which architecture."""

    name: Name
    summary: str
    kind: Annotated[Kind, Field(strict=False)]
    min_version: str
    untried_from: str | None = None  # such a version and all above it are taken only if they are asked for by name
    wheel: str | None = None  # a Python package that holds the program, looked for before the PATH
    flags: Words
    profiles: Mapping[str, Words]
    link_flags: Words
    spells: Mapping[str, Words] = Field(default_factory=dict)  # a recipe's flag, in gcc's words -> what it is here
    lto: Lto
    runtimes: Annotated[tuple[RuntimeFacts, ...], Field(strict=False)] = ()  # the first that is there counts
    architectures: Mapping[str, ArchitectureFacts]


@dataclass(frozen=True, slots=True)
class HostTool:
    """A program of this machine that makes sources."""

    path: str  # absolute
    digest: str  # of the file that really runs


@dataclass(frozen=True, slots=True)
class Runtime:
    """Functions that the compiler calls unasked, as this machine has them."""

    name: str
    license: str
    path: str  # absolute path of the archive, or of the source; "" if there is none
    make: tuple[str, ...] = ()  # words by which the linker's program makes an object of the source
    install: str = ""  # how to have one, if there is none


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A toolchain of this machine, known by the content of what really runs."""

    name: str
    version: str
    reason: str  # why it was chosen
    compiler: tuple[str, ...]  # absolute path of the driver, and the words that make a compiler of it
    linker: tuple[str, ...]  # likewise
    include: str  # absolute path of the compiler's own freestanding headers
    flags: tuple[str, ...]
    profiles: Mapping[str, tuple[str, ...]]
    link_flags: tuple[str, ...]
    large: LargeFacts | None
    spells: Mapping[str, tuple[str, ...]]
    lto: Lto
    programs: tuple[str, ...]  # absolute paths of all that runs, and of the runtime
    identity: str  # digest over the programs
    runtime: Runtime
    remarks: tuple[str, ...] = ()  # what a person should know: of it, and of better ones that will not do
    absent: tuple[str, ...] = ()  # absolute paths where a better one would be

    def spelled(self, flags: Iterable[str]) -> Iterator[str]:
        """Flags of a recipe or an app, which are in gcc's words, as this compiler knows them."""
        for flag in flags:
            yield from self.spells.get(flag, (flag,))
