"""A folder in which a person has a program and no manifest yet: what is there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.c_text import read_c
from composer.load.catalog import RECIPE_FILE
from composer.load.compile_commands import COMPILE_COMMANDS, read_compile_commands
from composer.load.globs import leads_outside
from composer.load.makefile import read_makefile
from composer.load.manifest import MANIFEST_FILE, SOURCE_SUFFIXES
from composer.load.paths import display_path
from composer.model.program import BuildFile, CText, LeftOut, ProgramFolder

MOST_FILES = 20_000
MOST_BYTES = 32 << 20  # of one text that is looked at

_HEADERS = (".h", ".inc")
_OTHERS = MappingProxyType(
    {
        ".s": "assembly that is not preprocessed: name it .S",
        ".asm": "assembly of another assembler",
        **dict.fromkeys((".cc", ".cpp", ".cxx", ".C", ".c++"), "C++, which no image can have yet"),
        ".rs": "Rust, which no image can have yet",
    }
)
_FOLDERS = MappingProxyType(
    {
        **dict.fromkeys(("test", "tests", "testing", "unittests"), "tests"),
        **dict.fromkeys(("example", "examples", "demo", "demos", "sample", "samples"), "examples"),
        **dict.fromkeys(("bench", "benchmark", "benchmarks"), "benchmarks"),
        **dict.fromkeys(("doc", "docs"), "documentation"),
        **dict.fromkeys(("build", "builddir", "out", "CMakeFiles", "node_modules", "venv"), "made by a build"),
    }
)
_OF_THEIR_OWN = MappingProxyType(
    {
        MANIFEST_FILE: "an app with a manifest of its own",
        RECIPE_FILE: "a recipe: the key `recipes` takes the folder that it is in, `app.requires` what it provides",
    }
)
_DATA = frozenset({"assets", "data", "files", "htdocs", "public", "resources", "rootfs", "scripts", "static", "www"})
_MAKEFILES = ("GNUmakefile", "makefile", "Makefile")  # the order in which make looks
_GENERATED = re.compile(r"(?i)generated (?:by|from|file)")
_CMAKE = "`cmake -DCMAKE_EXPORT_COMPILE_COMMANDS=ON` writes a compile_commands.json, which is"
_MESON = "`meson setup build` writes a compile_commands.json, which is"
_BEAR = "`bear -- make` writes a compile_commands.json, which is"
_OTHER_BUILDS = MappingProxyType(
    {"CMakeLists.txt": _CMAKE, "meson.build": _MESON, "configure": _BEAR, "configure.ac": _BEAR}
)


@dataclass(slots=True)
class _Walk:
    """What is found on the way through the folder."""

    folder: Path
    sources: dict[str, CText] = field(default_factory=dict)
    headers: dict[str, CText] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    def run(self) -> None:
        for here, folders, files in os.walk(self.folder, onerror=self._unreadable):
            place = os.path.relpath(here, self.folder)
            folders[:] = [name for name in sorted(folders) if self._is_entered(_joined(place, name))]
            for name in sorted(files):
                self._look_at(_joined(place, name))
            if len(self.files) > MOST_FILES:
                self.left_out.append(LeftOut("…", f"only the first {MOST_FILES:,} files were looked at"))
                break

    def _unreadable(self, error: OSError) -> None:
        place = os.path.relpath(error.filename or self.folder, self.folder)
        if place == ".":
            message = f"cannot be read: {error.strerror}"
            at = Location(display_path(self.folder))
            raise ComposerError(Diagnostic(Code.FILE_UNREADABLE, message, at, "check its permissions"))
        self.left_out.append(LeftOut(f"{place}/", f"cannot be read: {error.strerror}"))

    def _is_entered(self, place: str) -> bool:
        name = PurePosixPath(place).name
        whole = self.folder / place
        if name.startswith(".") or whole.is_symlink():
            return False
        why = next((why for file, why in _OF_THEIR_OWN.items() if (whole / file).exists()), _FOLDERS.get(name))
        if why is None:
            if name in _DATA and "/" not in place and _is_data(whole):
                self.data.append(place)
            return True
        if any(_sources_below(whole)):
            self.left_out.append(LeftOut(f"{place}/", why))
        return False

    def _look_at(self, place: str) -> None:
        suffix = PurePosixPath(place).suffix
        if suffix in _OTHERS:
            self.left_out.append(LeftOut(_printable(place), _OTHERS[suffix]))
        self.files.add(place)
        if suffix not in (*SOURCE_SUFFIXES, *_HEADERS):
            return
        why = _unnameable(place) or (
            "a link that leads out of this folder" if leads_outside(self.folder, place) else ""
        )
        text = None if why else _text(self.folder / place)
        if why or text is None:
            self.left_out.append(LeftOut(_printable(place), why or "cannot be read"))
        elif suffix in _HEADERS:
            self.headers[place] = read_c(text)
        elif ("windows.h", False) in (seen := read_c(text)).includes:
            self.left_out.append(LeftOut(place, "for Windows"))
        else:
            self.sources[place] = seen


def look_at_folder(folder: Path) -> ProgramFolder:
    """Everything of interest below `folder`; raises ComposerError if it cannot be looked at."""
    at = Location(display_path(folder))
    if not folder.exists():
        message, hint = "there is no such folder", "make it and put the program's sources there"
        raise ComposerError(Diagnostic(Code.FILE_MISSING, message, at, hint))
    if not folder.is_dir():
        message, hint = "this is a file, not a folder", "name the folder; --main FILE says which file has main"
        raise ComposerError(Diagnostic(Code.FILE_UNREADABLE, message, at, hint))
    walk = _Walk(folder)
    walk.run()
    build = _build_file(folder, walk)
    left_out = [*walk.left_out, *(build.unread if build else ())]
    if build is None or not build.name.endswith(COMPILE_COMMANDS):
        builds = [name for name in _OTHER_BUILDS if name in walk.files]
        left_out += [LeftOut(name, f"not read; {_OTHER_BUILDS[name]}") for name in builds[:1]]
    name = folder.resolve().name
    return ProgramFolder(name, walk.sources, walk.headers, tuple(walk.data), tuple(left_out), build)


def _build_file(folder: Path, walk: _Walk) -> BuildFile | None:
    """What tells how the program is built, the most exact of what there is."""
    for name in (COMPILE_COMMANDS, f"build/{COMPILE_COMMANDS}", f"builddir/{COMPILE_COMMANDS}"):
        text = _text(folder / name)
        if text is not None:
            return read_compile_commands(name, text, folder, walk.sources.keys())
    for name in _MAKEFILES:
        text = _text(folder / name)
        if text is not None and not _GENERATED.search(text[:400]):
            return read_makefile(name, text, walk.files, SOURCE_SUFFIXES)
    return None


def _joined(place: str, name: str) -> str:
    return name if place == "." else f"{place}/{name}"


def _text(path: Path) -> str | None:
    """The text of a file; None if there is none that can be read."""
    try:
        if path.is_file() and path.stat().st_size <= MOST_BYTES:
            return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        pass
    return None


def _unnameable(place: str) -> str:
    """Why a manifest cannot name the file; empty if it can."""
    if _printable(place) != place:
        return "its name is no printable text"
    return "its name has signs of a pattern" if any(sign in place for sign in "*?[") else ""


def _printable(place: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in place)


def _files_below(folder: Path, is_wanted: Callable[[str], bool]) -> Iterator[str]:
    return (name for _, _, files in os.walk(folder) for name in files if is_wanted(name))


def _sources_below(folder: Path) -> Iterator[str]:
    return _files_below(folder, lambda name: name.endswith(SOURCE_SUFFIXES))


def _is_data(folder: Path) -> bool:
    return any(_files_below(folder, lambda name: True)) and not any(_sources_below(folder))


def programs_below(folder: Path, left_out: Collection[LeftOut]) -> Iterator[str]:
    """Folders that were left out and have sources, as words for a hint."""
    return (one.what.rstrip("/") for one in left_out if one.what.endswith("/") and (folder / one.what).is_dir())
