"""What a compiler was seen to read beyond its declared inputs, and where else it would have looked.

The key of a step with a depfile is made in two levels. The facts of what is declared give the base
key; under it the store remembers which headers the step read. Their content joins the facts, and
that gives the key of the action.

A header that appears earlier on the search path changes the result although no file that was read
did. So the facts also hold, for each folder where the compiler looks (folders of `-I` and its kin,
and of every file read, because of `#include "…"`), which of the names that matter exist in it: the
spellings by which the files read can have been asked for, and the arguments of `__has_include`.
This over-approximates: a rebuild too many where a name appears *later* on the path, never one too
few. Listing whole folders instead would rebuild everything for each new file in the app's folder.
Names that a macro makes up are the exception: `__has_include(MACRO)` for a file that is absent.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic
from composer.execute.keys import Fact
from composer.execute.world import ABSENT, World
from composer.model.step import OUT, TEXT, Step

SEARCH_OPTIONS = ("-isystem", "-idirafter", "-iquote", "-I")
# Undeclared files that a message names.
NAMED = 5
_PROBE = re.compile(rb"__has_(?:include|include_next|embed)\s*\(\s*[<\"]([^>\"\n]+)[>\"]")


@dataclass(frozen=True, slots=True)
class Headers:
    """Discovered inputs (logical paths below roots) and the search for them."""

    paths: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()  # logical paths below roots
    names: Mapping[str, frozenset[str]] | None = None  # sub-folder of a folder, or "" -> names that matter in it

    def facts(self, world: World) -> Iterator[Fact]:
        """What joins the declared facts in the key, as the disk is now."""
        yield from ((f"header {path}", world.digest_or_absent(path)) for path in self.paths)
        for folder in self.folders:
            for below, names in (self.names or {}).items():
                place = _join(folder, below)
                yield f"search {place}", " ".join(sorted(names & world.listing(place)))

    def is_older(self, world: World, time_ns: int) -> bool:
        """Whether all files are there, and neither they nor the folders changed since that time."""
        told = all(world.digest_or_absent(path) != ABSENT for path in self.paths)
        return told and all(world.is_older(path, time_ns) for path in (*self.paths, *self.folders))

    def changed(self, world: World) -> tuple[str, ...]:
        """Files and folders of which the disk no longer says what `facts` told."""
        moved = [
            folder
            for folder in self.folders
            for below, names in (self.names or {}).items()
            if names & world.listing(place := _join(folder, below)) != names & world.listing(place, anew=True)
        ]
        return (*world.changed(self.paths), *dict.fromkeys(moved))

    def as_json(self) -> object:
        """For the store."""
        names = {below: sorted(names) for below, names in (self.names or {}).items()}
        return {"paths": self.paths, "folders": self.folders, "names": names}


def _join(folder: str, below: str) -> str:
    return f"{folder}/{below}" if below else folder


def from_json(value: object) -> Headers | None:
    """The inverse of `as_json`; None for anything else."""
    match value:
        case {"paths": list(paths), "folders": list(folders), "names": dict(names)}:
            every = [*paths, *folders, *(name for group in names.values() if isinstance(group, list) for name in group)]
            if all(isinstance(word, str) for word in every):
                groups = {str(below): frozenset(group) for below, group in names.items() if isinstance(group, list)}
                return Headers(tuple(paths), tuple(folders), groups)
    return None


class Finder:
    """Reads depfiles of one run's steps in the light of what is on disk."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._probed: dict[str, frozenset[str]] = {}
        self._stays: dict[str, bool] = {}

    def locate(self, step: Step, listed: Iterable[str], draft: str) -> tuple[str, ...]:
        """Logical paths of the files that a depfile lists, without the declared inputs, sorted.

        `draft` is the folder where the step ran. Raises ComposerError(INPUT_UNDECLARED) naming each file
        outside the roots, also one that a symbolic link inside a root leads to.
        """
        declared = frozenset(step.inputs)
        found: set[str] = set()
        outside: list[str] = []
        for word in listed:
            path = self._logical(word, draft)
            if path in declared:
                continue
            if path is not None and self._is_inside(path):
                found.add(path)
            else:
                outside.append(self._world.shown(word.removeprefix(f"{draft}/")))
        if outside:
            raise ComposerError(_undeclared(step, outside))
        return tuple(sorted(found))

    def search(self, step: Step, paths: tuple[str, ...]) -> Headers:
        """Where the compiler looked for `paths`, from the step's options and the files that it read."""
        read = [*step.inputs, *paths]
        folders = {*_option_folders(step), *map(posixpath.dirname, read)}
        spellings = {path[len(place) + 1 :] for path in read for place in folders if path.startswith(f"{place}/")}
        for path in filter(self._world.is_rooted, read):
            spellings |= self._probes(path)
        names: dict[str, set[str]] = {}
        for spelling in sorted(spellings):
            below, _, name = spelling.rpartition("/")
            names.setdefault(below, set()).add(name)
        groups = {below: frozenset(group) for below, group in names.items()}
        return Headers(paths, tuple(sorted(filter(self._world.is_rooted, folders))), groups)

    def _logical(self, word: str, draft: str) -> str | None:
        """The path below a root, `text` or `out` that a depfile means; None for an absolute path to elsewhere."""
        parts = word.removeprefix(f"{draft}/")
        if parts.startswith("/"):
            return next((name + parts[len(real) :] for name, real in self._roots if parts.startswith(f"{real}/")), None)
        path = "/".join(part for part in parts.split("/") if part not in ("", "."))
        # `..` behind a root is the parent of the real folder, not of the link: such a path stays as written.
        return posixpath.normpath(path) if path.partition("/")[0] in (TEXT, OUT) else path

    @property
    def _roots(self) -> Iterable[tuple[str, str]]:
        return self._world.real_roots.items()

    def _is_inside(self, path: str) -> bool:
        """Whether the file is below its root also when symbolic links are followed."""
        if path not in self._stays:
            root = self._world.real_roots.get(path.partition("/")[0])
            real = os.path.realpath(self._world.physical(path)) if root else ""
            self._stays[path] = root is not None and real.startswith(f"{root}/")
        return self._stays[path]

    def _probes(self, path: str) -> frozenset[str]:
        """Names whose presence the file asks for in conditions of the preprocessor."""
        if path not in self._probed:
            try:
                content = Path(self._world.physical(path)).read_bytes()
            except OSError:
                content = b""
            self._probed[path] = frozenset(os.fsdecode(name) for name in _PROBE.findall(content))
        return self._probed[path]


def _option_folders(step: Step) -> Iterator[str]:
    """Logical paths of the folders that the step's options add to the search for headers."""
    words = iter(step.argv)
    for word in words:
        option = next((option for option in SEARCH_OPTIONS if word.startswith(option)), None)
        if option is not None:
            folder = word.removeprefix(option) or next(words, "")
            yield posixpath.normpath(folder.removeprefix("{cwd}/"))


def _undeclared(step: Step, words: list[str]) -> Diagnostic:
    names = ", ".join(f"'{word}'" for word in words[:NAMED])
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return Diagnostic(
        Code.INPUT_UNDECLARED,
        f"'{step.label}' reads {names}{more}, outside the folders of the app and of its recipes",
        hint="move what it needs into the folder of the app, or of the recipe that asks for it",
    )
