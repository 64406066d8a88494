"""A C library as somebody wrote it: which of its files are sources, headers for others, a licence."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from composer.load.licence import FILES, recognised

_MAIN = re.compile(rb"^[ \t]*(?:int|void)?[ \t\n]*\bmain[ \t]*\(", re.MULTILINE)
# Folders with what is no part of a library, in any case and also in the plural.
_BESIDE = re.compile(
    r"(?:tests?|testing|examples?|samples?|demos?|docs?|bench(?:marks?)?|fuzz(?:ing)?|contrib|tools?|cmake|ports?)"
)
_PUBLIC = ("include", "inc")
_SOURCES = ("src", "source", "lib")
_MOST_BYTES = 1 << 20  # of a file that is looked into


@dataclass(frozen=True, slots=True)
class LibraryTree:
    """The files of a library by their names below its folder, sorted."""

    sources: tuple[str, ...]  # C sources that may be its own
    programs: tuple[str, ...]  # C sources with a `main`
    public: str  # the folder of headers for others
    private: tuple[str, ...]  # further folders of headers
    headers: tuple[str, ...]  # all headers
    licence: str | None  # in SPDX's words, None if nobody has seen it
    licence_file: str | None


def look_at(folder: Path) -> LibraryTree:
    """What a library in `folder` consists of; nothing in it is believed to be a link that leads outside."""
    files = [name for name in sorted(_files(folder)) if not _is_beside(name)]
    code = [name for name in files if name.endswith(".c")]
    programs = tuple(name for name in code if _MAIN.search(_read(folder / name)))
    sources = tuple(name for name in code if name not in programs)
    headers = tuple(name for name in files if name.endswith(".h"))
    public = _public_folder(headers, sources)
    folders = dict.fromkeys(str(PurePosixPath(name).parent) for name in headers)
    private = tuple(name for name in folders if name != public and not f"{name}/".startswith(f"{public}/"))
    licence_file = next((n for n in files if "/" not in n and n.upper().startswith(FILES)), None)
    return LibraryTree(
        sources, programs, public, private, headers, _licence(folder, licence_file, sources), licence_file
    )


def _files(folder: Path) -> Iterator[str]:
    for here, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not name.startswith(".") and not Path(here, name).is_symlink())
        for name in names:
            path = Path(here, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix()


def _is_beside(name: str) -> bool:
    return any(_BESIDE.fullmatch(part.lower()) for part in PurePosixPath(name).parts[:-1])


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(_MOST_BYTES)


def _public_folder(headers: Iterable[str], sources: Sequence[str]) -> str:
    """The folder from which others would include: one called so, else the uppermost that has headers."""
    folders = sorted({str(PurePosixPath(name).parent) for name in headers}, key=lambda name: (name.count("/"), name))
    for known in _PUBLIC:
        if any(folder == known or folder.startswith(f"{known}/") for folder in folders):
            return known
    beside = {str(PurePosixPath(name).parent) for name in sources}
    return next((folder for folder in folders if folder == "." or folder in _SOURCES or folder in beside), ".")


def _licence(folder: Path, file: str | None, sources: Sequence[str]) -> str | None:
    """The licence of the library by its file, else by the head of its first source."""
    for name in filter(None, (file, *sources[:1])):
        if (found := recognised(_read(folder / name).decode("utf-8", "replace"))) is not None:
            return found
    return None
