"""Index files of libraries: a line per source, written by tests/bench/index_libraries.py.

    # comment
    upstream/musl/src/exit/exit.c 96: exit ?__funcs_on_exit | _Exit

Behind the source stands how many bytes its object has in a file; before the bar what it defines, with a question mark where
the definition is weak; behind the bar what it uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from composer.errors import Code, ComposerError, Diagnostic, Location
from composer.load.globs import expand
from composer.load.paths import display_path
from composer.model.library import ARCH, Library, LibraryIndex, Unit, library_index
from composer.model.source import UPSTREAM, upstream_id

WEAK = "?"


class Indexes(Mapping[str, LibraryIndex]):
    """Indexes by architecture, each read when it is asked for: a file has some thousand lines, and a build needs one."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._read: dict[str, LibraryIndex] = {}

    def __getitem__(self, arch: str) -> LibraryIndex:
        if arch not in self._read:
            self._read[arch] = read_index(self._files[arch])
        return self._read[arch]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def read_index(path: Path) -> LibraryIndex:
    """The index in the file `path`; raises ComposerError(RECIPE_BROKEN) for one that is not there or is none."""
    try:
        text = path.read_text("utf-8")
        return library_index(_units(text))
    except OSError as error:
        message, line = f"the library's index cannot be read: {error.strerror}", 0
    except ValueError as error:
        message, line = "this is no line of a library's index", int(str(error))
    hint = "run tests/bench/index_libraries.py, which writes this file"
    raise ComposerError(Diagnostic(Code.RECIPE_BROKEN, message, Location(display_path(path), line), hint))


def _units(text: str) -> Iterator[Unit]:
    """Raises ValueError with the number of a line that is none."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        head, colon, rest = line.partition(": ")
        source, blank, count = head.rpartition(" ")
        defined, bar, used = rest.partition("|")
        if not (colon and bar and blank and count.isdecimal()):
            raise ValueError(number)
        words = defined.split()
        weak = frozenset(word[1:] for word in words if word.startswith(WEAK))
        defines = frozenset(word.removeprefix(WEAK) for word in words)
        yield Unit(source, defines, weak, frozenset(used.split()), int(count))


def index_text(units: Iterable[Unit], made_from: str) -> str:
    """The text of an index file; `made_from` says of what."""
    head = f"# Written by tests/bench/index_libraries.py from {made_from}; do not edit.\n"
    return head + "".join(_line(unit) for unit in units)


def _line(unit: Unit) -> str:
    defined = " ".join(WEAK * (name in unit.weak) + name for name in sorted(unit.defines))
    return f"{unit.source} {unit.bytes}: {defined} | {' '.join(sorted(unit.uses))}".rstrip() + "\n"


def chosen_sources(library: Library, own: Path, trees: Mapping[str, Path], arch: str) -> tuple[str, ...]:
    """The library's sources for `arch`, sorted; `own` is the recipe's folder, `trees` are those of its upstream sources.

    A source in a folder called `arch` takes the place of the one of its name in the folder above.
    """
    found = set(_expanded(library.sources, own, trees, arch)) - set(_expanded(library.exclude, own, trees, arch))
    above = (PurePosixPath(source) for source in found if PurePosixPath(source).parent.name == arch)
    replaced = {str(path.parent.parent / path.stem) for path in above}
    return tuple(
        sorted(
            s
            for s in found
            if PurePosixPath(s).parent.name == arch or str(PurePosixPath(s).with_suffix("")) not in replaced
        )
    )


def _expanded(patterns: Iterable[str], own: Path, trees: Mapping[str, Path], arch: str) -> Iterator[str]:
    for pattern in patterns:
        word = pattern.replace(ARCH, arch)
        source = upstream_id(word)
        top = "" if source is None else f"{UPSTREAM}/{source}/"
        yield from (
            top + file for file in expand(own if source is None else trees[source], word.removeprefix(top)).files
        )
