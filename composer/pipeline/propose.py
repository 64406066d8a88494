"""From what a folder has to a manifest for it: which sources belong together, and what the compiler must be told."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.compiler_words import sort_words
from composer.load.program_folder import programs_below
from composer.load.suggest import nearest
from composer.model.program import Answers, BuildFile, CompilerWords, CText, LeftOut, ProgramFolder, Proposal
from composer.model.recipe import Catalog
from composer.report.text import listed

_LISTEN = frozenset({"bind", "listen"})
_OPEN = frozenset({"open", "fopen", "openat", "freopen", "opendir", "stat"})
# What a compiler has without any C library (C11, section 4).
_COMPILERS_HEADERS = frozenset(
    {"float.h", "iso646.h", "limits.h", "stdalign.h", "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h"}
    | {"stdnoreturn.h"}
)
_LEGAL_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_LONGEST_NAME = 64


def name_for(folder: str) -> str:
    """A legal name of an image, made of the folder's."""
    words = re.sub(r"[^a-z0-9_-]+", "-", folder.lower()).strip("-_")
    return (words if words[:1].isalpha() else f"app-{words}" if words else "app")[:_LONGEST_NAME]


def require_name(name: str) -> None:
    """Raise ComposerError if `name` cannot be an image's."""
    if _LEGAL_NAME.fullmatch(name) is None or len(name) > _LONGEST_NAME:
        hint = f"for example '{name_for(name)}': lower-case letters, digits, - and _, and a letter first"
        raise ComposerError(Diagnostic(Code.WRONG_VALUE, f"'{name}' is not a legal name", Location("--name"), hint))


def require_main(main: str, found: ProgramFolder) -> str:
    """The path of the source that the user calls `main`; raises ComposerError if there is none."""
    path = posixpath.normpath(main)
    if path in found.sources:
        return path
    near = nearest(path, found.sources)
    hint = f"did you mean '{near}'?" if near else f"sources: {listed(found.sources)}"
    raise ComposerError(Diagnostic(Code.SOURCE_MISSING, f"there is no source '{main}' here", Location("--main"), hint))


def require_programs(found: ProgramFolder, folder: Path, shown: str) -> tuple[str, ...]:
    """The sources with a `main`; raises ComposerError if there is none."""
    programs = found.programs()
    if programs:
        return programs
    if found.sources:
        message = f"no source has a main function: {listed(found.sources)}"
        hint = "if one makes it by a macro, name it: --main FILE"
    else:
        message = "there is no C source here"
        others = [f"{one.what}: {one.why}" for one in found.left_out if not one.what.endswith("/")]
        hint = f"found {'; '.join(others)}" if others else "write one, such as main.c, or name another folder"
    below = tuple(programs_below(folder, found.left_out))
    if below:
        hint = f"there are sources in {listed(below)}: name that folder"
    raise ComposerError(Diagnostic(Code.SOURCE_MISSING, message, Location(shown), hint))


@dataclass(frozen=True, slots=True)
class CLibraries:
    """What there is, the smallest first, and the headers of the smallest."""

    names: tuple[str, ...]
    headers: frozenset[str]


def c_libraries(catalog: Catalog) -> CLibraries:
    """The C libraries of `catalog`, in the order in which `libc: auto` tries them."""
    entries = [entry for entry in catalog.recipes.values() if entry.recipe.trial is not None]
    entries.sort(key=lambda entry: entry.recipe.trial or 0)
    found: set[str] = set()
    for entry in entries[:1]:
        root, _, rest = entry.folder.partition("/")
        folder = Path(catalog.roots[root], rest, "include")
        found.update(path.relative_to(folder).as_posix() for path in folder.rglob("*.h"))
    return CLibraries(tuple(entry.recipe.name for entry in entries), frozenset(found) | _COMPILERS_HEADERS)


def propose(found: ProgramFolder, answers: Answers, known_headers: Collection[str]) -> Proposal:
    """The manifest for `answers`. `known_headers` are those of the smallest C library."""
    sources, left_out = _sources(found, answers.main)
    build = found.build or BuildFile("")
    words = sort_words(build.words, _folders(found))
    origin = build.name
    headers = _Headers(found, known_headers, list(words.include))
    for source in sources:
        headers.follow(source, found.sources[source])
    include = tuple(headers.include)
    texts = [found.sources[source] for source in sources]
    calls = frozenset[str]().union(*(text.calls for text in texts))
    named = frozenset[str]().union(*(text.names for text in texts))
    listens = bool(_LISTEN & calls)
    ports = tuple(dict.fromkeys(port for text in texts for port in text.ports)) if listens else ()
    return Proposal(
        answers,
        sources,
        replace(words, include=include, left_out=_with_origin(words, origin)),
        tuple(sorted(headers.system)),
        tuple(sorted(headers.system - {*known_headers})),
        ports,
        bool(_LISTEN & named) and not ports,
        found.data if _OPEN & named else (),
        (*left_out, *found.left_out, *headers.left_out),
    )


def _with_origin(words: CompilerWords, origin: str) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(f"{one.what} of {origin}", one.why) for one in words.left_out)


def _folders(found: ProgramFolder) -> frozenset[str]:
    """All folders with a source or a header below them, relative to the program's."""
    paths = [*found.sources, *found.headers]
    return frozenset(parent for path in paths for parent in _parents(path)) | {"."}


def _parents(path: str) -> Iterable[str]:
    while path := posixpath.dirname(path):
        yield path


def _sources(found: ProgramFolder, main: str) -> tuple[tuple[str, ...], tuple[LeftOut, ...]]:
    """The sources of the program with `main`, and which others there are, with the reason."""
    programs = {path for path, text in found.sources.items() if text.has_main} | {*found.programs()}
    others = programs - {main}
    free = {path: text for path, text in found.sources.items() if path not in others}
    build = found.build
    groups = [group & free.keys() for group in build.programs if main in group] if build else []
    if build and groups:
        taken, why = {*min(groups, key=lambda group: len(group))}, f"{build.name} does not link it with {main}"
    elif others:
        taken, why = _needed(main, found.headers, free), f"{main} uses nothing of it"
    else:
        taken, why = {*free}, ""
    left = [LeftOut(path, "another program: --main chooses it") for path in sorted(others)]
    left += [LeftOut(path, why) for path in sorted(free.keys() - taken)]
    return tuple(sorted(taken)), tuple(left)


def _needed(main: str, headers: Mapping[str, CText], sources: Mapping[str, CText]) -> set[str]:
    """`main` and all that define what it, or one of them, names; of several that do, the nearest."""
    makers: dict[str, list[str]] = {}
    for path, text in sources.items():
        for name in text.defined:
            makers.setdefault(name, []).append(path)
    by_name: dict[str, list[CText]] = {}
    for path, text in headers.items():
        by_name.setdefault(posixpath.basename(path), []).append(text)
    taken, todo = {main}, [main]
    while todo:
        path = todo.pop()
        names = set(sources[path].names)
        for include, _ in (*sources[path].includes, *sources[path].may_include):
            names.update(*(text.names for text in by_name.get(posixpath.basename(include), ())))
        for name in sorted(names & makers.keys()):
            if path not in makers[name]:
                near = max(sorted(makers[name]), key=lambda other: len(posixpath.commonprefix([other, path])))
                todo += {near} - taken
                taken.add(near)
    return taken


@dataclass(slots=True)
class _Headers:
    """Where the headers are that sources include: beside them, in a folder to be told, or the system's."""

    found: ProgramFolder
    known: Collection[str]
    include: list[str]
    system: set[str] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def follow(self, path: str, text: CText) -> None:
        """Find all that the file `path` includes, and what that includes."""
        if path in self._seen:
            return
        self._seen.add(path)
        for name, is_own in (*text.includes, *text.may_include):
            place = self._place(name, is_own, posixpath.dirname(path))
            if place is not None:
                self.follow(place, self.found.headers.get(place) or self.found.sources[place])
            elif not is_own or name in self.known:
                self.system.update([name] if (name, is_own) in text.includes else [])
            elif (name, is_own) in text.includes:
                self.left_out.append(LeftOut(name, f"{path} includes it, and it is not here: does a build make it?"))

    def _place(self, name: str, is_own: bool, beside: str) -> str | None:
        """The path of the file that is meant by `name`; its folder is added to those to be told."""
        folders = [beside, *self.include] if is_own else self.include
        files = self.found.headers.keys() | self.found.sources.keys()
        for folder in folders:
            place = posixpath.normpath(posixpath.join(folder, name))
            if place in files:
                return place
        if name in self.known:
            return None
        wanted = posixpath.normpath(name)
        places = [file for file in files if file == wanted or file.endswith(f"/{wanted}")]
        if not places:
            return None
        place = min(places, key=lambda file: (file.count("/"), file))
        self.include.append(place.removesuffix(wanted).rstrip("/") or ".")
        return place
