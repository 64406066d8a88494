"""Globs of sources: sorted, inside their folder, never empty."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path, PurePosixPath


class GlobFault(Enum):
    """What can be wrong with a glob."""

    MISSING = auto()  # it matches nothing
    OUTSIDE = auto()  # it, or a file that it matches, lies outside the folder


@dataclass(frozen=True, slots=True)
class Expanded:
    """The files that a glob matches, as sorted POSIX paths relative to the folder; or what is wrong."""

    files: tuple[str, ...] = ()
    fault: GlobFault | None = None


def expand(folder: Path, pattern: str) -> Expanded:
    """Files below `folder` that match `pattern` (`*` within a name, `**` for any folders)."""
    if not pattern or _says_outside(pattern):
        return Expanded(fault=GlobFault.OUTSIDE)
    if not any(sign in pattern for sign in "*?["):
        found = [folder / pattern] if (folder / pattern).is_file() else []
    else:
        found = [path for path in folder.glob(pattern) if path.is_file()]
    if not found:
        return Expanded(fault=GlobFault.MISSING)
    if not all(_is_inside(folder, path) for path in found):
        return Expanded(fault=GlobFault.OUTSIDE)
    return Expanded(tuple(sorted(path.relative_to(folder).as_posix() for path in found)))


def leads_outside(folder: Path, name: str) -> bool:
    """Whether `name` means something that is not below `folder`, by its words or by a symbolic link."""
    return _says_outside(name) or not _is_inside(folder, folder / name)


def _says_outside(name: str) -> bool:
    pure = PurePosixPath(name)
    return pure.is_absolute() or ".." in pure.parts


def _is_inside(folder: Path, path: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def files_below(folder: Path) -> Iterator[str]:
    """Names of the files directly in `folder`, for suggestions; nothing if it cannot be read."""
    try:
        yield from (entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError:
        return
