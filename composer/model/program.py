"""What a folder of C sources tells about the program in it, and the manifest that follows: the values of `compose init`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class CText:
    """What the text of a source or a header says at a glance; nothing is preprocessed.

    What an `#if` decides of which a glance cannot tell is not sure, but for `defined` and `names`.
    """

    has_main: bool = False
    may_have_main: bool = False  # it has, if a condition holds
    includes: tuple[tuple[str, bool], ...] = ()  # name, and whether it is looked for beside the file first
    may_include: tuple[tuple[str, bool], ...] = ()
    defined: frozenset[str] = frozenset()  # functions and variables that other files could use
    names: frozenset[str] = frozenset()  # all identifiers
    calls: frozenset[str] = frozenset()  # names before a parenthesis
    ports: tuple[str, ...] = ()  # that it seems to listen at, as the manifest writes them


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file, folder or word that was found and is not in the manifest."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class CompilerWords:
    """Words for a compiler, sorted by what becomes of them in a manifest."""

    include: tuple[str, ...] = ()  # folders, relative to the manifest's
    defines: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    flags: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildFile:
    """What a Makefile or a compile_commands.json says."""

    name: str
    programs: tuple[frozenset[str], ...] = ()  # sources that are linked together
    words: tuple[str, ...] = ()  # for the compiler
    unread: tuple[LeftOut, ...] = ()  # what it says in a manner that is not understood


@dataclass(frozen=True, slots=True)
class ProgramFolder:
    """All that was found in a folder."""

    name: str  # the folder's own
    sources: Mapping[str, CText]  # by path, relative to the folder
    headers: Mapping[str, CText]
    data: tuple[str, ...]  # folders that look like data of a program
    left_out: tuple[LeftOut, ...]
    build: BuildFile | None = None

    def paths(self) -> tuple[str, ...]:
        """All that a pattern for sources could match."""
        return (*self.sources, *(one.what for one in self.left_out))

    def programs(self) -> tuple[str, ...]:
        """The sources with a `main`; if a build file says of which programs are made, only those."""
        mains = [path for path, text in self.sources.items() if text.has_main]
        mains = mains or [path for path, text in self.sources.items() if text.may_have_main]
        linked = [path for path in mains if self.build and any(path in group for group in self.build.programs)]
        return tuple(linked or mains)


@dataclass(frozen=True, slots=True)
class Answers:
    """What only a person can decide."""

    name: str
    targets: tuple[str, ...]
    main: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A manifest with all that is said beside it."""

    answers: Answers
    sources: tuple[str, ...]
    words: CompilerWords
    headers: tuple[str, ...]  # of the C library and the system that the sources name
    lacking: tuple[str, ...]  # those of them that the smallest C library has not
    ports: tuple[str, ...]
    may_listen: bool  # ports are not known, or not sure: they are only suggested
    data: tuple[str, ...]
    left_out: tuple[LeftOut, ...]

    def notes(self) -> Iterator[LeftOut]:
        """Everything that was found and is not in the manifest."""
        yield from self.left_out
        yield from self.words.left_out
